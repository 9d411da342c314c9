"""Attention is one sum, in whatever parts it is computed: compared with that sum, written out in double precision."""

import pytest
import torch
from torch import Tensor

from core.models.attention import PART, attend

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
