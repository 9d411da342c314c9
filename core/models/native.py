"""One token through a packed model in machine code (core/native): lays its weights out for it, and calls it.

It is trusted only after it gave what the same integers give in torch. A model or a processor that it cannot serve goes
on as before (core/models/recorded.py).
"""

import ctypes
import logging
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from typing import Final

import torch
from torch import Tensor, nn

from core.models.cache import Cache
from core.models.decoder import Block, Decoder
from core.models.integers import Int4, Int8, PackedAdapted
from core.models.lora import Adapted
from core.models.norms import PlusOneNorm
from core.models.tiles import fit, of_small
from core.native import token
from core.native.plan import LINE, MOST_THREADS, NORMS, SLOTS, TOLD, Plan, Ranks, Room
from core.native.processor import Compiled, Processor, this_processor
from core.native.team import AWAY
from core.native.token import BLOCKS, LAST_PRODUCT

# Shape suffixes: B batch (always 1), T tokens (always 1), C width, V vocabulary, P ranks of all pairs, S tiles.

log = logging.getLogger(__name__)

TRIAL: Final = 5  # tokens one after the other
NEAR: Final = 0.05  # a number on the edge between two bytes may fall to either: nothing else may differ
ORDER: Final = threading.Lock()  # one token at a time: two would take each other's cores


class Native:
    """The way of a token through all blocks of a model, through one of them, and to its logits."""

    def __init__(self, model: Decoder, processor: Processor) -> None:
        """Raises ValueError where a part of the model cannot be served."""
        self._shape, self._kept = model.shape, list[Tensor]()
        layers = [_linear(block) for block in model.blocks]
        plan = Plan(model.shape, model.shape.context, *_alike(layers, processor.lanes))
        for name in plan.linear:
            if not fit(plan.inputs(name), plan.outputs(name), processor.lanes):
                raise ValueError(f"{plan.inputs(name)} inputs and {plan.outputs(name)} outputs are no whole tiles")
        told = [self._told(model, layer, layers[layer], processor) for layer in range(model.shape.layers)]
        self._table = torch.tensor([[each.get(slot, 0) for slot in SLOTS] for each in told])
        if not isinstance(model.output, Int4 | Int8):
            raise ValueError("the output layer is not packed")
        self._last = model.output.tiles(processor)
        self._code = Compiled(token.write(plan, self._last.bits, processor), processor)
        self._work, self._stay, self._ask = (
            self._code.function(name, kinds) for name, kinds in (("work", "pnn"), ("stay", "pnnp"), ("ask", "pp"))
        )
        self._room, self._threads = Room(plan), 0

    def through(self, x_BTC: Tensor, cache: Cache) -> Tensor:
        """All blocks."""
        y_BTC = x_BTC.clone()
        place = (cache.address, self._shape.layers, cache.used, cache.length)
        self._do(BLOCKS, self._table.data_ptr(), y_BTC.data_ptr(), *place)
        return y_BTC

    def block(self, layer: int, x_BTC: Tensor, both_2BKSD: Tensor, at_T: Tensor) -> Tensor:
        """One of them, as `Block.recorded`."""
        y_BTC = x_BTC.clone()
        place = (both_2BKSD.data_ptr(), 1, int(at_T), both_2BKSD.shape[3])
        self._do(BLOCKS, self._table[layer].data_ptr(), y_BTC.data_ptr(), *place)
        return y_BTC

    def logits(self, x_BTC: Tensor) -> Tensor:
        """What each token of the vocabulary scores (B, T, V), before any scale."""
        x_BTC, y_V = x_BTC.contiguous(), torch.empty_like(self._last.bias)
        self._do(LAST_PRODUCT, x_BTC.data_ptr(), *self._last.addresses, y_V.data_ptr())
        return y_V[: self._shape.vocab].view(1, 1, -1)

    def _do(self, *job: int) -> None:
        """On as many threads as torch uses now."""
        threads = min(torch.get_num_threads(), MOST_THREADS)
        with ORDER:
            if threads > self._threads:
                self._make_room(threads)
            self._job[: len(job)] = list(job)
            for thread in range(1, threads):
                flag = self._memory + self._room.flags + LINE * thread
                self._ask(flag, ctypes.addressof(self._answer))
                if self._answer.value == AWAY:
                    threading.Thread(target=self._stay_here, args=(thread, threads, flag), daemon=True).start()
            self._work(self._memory, 0, threads)

    def _make_room(self, threads: int) -> None:
        memory = torch.zeros(self._room.bytes(threads), dtype=torch.uint8)
        self._memory, self._threads, self._answer = self._keep(memory), threads, ctypes.c_int32()
        self._job = (ctypes.c_int64 * TOLD).from_address(self._memory + self._room.job)

    def _stay_here(self, thread: int, threads: int, flag: int) -> None:
        """What another thread does, which lasts until no token came for a moment. As a method, so that the memory stays
        as long as it does."""
        self._stay(self._memory, thread, threads, flag)

    def _told(
        self, model: Decoder, layer: int, linear: Mapping[str, nn.Module], processor: Processor
    ) -> dict[str, int]:
        """A layer's row of the table. What it has the addresses of is kept."""
        block, told = model.blocks[layer], dict[str, int]()
        assert isinstance(block, Block)
        for name, part in linear.items():
            for slot, address in self._of_linear(part, processor).items():
                told[f"{name}.{slot}"] = address
        norms = {name: getattr(block, name) for name in NORMS}
        norms |= {"query_norm": block.attention.query_norm, "key_norm": block.attention.key_norm}
        for name, norm in norms.items():
            weight, bias = getattr(norm, "weight", None), getattr(norm, "bias", None)
            if weight is not None:
                told[f"{name}.weight"] = self._keep(weight + 1 if isinstance(norm, PlusOneNorm) else weight)
            if bias is not None:
                told[f"{name}.bias"] = self._keep(bias)
        told["window"] = block.attention.window
        if self._shape.position == "rope":
            told["cos"], told["sin"] = self._angles(model, layer)
        return told

    def _of_linear(self, part: nn.Module, processor: Processor) -> dict[str, int]:
        packed, adapters = _parts(part)
        tiles = packed.tiles(processor)
        self._kept += [tiles.matrix, tiles.scales, tiles.bias]
        told = dict(zip(("matrix", "scales", "bias"), tiles.addresses, strict=True))
        if adapters is not None:
            lanes, counts = processor.lanes, torch.tensor(adapters.counts)
            pair_O = torch.repeat_interleave(torch.arange(len(counts)), counts)
            told["reads"] = self._keep(of_small(adapters.lora_a, lanes))
            told["writes"] = self._keep(of_small(adapters.lora_b, lanes))
            told["pairs"] = self._keep(pair_O[::lanes].int())
            told["factor"] = adapters.factor.data_ptr()
            self._kept.append(adapters.factor)
        return told

    def _angles(self, model: Decoder, layer: int) -> tuple[int, int]:
        """Of the layer's positions; of a layer that sees none, those of no turn."""
        rope = model.rope_of(layer)
        if rope is None:
            assert model.rope is not None
            return self._keep(torch.ones_like(model.rope.cos)), self._keep(torch.zeros_like(model.rope.sin))
        return self._keep(rope.cos), self._keep(rope.sin)

    def _keep(self, tensor: Tensor) -> int:
        """The address of its numbers, one behind the other."""
        kept = tensor.detach().contiguous()
        self._kept.append(kept)
        return kept.data_ptr()


