"""The plan of a training: what is chosen and why, what it takes, and every value to be changed.

Works the outlook out again by itself where a value changes, but measures nothing."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.figure import Figure
from app.views.layouts import Columns, Flow
from app.views.parts import Button, column, holder, text
from app.views.plan_details import PlanDetails
from app.views.segments import Segments
from app.words import plan as words
from core.errors import Trouble
from core.forecast import Choice, Outlook, Size, size_of
from core.plan import Wish


class PlanCard(QFrame):
    """Asks for a measurement by `wanted`; then shows the outlook for the minutes that the page hands in."""

    wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._theme = theme
        self._minutes = 20
        self.outlook: Outlook | None = None
        self.show_plan = Button(theme, words.SHOW)
        self.stop = Button(theme, words.STOP, drawing="stop")
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName(words.MEASURING)
        self.sizes = Segments([name for _, name in words.SIZES], words.SIZE, 1)
        self.sentences, self.warnings = text(""), text("")
        self._make_figures()
        self.more = Button(theme, words.DETAILS, kind="small")
        self.details = PlanDetails(theme)
        self.details.hide()
        self._lay_out()
        theme.changed.connect(self._dress)
        self._dress()
        self.show_plan.clicked.connect(self.wanted)
        self.stop.clicked.connect(self.stop_wanted)
        self.sizes.chosen.connect(self._on_changed)
        self.more.clicked.connect(self._on_more)
        self.details.changed.connect(self._on_changed)
        self._show()

    def _make_figures(self) -> None:
        names = (words.TAKES, words.DONE, words.MEMORY, words.DISK, words.ELECTRICITY)
        self._figures = [Figure(name) for name in names]
        self._columns = Columns(least=0)
        for figure in self._figures:
            self._columns.addWidget(figure)

    def _lay_out(self) -> None:
        asked = Flow(gap=12)
        for widget in (text(words.SIZE, "label", wraps=False), self.sizes, self.show_plan, self.stop):
            asked.addWidget(widget)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(12)
        self._lead = text(words.LEAD, "quiet")
        parts: tuple[QWidget, ...] = (text(words.PLAN, "heading"), self._lead, holder(asked), self.bar)
        for part in parts:
            inside.addWidget(part)
        left = Flow()
        left.addWidget(self.more)
        self._results = holder(
            column(self.sentences, self.warnings, holder(self._columns), holder(left), self.details, gap=12)
        )
        inside.addWidget(self._results)

    # ---- what the page asks of it

    @property
    def chosen_size(self) -> Size:
        return size_of(words.SIZES[self.sizes.index][0])

    def wish(self, minutes: float) -> Wish:
        """What was chosen here, for so many minutes."""
        return self.details.wish(minutes)

    @property
    def choice(self) -> Choice:
        """All that was chosen by hand."""
        return self.details.choice

    def show_measuring(self, measuring: bool) -> None:
        self.bar.setRange(0, 0)
        self.bar.setVisible(measuring)
        self.stop.setVisible(measuring)
        self.show_plan.setVisible(not measuring and self.outlook is None)

    def show_outlook(self, found: Outlook | None) -> None:
        """What was measured; None is for nothing yet."""
        self.outlook = found
        self._show()

    def show_minutes(self, minutes: int) -> None:
        """Another time was chosen: the plan follows."""
        self._minutes = minutes
        self._on_changed()

    # ---- what happens here

    def _on_changed(self) -> None:
        if self.outlook is None:
            return
        try:
            self.outlook = self.outlook.again(self.chosen_size, 60.0 * self._minutes, self.choice)
        except Trouble as trouble:
            self.warnings.setText(str(trouble))
            self.warnings.show()
            return
        self._show()

    def _on_more(self) -> None:
        is_open = not self.details.isHidden()
        self.details.setVisible(not is_open)
        self.more.set_words(words.DETAILS if is_open else words.HIDE)

    def _show(self) -> None:
        found = self.outlook
        self.show_measuring(False)
        self._lead.setVisible(found is None)
        self._results.setVisible(found is not None)
        if found is None:
            return
        chosen = found.chosen
        self.sentences.setText("\n".join(found.words))
        is_here = not chosen.base or chosen.base in found.shelf
        self.warnings.setText("\n".join([*found.warnings, *([] if is_here else [words.NOT_HERE])]))
        self.warnings.setVisible(bool(self.warnings.text()))
        now = datetime.now().astimezone()
        shown = (
            words.takes(chosen),
            words.done_at(chosen, now),
            words.gigabytes(chosen.memory),
            words.gigabytes(chosen.disk),
            words.electricity(chosen),
        )
        for figure, number in zip(self._figures, shown, strict=True):
            figure.show_number(number)
        self.details.show_outlook(found)

    @property
    def figures(self) -> dict[str, str]:
        """The numbers on show, by their names."""
        return {figure.name: figure.number for figure in self._figures}

    def _dress(self) -> None:
        self._columns.least = round(110 * self._theme.scale)
