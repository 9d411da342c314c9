"""Attention is one sum, in whatever parts it is computed: compared with that sum, written out in double precision."""

import pytest
import torch
from torch import Tensor

from core.models.attention import PART, attend
from core.models.documents import Documents

HEADS, SHARED, WIDTH = 4, 2, 16


def written_out(q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
    """Each query by itself, over the keys that it sees."""
    q, k, v = q.double(), k.double().repeat_interleave(2, 1), v.double().repeat_interleave(2, 1)
    given = torch.empty_like(q)
    past = k.shape[2] - q.shape[2]
    for at in range(q.shape[2]):
        seen = slice(max(0, past + at - window + 1) if window else 0, past + at + 1)
        scores = (k[:, :, seen] @ q[:, :, at, :, None])[..., 0] * WIDTH**-0.5
        given[:, :, at] = (scores.softmax(2)[:, :, None] @ v[:, :, seen])[:, :, 0]
    return given


@pytest.mark.parametrize("window", [0, 50], ids=["all", "a window"])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32], ids=["bf16", "fp32"])
@pytest.mark.parametrize(("new", "past"), [(2 * PART + 9, 0), (PART + 3, 70), (1, 90), (5, 0)])
@torch.no_grad()
def test_a_prompt_is_seen_as_token_by_token(new: int, past: int, dtype: torch.dtype, window: int) -> None:
    generator = torch.Generator().manual_seed(1)
    q = torch.randn(1, HEADS, new, WIDTH, generator=generator).to(dtype)
    k, v = (torch.randn(1, SHARED, past + new, WIDTH, generator=generator).to(dtype) for _ in range(2))
    off = (attend(q, k, v, window).double() - written_out(q, k, v, window)).abs().max()
    assert off < (0.05 if dtype == torch.bfloat16 else 1e-5)


@pytest.mark.parametrize("window", [0, 50], ids=["all", "a window"])
@pytest.mark.parametrize(("dtype", "close"), [(torch.bfloat16, 0.02), (torch.float32, 2e-6)], ids=["bf16", "fp32"])
@pytest.mark.parametrize("tokens", [4 * PART, 2 * PART + 9, PART])
def test_what_is_learnt_is_what_the_sum_says(tokens: int, dtype: torch.dtype, close: float, window: int) -> None:
    """In parts the gradients are those of the sum in double precision, within what the numbers can tell."""
    generator = torch.Generator().manual_seed(2)
    q, k, v = (torch.randn(2, heads, tokens, WIDTH, generator=generator) for heads in (HEADS, SHARED, SHARED))
    towards = torch.randn(2, HEADS, tokens, WIDTH, generator=generator)
    q, k, v = mine = tuple(each.to(dtype).requires_grad_() for each in (q, k, v))
    found = torch.autograd.grad(attend(q, k, v, window), mine, towards.to(dtype))
    q, k, v = right = tuple(each.detach().double().requires_grad_() for each in mine)
    expected = torch.autograd.grad(at_once(q, k, v, window), right, towards.double())
    for gradient, wanted in zip(found, expected, strict=True):
        assert (gradient.double() - wanted).norm() < close * wanted.norm()


def at_once(q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
    """All queries over all keys, with what is hidden taken out."""
    tokens = q.shape[2]
    seen = torch.ones(tokens, tokens, dtype=torch.bool).tril()
    seen = seen.triu(1 - window) if window else seen
    scores = q @ k.repeat_interleave(2, 1).mT * WIDTH**-0.5
    y: Tensor = scores.masked_fill(~seen, -torch.inf).softmax(3) @ v.repeat_interleave(2, 1)
    return y


def test_documents_of_one_window_are_seen_in_parts_as_alone() -> None:
    generator = torch.Generator().manual_seed(3)
    tokens, second = 3 * PART, PART + 40  # the first document ends inside a part
    q, k, v = (
        torch.randn(1, heads, tokens, WIDTH, generator=generator).to(torch.bfloat16)
        for heads in (HEADS, SHARED, SHARED)
    )
    starts = torch.zeros(1, tokens, dtype=torch.long)
    starts[:, second:] = second
    mask = Documents.of(starts, torch.bfloat16, 0).hidden(0)
    together = attend(q.requires_grad_(), k, v, mask=mask).detach()
    for part in (slice(0, second), slice(second, tokens)):
        alone = written_out(q[:, :, part].detach(), k[:, :, part], v[:, :, part], 0)
        assert (together[:, :, part].double() - alone).abs().max() < 0.05
