"""What the Examples page says. Knows no widget."""

from typing import Final

from app import words as common
from app.words import counted, number
from core.chatrows import Kind

TITLE: Final = "Examples"
LEAD: Final = (
    "A bot that answers learns from questions and answers. A base model on this computer asks what your posts answer: "
    "some before every training on it, and here as many as you like. Your own talks and replies are examples already. "
    "Change any of them, or leave it out."
)
MAKE: Final = "Make examples"
MAKE_MORE: Final = "Make more"
STOP: Final = common.STOP
MODEL: Final = "Which model asks"
PIECES: Final = "To how many pieces of your writing, at most"
AMOUNTS: Final = ((50, "50 pieces"), (200, "200"), (600, "600"))
MAKING: Final = "Making examples"
MAKING_WHY: Final = (
    "You can stop whenever you like: what is made stays, and it goes on from there. Nothing leaves this computer."
)
WAKING: Final = "Waking the model"
STOPPED: Final = "Stopped. What was made is kept."
NO_MODEL: Final = "To make questions and answers, get a base model first"
NO_MODEL_WHY: Final = "It is downloaded once. Your own talks and replies are shown here without it."
GO_MODELS: Final = "Go to Models"
NOTHING: Final = "No example yet"
NOTHING_WHY: Final = "Bring in your writing, then make some here."
LOOKING: Final = "Looking for your own talks and replies …"
TABLE: Final = TITLE
ASKED: Final = "What is asked"
ANSWER: Final = "What is answered"
KIND: Final = "Kind"
SEARCH: Final = "Search in the examples"
WHICH: Final = "Which kind is shown"
ALL: Final = "All kinds"
KINDS: Final[dict[Kind, str]] = {
    "dialogue": "Your talk",
    "reply": "Your reply",
    "continuation": "Going on",
    "question": "Question",
    "notes": "From notes",
    "unanswerable": "No answer",
    "rehearsal": "Rehearsal",
}
WHY: Final[dict[Kind, str]] = {
    "dialogue": "Somebody said this to you, and you answered. It teaches your voice best.",
    "reply": "Somebody wrote this, and you replied. It teaches your voice.",
    "continuation": "The beginning of a text of yours, and how it goes on.",
    "question": "The model asked what this piece of yours answers.",
    "notes": "The same question with three notes before it. The answer is your own sentences, with the note's number.",
    "unanswerable": "None of the notes answers this, so the bot learns to say that it does not know.",
    "rehearsal": "How the model answers by itself, so that it does not forget how.",
}
NOTES: Final = "Notes it is shown"
SAVE: Final = "Save the change"
LEAVE_OUT: Final = "Leave out"
USE: Final = "Use it again"
UNDO: Final = common.UNDO
UNDO_WHY: Final = "Undo the last change of an example (Ctrl+Z)"
EDITED: Final = "You changed this one."
CHOOSE: Final = "Choose an example to read or change it."
LEAST: Final = "It fits its answer worst, so it is not used."


def totals(there: int, used: int, own: int) -> str:
    """How many there are and are used; and how many are the writer's own, which `mynah chatdata` leaves out."""
    said = f"{counted(there, 'example', 'examples')}, {number(used)} of them used."
    if not own:
        return said
    if own == there:
        return f"{said} {'All are' if own > 1 else 'It is'} of your own talks and texts."
    return f"{said} {number(there - own)} made from your posts, {number(own)} of your own talks and texts."


def state(dropped: str, *, is_used: bool, is_edited: bool) -> str:
    """Why an example is not used, or that it was changed."""
    if dropped:
        return f"Not used: {dropped}."
    if not is_used:
        return LEAST
    return EDITED if is_edited else ""
