"""What a model sees of an example: its tokens one by one, which of them are learnt, and which are signs of control."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.curate.clean import View
from core.errors import Unsupported
from core.events import Progress, Stop, Work
from core.examples.build import of_view
from core.examples.example import Example
from core.examples.make import Shape
from core.examples.tokens import Tokens, plain
from core.runs import Run
from core.tokenizers import files
from core.tokenizers.base import Tokenizer

ENOUGH: Final = 1_000_000  # characters
PIECES: Final = 2_048
END: Final = "⟨end⟩"  # how the end of a turn is shown where a tokenizer has no name for it


@dataclass(frozen=True, slots=True)
class Piece:
    """A token as it is shown. A character that several tokens make up is shown with the last of them."""

    text: str
    learnt: bool
    special: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One example: where it is from, and its tokens."""

    kind: str
    source: str
    key: str
    pieces: tuple[Piece, ...]

    @property
    def learnt(self) -> int:
        return sum(piece.learnt for piece in self.pieces)


def pieces(tokens: Tokens, tokenizer: Tokenizer, names: Sequence[tuple[int, str]] = ()) -> tuple[Piece, ...]:
    """`names` are the signs of control, by id."""
    known = dict(names) | {tokenizer.end: dict(names).get(tokenizer.end, END)}
    shown: list[Piece] = []
    waiting = b""
    for id_, learnt in zip(tokens.ids, tokens.learnt, strict=True):
        if id_ in known:
            shown.append(Piece(known[id_], learnt, special=True))
            continue
        waiting += tokenizer.decode_bytes([id_])
        try:
            text, waiting = waiting.decode("utf-8"), b""
        except UnicodeDecodeError as error:
            broken = error.end - error.start if error.reason != "unexpected end of data" else 0
            text = waiting.decode("utf-8", "replace") if broken or len(waiting) > 3 else ""
            waiting = b"" if text else waiting
        shown.append(Piece(text, learnt, special=False))
    return tuple(shown)


def see(view: View, run: Run | None, shape: Shape, count: int, stop: Stop) -> Work[list[Sight]]:
    """About `count` examples spread over all of them, as the tokenizer of `run` cuts them, or else one trained now.

    Raises Unsupported where too little of all of them would be learnt, or there are none.
    """
    yield Progress(0, 0, "Making examples")
    made = of_view(view, shape).train
    if not made:
        raise Unsupported(
            "There is nothing of your own to learn from.",
            fix="Import more of your writing, or look at what was left out and why.",
        )
    yield Progress(0, 0, "Learning how your writing is spelt")
    tokenizer = files.load(run.tokenizer_file) if run is not None else quick(made)
    shown: list[Sight] = []
    chosen = made[:: max(1, len(made) // count)][:count]
    for n, one in enumerate(chosen):
        yield Progress(n, len(chosen), "Cutting into tokens")
        if stop():
            break
        tokens = plain(one, tokenizer)
        shown.append(Sight(kind=one.kind, source=one.source, key=one.key, pieces=pieces(tokens, tokenizer)))
    return shown


def quick(examples: Sequence[Example]) -> Tokenizer:
    """A tokenizer of some thousand pieces, from a part of the writing: good enough to look at."""
    texts: list[str] = []
    size = 0
    for one in examples:
        texts += [*(turn.text for turn in one.turns), one.answer]
        size += len(one.answer)
        if size > ENOUGH:
            break
    return files.train("bpe", texts, PIECES)
