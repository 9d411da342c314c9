"""Which optimizer moves which weights, and what each of them remembers. Knows no gradient and no schedule.

AdamW moves everything, or Muon the matrices inside the blocks and AdamW what is left: the table of tokens, the output
layer and the gains. Muon makes all directions of a step equally long, which means something for a matrix that turns one
stream into another, and nothing for a table of rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import torch
from torch import Tensor

from core.recipe import Recipe
from core.train.adamw8 import AdamW8

A_PART: Final = (
    4_000_000  # numbers that one thread of the processor moves at a time, at least: 80 MB with their moments
)
MOMENTUM: Final = 0.95  # Jordan's for Muon; nanochat lets it wander between 0.85 and 0.97


class Optimizers:
    """All that is needed to move `weights`, known by their names."""

    def __init__(self, weights: Mapping[str, Tensor], recipe: Recipe) -> None:
        self._weights, self._recipe = dict(weights), recipe
        hidden = [weight for name, weight in weights.items() if recipe.optimizer == "muon" and is_hidden(name, weight)]
        chosen = {id(weight) for weight in hidden}
        self._share = recipe.table_rate if hidden else 1.0
        rest = [weight for weight in weights.values() if id(weight) not in chosen]
        self._adamws = [self._fresh_adamw(part) for part in in_parts(rest)]
        self._muons = [self._fresh_muon(weight) for weight in hidden]

    @property
    def parts(self) -> list[torch.optim.Optimizer]:
        """Optimizers that share no weight: whoever steps them, in whatever order, the bits are the same. Each matrix of
        Muon's is a part of its own, as it costs many products."""
        return [*self._adamws, *self._muons]

    def set_rate(self, rate: float) -> None:
        """The learning rate of the next step."""
        for part in self.parts:
            for group in part.param_groups:
                group["lr"] = rate if part in self._muons else rate * self._share

    def state(self) -> dict[str, Tensor]:
        """What they remember of each weight, as `name.moment`: the live tensors."""
        remembered = {weight: moments for part in self.parts for weight, moments in part.state.items()}
        found: dict[str, Tensor] = {}
        for name, weight in self._weights.items():
            found.update({f"{name}.{moment}": tensor for moment, tensor in remembered[weight].items()})
        return found

    def _fresh_adamw(self, weights: list[Tensor]) -> torch.optim.Optimizer:
        decay = 0.0 if self._recipe.optimizer == "muon" else self._recipe.weight_decay
        groups: list[dict[str, Any]] = [
            {"params": [weight for weight in weights if weight.ndim > 1], "weight_decay": decay},
            {"params": [weight for weight in weights if weight.ndim < 2], "weight_decay": 0.0},
        ]
        betas = self._recipe.beta1, self._recipe.beta2
        if self._recipe.optimizer == "adamw8":
            return AdamW8(groups, betas)
        optimizer = torch.optim.AdamW(groups, betas=betas, fused=True)
        for weight in weights:  # as its first step would: so that there is always something to save
            zeros = {"exp_avg": torch.zeros_like(weight), "exp_avg_sq": torch.zeros_like(weight)}
            optimizer.state[weight] = {"step": torch.zeros((), device=weight.device), **zeros}
        return optimizer

    def _fresh_muon(self, weight: Tensor) -> torch.optim.Muon:
        decay = self._recipe.weight_decay
        optimizer = torch.optim.Muon([weight], weight_decay=decay, momentum=MOMENTUM, adjust_lr_fn="original")
        optimizer.state[weight] = {"momentum_buffer": torch.zeros_like(weight)}
        return optimizer


def in_parts(weights: Sequence[Tensor]) -> list[list[Tensor]]:
    """The weights in parts that threads of a processor can move beside each other; a card moves all at once."""
    parts: list[list[Tensor]] = [[]]
    for weight in weights:
        if weight.device.type == "cpu" and sum(each.numel() for each in parts[-1]) >= A_PART:
            parts.append([])
        parts[-1].append(weight)
    return parts


def is_hidden(name: str, weight: Tensor) -> bool:
    """Whether a weight is a matrix inside a block."""
    return name.startswith("blocks.") and weight.ndim == 2
