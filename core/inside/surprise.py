"""A text through the bot's eyes: how much each token surprised it, and the writer's lines it finds most like them.

Tensor names: T tokens, C width.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.events import Progress, Stop, Work
from core.inside.ranks import ranked
from core.inside.reading import reading
from core.inside.reports import LONGEST, MOST, Array, Asked, Line, Surprise
from core.inside.subject import Subject
from core.shards import PartName, Shard

LINES: Final = 40  # of each side of the split that are looked through
SHORTEST: Final = 24  # tokens in a line that says something
LINE: Final = 96  # tokens of a line that are read
SHOWN: Final = 5
BY_HEART: Final = 8  # tokens in a row, all foreseen: more is no chance


def surprise(subject: Subject, asked: Asked, stop: Stop) -> Work[Surprise]:
    """Every token of a text with its surprise; of adapters also how much they changed it."""
    ids, is_cut = subject.read(asked.text, LONGEST, at_once=False)
    yield Progress(0, 1, "Reading")
    nats, rank, best, chance = measured(subject, ids)
    if asked.side == "difference" and subject.has_sides:
        subject.set_side("base")
        nats = measured(subject, ids)[0] - nats
        subject.set_side("merged")
    told = Surprise(
        of="",
        tokens=subject.tokens(ids),
        is_cut=is_cut,
        arrays=(Array("logits", "tokens: −log softmax at the next token, nats", nats),),
        nats=nats,
        rank=rank,
        expected=subject.tokens(best.tolist()),
        expected_chance=chance,
        bits_per_byte=bits_per_byte(subject, ids, nats),
        is_difference=asked.side == "difference" and subject.has_sides,
    )
    if not asked.lines:
        return told
    yield told
    most_you, repeats = yield from _lines(subject, stop)
    return replace(told, most_you=most_you, repeats=repeats)


Measured = tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]


def measured(subject: Subject, ids: list[int]) -> Measured:
    return subject.remember(
        ("surprise", subject.side, tuple(ids)),
        lambda: measure(subject, ids, keeps=True),
        lambda made: sum(part.nbytes for part in made),
    )


def measure(subject: Subject, ids: list[int], *, keeps: bool = False) -> Measured:
    """Nats and rank of each token, and what was expected in its place with its chance; the first has none (nan).

    `keeps`: a text that the other views would read too is read for all of them.
    """
    nats, rank = np.full(len(ids), np.nan, np.float32), np.zeros(len(ids), np.int64)
    best, chance = np.full(len(ids), ids[0], np.int64), np.zeros(len(ids), np.float32)
    context = subject.recipe.shape.context
    for start, end, first in windows(len(ids), context):
        stretch = ids[start:end]
        is_shared = keeps and len(ids) <= min(MOST, context)
        hidden_TC = reading(subject, stretch)["final.norm"] if is_shared else _hidden(subject, stretch)
        before_TC = hidden_TC[first - start - 1 : end - start - 1]
        found = ranked(subject.model, before_TC, torch.tensor(ids[first:end]))
        nats[first:end] = -found.told_log.numpy()
        rank[first:end] = found.rank.numpy()
        best[first:end] = found.best.numpy()
        chance[first:end] = found.best_chance.numpy()
    return nats, rank, best, chance


def windows(length: int, context: int) -> Iterator[tuple[int, int, int]]:
    """Stretches [start, end) and the first token to measure in each: half of a stretch is what went before."""
    end, first = min(length, context), 1
    start = 0
    while first < length:
        yield start, end, first
        first = end
        start = max(0, end - context // 2)
        end = min(length, start + context)
        if context < 2:
            return


@torch.inference_mode()
def _hidden(subject: Subject, ids: list[int]) -> Tensor:
    hidden_TC: Tensor = subject.model(torch.tensor([ids]))[0]
    return hidden_TC


def bits_per_byte(subject: Subject, ids: list[int], nats: NDArray[np.float32]) -> float:
    """Of all but the first token; 0 for a blank page."""
    n_bytes = len(subject.tokenizer.decode_bytes(ids[1:]))
    return float(np.nansum(nats)) / math.log(2) / n_bytes if n_bytes else 0.0


def _lines(subject: Subject, stop: Stop) -> Work[tuple[tuple[Line, ...], tuple[Line, ...]]]:
    """Held-out lines that it foresaw best, and training lines of which it says long runs by itself."""
    yield Progress(0, 2 * LINES, "Reading your lines")
    found: dict[PartName, list[Line]] = {"held_out": [], "train": []}
    done = 0
    for side, lines in found.items():
        for ids in some_lines(Shard.open(subject.run.tokens, side), subject.tokenizer.end):
            if stop():
                break
            lines.append(_line(subject, ids))
            done += 1
            yield Progress(done, 2 * LINES, "Reading your lines")
    easiest = sorted(found["held_out"], key=lambda line: line.bits_per_byte)[:SHOWN]
    known = sorted((line for line in found["train"] if line.repeated >= BY_HEART), key=lambda line: -line.repeated)
    return tuple(easiest), tuple(known[:SHOWN])


def _line(subject: Subject, ids: list[int]) -> Line:
    ids = [subject.tokenizer.end, *ids][: subject.recipe.shape.context]
    nats, rank, _, _ = measure(subject, ids)
    text = subject.tokenizer.decode_bytes(ids[1:]).decode("utf-8", "ignore")
    return Line(" ".join(text.split()), bits_per_byte(subject, ids, nats), longest_run(rank[1:] == 0), len(ids) - 1)


def longest_run(foreseen: NDArray[np.bool_]) -> int:
    """The most in a row that hold."""
    longest = run = 0
    for each in foreseen.tolist():
        run = run + 1 if each else 0
        longest = max(longest, run)
    return longest


def some_lines(shard: Shard, end: int) -> Iterator[list[int]]:
    """Beginnings of the writer's own passages, spread evenly over a shard."""
    starts = np.flatnonzero(np.asarray(shard.ids[: shard.n_tokens]) == end)[:-1] + 1
    picked = np.linspace(0, max(len(starts) - 1, 0), min(LINES, len(starts))).astype(np.int64)
    for start in starts[picked].tolist():
        place = slice(start, start + LINE)
        ids = shard.ids[place].tolist()
        ids = ids[: ids.index(end)] if end in ids else ids
        if len(ids) >= SHORTEST and bool(np.all(shard.targets_mask[place][: len(ids)])):
            yield ids
