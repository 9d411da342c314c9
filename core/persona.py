"""What a bot is told before a talk: who it is, what its writer wrote, and how the writer answers. Knows no model."""

from collections.abc import Sequence
from typing import Final

from core.replies import Turn
from core.retrieval import Cited

NOBODY: Final = "the writer"
WHO: Final = (
    "You are {name}'s writing twin, a small model trained on {name}'s texts. Answer in the first person, briefly, "
    "as {name} would. Use the numbered notes when they fit and cite them as [n]. If neither notes nor memory hold it, "
    "say so."
)
NOTES: Final = "Notes, from what {name} wrote:"
NO_NOTES: Final = "{name} has not written about what is asked now. Say that you have not written about it."
REWRITE: Final = "Say the following in your own words and voice. Keep what it means, and add nothing.\n\n{text}"
GO_ON: Final = "Go on in your own voice:\n{text}"  # as core/examples/make.py asks
NOTE_CHARACTERS: Final = 1_200  # of one note: a passage is never much longer


def system(name: str, persona: str = "", notes: Sequence[Cited] = (), *, unknown: bool = False) -> Turn:
    """The first turn of a talk."""
    name = name or NOBODY
    parts = [persona or WHO.format(name=name)]
    if notes:
        parts.append(NOTES.format(name=name))
        parts += [f"[{note.number}] {note.heading}\n{note.text[:NOTE_CHARACTERS]}" for note in notes]
    elif unknown:
        parts.append(NO_NOTES.format(name=name))
    return Turn("system", "\n\n".join(parts))


def shots(pairs: Sequence[tuple[str, str]]) -> list[Turn]:
    """Talks that the writer had, as examples before the real one."""
    return [turn for asked, said in pairs for turn in (Turn("user", asked), Turn("assistant", said))]


def rewriting(text: str) -> str:
    return REWRITE.format(text=text)


def going_on(text: str) -> str:
    return GO_ON.format(text=text)
