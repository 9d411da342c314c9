"""How a bot answers, in one sheet: ready-made settings, all dials, voice, notes, persona. Knows no bot."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.pages.base import scrolled
from app.theme import Theme
from app.views.composer import in_hundredths
from app.views.dial import Dial
from app.views.layouts import Columns
from app.views.parts import Button, at_left, holder, text
from app.views.segments import Segments
from app.words import chat as words
from core.asking import MOST_VOICE, PRESETS, STRONGEST, TRIES, Ask, Mode
from core.replies import Sampling, Turn

LONGEST = 1_000  # tokens on the dial
SEEDS = 2**31 - 1
STEPS = 20  # of the voice, each way


class AnswerDials(QDialog):
    """Stays open beside the talk; it counts from the next reply on. Temperature and top-k lie beside the field."""

    preset_chosen = Signal(object)  # Sampling
    find_wanted = Signal()  # the voice, in the bot that answers; or that looking for it ends
    lock_changed = Signal(bool)

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self.setWindowTitle(words.DIALS)
        usual = Sampling()
        self._names = list(PRESETS)
        self.preset = Segments([words.PRESETS[name] for name in self._names], words.PRESET)
        self.strength = Dial(words.STRENGTH, words.STRENGTH_HINT, round(100 * STRONGEST), 100, str, explained=True)
        self.top_p = Dial(
            words.TOP_P,
            words.TOP_P_HINT,
            99,
            round(100 * usual.top_p) - 1,
            lambda v: in_hundredths(v + 1),
            explained=True,
        )
        self.min_p = Dial(words.MIN_P, words.MIN_P_HINT, 50, round(100 * usual.min_p), in_hundredths, explained=True)
        self.repetition = Dial(
            words.REPETITION,
            words.REPETITION_HINT,
            50,
            round(100 * usual.repetition) - 100,
            lambda v: in_hundredths(v + 100),
            explained=True,
        )
        self.length = Dial(words.LENGTH, words.LENGTH_HINT, LONGEST - 1, usual.length - 1, from_one, explained=True)
        self.seed = QLineEdit()
        self.seed.setValidator(QIntValidator(0, SEEDS, self))
        self.seed.setPlaceholderText(words.SEED_HINT)
        self.seed.setAccessibleName(words.SEED)
        self.notes = QCheckBox(words.USE_NOTES)
        self.notes.setChecked(True)
        self.best_of = QCheckBox(words.BEST_OF)
        self.lock = QCheckBox(words.LOCK)
        self.steer = Dial(
            words.STEER, words.STEER_HINT, 2 * STEPS, STEPS, lambda v: words.pushed(steered(v)), explained=True
        )
        self.listen = Button(theme, words.FIND_VOICE)
        self.known = text("", "quiet")
        self.persona = QPlainTextEdit()
        self.persona.setPlaceholderText(words.PERSONA_HINT)
        self.persona.setAccessibleName(words.PERSONA)
        self.persona.setTabChangesFocus(True)
        self.persona.setFixedHeight(round(90 * theme.scale))
        self.close_button = Button(theme, words.CLOSE)
        self._lay_out(theme)
        self.preset.chosen.connect(self._on_preset)
        self.close_button.clicked.connect(self.close)
        self.listen.clicked.connect(self.find_wanted)
        self.lock.toggled.connect(self.lock_changed)
        self.show_voice(is_known=False, can_find=False)

    def _lay_out(self, theme: Theme) -> None:
        self._line = at_left(self.listen)
        dials = Columns(least=round(200 * theme.scale), gap=24)
        for dial in (self.strength, self.top_p, self.min_p, self.repetition, self.length):
            dials.addWidget(dial)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        for widget in (text(words.DIALS_WHY, "heading"), self.preset, holder(dials), text(words.SEED, "label"),
                       self.seed, self.best_of, self.notes, text(words.MORE_VOICE, "label"), self.known,
                       self._line, self.steer, self.lock, text(words.PERSONA, "label"), self.persona,
                       text(words.NOT_FOLLOWED, "quiet")):  # fmt: skip
            column.addWidget(widget)
        column.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(inside))
        self.resize(round(560 * theme.scale), round(620 * min(theme.scale, 1.2)))

    def show_voice(self, *, is_known: bool, can_find: bool, said: str = "") -> None:
        """Whether the voice is known in the bot that answers; with something `said`, it is being looked for."""
        why = words.NO_VOICE_YET if can_find else words.NOT_MEASURED
        self.known.setText(said or (words.FOUND_VOICE if is_known else why))
        self._line.setVisible(bool(said) or (can_find and not is_known))
        self.listen.set_words(words.STOP_FINDING if said else words.FIND_VOICE)
        for part in (self.steer, self.lock):
            part.setEnabled(is_known)

    def sampling(self, two: Sampling) -> Sampling:
        """As the dials here stand, and temperature and top-k as in `two`."""
        seed = self.seed.text()
        return replace(
            two,
            top_p=(self.top_p.value + 1) / 100,
            min_p=self.min_p.value / 100,
            repetition=1 + self.repetition.value / 100,
            length=self.length.value + 1,
            seed=min(int(seed), SEEDS) if seed else None,
        )

    def ask(self, turns: tuple[Turn, ...], mode: Mode, two: Sampling) -> Ask:
        """The talk, to be answered as all stands here; temperature and top-k lie outside, in `two`."""
        return Ask(
            turns=turns,
            mode=mode,
            sampling=self.sampling(two),
            persona=self.persona.toPlainText().strip(),
            notes=self.notes.isChecked(),
            strength=self.strength.value / 100,
            voice=steered(self.steer.value) if self.steer.isEnabled() else 0.0,
            lock=self.lock.isChecked() and self.lock.isEnabled(),
            best_of=TRIES if self.best_of.isChecked() else 1,
        )

    def _on_preset(self, index: int) -> None:
        sampling = PRESETS[self._names[index]]
        self.top_p.slider.setValue(round(100 * sampling.top_p) - 1)
        self.min_p.slider.setValue(round(100 * sampling.min_p))
        self.repetition.slider.setValue(round(100 * sampling.repetition) - 100)
        self.preset_chosen.emit(sampling)


def steered(value: int) -> float:
    """Deviations of the voice that are added."""
    return (value - STEPS) * MOST_VOICE / STEPS


def above_one(value: int) -> str:
    return in_hundredths(100 + value)


def from_one_hundredth(value: int) -> str:
    return in_hundredths(1 + value)


def from_one(value: int) -> str:
    return str(1 + value)
