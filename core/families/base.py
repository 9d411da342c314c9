"""What a family of pretrained models is: a shape from its config.json, and its names for our tensors. No torch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from core.families.config import Config
from core.shape import Shape

# Our names of a layer's parts; the decoder gives them to its parameters.
QKV: Final = "attention.query_key_value"
OUTPUT: Final = "attention.output"
GATE: Final = "feed_forward.gate"
UP: Final = "feed_forward.up"
DOWN: Final = "feed_forward.down"

# Speeds of rotary positions, which older programs saved beside the weights; they are worked out from config.json.
INVERSE_FREQUENCIES: Final = r"(layers\.\d+\.self_attn\.)?rotary_emb\.inv_freq"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one of our tensors: `count` of them from `first` on, or all."""

    name: str
    first: int = 0
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One tensor of a model's files, and which of our rows it holds, in its order. GPT-2's matrices lie transposed."""

    theirs: str
    ours: tuple[Rows, ...]
    transposed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """`ignorable` are regular expressions of tensors that hold nothing learnt, without the `prefix` of names: a file
    of the bare model, without its output layer, leaves that out."""

    model_type: str  # what config.json calls it
    title: str
    shape: Callable[[Config], Shape]
    entries: Callable[[Shape], Sequence[Entry]]
    ignorable: tuple[str, ...] = (INVERSE_FREQUENCIES,)
    prefix: str = "model."


def same(theirs: str, ours: str, transposed: bool = False) -> Entry:
    """A tensor that is one of ours, whole."""
    return Entry(theirs, (Rows(ours),), transposed)


def three(theirs: Sequence[str], ours: str, shape: Shape) -> list[Entry]:
    """Queries, keys and values that lie in tensors of their own, and in one of ours."""
    q, kv = shape.heads * shape.head_width, shape.kv_heads * shape.head_width
    places = (Rows(ours, 0, q), Rows(ours, q, kv), Rows(ours, q + kv, kv))
    return [Entry(name, (rows,)) for name, rows in zip(theirs, places, strict=True)]
