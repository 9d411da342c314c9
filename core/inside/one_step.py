"""One step of training, slowly: forward, loss, backward, update, beside the checkpoint, which stays as it is.

The update is the optimizer's first, without decay: AdamW moves every weight by the learning rate, against the sign of
its gradient; Muon moves a matrix along its gradient's directions, each as strongly as the others.
Tensor names: T tokens, V vocabulary, C width.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import torch
from torch import Tensor, nn
from torch.func import functional_call

from core.events import Work
from core.inside.reports import Array, Asked, Moved, Step
from core.inside.subject import Subject
from core.models.decoder import Decoder

MOST: Final = 32  # tokens: a sentence
SHOWN: Final = 6  # weights

Weights = Mapping[str, Tensor]


class Losses(nn.Module):
    """A decoder that says how surprised it is by each token but the first: nats (T - 1)."""

    def __init__(self, model: Decoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids_BT: Tensor) -> Tensor:
        logs_TV = self.model.logits(self.model(ids_BT[:, :-1]))[0].log_softmax(1)
        return -logs_TV.gather(1, ids_BT[0, 1:, None])[:, 0]


def one_step(subject: Subject, asked: Asked) -> Work[Step]:
    """What one step on a text would do to this checkpoint, at the learning rate it had then; first what it read."""
    subject.set_side("merged")  # it is what learns
    ids, is_cut = subject.read(asked.text, MOST)
    if len(ids) < 2:
        ids = [*ids, *ids]
    ids_BT, losses = torch.tensor([ids]), Losses(subject.model)
    old = {name: weight for name, weight in losses.named_parameters() if weight.requires_grad}
    before_T, graph = read(losses, ids_BT)
    hardest = int(before_T.argmax())
    told = Step(
        of="",
        tokens=subject.tokens(ids),
        is_cut=is_cut,
        arrays=(Array("loss", "tokens, nats", before_T.numpy()),),
        loss_before=float(before_T.mean()),
        learning_rate=subject.learning_rate,
        hardest=hardest,
        chance_before=math.exp(-float(before_T[hardest])),
    )
    yield told
    pulls = torch.autograd.grad(graph.mean(), list(old.values()), allow_unused=True)
    gradients = {name: pull for name, pull in zip(old, pulls, strict=True) if pull is not None}
    parts = by_part(gradients)
    name, row = watched(subject.model, gradients, ids[hardest + 1])
    pull_C, was_C = gradients[name][row].clone(), old[name][row].detach().clone()
    with torch.no_grad():
        new = updated(subject, old, gradients, told.learning_rate)
        after_T = functional_call(losses, new, (ids_BT,))
    short = name.removeprefix("model.")
    return replace(
        told,
        arrays=(*told.arrays, Array(f"{short}.grad", f"row {row}", pull_C.numpy())),
        loss_after=float(after_T.mean()),
        chance_after=math.exp(-float(after_T[hardest])),
        gradients=parts,
        weights=tuple(
            Moved(f"{short}[{row}, {at}]", float(was_C[at]), float(pull_C[at]), float(new[name][row, at]))
            for at in pull_C.abs().topk(min(SHOWN, len(pull_C))).indices.tolist()
        ),
    )


def read(losses: Losses, ids_BT: Tensor) -> tuple[Tensor, Tensor]:
    """Nats of each token but the first (T - 1): as numbers, and with the way back to what made them."""
    with torch.enable_grad():
        graph_T: Tensor = losses(ids_BT)
    return graph_T.detach(), graph_T


def watched(model: Decoder, gradients: Weights, token: int) -> tuple[str, int]:
    """The row to look at closely: that of the hardest token, or where the pull is strongest in what learns at all."""
    table = "model.embedding.weight" if model.head is None else "model.head.weight"
    if table in gradients:
        return table, token
    name = max((name for name, pull in gradients.items() if pull.ndim == 2), key=lambda name: gradients[name].norm())
    return name, int(gradients[name].norm(dim=1).argmax())


def updated(subject: Subject, old: Weights, gradients: Weights, rate: float) -> dict[str, Tensor]:
    """The weights after the step. They take the place of the gradients in memory, which are gone then."""
    recipe = subject.recipe
    by_muon = recipe.optimizer == "muon"
    new: dict[str, Tensor] = {}
    for name, pull in gradients.items():
        if by_muon and name.startswith("model.blocks.") and pull.ndim == 2:
            new[name] = turned(old[name], pull, rate)
        else:
            step = rate * recipe.table_rate if by_muon else rate
            new[name] = pull.sign_().mul_(-step).add_(old[name])
    return new


def turned(weight: Tensor, gradient: Tensor, rate: float) -> Tensor:
    """A matrix after the first step of Muon."""
    moved = nn.Parameter(weight.clone())
    moved.grad = gradient
    torch.optim.Muon([moved], lr=rate, weight_decay=0.0, adjust_lr_fn="original").step()  # type: ignore[no-untyped-call]  # torch says no types here
    return moved.detach()


def by_part(gradients: Weights) -> tuple[tuple[str, float], ...]:
    """How strongly the loss pulls at each part: the norm of its gradients."""
    sums: dict[str, float] = {}
    for name, pull in gradients.items():
        pieces = name.removeprefix("model.").split(".")
        part = f"layer {int(pieces[1]) + 1}" if pieces[0] == "blocks" else pieces[0]
        sums[part] = sums.get(part, 0.0) + float(pull.norm()) ** 2
    return tuple((part, math.sqrt(total)) for part, total in sums.items())
