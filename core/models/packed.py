"""Makes a model's weights integers, so that it answers quickly on a processor. Knows no text."""

from typing import Final

import torch
from torch import Tensor, nn

from core.models import native
from core.models.decoder import Attention, Decoder, Linear
from core.models.integers import GROUP, Bits, Int4, Int8, PackedAdapted, Table, arithmetic, no_weights
from core.models.lora import Adapted, adapted
from core.models.recorded import record

LARGE: Final = 60_000_000  # weights from which a reply is felt to wait for memory
HUGE: Final = 1_000_000_000  # weights from which eight bits are much of a laptop's memory


def to_answer(model: Decoder) -> Decoder:
    """`model` in the form in which it answers best on a processor: small ones whole, large ones packed.

    Whole, the same seed gives the same text on every machine; packed, on machines with the same kernels.
    """
    if model.shape.parameters < LARGE:
        return record(model.float().requires_grad_(False))
    return pack(model, 8 if model.shape.parameters < HUGE else 4)


@torch.no_grad()
def pack(model: Decoder, bits: Bits) -> Decoder:
    """`model` itself, its matrices packed one at a time; it can only answer from now on."""
    if any(layer.merged for layer in adapted(model)):
        raise ValueError("adapters are packed beside the layer, not merged into it")
    table = model.embedding if model.head is None else model.head
    model.output = _in_bits(table.weight, None, bits)
    for module in model.modules():
        if isinstance(module, Attention) and arithmetic() == torch.bfloat16:
            module.many = torch.bfloat16
    layers = [(name, module) for name, module in model.named_modules() if isinstance(module, Linear)]
    for name, layer in layers:
        if layer is not model.head:
            model.set_submodule(name, _packed(layer, bits))
    model.head = None
    model.float()
    model.embedding = Table(model.embedding.weight)  # type: ignore[assignment]  # looks rows up as it did
    model.requires_grad_(False)
    if native.serve(model):
        return model
    for module in model.modules():
        if isinstance(module, Int8 | Int4):
            module.answer_few()
    return record(model, no_weights())


def _in_bits(weight_OI: Tensor, bias_O: Tensor | None, bits: Bits) -> nn.Module:
    is_small = bits == 4 and weight_OI.shape[1] % GROUP == 0
    return Int4(weight_OI, bias_O) if is_small else Int8(weight_OI, bias_O)


def _packed(layer: Linear, bits: Bits) -> nn.Module:
    packed = _in_bits(layer.weight, layer.bias, bits)
    if not isinstance(layer, Adapted):
        return packed
    layer.let_go()
    return PackedAdapted(packed, layer)
