"""What machine code is written for, and what stands where in the memory that it works with. Knows no instruction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from core.shape import Shape

LINE: Final = 64  # bytes that move between memory and processor together
MOST_THREADS: Final = 64
TOLD: Final = 8  # numbers of 64 bits that say what is to be done
GROUP: Final = 32  # inputs of a product that share a scale
LINEAR: Final = ("query_key_value", "output", "up", "gate", "down")
NORMS: Final = ("attention_norm", "attention_post_norm", "feed_forward_norm", "feed_forward_post_norm")
SLOTS: Final = (
    *(
        f"{name}.{part}"
        for name in LINEAR
        for part in ("matrix", "scales", "bias", "reads", "writes", "pairs", "factor")
    ),
    *(f"{name}.{part}" for name in NORMS for part in ("weight", "bias")),
    *("query_norm.weight", "key_norm.weight", "cos", "sin", "window"),
)  # what the code is told of each layer: addresses, and one number


@dataclass(frozen=True, slots=True)
class Ranks:
    """Of a layer's adapters: of all pairs together, filled up to whole tiles, and of one of them."""

    all: int
    one: int


@dataclass(frozen=True, slots=True)
class Plan:
    """`bits` and `ranks` are of each linear layer, by its name in `LINEAR`; `length`: the most
    places of a cache."""

    shape: Shape
    length: int
    bits: Mapping[str, int]
    ranks: Mapping[str, Ranks] = field(default_factory=dict)

    @property
    def linear(self) -> tuple[str, ...]:
        return tuple(name for name in LINEAR if name != "gate" or self.shape.gated)

    @property
    def seen(self) -> int:
        """What all heads see of a token, in numbers."""
        return self.shape.heads * self.shape.head_width

    def inputs(self, name: str) -> int:
        """Of a linear layer."""
        return {"output": self.seen, "down": self.shape.inner}.get(name, self.shape.width)

    def outputs(self, name: str) -> int:
        shape = self.shape
        inner = (shape.heads + 2 * shape.kv_heads) * shape.head_width
        return {"query_key_value": inner, "up": shape.inner, "gate": shape.inner}.get(name, shape.width)


class Room:
    """Where in the working memory what stands, in bytes: what all threads share, then what each has for itself."""

    def __init__(self, plan: Plan) -> None:
        self._end = (
            3 * LINE
        )  # how many have arrived, how often all have, how much is dealt out: each in a line of its own
        self.flags, self.job = self._floats(MOST_THREADS * LINE // 4), self._floats(2 * TOLD)
        self.heads, self.turned = self._floats(plan.outputs("query_key_value")), self._floats(plan.seen)
        self.seen, self.added = self._floats(plan.seen), self._floats(plan.shape.width)
        self.wide, self.gate = self._floats(plan.shape.inner), self._floats(plan.shape.inner)
        self.shared, self._end = self._end, 0
        self.stream, self.normed = self._floats(plan.shape.width), self._floats(plan.shape.width)
        self.row = self._floats(max(map(row_bytes, map(plan.inputs, plan.linear))) // 4)
        self.reads = {name: self._floats(ranks.all) for name, ranks in plan.ranks.items()}
        self.scores = self._floats(plan.length + LINE)
        self.own = self._end

    def bytes(self, threads: int) -> int:
        return self.shared + threads * self.own

    def _floats(self, count: int) -> int:
        first = self._end
        self._end += -(-4 * count // LINE) * LINE
        return first


def row_bytes(inputs: int) -> int:
    """Of a row as bytes, and of two floats for each of its groups."""
    return inputs + 8 * (inputs // GROUP)


def tile_bytes(bits: int, inputs: int, lanes: int) -> int:
    """Of the weights of as many outputs as a vector has lanes."""
    return inputs * lanes * bits // 8
