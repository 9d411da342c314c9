"""One step of training: gradients of a batch, clipping, the optimizers. Knows no text, no schedule and no file.

What is frozen stays as it was loaded; all that is kept for each weight is kept for those that learn.

On the CPU a batch is cut into chunks that wait in a queue; one thread per core takes the next chunk, computes its
gradients alone, and the results are summed in the order of the chunks. So the same step gives the same bits with
any number of threads, and a core that another program keeps busy just takes fewer chunks, where threads that share
each product would all wait for the slowest. Where there are fewer chunks than cores, or memory for fewer gradients,
cores share the products of one, and the bits depend on how many they are.
"""

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, wait
from typing import Final, Self, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core import footprint
from core.assemble import DTYPES
from core.device import Device
from core.models.decoder import IGNORE, Decoder
from core.models.dropout import Dropout
from core.recipe import Recipe
from core.train.gradients import Sum
from core.train.memory import give_back, keep_freed
from core.train.optimizers import Optimizers
from core.train.products import multiplied_by, usable
from core.train.rungs import Rung, below, in_memory
from core.train.scaler import Scaler
from core.train.together import add_up, share, team_size
from core.train.workers import workers

# Shape suffixes: B sequences, T tokens.

SCALER: Final = "optimizer.scaler"  # its name in a checkpoint

Ids: TypeAlias = Tensor | NDArray[np.int64]
Chunk: TypeAlias = tuple[Tensor, Tensor, Tensor | None]  # ids, targets and starts of some sequences


class NotFinite(ArithmeticError):
    """The loss or a gradient of this step is not a number. The weights are as they were before it."""


