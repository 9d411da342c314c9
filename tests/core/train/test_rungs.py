"""Where memory runs out, a step is made in smaller parts, and it is the same step."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from core.device import processor
from core.errors import MemoryTrouble
from core.models.decoder import Decoder
from core.models.dropout import Dropout
from core.recipe import Recipe
from core.shape import Shape
from core.train.rungs import Rung, is_out_of_memory
from core.train.stepper import Stepper

SHAPE = Shape(vocab=50, context=32, layers=2, width=32, heads=4, kv_heads=4, inner=64)
RECIPE = Recipe(shape=SHAPE, tokenizer="characters", steps=4, length=32, batch=8, dropout=0.0, at_once=8)


class Tight(Decoder):
    """Has memory for so many sequences at once, twice as many when blocks are computed again."""

    room = 8

    def loss(
        self, ids_BT: Tensor, targets_BT: Tensor, dropout: Dropout | None = None, starts_BT: Tensor | None = None
    ) -> Tensor:
        if len(ids_BT) > self.room * (2 if self.checkpointing else 1) / 2:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return super().loss(ids_BT, targets_BT, dropout, starts_BT)


def trained(room: int, steps: int = 4) -> tuple[list[float], Rung]:
    model = Tight(SHAPE)
    model.initialise(1)
    model.room = room
    generator = torch.Generator().manual_seed(2)
    with Stepper(model, RECIPE, processor()) as stepper:
        losses = []
        for number in range(steps):
            ids = torch.randint(50, (8, 33), generator=generator)
            losses.append(stepper.step(ids[:, :-1], ids[:, 1:], number=number, learning_rate=1e-2))
        return losses, stepper.rung


@pytest.mark.parametrize(
    ("room", "rung"), [(16, Rung(8, False)), (4, Rung(2, False)), (2, Rung(1, False)), (1, Rung(1, True))]
)
def test_with_less_memory_the_same_batches_give_the_same_losses(room: int, rung: Rung) -> None:
    losses, ended = trained(room)
    assert losses == pytest.approx(trained(100)[0], abs=1e-3)
    assert ended == rung


class Late(Decoder):
    """Has no memory for the second part of the first step that it is given, when the first part is learnt already."""

    calls = 0

    def loss(
        self, ids_BT: Tensor, targets_BT: Tensor, dropout: Dropout | None = None, starts_BT: Tensor | None = None
    ) -> Tensor:
        found = super().loss(ids_BT, targets_BT, dropout, starts_BT)
        self.calls += 1
        if self.calls == 2:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return found


def test_what_was_learnt_before_memory_ran_out_is_not_learnt_twice() -> None:
    """A step that began in parts of four and ended in parts of two is, bit for bit, one that began in parts of two."""
    ends = []
    for kind, at_once in ((Late, 4), (Decoder, 2)):
        model = kind(SHAPE)
        model.initialise(1)
        recipe = replace(RECIPE, at_once=at_once, dropout=0.1)
        random = torch.Generator().manual_seed(3)
        ids = torch.randint(50, (8, 33), generator=random)
        targets = ids[:, 1:].masked_fill(torch.rand(8, 32, generator=random) < torch.linspace(0, 0.9, 8)[:, None], -1)
        with Stepper(model, recipe, processor()) as stepper:
            losses = [stepper.step(ids[:, :-1], targets, number=n, learning_rate=1e-2) for n in range(3)]
            assert stepper.rung == Rung(2, False)
            ends.append((losses, {name: tensor.clone() for name, tensor in stepper.tensors().items()}))
    (losses, stepped), (expected, begun) = ends
    assert losses == expected
    assert [name for name in begun if not torch.equal(begun[name], stepped[name])] == []


def test_below_the_last_rung_it_says_what_can_be_done() -> None:
    with pytest.raises(MemoryTrouble, match="one sequence at a time"):
        trained(0)


def test_other_errors_are_not_taken_for_a_lack_of_memory() -> None:
    assert is_out_of_memory(RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"))
    assert is_out_of_memory(MemoryError())
    assert not is_out_of_memory(RuntimeError("shapes cannot be multiplied"))
