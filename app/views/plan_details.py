"""Every value of a plan, to be changed by hand; “as planned” where it is not. Works nothing out itself."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.layouts import Columns
from app.views.parts import column, holder, text
from app.words import plan as words
from core.forecast import Choice, Option, Outlook
from core.plan import TIERS, Wish


class PlanDetails(QWidget):
    """Emits `changed` when the user chose something."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.numbers, self.others = text("", "quiet"), text("", "small")
        self.model, self.method = self._box(words.MODEL), self._box(words.METHOD, words.METHODS)
        self.length = self._box(words.LENGTH, words.counted(words.LENGTHS))
        self.batch = self._box(words.BATCH, words.counted(words.BATCHES))
        self.rate = self._box(words.RATE, [(f"{each:g}", each) for each in words.RATES])
        self.dropout = self._box(words.DROPOUT, [(f"{each:g}", each) for each in words.DROPOUTS])
        self.passes = self._box(words.PASSES, words.counted(words.PASSES_OFFERED))
        self.rank = self._box(words.RANK, words.counted(words.RANKS))
        self.look = self._box(words.LOOK, words.counted(words.STEPS))
        self.save = self._box(words.SAVE, words.counted(words.STEPS))
        self.asking = self._box(words.ASKING, words.ASKINGS)
        self._fields: dict[QComboBox, QWidget] = {}
        self._grid = Columns(least=0, gap=12)
        for box in self.boxes:
            name = box.accessibleName()
            box.setAccessibleDescription(words.WHYS[name])
            why = text(words.WHYS[name], "small")
            field = column(text(name, "label"), box, why, gap=4)
            field.addStretch(1)
            self._fields[box] = holder(field)
            self._grid.addWidget(self._fields[box])
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        for part in (self.numbers, holder(self._grid), self.others):
            inside.addWidget(part)
        theme.changed.connect(self._dress)
        self._dress()

    @property
    def boxes(self) -> tuple[QComboBox, ...]:
        return (
            self.model,
            self.method,
            self.rank,
            self.length,
            self.batch,
            self.rate,
            self.dropout,
            self.passes,
            self.look,
            self.save,
            self.asking,
        )

    def _box(self, name: str, values: Sequence[tuple[str, object]] = ()) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        fill(box, values)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        box.activated.connect(self.changed)
        return box

    def show_outlook(self, found: Outlook) -> None:
        """The numbers, and the models that there are to choose from; of the values those that mean something."""
        self.numbers.setText(words.numbers(found.chosen))
        self.others.setText(words.others(found))
        sizes = [(words.size(tier.layers, tier.width), number) for number, tier in enumerate(TIERS)]
        bases = sorted((each for each in found.options if each.base), key=lambda each: each.millions)
        fill(self.model, [*sizes, *((words.base(each), each.base) for each in bases if is_offered(each, found))])
        is_base = bool(found.chosen.base)
        self._fields[self.method].setVisible(is_base)
        self._fields[self.asking].setVisible(found.chosen.answers)
        self._fields[self.rank].setVisible(found.chosen.method in ("lora", "qlora"))

    def wish(self, minutes: float | None = None) -> Wish:
        """The numbers that were chosen here."""
        model = self.model.currentData()
        return Wish(
            minutes=minutes,
            tier=model if isinstance(model, int) else None,
            length=self.length.currentData(),
            tokens_per_step=self.batch.currentData(),
            learning_rate=self.rate.currentData(),
            dropout=self.dropout.currentData(),
            passes=self.passes.currentData(),
            rank=self.rank.currentData(),
            look_every=self.look.currentData(),
            save_every=self.save.currentData(),
            asking=self.asking.currentData(),
        )

    @property
    def choice(self) -> Choice:
        """They, and the base model that was chosen, and how it is trained."""
        model = self.model.currentData()
        base = model if isinstance(model, str) else None
        return Choice(wish=self.wish(), base=base, method=self.method.currentData())

    def _dress(self) -> None:
        self._grid.least = round(190 * self._theme.scale)


def is_offered(option: Option, found: Outlook) -> bool:
    """What is here may be chosen whatever the plan thinks of it; what is not, if it could be trained."""
    return option.base in found.shelf or not option.why_not


def fill(box: QComboBox, values: Sequence[tuple[str, object]]) -> None:
    """Offer these, with what was chosen before still chosen if it is among them."""
    kept = box.currentData()
    with QSignalBlocker(box):
        box.clear()
        box.addItem(words.AS_PLANNED, None)
        for shown, value in values:
            box.addItem(shown, value)
        place = next((n for n in range(box.count()) if box.itemData(n) == kept), 0)
        box.setCurrentIndex(place)