class Stepper:
    """Weights and optimizer, one step at a time. Owns threads: `close` it, or use it in a `with`."""

    def __init__(self, model: Decoder, recipe: Recipe, device: Device) -> None:
        if model.adapted != recipe.adapts:
            raise ValueError(f"a model with adapters: {model.adapted}, but the recipe says {recipe.method}")
        self.model = model.to(device.torch)
        self._recipe, self._device = recipe, device
        self._masters = {name: weight for name, weight in self.model.named_parameters() if weight.requires_grad}
        self.working = self._working_copy()
        self._weights: list[Tensor] = [weight for weight in self.working.parameters() if weight.requires_grad]
        self._narrow = dict(zip(self._masters.values(), self._weights, strict=True))
        self._sum = Sum(self._weights)
        self._optimizers = Optimizers(self._masters, recipe)
        self.scaler = Scaler() if recipe.precision == "fp16" else None
        self.rung = first_rung(recipe, device)
        self._products = usable(recipe.products, device)
        keep_freed()
        _, count = footprint.at_once(recipe, device.kind, device.cores)
        self.pool = workers(count, max(1, device.cores // count))
        self._ahead = count + 1 if footprint.is_large(recipe) else recipe.batch

    def step(
        self, ids_BT: Ids, targets_BT: Ids, starts_BT: Ids | None = None, *, number: int, learning_rate: float
    ) -> float:
        """One optimizer step; returns the mean loss in nats per target, before the step. `starts_BT` keeps documents
        apart (core/models/documents.py).

        `number` seeds the dropout: the same number and the same batch give the same weights. Where memory runs out the
        same batch is tried again in smaller parts: `rung` tells; where fp16 overflows, with a smaller `scaler`. Raises
        MemoryTrouble below the last part, and NotFinite.
        """
        while True:
            with multiplied_by(self._products):
                n_targets = in_memory(lambda: self._gradients(ids_BT, targets_BT, starts_BT, number), self._step_down)
            self._sum.loss = add_up(self._sum.total, self._sum.loss)
            try:
                factor = self._prepare(max(1, n_targets), learning_rate)
                break
            except NotFinite:
                if self.scaler is None or not math.isfinite(self._sum.loss) or not self.scaler.overflowed():
                    raise
        if self.scaler is not None:
            self.scaler.went_well()
        self._move(factor)
        return self._sum.loss / max(1, n_targets)

    def _gradients(self, ids_BT: Ids, targets_BT: Ids, starts_BT: Ids | None, number: int) -> int:
        """Sum the gradients of a batch; returns how many targets it has."""
        self._sum.clear()
        self.working.checkpointing = self.rung.checkpointing
        parts = share(list(enumerate(chunks(self.rung.at_once, ids_BT, targets_BT, starts_BT))))
        work: list[Future[None]] = []
        for place, (part, chunk) in enumerate(parts):
            wait(work[: max(0, place + 1 - self._ahead)])  # what comes early waits in memory to be added
            work.append(self.pool.submit(self._learn, number, part, place, *chunk))
        wait(work)  # for all: none may still be adding when one has failed
        for learned in work:
            learned.result()
        return int((torch.as_tensor(targets_BT) != IGNORE).sum())

    def _step_down(self) -> None:
        self.rung = below(self.rung)

    def tensors(self) -> dict[str, Tensor]:
        """All that is needed to continue, by name. They are the live ones: save or copy them before the next step."""
        found = {f"model.{name}": weight.detach() for name, weight in self._masters.items()}
        found |= {f"optimizer.{name}": tensor for name, tensor in self._optimizers.state().items()}
        return found if self.scaler is None else found | {SCALER: torch.tensor(self.scaler.told())}

    @torch.no_grad()
    def load(self, tensors: Mapping[str, Tensor]) -> None:
        """Continue from what `tensors` once gave; ValueError if one is missing, unknown or of another shape."""
        mine = self.tensors()
        if self.scaler is None:  # it may have gone over to fp32 on its way
            tensors = {name: tensor for name, tensor in tensors.items() if name != SCALER}
        check_same(mine, tensors)
        if self.scaler is not None:
            self.scaler.restore(tensors[SCALER].tolist())
        for name, tensor in mine.items():
            tensor.copy_(tensors[name])
        self._refresh()

    def close(self) -> None:
        self.pool.shutdown()
        give_back()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def _working_copy(self) -> Decoder:
        """The weights that compute: a narrower copy where the recipe says so, else the fp32 ones themselves.

        Adapters need no copy: they compute in the precision of the frozen layer that they stand at.
        """
        if self._recipe.precision == "fp32" or self.model.adapted:
            return self.model
        working = Decoder(self.model.shape).to(self._device.torch, DTYPES[self._recipe.precision])
        working.load_state_dict(self.model.state_dict())
        return working

    def _learn(
        self, number: int, part: int, place: int, ids_BT: Tensor, targets_BT: Tensor, starts_BT: Tensor | None
    ) -> None:
        ids_BT, targets_BT = ids_BT.to(self._device.torch), targets_BT.to(self._device.torch)
        starts_BT = None if starts_BT is None else starts_BT.to(self._device.torch)
        loss = self.working.loss(ids_BT, targets_BT, dropout(self._recipe, self._device, number, part), starts_BT)
        scaled = loss if self.scaler is None else loss * self.scaler.factor
        self._sum.add(place, loss.item(), torch.autograd.grad(scaled, self._weights))

    def _prepare(self, n_targets: float, learning_rate: float) -> float:
        """Hand the gradients to the optimizers; returns what makes them the mean, clipped. NotFinite before any weight
        has moved."""
        gradients, n_targets = self._sum.total, n_targets * (1.0 if self.scaler is None else self.scaler.factor)
        norm = self._norm(gradients) / n_targets
        if not math.isfinite(norm) or not math.isfinite(self._sum.loss):
            raise NotFinite("the loss or a gradient is not a finite number")
        for weight, gradient in zip(self._masters.values(), gradients, strict=True):
            weight.grad = gradient
        self._optimizers.set_rate(learning_rate)
        return min(1.0, self._recipe.clip / max(norm, 1e-12)) / n_targets

    def _norm(self, gradients: Sequence[Tensor]) -> float:
        """Of all together; on the processor each worker takes the next."""
        if self._device.kind != "cpu":
            return float(torch.nn.utils.get_total_norm(gradients))
        return float(torch.linalg.vector_norm(torch.stack(list(self.pool.map(torch.linalg.vector_norm, gradients)))))

    def _move(self, factor: float) -> None:
        """A step on the gradients times `factor`, by all workers: each takes the next part of the weights."""
        for moved in [self.pool.submit(self._move_part, part, factor) for part in self._optimizers.parts]:
            moved.result()

    @torch.no_grad()
    def _move_part(self, part: torch.optim.Optimizer, factor: float) -> None:
        weights = [weight for group in part.param_groups for weight in group["params"]]
        torch._foreach_mul_([weight.grad for weight in weights], factor)
        part.step()
        if self.working is not self.model:
            torch._foreach_copy_([self._narrow[weight] for weight in weights], weights)

    @torch.no_grad()
    def _refresh(self) -> None:
        if self.working is not self.model:
            torch._foreach_copy_(self._weights, list(self._masters.values()))


def first_rung(recipe: Recipe, device: Device) -> Rung:
    """As much at once as the recipe says, or as suits the device. In a team everybody gets some of it."""
    rows, _ = footprint.at_once(recipe, device.kind, device.cores)
    return Rung(min(rows, -(-recipe.batch // team_size())), recipe.checkpointing)


def dropout(recipe: Recipe, device: Device, number: int, part: int) -> Dropout | None:
    """The noise of one part of a step: the same for the same numbers, whoever computes it."""
    if not recipe.dropout:
        return None
    seed = int(np.random.SeedSequence((recipe.seed, number, part)).generate_state(1, np.uint64)[0])
    source = "cuda" if device.kind == "cuda" else "cpu"  # Apple's cannot draw all kinds of numbers
    return Dropout(recipe.dropout, torch.Generator(source).manual_seed(seed))


def check_same(mine: Mapping[str, Tensor], tensors: Mapping[str, Tensor]) -> None:
    """ValueError unless both have the same names and shapes."""
    if wrong := sorted(mine.keys() ^ tensors.keys()):
        raise ValueError(f"missing or unknown: {', '.join(wrong[:5])}")
    for name, tensor in mine.items():
        if tensors[name].shape != tensor.shape:
            raise ValueError(f"{name} has shape {tuple(tensors[name].shape)}, not {tuple(tensor.shape)}")


def chunks(size: int, ids_BT: Ids, targets_BT: Ids, starts_BT: Ids | None) -> list[Chunk]:
    """A batch in parts of so many sequences."""
    ids, targets = torch.split(torch.as_tensor(ids_BT), size), torch.split(torch.as_tensor(targets_BT), size)
    starts = [None] * len(ids) if starts_BT is None else torch.split(torch.as_tensor(starts_BT), size)
    return list(zip(ids, targets, starts, strict=True))
