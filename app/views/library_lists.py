"""Three lists of a library: the rules of cleaning, the private details, what was said twice. Start no work."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.theme import Theme
from app.views.lines_model import LinesModel
from app.views.parts import Button, holder, row, text
from app.views.table import Table
from app.words import library as words
from app.words import number
from core.curate.rules import BY_NAME, RULES

LONGEST = 120  # characters of a detail that are shown


@dataclass(frozen=True, slots=True)
class Detail:
    """A private detail: what stands there, by which rule, what a bot reads in its place, and how often."""

    before: str
    rule: str
    after: str
    times: int


@dataclass(frozen=True, slots=True)
class Repeat:
    """One document of a cluster. `alike` is 1 for the one that is kept."""

    number: int
    title: str
    source: str
    alike: float
    is_kept: bool


class Listing(QWidget):
    """A heading, why, a table, and what to do with the chosen line."""

    spare: tuple[int, ...] = ()  # columns that a narrow window goes without
    rooms: ClassVar[Mapping[int, int]] = {}  # widths of columns, where they need other ones than usual

    def __init__(self, theme: Theme, title: str, why: str, model: LinesModel, *buttons: Button) -> None:
        super().__init__()
        self.model = model
        self.table = Table(theme, model, title, wide=0, spare=self.spare, rooms=self.rooms)
        self.empty = text("", "quiet")
        self.empty.hide()
        self.whole = whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        for widget in (text(title, "heading"), text(why, "quiet"), self.empty):
            whole.addWidget(widget)
        whole.addWidget(self.table, 1)
        if buttons:
            whole.addWidget(holder(row(*buttons)))

    @property
    def chosen(self) -> int:
        """The line that is chosen; -1 for none."""
        return self.table.view.currentIndex().row()

    def say_empty(self, words_: str) -> None:
        self.empty.setText(words_)
        self.empty.setVisible(not self.model.rowCount())
        self.table.setVisible(bool(self.model.rowCount()))


class RulesView(Listing):
    """Every rule with a box; `switched` tells its name and whether it is on."""

    switched = Signal(str, bool)

    def __init__(self, theme: Theme) -> None:
        model = LinesModel((words.RULE, words.DOES, words.FOUND), figures=(2,))
        super().__init__(theme, words.RULES, words.RULES_WHY, model)
        model.ticked.connect(self._on_ticked)

    def show_rules(self, counts: Counter[str], off: Sequence[str]) -> None:
        chosen = self.chosen
        lines = [(f"{rule.title}: {rule.why}", rule.does, number(counts[rule.name])) for rule in RULES]
        self.model.show(lines, [rule.name not in off for rule in RULES])
        self.table.view.selectRow(max(0, chosen))

    def _on_ticked(self, line: int, on: bool) -> None:
        self.switched.emit(RULES[line].name, on)


class HiddenView(Listing):
    """Private details by how often they stand there; `allowed` tells one that may be learnt."""

    spare, rooms = (1,), {1: 200}

    allowed = Signal(str)
    hidden_again = Signal()

    def __init__(self, theme: Theme) -> None:
        self.allow = Button(theme, words.ALLOW)
        self.again = Button(theme, words.HIDE_AGAIN)
        model = LinesModel((words.DETAIL, words.KIND, words.INSTEAD, words.TIMES), figures=(3,))
        super().__init__(theme, words.HIDDEN, words.HIDDEN_WHY, model, self.allow, self.again)
        self.state = text("", "small")
        self.whole.insertWidget(2, self.state)  # under why
        self._details: Sequence[Detail] = ()
        self.allow.clicked.connect(self._on_allow)
        self.again.clicked.connect(self.hidden_again)

    def show_details(self, details: Sequence[Detail], *, some_are_open: bool) -> None:
        self._details = details
        self.model.show(
            [(one.before[:LONGEST], BY_NAME[one.rule].title, one.after, number(one.times)) for one in details]
        )
        self.allow.setEnabled(bool(details))
        self.again.setEnabled(some_are_open)
        self.state.setText(words.SOME_ARE_OPEN if some_are_open else words.FIT_TO_SHARE)
        self.say_empty(words.NO_HIDDEN)
        if details:
            self.table.view.selectRow(0)

    def _on_allow(self) -> None:
        if 0 <= self.chosen < len(self._details):
            self.allowed.emit(self._details[self.chosen].before)


class RepeatsView(Listing):
    """Clusters, each with the kept one first; `kept` tells the number of another that is to stay."""

    kept = Signal(int)

    def __init__(self, theme: Theme) -> None:
        self.keep = Button(theme, words.KEEP)
        model = LinesModel((words.TITLE, words.SOURCE, words.ALIKE), figures=(2,))
        super().__init__(theme, words.REPEATS, words.REPEATS_WHY, model, self.keep)
        self._repeats: Sequence[Repeat] = ()
        self.keep.clicked.connect(self._on_keep)

    def show_repeats(self, repeats: Sequence[Repeat]) -> None:
        self._repeats = repeats
        self.model.show(
            [
                (one.title, one.source, words.KEPT)
                if one.is_kept
                else (f"      {one.title}", one.source, f"{100 * one.alike:.0f} %")
                for one in repeats
            ]
        )
        self.keep.setEnabled(bool(repeats))
        self.say_empty(words.NO_REPEATS)

    def _on_keep(self) -> None:
        if 0 <= self.chosen < len(self._repeats):
            self.kept.emit(self._repeats[self.chosen].number)
