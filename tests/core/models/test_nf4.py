"""Layers in four bits: the bytes that bitsandbytes makes, and gradients that go through them."""

import sys
from types import ModuleType

import pytest
import torch
from torch.nn import functional as F

from core.models import lora, nf4, nf4_kernel
from core.models.decoder import Decoder
from core.models.nf4 import FourBit
from core.shape import Shape

SHAPE = Shape(vocab=40, context=64, layers=2, width=64, heads=4, kv_heads=2, inner=96, gated=True)


def weight(rows: int = 96, columns: int = 128, seed: int = 1) -> torch.Tensor:
    return torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed)) * 0.02


def test_the_bytes_are_those_of_bitsandbytes(caplog: pytest.LogCaptureFixture) -> None:
    theirs = pytest.importorskip("bitsandbytes.functional")
    ours = FourBit(weight(), None)
    pairs, state = theirs.quantize_4bit(weight(), blocksize=64, compress_statistics=True, quant_type="nf4")
    assert torch.equal(ours.pairs, pairs.flatten())
    apart = (ours.inner.int() - state.absmax.int()).abs()  # a scale half-way between two levels may go either way
    assert (int(apart.max()), int((apart > 0).sum())) <= (1, len(apart) // 50)
    torch.testing.assert_close(nf4.dynamic_levels(), state.state2.code, atol=1e-7, rtol=0)
    torch.testing.assert_close(ours.whole(torch.float32), theirs.dequantize_4bit(pairs, state), atol=1e-4, rtol=0)
    caplog.clear()  # it says that it looked for another kernel


@pytest.mark.parametrize("sizes", [(96, 128), (33, 129)])
def test_their_kernel_makes_the_same_weights_of_our_bytes(
    sizes: tuple[int, int], caplog: pytest.LogCaptureFixture
) -> None:
    """On the processor, where the library has one as well."""
    theirs = pytest.importorskip("bitsandbytes.functional")
    ours = FourBit(weight(*sizes), None)
    with torch.compiler.set_stance("force_eager"):  # it would compile for a minute
        found = nf4_kernel.whole(theirs, ours, torch.float32)
        assert nf4_kernel.agrees(theirs, ours, ours.whole(torch.bfloat16))
    torch.testing.assert_close(found, ours.whole(torch.float32), atol=1e-6, rtol=0)
    caplog.clear()


def test_their_kernel_is_asked_on_a_card_only_and_when_it_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu, card = torch.device("cpu"), torch.device("cuda")
    library = ModuleType("bitsandbytes.functional")
    monkeypatch.setattr(nf4_kernel, "_imported", lambda: library)
    assert nf4_kernel.of(cpu) is None
    assert nf4_kernel.of(card) is library
    monkeypatch.undo()
    nf4_kernel._imported.cache_clear()
    monkeypatch.setitem(sys.modules, "bitsandbytes", None)  # as where it is not installed
    assert nf4_kernel.of(card) is None
    nf4_kernel._imported.cache_clear()


@pytest.mark.parametrize("wrong", [False, True])
def test_a_kernel_that_gives_other_weights_is_not_used(monkeypatch: pytest.MonkeyPatch, *, wrong: bool) -> None:
    layer = FourBit(weight(), None)
    plain, asked = layer.plainly(torch.float32), []

    def theirs(*_: object) -> torch.Tensor:
        asked.append(1)
        return plain + (1.0 if wrong else 0.0)

    monkeypatch.setattr(nf4_kernel, "of", lambda _: ModuleType("theirs"))
    monkeypatch.setattr(nf4_kernel, "whole", theirs)
    for _ in range(3):
        assert torch.equal(layer.whole(torch.float32), plain)
    assert len(asked) == (1 if wrong else 4)  # once to see whether it agrees, and then for each use


def test_four_bits_are_near_the_weights() -> None:
    whole = FourBit(weight(), None).whole(torch.float32)
    assert float((whole - weight()).norm() / weight().norm()) < 0.1
    odd = weight(3, 7)
    assert float((FourBit(odd, None).whole(torch.float32) - odd).norm() / odd.norm()) < 0.2


def test_a_product_and_its_gradient_are_those_of_the_weights_that_the_bytes_stand_for() -> None:
    layer, bias = FourBit(weight(), torch.ones(96)), torch.ones(96)
    x = torch.randn(5, 128, requires_grad=True)
    y = layer(x)
    torch.testing.assert_close(y, F.linear(x, layer.whole(torch.float32), bias))
    (gradient,) = torch.autograd.grad(y.square().sum(), [x])
    torch.testing.assert_close(gradient, 2 * y.detach() @ layer.whole(torch.float32), atol=1e-4, rtol=1e-4)


def test_adapters_learn_beside_four_bits_and_the_base_is_in_no_checkpoint() -> None:
    model = Decoder(SHAPE)
    model.initialise(1)
    lora.attach(model, lora.whole(model), rank=4, alpha=8, seed=1)
    before = model(torch.arange(20)[None]).detach()
    nf4.shrink(model)
    after = model(torch.arange(20)[None]).detach()
    assert float((after - before).norm() / before.norm()) < 0.3
    learning = [each for each in model.parameters() if each.requires_grad]
    loss = model.loss(torch.arange(20)[None], torch.arange(1, 21)[None])
    assert all(bool(each.isfinite().all()) for each in torch.autograd.grad(loss, learning))
    assert not [name for name in model.state_dict() if "pairs" in name or "inner" in name.split(".")[-1]]
    kept = sum(buffer.nbytes for layer in lora.adapted(model) if layer.small for buffer in layer.small.buffers())
    assert kept < 0.8 * SHAPE.linear_parameters
