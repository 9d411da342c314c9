"""The logit lens: what the model would say if it stopped after each part of each layer (nostalgebraist, 2020).

Tensor names: R rows, N positions, C width, P pieces that were ever on top.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.events import Stop, Work
from core.inside.ranks import Ranked, ranked
from core.inside.reading import Reading, reading
from core.inside.reports import COLUMNS, MOST, Array, Asked, Layers
from core.inside.subject import Subject
from core.models.decoder import Decoder

WORK: Final = 1.2e10  # floating-point operations for the first picture: two tenths of a second on one core


@dataclass(frozen=True, slots=True, eq=False)
class Lens:
    """Positions `columns`: what the output layer reads of them after each row, and what it makes of that."""

    columns: tuple[int, ...]
    hidden_RNC: Tensor
    best_RN: Tensor
    chance_RN: Tensor  # of the best
    spread_RN: Tensor  # log of the sum of exp of all scores
    rank_RN: Tensor  # of what the last row says

    @property
    def nbytes(self) -> int:
        return self.hidden_RNC.nbytes

    def beside(self, other: Self) -> Self:
        """Both, in the order of their columns."""
        columns = (*self.columns, *other.columns)
        order = sorted(range(len(columns)), key=lambda n: columns[n])
        parts = (torch.cat([getattr(self, each), getattr(other, each)], 1)[:, order] for each in PARTS)
        return type(self)(tuple(sorted(columns)), *parts)


PARTS: Final = ("hidden_RNC", "best_RN", "chance_RN", "spread_RN", "rank_RN")


def layers(subject: Subject, asked: Asked, stop: Stop) -> Work[Layers]:
    """The lens on a text, around one position; where the vocabulary is large, column by column."""
    ids, is_cut = subject.read(asked.text, MOST)
    position = min(max(asked.position if asked.position >= 0 else len(ids) - 1, 0), len(ids) - 1)
    seen = reading(subject, ids)
    told: Layers | None = None
    lens: Lens | None = None
    for columns in in_turn(position, len(ids), most_columns(subject.model)):
        if told is not None:
            yield told
            if stop():
                break
        more = looked(subject, ids, seen, columns)
        lens = more if lens is None else lens.beside(more)
        told = report(subject, seen, lens, position, ids, is_cut)
    assert told is not None
    return told


def in_turn(position: int, length: int, most: int) -> Iterator[tuple[int, ...]]:
    """The columns that are looked at, at most so many at once: first those around the position."""
    first, all_ = around(position, length, min(most, COLUMNS)), around(position, length, COLUMNS)
    yield tuple(first)
    rest = [column for column in reversed(all_) if column not in first]
    for start in range(0, len(rest), most):
        yield tuple(reversed(rest[start : start + most]))


def looked(subject: Subject, ids: list[int], seen: Reading, columns: tuple[int, ...]) -> Lens:
    key = ("lens", subject.side, tuple(ids), columns)
    return subject.remember(key, lambda: look_early(subject.model, seen, columns), lambda made: made.nbytes)


def report(subject: Subject, seen: Reading, lens: Lens, position: int, ids: list[int], is_cut: bool) -> Layers:
    here = lens.columns.index(position)
    leaders = list(dict.fromkeys(lens.best_RN[:, here].tolist()))
    leads_RP = chances(subject.model, lens.hidden_RNC[:, here], lens.spread_RN[:, here], leaders)
    return Layers(
        of="",
        tokens=subject.tokens(ids),
        is_cut=is_cut,
        arrays=tuple(Array(name, "tokens × width", seen[name].numpy()) for name in row_points(subject.model)),
        rows=row_names(subject.model),
        columns=lens.columns,
        top=tuple(subject.tokens(row) for row in lens.best_RN.tolist()),
        chance=lens.chance_RN.numpy(),
        rank=lens.rank_RN.numpy(),
        position=position,
        leaders=subject.tokens(leaders),
        leads=leads_RP,
    )


def most_columns(model: Decoder) -> int:
    """How many positions can be looked at in a moment: fewer where the vocabulary is large."""
    rows = 2 * model.shape.layers + 1
    return max(1, min(COLUMNS, int(WORK / (rows * 2 * model.shape.vocab * model.shape.width))))


def around(position: int, length: int, most: int) -> list[int]:
    """Positions up to `position`, and behind it where there are too few before it."""
    first = max(0, min(position - most + 1, length - most))
    return list(range(first, min(first + most, length)))


def row_names(model: Decoder) -> tuple[str, ...]:
    parts = [f"{layer + 1} {part}" for layer in range(model.shape.layers) for part in ("attention", "thinking")]
    return ("embedding", *parts)


def row_points(model: Decoder) -> list[str]:
    """Where each row is read."""
    parts = [f"block.{layer}.{part}" for layer in range(model.shape.layers) for part in ("resid_mid", "resid_post")]
    return ["embed", *parts]


@torch.inference_mode()
def look_early(model: Decoder, seen: Reading, columns: tuple[int, ...]) -> Lens:
    """The last row is the model's own output, by its own last norm and output layer."""
    hidden_RNC = early(model, seen, columns)
    own = ranked(model, hidden_RNC[-1])
    others = ranked(model, hidden_RNC[:-1].flatten(0, 1), own.best.repeat(len(hidden_RNC) - 1))
    both = Ranked.joined([others, own])
    parts = (each.view(hidden_RNC.shape[:2]) for each in (both.best, both.best_chance, both.spread, both.rank))
    return Lens(columns, hidden_RNC, *parts)


@torch.inference_mode()
def early(model: Decoder, seen: Reading, columns: tuple[int, ...]) -> Tensor:
    """What the output layer would read at `columns` if each row were the last (R, N, C)."""
    where = list(columns)
    rows = [model.norm(seen[name][None, where])[0] for name in row_points(model)[:-1]]
    return torch.stack([*rows, seen["final.norm"][where]])


@torch.inference_mode()
def chances(model: Decoder, hidden_RC: Tensor, spread_R: Tensor, ids: list[int]) -> NDArray[np.float32]:
    """Of a few pieces at each row (R, P), without scoring all of the vocabulary again."""
    table = model.embedding if model.head is None else model.head
    logits_RP = (hidden_RC @ table.weight[ids].T).float() * model.shape.logit_scale
    made: NDArray[np.float32] = (logits_RP - spread_R[:, None]).exp().numpy()
    return made
