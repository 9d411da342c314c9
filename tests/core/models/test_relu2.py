"""Our squared ReLU is torch's, in value and gradient."""

import torch
from torch.nn import functional as F

from core.models.relu2 import relu2


def test_it_equals_torchs_in_value_and_gradient() -> None:
    x = torch.linspace(-2, 3, 101).view(1, 101).requires_grad_()
    upstream = torch.randn(1, 101, generator=torch.Generator().manual_seed(1))
    expected = F.relu(x).square()
    assert torch.equal(relu2(x), expected)
    ours, torchs = (torch.autograd.grad(y, x, upstream)[0] for y in (relu2(x), expected))
    torch.testing.assert_close(ours, torchs)
