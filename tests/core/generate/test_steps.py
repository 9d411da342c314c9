"""The step of one token: however it is done, it gives what a pass over everything gives, or is not used."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from core.generate.reader import Reader
from core.generate.steps import Plain, Tried
from core.models.cache import StillCache
from core.models.decoder import Decoder
from core.shape import Shape
from tests.fakes.small_run import opinionated

IDS = [5, 3, 9, 1, 7, 7, 2, 11, 4, 8]
LLAMA = Shape(vocab=16, context=12, layers=2, width=32, heads=4, kv_heads=2, inner=48, gated=True, activation="silu")
GPT2 = Shape(
    vocab=16, context=12, layers=2, width=32, heads=4, kv_heads=4, inner=48, norm="layer", position="learned", bias=True
)
SLIDING = Shape(
    vocab=16, context=12, layers=2, width=32, heads=4, kv_heads=2, inner=48, kinds=("slide", "full"), window=3
)
SHAPES = pytest.mark.parametrize("shape", [LLAMA, GPT2, SLIDING], ids=["llama", "gpt2", "sliding"])


@torch.inference_mode()
def whole(model: Decoder, ids: list[int]) -> Tensor:
    """The logits after `ids`, from one pass without any cache."""
    logits_V: Tensor = model.logits(model(torch.tensor([ids])))[0, -1]
    return logits_V


@torch.inference_mode()
def read(step: Callable[[int], Tensor], model: Decoder, cache: StillCache) -> list[Tensor]:
    model(torch.tensor([IDS[:4]]), cache)
    return [step(token) for token in IDS[4:]]


@SHAPES
def test_a_still_step_gives_what_a_whole_pass_gives(shape: Shape) -> None:
    model, cache = opinionated(shape, seed=1), StillCache(shape, shape.context)
    for n, given_V in enumerate(read(Plain(model, cache), model, cache), start=5):
        torch.testing.assert_close(given_V, whole(model, IDS[:n]), atol=1e-3, rtol=1e-3)
    assert cache.used == len(IDS)


def test_a_quick_step_is_used_once_it_gave_the_same() -> None:
    model, cache = opinionated(LLAMA, seed=1), StillCache(LLAMA, LLAMA.context)
    plain, asked = Plain(model, cache), list[int]()

    def quick(token: int) -> Tensor:
        asked.append(token)
        return plain(token)

    given = read(Tried(plain, lambda: quick), model, cache)
    torch.testing.assert_close(given[-1], whole(model, IDS), atol=1e-3, rtol=1e-3)
    assert (asked, cache.used) == (IDS[4:], len(IDS))


@pytest.mark.parametrize("fault", ["wrong", "broken"])
def test_a_quick_step_that_is_wrong_or_breaks_is_never_asked_again(fault: str) -> None:
    model, cache = opinionated(LLAMA, seed=1), StillCache(LLAMA, LLAMA.context)
    plain, asked = Plain(model, cache), list[int]()

    def quick(token: int) -> Tensor:
        asked.append(token)
        if fault == "broken":
            raise RuntimeError("no compiler")
        return plain(token) + 1000

    given = read(Tried(plain, lambda: quick), model, cache)
    torch.testing.assert_close(given[-1], whole(model, IDS), atol=1e-3, rtol=1e-3)
    assert (asked, cache.used) == (IDS[4:5], len(IDS))


def test_a_reader_with_a_still_cache_goes_on_beyond_its_context() -> None:
    model = opinionated(LLAMA, seed=1)
    still, moving = Reader(model, compiled=True), Reader(model)
    still._step = Plain(model, still._cache) if isinstance(still._cache, StillCache) else None
    for token in (IDS * 3)[:25]:
        torch.testing.assert_close(still.read([token]), moving.read([token]), atol=1e-3, rtol=1e-3)
