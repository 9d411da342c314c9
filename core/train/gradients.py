"""Gradients of the parts of a batch, summed in their order, whoever finishes first. Knows no model and no optimizer."""

from collections.abc import Sequence
from threading import Lock

import torch
from torch import Tensor


class Sum:
    """An fp32 sum over numbered parts. Floating-point addition depends on its order: so the order is fixed here."""

    def __init__(self, like: Sequence[Tensor]) -> None:
        self.total = [torch.zeros_like(tensor, dtype=torch.float32) for tensor in like]
        # Adding bf16 to fp32 directly takes three times as long on a processor; on a card there is less to spare.
        most = max(total.numel() for total in self.total)
        self._widened = torch.empty(most) if self.total[0].is_cpu else None
        self.loss = 0.0
        self._lock = Lock()
        self._early: dict[int, tuple[float, Sequence[Tensor]]] = {}
        self._next = 0
        self._adding = False

    def clear(self) -> None:
        """Back to zero, before part 0."""
        torch._foreach_zero_(self.total)
        self._early.clear()
        self.loss, self._next = 0.0, 0

    def add(self, part: int, loss: float, gradients: Sequence[Tensor]) -> None:
        """Add this part now or, if an earlier one is missing, as soon as that has come. Safe from any thread.

        Never waits: a thread that finds another one adding leaves its part to it.
        """
        with self._lock:
            self._early[part] = (loss, gradients)
            if self._adding:
                return
            self._adding = True
        while (ready := self._take()) is not None:
            self.loss += ready[0]
            if self._widened is None:
                torch._foreach_add_(self.total, list(ready[1]))
                continue
            for total, gradient in zip(self.total, ready[1], strict=True):
                if gradient.dtype == total.dtype:
                    total.add_(gradient)
                else:
                    total.add_(self._widened[: gradient.numel()].view(gradient.shape).copy_(gradient))

    def _take(self) -> tuple[float, Sequence[Tensor]] | None:
        with self._lock:
            ready = self._early.pop(self._next, None)
            self._next += ready is not None
            self._adding = ready is not None
            return ready