def _linear(block: nn.Module) -> dict[str, nn.Module]:
    assert isinstance(block, Block)
    attention, forward = block.attention, block.feed_forward
    own: dict[str, nn.Module] = {"query_key_value": attention.query_key_value, "output": attention.output}
    own |= {"up": forward.up, "down": forward.down}
    return own if forward.gate is None else own | {"gate": forward.gate}


def _parts(part: nn.Module) -> tuple[Int8 | Int4, Adapted | None]:
    """What stands for a linear layer's weights, and its adapters."""
    packed, adapters = (part.packed, part.adapters) if isinstance(part, PackedAdapted) else (part, None)
    if not isinstance(packed, Int4 | Int8):
        raise ValueError(f"{type(packed).__name__} is not packed")
    return packed, adapters


def _alike(layers: list[dict[str, nn.Module]], lanes: int) -> tuple[dict[str, int], dict[str, Ranks]]:
    """Bits and ranks by the names of linear layers, which must be the same in all blocks."""
    kinds = [{name: _kind(part, lanes) for name, part in each.items()} for each in layers]
    if any(each != kinds[0] for each in kinds):
        raise ValueError("blocks differ in bits or adapters")
    return {name: bits for name, (bits, _) in kinds[0].items()}, {
        name: ranks for name, (_, ranks) in kinds[0].items() if ranks
    }


def _kind(part: nn.Module, lanes: int) -> tuple[int, Ranks | None]:
    packed, adapters = _parts(part)
    if adapters is None:
        return packed.bits, None
    if any(count % lanes for count in adapters.counts):
        raise ValueError("a pair of adapters writes to a part of a tile")
    all_ = len(adapters.lora_a)
    return packed.bits, Ranks(all_ + -all_ % lanes, adapters.rank)


@torch.inference_mode()
def serve(model: Decoder) -> bool:
    """Give `model` this way, if there is one here and it says by it what it says without. Whether it did."""
    processor = this_processor()
    if processor is None:
        return False
    try:
        given = Native(model, processor)
    except (ValueError, RuntimeError) as error:  # a shape that is not served; LLVM cannot
        log.info("replies go on without machine code: %s", error)
        return False
    if not _apart(model, given) <= NEAR:
        log.info("replies go on without machine code: it gave other numbers")
        return False
    model.one_token = given
    for layer, block in enumerate(model.blocks):
        assert isinstance(block, Block)
        block.recorded = partial(given.block, layer)
    return True


def _apart(model: Decoder, native: Native) -> float:
    """How far it is from the same in torch at most: in what the first block adds to a token, as a share of that, or in
    the logits."""
    block, cache, own = model.blocks[0], *(Cache(model.shape, TRIAL) for _ in range(2))
    shares = []
    with ExitStack() as hooks:
        for part in (*block.modules(), model.output):
            if isinstance(part, Int4 | Int8):
                hooks.callback(part.register_forward_hook(lambda part, read, _: part.slowly(read[0])).remove)
        for place in range(TRIAL):
            cache.used = own.used = place
            x_BTC = model.embedding(torch.tensor([[place % model.shape.vocab]]))
            right_BTC = block(x_BTC, model.rope_of(0), cache, None, None)
            shares.append(_share(native.block(0, x_BTC, *own.place(0)) - x_BTC, right_BTC - x_BTC))
        hidden_BTC = model.norm(right_BTC)
        assert model.output is not None
        shares.append(_share(native.logits(hidden_BTC), model.output(hidden_BTC)))
    return max(shares)


def _share(given: Tensor, right: Tensor) -> float:
    return float((given - right).norm() / right.norm())
