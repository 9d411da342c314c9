"""What a training will take and give, before it begins: time, memory, disk, electricity, and what to expect. Pure."""

from math import inf
from typing import Final

from core.recipe import Method

# Passes over all of the writing, at most, by how many tokens it has: from nothing text may be read often; adapters
# learn it by heart sooner, the less there is.
PASSES: Final[dict[Method, tuple[tuple[float, int], ...]]] = {
    "scratch": ((inf, 40),),
    "full": ((inf, 4),),
    "lora": ((3e5, 5), (2e6, 3), (inf, 2)),
    "qlora": ((3e5, 5), (2e6, 3), (inf, 2)),
}


def most_passes(method: Method, tokens: float) -> int:
    """How often so many tokens may be read."""
    return next(passes for most, passes in PASSES[method] if tokens <= most)
