"""Our norm is torch's, in value and gradient."""

import pytest
import torch
from torch.nn import functional as F

from core.models.rms_norm import RmsNorm


def numbers(*size: int) -> torch.Tensor:
    return torch.randn(size, generator=torch.Generator().manual_seed(1)).mul_(3).requires_grad_()


@pytest.mark.parametrize("size", [(5, 16), (2, 3, 16), (2, 4, 3, 16)])
def test_it_equals_torchs_in_value_and_gradient(size: tuple[int, ...]) -> None:
    norm, x = RmsNorm(16, 1e-5), numbers(*size)
    norm.weight.data = torch.linspace(-1, 2, 16)
    upstream = torch.randn(size, generator=torch.Generator().manual_seed(2))
    expected = F.rms_norm(x, (16,), norm.weight, 1e-5)
    torch.testing.assert_close(norm(x), expected)
    ours = torch.autograd.grad(norm(x), (x, norm.weight), upstream)
    torch.testing.assert_close(ours, torch.autograd.grad(expected, (x, norm.weight), upstream))


def test_in_bf16_it_is_as_good_as_the_numbers() -> None:
    norm, x = RmsNorm(64, 1e-5), numbers(100, 64)
    exact = torch.autograd.grad(norm(x), (x, norm.weight), torch.ones(100, 64))
    norm, x = norm.to(torch.bfloat16), x.detach().to(torch.bfloat16).requires_grad_()
    rough = torch.autograd.grad(norm(x), (x, norm.weight), torch.ones(100, 64, dtype=torch.bfloat16))
    for one, other in zip(rough, exact, strict=True):
        assert one.dtype == torch.bfloat16
        assert F.cosine_similarity(one.float().flatten(), other.flatten(), dim=0) > 0.999


def test_a_row_of_zeros_stays_finite() -> None:
    x = torch.zeros(2, 8, requires_grad=True)
    normed = RmsNorm(8, 1e-5)(x)
    (gradient,) = torch.autograd.grad(normed.sum(), x)
    assert normed.abs().max() == 0
    assert gradient.isfinite().all()
