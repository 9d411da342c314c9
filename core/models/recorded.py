"""One token's way through a block, recorded once and replayed without Python. Knows no text and cannot learn.

Of a token of GPT-2 124M with 8 bits more than two milliseconds of nine were Python's: two dozen operations a layer,
looked up again each time, just after the weights had emptied the caches. torch's tracer writes the operations down as
the block itself calls them, so there is no second decoder to keep. It is on its way out of torch: where it is gone, or
gives another number, the blocks go on as they are.
"""

import logging
import warnings
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Final

import torch
from torch import Tensor, nn

from core.models.cache import Cache, KeysValues
from core.models.decoder import Block, Decoder, Recorded
from core.models.lora import adapted
from core.models.rope import Rope

# Shape suffixes: B batch (always 1), T tokens (always 1), C width, K key/value heads, S places, D head width,
# 2 keys and values.

log = logging.getLogger(__name__)

TRIAL: Final = 5  # tokens one after the other: torch looks at a recording's first run and improves it for the third


@torch.inference_mode()
def record(model: Decoder, spare: object = None) -> Decoder:
    """`model` itself, of which only answers are asked from now on: each block replays a single token.

    `spare`: an empty one of the objects in which a kernel keeps its weights, if layers have such.
    """
    for layer in adapted(model):
        layer.strength = layer.strength  # the number that recordings read, in the precision of now
    right = _logits(model)
    try:
        recordings = _recordings(model, spare)
        _give(model, recordings)
        given = _logits(model)
    except (RuntimeError, AttributeError) as error:  # an operation unknown to it; no tracer any more
        log.info("replies go on without recordings: %s", type(error).__name__)
        given = None
    if given is None or not torch.equal(given, right):
        _give(model, [None] * len(model.blocks))
    return model


def _give(model: Decoder, recordings: Iterable[Recorded | None]) -> None:
    for block, recording in zip(model.blocks, recordings, strict=True):
        assert isinstance(block, Block)
        block.recorded = recording


def _recordings(model: Decoder, spare: object) -> list[Recorded]:
    """One for each block. Those of a kind are copies of one, each with its own weights: torch keeps every recording,
    two megabytes of it, until the program ends. The one is empty, as packed weights take long to copy."""
    made: dict[Hashable, Any] = {}
    given: list[Recorded] = []
    example = (torch.zeros(1, 1, model.shape.width), *Cache(model.shape, 1).place(0))
    for layer, block in enumerate(model.blocks):
        assert isinstance(block, Block)
        one = _One(block, model.rope_of(layer)).eval()
        kind = (block.attention.window, *((name, type(part), *_sizes(part)) for name, part in one.named_modules()))
        if kind not in made:
            made[kind] = _traced(one, example)
            _fill(made[kind], one, lambda value: spare if isinstance(value, torch.ScriptObject) else torch.empty(0))
        own = made[kind].__deepcopy__({})
        _fill(own, one)
        given.append(own._get_method("forward"))
    return given


def _traced(one: nn.Module, example: tuple[Tensor, ...]) -> Any:
    with warnings.catch_warnings():  # of its end, and of questions about shapes, which stay the same
        warnings.simplefilter("ignore")
        return torch.jit.trace(one, example, check_trace=False)._c  # type: ignore[no-untyped-call]  # torch's own gap


def _fill(own: Any, module: nn.Module, given: Callable[[Any], object] = lambda value: value) -> None:
    """Give a recording what is `given` for the weights of `module`, part by part: these themselves."""
    tensors = (*module.named_parameters(recurse=False), *module.named_buffers(recurse=False))
    packed = [(name, value) for name, value in vars(module).items() if isinstance(value, torch.ScriptObject)]
    for name, value in (*tensors, *packed):
        if own.hasattr(name):
            own.setattr(name, given(value))
    for name, part in module.named_children():
        if own.hasattr(name):
            _fill(own.getattr(name), part, given)


def _sizes(module: nn.Module) -> list[tuple[str, torch.Size]]:
    own = (*module.named_parameters(recurse=False), *module.named_buffers(recurse=False))
    return [(name, tensor.shape) for name, tensor in own]


class _Place(Cache):
    """A layer's buffer, and in it the place of the next token as a tensor, so that it is no constant of a recording."""

    def __init__(self, both_2BKSD: Tensor, at_T: Tensor) -> None:
        self._both_2BKSD, self._at_T = both_2BKSD, at_T

    @property
    def where(self) -> int | Tensor:
        return self._at_T

    def extend(self, layer: int, k_BKTD: Tensor, v_BKTD: Tensor) -> KeysValues:
        """As in `Cache`."""
        keys_BKSD, values_BKSD = self._both_2BKSD.unbind(0)
        keys_BKSD.index_copy_(2, self._at_T, k_BKTD)
        values_BKSD.index_copy_(2, self._at_T, v_BKTD)
        used = self._at_T[0] + 1
        return keys_BKSD[:, :, :used], values_BKSD[:, :, :used]


class _One(nn.Module):
    """A block as a function of tensors alone."""

    def __init__(self, block: Block, rope: Rope | None) -> None:
        super().__init__()
        self.block, self.rope = block, rope

    def forward(self, x_BTC: Tensor, both_2BKSD: Tensor, at_T: Tensor) -> Tensor:
        y_BTC: Tensor = self.block(x_BTC, self.rope, _Place(both_2BKSD, at_T), None, None)
        return y_BTC


def _logits(model: Decoder) -> Tensor:
    """What tokens score that follow each other."""
    cache = Cache(model.shape, min(TRIAL, model.shape.context))
    ids = torch.arange(cache.length) % model.shape.vocab
    return torch.cat([model.logits(model(each.view(1, 1), cache)) for each in ids])
