"""How far a look or an import is, and after it what came of it and what can be done now. Starts nothing itself."""

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout

from app import words
from app.theme import Theme
from app.views.layouts import Flow
from app.views.parts import Button, holder, text
from app.words import gathering
from core.documents import ImportReport
from core.events import Progress
from core.sources import Place


class GatheringStatus(QFrame):
    """Says which of its buttons was pressed."""

    stop_wanted = Signal()
    continue_wanted = Signal()
    undo_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._sentence, self._more = text(""), text("", "quiet")
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName(words.READING)
        self.stop = Button(theme, words.STOP, drawing="stop")
        self.go_on = Button(theme, gathering.CONTINUE, kind="primary")
        self.undo = Button(theme, gathering.UNDO, does=gathering.UNDO)
        self.undo.setToolTip(gathering.UNDO_WHY)
        self.stop.clicked.connect(self._on_stop)
        self.go_on.clicked.connect(self.continue_wanted)
        self.undo.clicked.connect(self.undo_wanted)
        buttons = Flow()
        for button in (self.stop, self.go_on, self.undo):
            buttons.addWidget(button)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(16, 16, 16, 16)
        inside.setSpacing(8)
        for widget in (self._sentence, self._more, self._bar, holder(buttons)):
            inside.addWidget(widget)
        self._notes: list[str] = []
        self._since = QElapsedTimer()
        self.hide()

    @property
    def sentence(self) -> str:
        return self._sentence.text()

    @property
    def more(self) -> str:
        """What is said below it."""
        return self._more.text()

    def show_look(self, place: Place) -> None:
        self._begin(gathering.looking_at(place))
        self.stop.set_words(gathering.ENOUGH)
        self.stop.setAccessibleName(gathering.ENOUGH_DOES)

    def show_import(self) -> None:
        self._begin(words.READING)
        self.stop.set_words(words.STOP)
        self.stop.setAccessibleName(words.STOP)

    def show_progress(self, progress: Progress) -> None:
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)
        if self.stop.isEnabled():
            self._sentence.setText(gathering.reading(progress, self._since.elapsed() / 1000))

    def show_note(self, note: str) -> None:
        """A sentence on the way, which stays until the next look or import."""
        self._notes = list(dict.fromkeys([*self._notes, note]))
        self._more.setText(" ".join(self._notes))
        self._more.show()

    def show_report(self, report: ImportReport, *, can_continue: bool) -> None:
        self._end(words.imported(report), " ".join([*self._notes, gathering.report_with_skips(report)]))
        self.go_on.setVisible(can_continue)
        self.undo.setVisible(report.added > 0)

    def show_undone(self, documents: int) -> None:
        self._end(gathering.undone(documents), "")

    def _begin(self, sentence: str) -> None:
        self._since.start()
        self._notes = []
        self._sentence.setText(sentence)
        self._bar.setRange(0, 0)
        self.stop.setEnabled(True)
        for widget, shown in ((self._bar, True), (self.stop, True), (self._more, False)):
            widget.setVisible(shown)
        self.go_on.hide()
        self.undo.hide()
        self.show()

    def _end(self, sentence: str, more: str) -> None:
        self._sentence.setText(sentence)
        self._more.setText(more)
        for widget, shown in ((self._bar, False), (self.stop, False), (self._more, bool(more))):
            widget.setVisible(shown)
        self.go_on.hide()
        self.undo.hide()
        self.show()

    def _on_stop(self) -> None:
        self.stop.setEnabled(False)
        self._sentence.setText(words.STOPPING)
        self.stop_wanted.emit()
