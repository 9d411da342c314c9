"""Where memory runs out, a step is made in smaller parts, and it is the same step."""

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


def test_below_the_last_rung_it_says_what_can_be_done() -> None:
    with pytest.raises(MemoryTrouble, match="one sequence at a time"):
        trained(0)


def test_other_errors_are_not_taken_for_a_lack_of_memory() -> None:
    assert is_out_of_memory(RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"))
    assert is_out_of_memory(MemoryError())
    assert not is_out_of_memory(RuntimeError("shapes cannot be multiplied"))
