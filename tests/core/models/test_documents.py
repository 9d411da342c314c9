"""Documents packed into one sequence: each is read, and learnt, as if it were alone."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from core.models.decoder import IGNORE, Decoder
from core.shape import Shape

ROPE = Shape(vocab=40, context=64, layers=2, width=32, heads=4, kv_heads=2, inner=64, qk_norm=True)
SHAPES = {
    "rope": ROPE,
    "learned": replace(ROPE, position="learned", norm="layer", bias=True, kv_heads=4, qk_norm=False),
    "slides": replace(ROPE, layers=3, kinds=("slide", "full", "nope"), window=5, rope_local_theta=100.0),
    "partial": replace(ROPE, rope_width=4, gated=True, activation="silu"),
}
LENGTHS = (13, 9, 1, 17)  # of documents; what is left of the sequence is nobody's
T = 48


def model(shape: Shape, dtype: torch.dtype = torch.float32) -> Decoder:
    made = Decoder(shape)
    made.initialise(1)
    return made.to(dtype)


def packed() -> tuple[Tensor, Tensor, Tensor]:
    """Ids, targets and starts of two sequences with documents of LENGTHS, the second in another order."""
    random = torch.Generator().manual_seed(2)
    ids_BT = torch.randint(0, 40, (2, T), generator=random)
    targets_BT, starts_BT = torch.full((2, T), IGNORE), torch.zeros(2, T, dtype=torch.long)
    for row, lengths in enumerate((LENGTHS, LENGTHS[::-1])):
        at = 0
        for length in lengths:
            here = slice(at, at + length)
            targets_BT[row, here] = torch.randint(0, 40, (length,), generator=random)
            starts_BT[row, here] = at
            at += length
        starts_BT[row, at:] = at
    return ids_BT, targets_BT, starts_BT


def alone() -> list[tuple[Tensor, Tensor]]:
    """The same documents, one at a time."""
    ids_BT, targets_BT, starts_BT = packed()
    found = []
    for row, starts in enumerate(starts_BT):
        for start in starts.unique():
            here = starts == start
            found.append((ids_BT[row, here][None], targets_BT[row, here][None]))
    return found


@pytest.mark.parametrize("again", [False, True], ids=["once", "blocks twice"])
@pytest.mark.parametrize("name", SHAPES)
def test_packed_documents_have_the_gradients_of_documents_alone(name: str, again: bool) -> None:
    one = model(SHAPES[name])
    weights = list(one.parameters())
    expected = [torch.zeros_like(weight) for weight in weights]
    expected_loss = 0.0
    for ids_BT, targets_BT in alone():
        loss = one.loss(ids_BT, targets_BT)
        expected_loss += loss.item()
        gradients = torch.autograd.grad(loss, weights, allow_unused=True, materialize_grads=True)
        expected = [total + gradient for total, gradient in zip(expected, gradients, strict=True)]
    one.checkpointing = again
    ids_BT, targets_BT, starts_BT = packed()
    loss = one.loss(ids_BT, targets_BT, None, starts_BT)
    assert loss.item() == pytest.approx(expected_loss, rel=1e-6)
    size = max(float(gradient.abs().max()) for gradient in expected)
    for found, alike in zip(torch.autograd.grad(loss, weights), expected, strict=True):
        torch.testing.assert_close(found / size, alike / size, atol=1e-5, rtol=0)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("name", SHAPES)
def test_no_document_hears_another(name: str, dtype: torch.dtype) -> None:
    one = model(SHAPES[name], dtype)
    ids_BT, _, starts_BT = packed()
    other_BT = ids_BT.clone()
    first = starts_BT == 0
    other_BT[first] = (other_BT[first] + 1) % 40
    with torch.no_grad():
        before, after = one(ids_BT, starts_BT=starts_BT), one(other_BT, starts_BT=starts_BT)
    assert torch.equal(before[~first], after[~first])
    assert not torch.equal(before[first], after[first])
    with torch.no_grad():
        assert not torch.equal(one(ids_BT)[~first], one(other_BT)[~first])


@pytest.mark.parametrize("name", SHAPES)
def test_one_document_is_a_sequence_as_ever(name: str) -> None:
    one = model(SHAPES[name])
    ids_BT, _, starts_BT = packed()
    with torch.no_grad():
        torch.testing.assert_close(one(ids_BT, starts_BT=torch.zeros_like(starts_BT)), one(ids_BT))
