"""The loss without logits is the loss, and so are its gradients, however small the chunks are."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from core.models import lora, loss
from core.models.decoder import IGNORE, Decoder
from core.models.dropout import Dropout
from core.shape import Shape

SHAPE = Shape(vocab=60, context=32, layers=3, width=32, heads=4, kv_heads=2, inner=48, gated=True, logit_scale=0.5)
UNTIED = Shape(vocab=60, context=32, layers=2, width=32, heads=4, kv_heads=2, inner=48, tied=False)


def model(shape: Shape) -> Decoder:
    made = Decoder(shape)
    made.initialise(1)
    return made


def batch(masked: bool = True) -> tuple[Tensor, Tensor]:
    ids = torch.randint(60, (3, 21), generator=torch.Generator().manual_seed(2))
    targets = ids[:, 1:].clone()
    if masked:
        targets[0, :7] = IGNORE
        targets[2] = IGNORE
    return ids[:, :-1], targets


def gradients(of: Tensor, made: Decoder) -> list[Tensor]:
    return list(torch.autograd.grad(of, [weight for weight in made.parameters() if weight.requires_grad]))


def naive(made: Decoder, ids: Tensor, targets: Tensor) -> Tensor:
    """The loss with all logits at once."""
    logits = made.logits(made(ids)).flatten(0, 1)
    return F.cross_entropy(logits, targets.flatten(), ignore_index=IGNORE, reduction="sum")


@pytest.mark.parametrize("shape", [SHAPE, UNTIED], ids=["tied", "untied"])
@pytest.mark.parametrize("rows", [1, 7, 1000])
@pytest.mark.parametrize("masked", [True, False])
def test_in_chunks_it_is_the_same_loss_with_the_same_gradients(
    shape: Shape, rows: int, masked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loss, "MOST", rows * shape.vocab)
    made, (ids, targets) = model(shape), batch(masked)
    right, given = naive(made, ids, targets), made.loss(ids, targets)
    torch.testing.assert_close(given, right, atol=1e-5, rtol=1e-6)
    for mine, theirs in zip(gradients(given * 3, made), gradients(right * 3, made), strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-5, rtol=1e-5)
    with torch.inference_mode():
        torch.testing.assert_close(made.loss(ids, targets), right, atol=1e-5, rtol=1e-6)


def test_no_more_logits_are_made_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loss, "MOST", 5 * SHAPE.vocab)
    sizes: list[int] = []
    linear = F.linear

    def noting(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
        made = linear(x, weight, bias)
        sizes.append(made.numel() if len(weight) == SHAPE.vocab else 0)
        return made

    monkeypatch.setattr(F, "linear", noting)
    model(SHAPE).loss(*batch()).backward()  # type: ignore[no-untyped-call]
    assert max(sizes) == 5 * SHAPE.vocab


def test_a_frozen_table_gets_no_gradient() -> None:
    made, (ids, targets) = model(SHAPE), batch()
    lora.attach(made, lora.whole(made), rank=2, alpha=4, seed=1)
    given, right = made.loss(ids, targets), naive(made, ids, targets)
    for mine, theirs in zip(gradients(given, made), gradients(right, made), strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-5, rtol=1e-5)
    assert made.embedding.weight.grad is None


@pytest.mark.parametrize("adapted", [True, False])
def test_blocks_computed_twice_give_the_same_gradients(adapted: bool) -> None:
    made, (ids, targets) = model(SHAPE), batch()
    if adapted:
        lora.attach(made, lora.whole(made), rank=2, alpha=4, seed=1)
    right = gradients(made.loss(ids, targets), made)
    made.checkpointing = True
    for mine, theirs in zip(gradients(made.loss(ids, targets), made), right, strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-5, rtol=1e-5)


def test_blocks_computed_twice_draw_the_same_noise_twice() -> None:
    """The gradient is the slope of the very loss that was computed: with other noise the second time it is not."""
    made, (ids, targets) = model(SHAPE), batch()
    made.checkpointing = True

    def noisy() -> Tensor:
        return made.loss(ids, targets, Dropout(0.2, torch.Generator().manual_seed(7)))

    weight = dict(made.named_parameters())["blocks.1.feed_forward.up.weight"]
    slope_OI = torch.autograd.grad(noisy(), [weight])[0]
    step_OI, losses = 0.5 * slope_OI / slope_OI.norm(), list[float]()
    for sign in (1, -2):
        with torch.no_grad():
            weight.add_(sign * step_OI)
        losses.append(noisy().item())
    assert losses[0] - losses[1] == pytest.approx(float(slope_OI.norm()), rel=0.02)
