"""Bits per byte: how well a model foresees text, in a unit that no tokenizer can flatter. Knows no file and no step.

Only the writer's own words are counted, on the same passages every time, so two numbers of a run can be compared.

Tensor names: N rows, T tokens.
"""

import math
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import torch
from numpy.typing import NDArray

from core.events import Progress, Stop, Work
from core.models.decoder import IGNORE, Decoder
from core.recipe import Recipe
from core.shards import Shard
from core.tokenizers.base import Tokenizer
from core.train.packing import Packing, source

LEAST: Final = 4_096  # tokens: fewer say little
MOST: Final = 50_000  # tokens: within half a percent of the whole held-out text for the corpora we know
SHARE: Final = 1 / 16  # of the tokens trained on in between: two passages, forward only, cost 4 % of the time
PIECE: Final = 1_024  # tokens computed at once by one thread, as in training


def budget(recipe: Recipe) -> int:
    """How many tokens of each side to measure on."""
    trained = recipe.evaluate_every * recipe.tokens_per_step
    return max(LEAST, min(MOST, round(SHARE * trained)))


@dataclass(frozen=True, slots=True)
class Passages:
    """Text to measure on, in rows; `n_bytes` of UTF-8 is what the targets that count stand for."""

    ids_NT: NDArray[np.int64]
    targets_NT: NDArray[np.int64]
    n_bytes: int
    starts_NT: NDArray[np.int64] | None = None  # where documents are read by themselves: core/models/documents.py

    @classmethod
    def of(cls, shard: Shard, tokenizer: Tokenizer, recipe: Recipe, tokens: int) -> Self:
        """About so many tokens of `shard`, read as the recipe learns."""
        found = source(shard, recipe)
        if not isinstance(found, Packing):
            return cls.choose(shard, tokenizer, recipe.length, tokens)
        rows = max(1, min(found.windows, tokens // recipe.length))
        ids_NT, targets_NT, starts_NT = found.rows(np.linspace(0, found.windows - 1, rows).astype(int).tolist())
        counted = targets_NT[targets_NT != IGNORE].tolist()
        return cls(ids_NT, targets_NT, len(tokenizer.decode_bytes(counted)), starts_NT)

    @classmethod
    def choose(cls, shard: Shard, tokenizer: Tokenizer, length: int, tokens: int) -> Self:
        """About so many tokens of `shard`, in rows of `length` spread evenly over it."""
        length = min(length, shard.n_tokens - 1)
        whole = (shard.n_tokens - 1) // length
        starts = np.linspace(0, whole - 1, max(1, min(whole, tokens // length))).astype(np.int64) * length
        places_NT = starts[:, None] + np.arange(length)
        ids_NT = shard.ids[places_NT].astype(np.int64)
        targets_NT = np.where(shard.targets_mask[places_NT + 1], shard.ids[places_NT + 1].astype(np.int64), IGNORE)
        counted = targets_NT[targets_NT != IGNORE].tolist()
        return cls(ids_NT, targets_NT, len(tokenizer.decode_bytes(counted)))


def bits_per_byte(model: Decoder, passages: Passages, pool: Executor, stop: Stop) -> Work[float | None]:
    """Measure `model`; yields Progress in rows. None when it was stopped.

    The pieces are summed in order, so the threads of `pool` change the time and not the number.
    """
    n_rows = len(passages.ids_NT)
    at_once = max(1, PIECE // passages.ids_NT.shape[1])
    parts = [slice(first, first + at_once) for first in range(0, n_rows, at_once)]
    pieces = [pool.submit(_nats, model, passages, rows) for rows in parts]
    nats = 0.0
    try:
        for rows, piece in zip(parts, pieces, strict=True):
            if stop():
                return None
            nats += piece.result()
            yield Progress(min(rows.stop, n_rows), n_rows, "Measuring")
    finally:
        for piece in pieces:
            piece.cancel()
    return nats / math.log(2) / passages.n_bytes


@torch.no_grad()  # and not inference mode: what shares of weights are put together in then, could not train any more
def _nats(model: Decoder, passages: Passages, rows: slice) -> float:
    device = model.embedding.weight.device
    ids_NT, targets_NT = (torch.from_numpy(part[rows]).to(device) for part in (passages.ids_NT, passages.targets_NT))
    starts_NT = None if passages.starts_NT is None else torch.from_numpy(passages.starts_NT[rows]).to(device)
    return model.loss(ids_NT, targets_NT, None, starts_NT).item()
