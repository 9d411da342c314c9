"""One step of training, slowly: forward, loss, backward, update, on a copy that is thrown away.

The update is AdamW's first, without decay: every weight moves by the learning rate, against the sign of its gradient.
Tensor names: T tokens, V vocabulary.
"""

import copy
import math
from typing import Final

import numpy as np
import torch
from torch import Tensor

from core.inside.reports import Array, Asked, Moved, Step
from core.inside.subject import Subject
from core.models.decoder import Decoder

MOST: Final = 32  # tokens: a sentence
SHOWN: Final = 6  # weights


def one_step(subject: Subject, asked: Asked) -> Step:
    """What one step on a text would do to this checkpoint, by the run's own learning rate."""
    ids, is_cut = subject.read(asked.text, MOST)
    if len(ids) < 2:
        ids = [*ids, *ids]
    rate = subject.recipe.learning_rate
    model = copy.deepcopy(subject.model).requires_grad_(True)
    before_T = losses(model, ids)
    loss = before_T.mean()
    loss.backward()  # type: ignore[no-untyped-call]  # torch says no types here
    hardest = int(before_T.argmax())
    gradients = by_part(model)
    watched = model.embedding.weight
    assert watched.grad is not None
    row = ids[hardest + 1]
    places = watched.grad[row].abs().topk(min(SHOWN, watched.shape[1])).indices.tolist()
    gradient_C = watched.grad[row].clone()
    old = watched.detach()[row].clone()
    with torch.no_grad():
        for weight in model.parameters():
            if weight.grad is not None:
                weight.sub_(rate * weight.grad.sign())
        after_T = losses(model, ids)
    weights = tuple(
        Moved(f"embedding.weight[{row}, {at}]", float(old[at]), float(gradient_C[at]), float(watched.detach()[row, at]))
        for at in places
    )
    return Step(
        of="",
        tokens=subject.tokens(ids),
        is_cut=is_cut,
        arrays=(Array("embedding.weight.grad", "width, of the hardest token", gradient_C.numpy()),
                Array("loss", "tokens, nats", before_T.detach().numpy())),
        loss_before=loss.item(),
        loss_after=float(after_T.mean()),
        learning_rate=rate,
        hardest=hardest,
        chance_before=math.exp(-before_T[hardest].item()),
        chance_after=math.exp(-float(after_T[hardest])),
        gradients=gradients,
        weights=weights,
    )  # fmt: skip


def losses(model: Decoder, ids: list[int]) -> Tensor:
    """Nats of each token but the first, (T - 1,)."""
    ids_BT = torch.tensor([ids])
    logs_TV = model.logits(model(ids_BT[:, :-1]))[0].log_softmax(1)
    return -logs_TV.gather(1, ids_BT[0, 1:, None])[:, 0]


def by_part(model: Decoder) -> tuple[tuple[str, float], ...]:
    """How strongly the loss pulls at each part: the norm of its gradients."""
    sums: dict[str, float] = {}
    for name, weight in model.named_parameters():
        if weight.grad is not None:
            pieces = name.split(".")
            part = f"layer {int(pieces[1]) + 1}" if pieces[0] == "blocks" else pieces[0]
            sums[part] = sums.get(part, 0.0) + float(weight.grad.double().square().sum())
    return tuple((part, float(np.sqrt(total))) for part, total in sums.items())
