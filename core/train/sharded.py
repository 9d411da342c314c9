"""One step of training for a model that does not fit one card: each process holds its share of every weight, of its
gradient and of what the optimizer remembers (FSDP2, `torch.distributed.fsdp.fully_shard`), and borrows the rest of a
block while it computes it.

The same to a training as core/train/stepper.py: parts of a batch are numbered alike and draw the same noise, so that
the loss curve is that of one process. Knows no text, no schedule and no file.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Self

import torch
from torch import Tensor, distributed
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard
from torch.distributed.fsdp._fully_shard._fsdp_api import AllGather, ReduceScatter
from torch.distributed.tensor import DTensor, distribute_tensor

from core import footprint
from core.assemble import DTYPES
from core.device import Device
from core.errors import Unsupported
from core.models.decoder import IGNORE, Decoder
from core.recipe import Recipe
from core.train.optimizers import Optimizers
from core.train.rungs import below, go_on_together, in_memory
from core.train.stepper import Chunk, Ids, NotFinite, check_same, chunks, dropout, first_rung
from core.train.together import add_up, share
from core.train.workers import workers

OF_A_CARD: Final = 0.85  # of its memory is for a training: drivers and the screen need some


class ShardedStepper:
    """Weights and optimizer in shares, one step at a time. What it offers is what `Stepper` offers."""

    def __init__(self, model: Decoder, recipe: Recipe, device: Device) -> None:
        refuse(recipe)
        self._recipe, self._device = recipe, device
        self.model = self.working = model
        self._groups = _in_shares(model, recipe, device)
        self._masters = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
        self._optimizers = Optimizers(self._masters, recipe)
        self.rung = first_rung(recipe, device)
        self.pool = workers(1, device.cores)

    def step(
        self, ids_BT: Ids, targets_BT: Ids, starts_BT: Ids | None = None, *, number: int, learning_rate: float
    ) -> float:
        """As `Stepper.step`."""
        batch = ids_BT, targets_BT, starts_BT
        return self.pool.submit(self._step, batch, number, learning_rate).result()

    def _step(self, batch: tuple[Ids, Ids, Ids | None], number: int, learning_rate: float) -> float:
        loss = add_up([], in_memory(lambda: self._gradients(batch, number), self._step_down))
        n_targets = max(1, int((torch.as_tensor(batch[1]) != IGNORE).sum()))
        self._prepare(n_targets, loss, learning_rate)
        for part in self._optimizers.parts:
            part.step()
        return loss / n_targets

    def _gradients(self, batch: tuple[Ids, Ids, Ids | None], number: int) -> float:
        """The gradients of a batch, and the sum of the losses that were computed here."""
        for weight in self._masters.values():
            weight.grad = None
        self.working.checkpointing = self.rung.checkpointing
        loss, device = 0.0, self._device.torch
        for part, (ids_BT, targets_BT, starts_BT) in _rounds(chunks(self.rung.at_once, *batch)):
            noise = dropout(self._recipe, self._device, number, part)
            starts_BT = None if starts_BT is None else starts_BT.to(device)
            here = self.working.loss(ids_BT.to(device), targets_BT.to(device), noise, starts_BT)
            here.backward()  # type: ignore[no-untyped-call]  # torch's own gap
            loss += here.item()
        return loss

    def _step_down(self) -> None:
        """Leave a step in the middle of whatever was exchanged: blocks that were borrowed go back. Some have gradients
        already that nobody has added up: those are on the borrowed weights, and would be added to the next ones."""
        self._groups[-1].reset_iter_state()
        for group in self._groups:
            group.unshard()
            for weight in group.parameters():
                weight.grad = None
            group.reshard()
        self.rung = below(self.rung)

    @torch.no_grad()
    def _prepare(self, n_targets: float, loss: float, learning_rate: float) -> None:
        """The mean of the gradients, clipped; NotFinite before any weight has moved. What the processes had was not
        added up but averaged: so it is a mean already, of as many shares."""
        n_targets /= distributed.get_world_size()
        gradients = [weight.grad for weight in self._masters.values() if weight.grad is not None]
        norm = float(whole(torch.nn.utils.get_total_norm(gradients))) / n_targets
        if not math.isfinite(norm) or not math.isfinite(loss):
            raise NotFinite("the loss or a gradient is not a finite number")
        torch._foreach_mul_(gradients, min(1.0, self._recipe.clip / max(norm, 1e-12)) / n_targets)
        self._optimizers.set_rate(learning_rate)

    def _live(self) -> dict[str, Tensor]:
        found = {f"model.{name}": weight.detach() for name, weight in self._masters.items()}
        return found | {f"optimizer.{name}": tensor for name, tensor in self._optimizers.state().items()}

    def tensors(self) -> dict[str, Tensor]:
        """As `Stepper.tensors`, put together in the memory of the processor: all processes have to ask at once."""
        return {name: whole(tensor).cpu() for name, tensor in self._live().items()}

    @torch.no_grad()
    def load(self, tensors: Mapping[str, Tensor]) -> None:
        """As `Stepper.load`: each process takes its share."""
        mine = self._live()
        check_same(mine, tensors)
        for name, tensor in mine.items():
            full = tensors[name].to(tensor.device, tensor.dtype)
            if isinstance(tensor, DTensor):
                full = distribute_tensor(full, tensor.device_mesh, tensor.placements)
            tensor.copy_(full)

    def close(self) -> None:
        self.pool.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()


def is_needed(recipe: Recipe, device: Device) -> bool:
    """Whether one card is too small for all of this training, and several that share its weights can make it."""
    if device.kind != "cuda" or not _can(recipe):
        return False
    memory = torch.cuda.get_device_properties(torch.cuda.current_device()).total_memory
    return footprint.of(recipe, "cuda").total > OF_A_CARD * memory


def _can(recipe: Recipe) -> bool:
    return recipe.method != "qlora" and recipe.optimizer == "adamw" and recipe.precision != "fp16"


def refuse(recipe: Recipe) -> None:
    """Raise Unsupported for what cannot be trained in shares."""
    if not _can(recipe):
        raise Unsupported(
            "This training cannot be divided over several cards: only AdamW on whole weights can, in bf16 or fp32.",
            fix="Let each card hold all of the model: leave --shard out.",
        )


def whole(tensor: Tensor) -> Tensor:
    """All of a tensor of which each process holds a share."""
    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor


def _in_shares(model: Decoder, recipe: Recipe, device: Device) -> list[Any]:
    """The model itself, as what shares it (modules that FSDP2 has changed): each block one group that is borrowed
    together, and, as the last, all outside of the blocks. Nothing is exchanged unless all are still there."""
    computes = DTYPES[recipe.precision]
    mesh = init_device_mesh(device.kind, (distributed.get_world_size(),))
    policy = MixedPrecisionPolicy(param_dtype=computes, reduce_dtype=torch.float32)
    for buffer in model.buffers():  # turns of positions: weights alone are narrowed by the policy
        buffer.data = buffer.data.to(device.torch, computes)
    groups: list[Any] = [fully_shard(module, mesh=mesh, mp_policy=policy) for module in (*model.blocks, model)]
    for group in groups:
        group.set_custom_all_gather(_Gather())
        group.set_custom_reduce_scatter(_Scatter())
    return groups


class _Room:
    """Memory for what is exchanged, taken when it is needed."""

    def allocate(self, size: Sequence[int | torch.SymInt], *, dtype: torch.dtype, device: torch.device) -> Tensor:
        return torch.empty(size, dtype=dtype, device=device)


class _Gather(_Room, AllGather):
    """Borrowing the weights of a block from all, after each has said that it is still there."""

    def __call__(
        self, output_tensor: Tensor, input_tensor: Tensor, group: distributed.ProcessGroup, async_op: bool = False
    ) -> distributed.Work | None:
        go_on_together()
        work: distributed.Work | None = distributed.all_gather_single(output_tensor, input_tensor, group, async_op)
        return work


class _Scatter(_Room, ReduceScatter):
    """Adding up the gradients of a block, each process its share, after each has said that it is still there."""

    def __call__(
        self,
        output_tensor: Tensor,
        input_tensor: Tensor,
        group: distributed.ProcessGroup,
        op: Any,  # torch has no public name for its type
        async_op: bool = False,
    ) -> distributed.Work | None:
        go_on_together()
        work: distributed.Work | None
        work = distributed.reduce_scatter_single(output_tensor, input_tensor, op, group, async_op)
        return work


def _rounds(parts: Sequence[Chunk]) -> Iterator[tuple[int, Chunk]]:
    """The parts of this process, with their numbers. All have the same count, as they borrow from each other: one that
    has nothing left computes the first part once more, for no target."""
    mine = share([*enumerate(parts)])
    yield from mine
    for _ in range(-(-len(parts) // distributed.get_world_size()) - len(mine)):
        ids_BT, targets_BT, starts_BT = parts[0]
        yield 0, (ids_BT, torch.full_like(targets_BT, IGNORE), starts_BT)
