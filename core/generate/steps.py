"""One more token: ways to make that one step quick, each trusted only after it gave what the plain one gives.

Tensor names: B batch (always 1), T tokens (always 1), V vocabulary.
"""

import logging
from collections.abc import Callable
from typing import Final, TypeAlias

import torch
from torch import Tensor
from torch._dynamo.exc import TorchDynamoException

from core.models.cache import StillCache
from core.models.decoder import Decoder

log = logging.getLogger(__name__)

Step: TypeAlias = Callable[[int], Tensor]  # the id of a token, after those in the cache -> logits (V,) on the CPU

WARM_UP: Final = 3  # steps before one is recorded: what is allocated or tuned at first use is then in its place
NEAR: Final = 1e-2  # of the largest logit: products in another order differ in their last bits, wrong ones by far more


def quickest(model: Decoder, cache: StillCache, *, compiled: bool) -> Step:
    """A recorded step on a GPU, a compiled one where that is wished, else the plain one."""
    plain = Plain(model, cache)
    if compiled:
        return Tried(plain, lambda: Compiled(plain))
    return Tried(plain, lambda: Recorded(plain)) if cache.device.type == "cuda" else plain


class Plain:
    """The step as the model does it."""

    def __init__(self, model: Decoder, cache: StillCache) -> None:
        self._model, self.cache = model, cache
        self.id_BT = torch.zeros(1, 1, dtype=torch.long, device=cache.device)

    def __call__(self, token: int) -> Tensor:
        return self.through(self.logits, token)

    def through(self, logits: Callable[[], Tensor], token: int) -> Tensor:
        """What `logits` makes of the token, which then counts as read."""
        self.id_BT.fill_(token)
        with self.cache.standing():
            logits_V = logits().cpu()
        self.cache.used += 1
        return logits_V

    def logits(self) -> Tensor:
        """The work itself, which reads and writes only tensors that stay where they are."""
        logits_BTV = self._model.logits(self._model(self.id_BT, self.cache))
        self.cache.used = 0
        return logits_BTV[0, 0]


class Recorded:
    """The step recorded as a CUDA graph: a GPU then needs no word from Python for each of its hundreds of parts."""

    def __init__(self, plain: Plain) -> None:
        self._plain, self._graph = plain, torch.cuda.CUDAGraph()
        aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]  # torch's own gap
        aside.wait_stream(torch.cuda.current_stream())
        with plain.cache.standing():
            with torch.cuda.stream(aside):
                for _ in range(WARM_UP):
                    plain.logits()
            torch.cuda.current_stream().wait_stream(aside)
            with torch.cuda.graph(self._graph):
                self._logits_V = plain.logits()

    def __call__(self, token: int) -> Tensor:
        return self._plain.through(self._replay, token)

    def _replay(self) -> Tensor:
        self._graph.replay()
        return self._logits_V


class Compiled:
    """The step compiled by torch, which takes a minute and a C++ compiler or Triton."""

    def __init__(self, plain: Plain) -> None:
        self._plain = plain
        self._logits: Callable[[], Tensor] = torch.compile(plain.logits, dynamic=False)

    def __call__(self, token: int) -> Tensor:
        return self._plain.through(self._logits, token)


class Tried:
    """The quicker step, once it gave what the plain one gives; the plain one from then on, if it does not."""

    def __init__(self, plain: Plain, make: Callable[[], Step]) -> None:
        self._plain, self._make = plain, make
        self._chosen: Step | None = None

    def __call__(self, token: int) -> Tensor:
        if self._chosen is not None:
            return self._chosen(token)
        self._chosen = self._plain
        cache, used = self._plain.cache, self._plain.cache.used
        right_V = self._plain(token)
        cache.used = used  # so that the quicker one reads the same token again, in the same place
        try:
            quick = self._make()
            given_V = quick(token)
        except (RuntimeError, OSError, TorchDynamoException) as error:  # no compiler, no memory, an operation unknown
            log.info("replies go on without the quicker step: %s", type(error).__name__)
        else:
            if (given_V - right_V).abs().max() <= NEAR * right_V.abs().max():
                self._chosen = quick
        cache.used = used + 1
        return right_V
