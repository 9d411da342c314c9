"""Documents to examples: dialogue, reply, continuation, and plain documents. Knows no token and no corpus.

Every turn of the person's is learnt once, as the answer to what was said before it; as history of a later answer it is
only read. Sizes and shares follow WeClone's and our own notes on what keeps a bot from answering "ok" to everything.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Final, Literal, TypeAlias

from msgspec.structs import replace

from core.documents import Document, Span
from core.documents import Turn as Said
from core.examples.example import Example
from core.examples.windows import opening, windows
from core.replies import Turn

Shape: TypeAlias = Literal["talk", "text"]  # for a model that is taught to talk, or one that goes on in a text

BURST: Final = timedelta(minutes=2)  # between two messages of one go
TURNS: Final = 8  # of history
HISTORY: Final = 4_000  # characters of history: about 1,024 tokens
WINDOW: Final = 2_400  # characters of an answer: about 600 tokens, and 400 of them are what a reader takes in at once
SHORTEST: Final = 200  # characters of a document that is worth going on in
FIRST_SENTENCES: Final = 2  # that a continuation is given
GO_ON: Final = "Go on in your own voice:\n"


def examples(documents: Sequence[Document], shape: Shape = "talk") -> Iterator[Example]:
    """All examples of the person's own documents, in the order of the documents."""
    for document in bursts(document for document in documents if document.role == "me"):
        if document.context:
            yield from answers(document)
        elif shape == "text":
            yield from plain(document)
        elif len(document.text) >= SHORTEST:
            yield from continuations(document)


def bursts(documents: Iterable[Document]) -> Iterator[Document]:
    """The documents, with messages that somebody sent one upon the other joined into one."""
    waiting: Document | None = None
    for document in documents:
        if waiting is not None and goes_on(waiting, document):
            shift = len(waiting.text) + 1
            quotes = (*waiting.quotes, *((start + shift, end + shift) for start, end in document.quotes))
            waiting = replace(waiting, text=f"{waiting.text}\n{document.text}", quotes=quotes, written=document.written)
            continue
        if waiting is not None:
            yield waiting
        waiting = document
    if waiting is not None:
        yield waiting


def goes_on(before: Document, after: Document) -> bool:
    """Whether `after` is the next message of the same go."""
    same = (before.source, before.thread, before.kind) == (after.source, after.thread, after.kind)
    if not (same and after.thread and after.kind == "message" and before.written and after.written):
        return False
    said = after.context[-1] if after.context else None
    nobody_between = said is None or (said.role == "me" and before.text.endswith(said.text))
    return nobody_between and timedelta(0) <= after.written - before.written <= BURST


def answers(document: Document) -> Iterator[Example]:
    """The document as an answer to what was said before it."""
    turns = history(document.context)
    if not turns:
        return
    kind: Literal["dialogue", "reply"] = "dialogue" if document.kind == "message" else "reply"
    asked = next((turn.author for turn in reversed(document.context) if turn.role == "other"), "")
    for n, span in enumerate(windows(document.text, WINDOW)):
        if n == 0:  # what follows in a long answer answers nothing
            yield example(document, span, kind, turns, asked)
        else:
            yield example(document, span, "document", (), asked)


def history(context: Sequence[Said]) -> tuple[Turn, ...]:
    """What was said before, as turns that take turns: of one side joined, of several others with their names."""
    others = {turn.author for turn in context if turn.role == "other"}
    turns: list[Turn] = []
    for said in context:
        role: Literal["user", "assistant"] = "user" if said.role == "other" else "assistant"
        text = f"{said.author}: {said.text}" if role == "user" and len(others) > 1 and said.author else said.text
        if turns and turns[-1].role == role:
            turns[-1] = Turn(role, f"{turns[-1].text}\n{text}")
        elif text.strip():
            turns.append(Turn(role, text))
    while len(turns) > TURNS or sum(len(turn.text) for turn in turns) > HISTORY:
        if len(turns) == 1:
            start = len(turns[0].text) - HISTORY
            return (Turn(turns[0].role, turns[0].text[start:]),)
        del turns[0]
    while turns and turns[0].role == "assistant":
        del turns[0]
    return tuple(turns)


def plain(document: Document) -> Iterator[Example]:
    for span in windows(document.text, WINDOW):
        yield example(document, span, "document", ())


def continuations(document: Document) -> Iterator[Example]:
    """Each window as what follows its own first sentences."""
    for start, end in windows(document.text, WINDOW):
        text = document.text[start:end]
        cut = opening(text, FIRST_SENTENCES, len(text) // 2)
        begun = text[:cut].strip()
        if begun and text[cut:].strip():
            skip = len(text[cut:]) - len(text[cut:].lstrip())
            yield example(document, (start + cut + skip, end), "continuation", (Turn("user", GO_ON + begun),))


def example(
    document: Document,
    span: Span,
    kind: Literal["dialogue", "reply", "continuation", "document"],
    turns: tuple[Turn, ...],
    person: str = "",
) -> Example:
    start, end = span
    quotes = [(max(a, start) - start, min(b, end) - start) for a, b in document.quotes if a < end and b > start]
    return Example(
        kind=kind,
        turns=turns,
        answer=document.text[start:end],
        quotes=tuple(quotes),
        ends=end == len(document.text),
        source=document.source,
        key=document.key,
        thread=document.thread,
        person=person,
        written=document.written,
    )
