"""What the History page says. Knows no widget."""

from typing import Final

from app import words as common
from app.words import counted, duration, number

HISTORY: Final = "History"
LEAD: Final = "Every training is kept, until you delete it. Choose one to see how it went."
EMPTY: Final = "Nothing has been trained yet"
EMPTY_WHY: Final = "When a bot has been trained, it appears here, with its curve and what it wrote on the way."
GO_TRAIN: Final = common.GO_TRAIN
RUNS: Final = "Trainings"
NAME: Final = "Name"
BEST: Final = "Best"
TIME: Final = common.AGAINST_TIME
SIZE: Final = "On disk"
CURVES: Final = "All curves"
CURVES_LEAD: Final = "Bits per byte on text that none of them has seen. Lower is better; the chosen one is drawn thick."
COMPARED: Final = "Curves of all trainings"
MOMENT: Final = "A moment of it"
MOMENT_LEAD: Final = "Move along the curve: this is what it wrote by then."
SCRUB: Final = "Step of the training"
NO_LOOK: Final = "It was not measured even once, so there is no curve yet."
TALK_THEN: Final = "Talk to it as it was then"
TALK_HINT: Final = "Begin a text …"
GO_ON: Final = "Let it go on"
STOP: Final = common.STOP_REPLY
NOT_KEPT: Final = "Its weights of this step were not kept."
REPORT: Final = "The report"
OPEN_REPORT: Final = "Open as a page"
SAVE_REPORT: Final = "Save as…"
SAVED_REPORT: Final = "The report is saved."
RENAME: Final = "Rename…"
RENAME_WHY: Final = "What should it be called?"
DELETE: Final = common.DELETE
UNDO: Final = common.UNDO
STILL_TRAINING: Final = "This one is being trained right now. Stop it first, then delete it."
HAPPENED: Final = "What happened"
NEXT: Final = "What to try next"
HTML_FILES: Final = "Web page (*.html)"
MORE_LEFT: Final = "The newest eight are drawn."


def kept_at(steps: tuple[int, ...]) -> str:
    """Which steps can be talked to."""
    shown = ", ".join(number(step) for step in steps)
    return f"{NOT_KEPT} Kept are: {shown}." if steps else NOT_KEPT


def at(step: int, bits: float) -> str:
    return f"Step {number(step)} · {bits:.3f} bits per byte"


def megabytes(size: int) -> str:
    return f"{number(round(size / 1e6))} MB" if size >= 1e6 else f"{number(round(size / 1e3))} kB"


def together(count: int, size: int) -> str:
    return f"{counted(count, 'training', 'trainings')} on this disk, {megabytes(size)} together."


def deleted(title: str) -> str:
    return f"“{title}” is in the trash."


def lasted(seconds: float) -> str:
    return duration(seconds) if seconds else "–"


def described(title: str, best: float | None) -> str:
    """A curve, for those who do not see it."""
    return f"{title}: " + ("not measured yet" if best is None else f"best {best:.3f} bits per byte")
