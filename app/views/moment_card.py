"""A moment of a training: a slider along its curve, what it wrote by then, and a word with the bot as it was.
Knows no run on disk and starts nothing itself."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QSlider, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.parts import Button, column, holder, row, text
from app.views.plain_text import PlainText
from app.views.sample_book import without_gaps
from app.words import history as words
from core.report.story import Point, Story


class MomentCard(QFrame):
    """Emits the step on show, and what the user writes to the bot of that step."""

    moved = Signal(int)  # step
    begun = Signal(int, str)  # step, opening
    stop_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._theme = theme
        self._points: Sequence[Point] = ()
        self._texts: dict[int, tuple[tuple[str, str], ...]] = {}
        self._steps: tuple[int, ...] = ()
        self.where = text("", "heading")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(words.SCRUB)
        self.slider.valueChanged.connect(self._on_moved)
        self.sample = PlainText(theme)
        self._make_talk()
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(12)
        for widget in (text(words.MOMENT, "heading"), text(words.MOMENT_LEAD, "quiet"), self.slider, self.where):
            inside.addWidget(widget)
        inside.addWidget(self.sample)
        inside.addWidget(self._talk)

    def _make_talk(self) -> None:
        self.kept = text("", "small")
        self.field = QLineEdit()
        self.field.setPlaceholderText(words.TALK_HINT)
        self.field.setAccessibleName(words.TALK_THEN)
        self.go_on = Button(self._theme, words.GO_ON, kind="primary")
        self.stop = Button(self._theme, words.STOP, drawing="stop")
        self.reply = PlainText(self._theme)
        self.field.returnPressed.connect(self._on_begun)
        self.go_on.clicked.connect(self._on_begun)
        self.stop.clicked.connect(self.stop_wanted)
        self._line = holder(row(self.field, self.go_on, self.stop))
        self._talk = holder(column(text(words.TALK_THEN, "label"), self.kept, self._line, self.reply))
        self.stop.hide()
        self.reply.hide()

    @property
    def step(self) -> int | None:
        """The step on show."""
        return self._points[self.slider.value()].step if self._points else None

    def show_story(
        self, story: Story, steps: tuple[int, ...], every_look: dict[int, tuple[tuple[str, str], ...]]
    ) -> None:
        """Begin at the best moment of this run, whose weights are kept at `steps`."""
        self._points, self._texts, self._steps = story.unseen, every_look, steps
        best = story.best.step if story.best else None
        start = next((n for n, point in enumerate(self._points) if point.step == best), 0)
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(0, len(self._points) - 1))
        self.slider.setPageStep(max(1, len(self._points) // 10))
        self.slider.setValue(start)
        self.slider.blockSignals(False)
        self.slider.setEnabled(len(self._points) > 1)
        self.reply.hide()
        self._show()

    def show_replying(self, replying: bool) -> None:
        had_focus = self.go_on.hasFocus() or self.stop.hasFocus()
        self.go_on.setVisible(not replying)
        self.stop.setVisible(replying)
        if had_focus:
            (self.stop if replying else self.go_on).setFocus()

    def show_reply(self, opening: str, continuation: str) -> None:
        self.reply.show()
        self.reply.set_text(f"{opening}{continuation}")

    def _on_moved(self) -> None:
        self.reply.hide()
        self._show()
        if self.step is not None:
            self.moved.emit(self.step)

    def _on_begun(self) -> None:
        if self.step is not None and self.field.text().strip() and self.step in self._steps:
            self.begun.emit(self.step, self.field.text())

    def _show(self) -> None:
        if not self._points:
            self.where.setText(words.NO_LOOK)
            self.sample.hide()
            self._talk.hide()
            return
        point = self._points[self.slider.value()]
        self.where.setText(words.at(point.step, point.bits))
        self.slider.setAccessibleDescription(self.where.text())
        texts = self._texts.get(point.step, ())
        self.sample.set_text("\n\n".join(without_gaps(prompt + written) for prompt, written in texts))
        self.sample.setVisible(bool(texts))
        can_talk = point.step in self._steps
        self._talk.show()
        self._line.setVisible(can_talk)
        self.kept.setVisible(not can_talk)
        measured = {each.step for each in self._points}
        self.kept.setText(words.kept_at(tuple(step for step in self._steps if step in measured)))

    def first_focus(self) -> QWidget:
        return self.slider
