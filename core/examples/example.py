"""One training example: what was said before, and what the person said then. Knows no token and no corpus."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from core.documents import Span
from core.replies import Turn

Kind: TypeAlias = Literal["dialogue", "reply", "continuation", "document", "question", "notes", "rehearsal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What is learnt is `answer`, without its `quotes`, and that it ends there; the turns before it are only read."""

    kind: Kind
    turns: tuple[Turn, ...]  # oldest first; none where a document simply begins
    answer: str
    quotes: tuple[Span, ...] = ()  # characters of the answer that are somebody else's words
    ends: bool = True  # whether the person was done here: not where a long text is cut
    source: str = ""
    key: str = ""
    thread: str = ""
    person: str = ""  # whom it answers
    written: datetime | None = None

    def __post_init__(self) -> None:
        if not self.answer:
            raise ValueError("an example without an answer teaches nothing")

    def parts(self) -> list[tuple[str, bool]]:
        """The answer in order, in parts that are wholly the person's own (True) or wholly quoted (False)."""
        found: list[tuple[str, bool]] = []
        here = 0
        for start, end in self.quotes:
            found += [(self.answer[here:start], True), (self.answer[start:end], False)]
            here = end
        found.append((self.answer[here:], True))
        return [(text, own) for text, own in found if text]
