"""Which library multiplies matrices in fp32 on a processor: torch's usual one, or oneDNN. Knows no model and no run.

For fp32 torch asks MKL, which leaves much of AMD's processors with AVX-512 unused. It asks oneDNN instead where it may
be content with bf16 inside such products. oneDNN makes use of that only where the processor has units for it (AMX, and
some of ARM's); elsewhere it multiplies fp32 as it is. So products are compared before that is allowed, and torch may do
it only during a step: the setting belongs to the whole process. Choosing takes up to half a second, and what was chosen
is written into the recipe: the two differ in the last digits.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from typing import Final, TypeAlias

import torch
from torch import Tensor

from core.device import Device
from core.recipe import Products, Recipe
from core.shape import Shape
from core.train.workers import one_thread

Pair: TypeAlias = tuple[Tensor, Tensor]  # two matrices that are multiplied

LEAST: Final = 1_000_000  # weights; what is smaller is trained before it matters
ROWS: Final = 128  # tokens, and words of the output layer, that are enough to tell the two apart
WORDS: Final = 2048
TURNS: Final = 5  # of which the fastest counts: other programs may be in the way of the rest
LEAD: Final = 1.05  # less than that is the weather
CLOSE: Final = 1e-5  # of the length of a product: between two orders of adding fp32 it is below 1e-6, in bf16 3e-3
TRIAL: Final = Shape(vocab=512, context=64, layers=1, width=256, heads=4, kv_heads=4, inner=1024)


def suited(recipe: Recipe, device: Device) -> Recipe:
    """The recipe, with the library that is clearly faster at its products."""
    return replace(recipe, products=chosen(recipe, device))


def chosen(recipe: Recipe, device: Device) -> Products:
    """The library that is clearly faster at the products of this recipe, by trying both on one core."""
    if recipe.precision != "fp32" or recipe.shape.parameters < LEAST or not _can_choose(device):
        return "usual"
    pairs = like_those_of(recipe.shape)
    if not are_exact(pairs):
        return "usual"
    with one_thread():
        return "onednn" if lead(pairs) >= LEAD else "usual"


def usable(products: Products, device: Device) -> Products:
    """What a recipe says, unless this computer is not the one where that was found out and would round in between."""
    can = products == "onednn" and _can_choose(device) and are_exact(like_those_of(TRIAL))
    return "onednn" if can else "usual"


@contextmanager
def multiplied_by(products: Products) -> Iterator[None]:
    """All fp32 products of the process go to this library inside the block."""
    if products == "usual":
        yield
        return
    _BLOCKS.count(1)
    try:
        yield
    finally:
        _BLOCKS.count(-1)


def like_those_of(shape: Shape) -> list[Pair]:
    """Matrices as a step multiplies them: forward, for the gradients of the input and of the weights, and to logits."""
    luck = torch.Generator().manual_seed(1)
    x_NC, wide_NF, weight_FC, table_VC = (
        torch.randn(rows, columns, generator=luck)
        for rows, columns in (
            (ROWS, shape.width),
            (ROWS, shape.inner),
            (shape.inner, shape.width),
            (min(WORDS, shape.vocab), shape.width),
        )
    )
    return [(x_NC, weight_FC.t()), (wide_NF, weight_FC), (wide_NF.t(), x_NC), (x_NC, table_VC.t())]


def are_exact(pairs: Sequence[Pair]) -> bool:
    """Whether oneDNN gives the products that fp32 gives."""
    return all(_distance(left, right) < CLOSE for left, right in pairs)


def lead(pairs: Sequence[Pair]) -> float:
    """How many times as fast oneDNN is. Both in turn, so that both see the same weather."""
    usual, onednn = [float("inf")] * len(pairs), [float("inf")] * len(pairs)
    for _ in range(TURNS):
        for place, pair in enumerate(pairs):
            usual[place] = min(usual[place], _seconds(pair, "usual"))
            onednn[place] = min(onednn[place], _seconds(pair, "onednn"))
    return sum(usual) / sum(onednn)


class _Blocks:
    """How many want oneDNN at the moment, in all threads: the last one to leave puts torch back."""

    def __init__(self) -> None:
        self._lock, self._open = Lock(), 0

    def count(self, change: int) -> None:
        with self._lock:
            self._open += change
            settings = torch.backends.mkldnn.matmul  # type: ignore[attr-defined]  # torch puts it there when it runs
            settings.fp32_precision = "bf16" if self._open else "none"


_BLOCKS: Final = _Blocks()


def _can_choose(device: Device) -> bool:
    """Whether torch has the setting, and something to set: it goes to oneDNN only with AVX-512."""
    able = torch.cpu.get_capabilities()
    return device.kind == "cpu" and bool(able.get("avx512_f")) and hasattr(torch.backends.mkldnn, "matmul")


def _distance(left: Tensor, right: Tensor) -> float:
    with multiplied_by("onednn"):
        found = torch.mm(left, right)
    usual = torch.mm(left, right)
    return float((found - usual).norm() / usual.norm())


def _seconds(pair: Pair, products: Products) -> float:
    with multiplied_by(products):
        started = time.perf_counter()
        torch.mm(*pair)
        return time.perf_counter() - started
