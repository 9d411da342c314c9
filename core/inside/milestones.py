"""What to remember of a step when its weights are gone: one small JSON file, written while training.

runs/<run>/inside/step-00000100.json   surprise of five fixed sentences, how well it copies, neighbours of common tokens

Written at steps 1, 2, 4, 8 ... and at every evaluation. Draws no random number, so a run is the same with and without.
"""

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import torch

from core.atomic import disk_errors, write_file
from core.inside.attention import random_twice
from core.inside.directions import nearest
from core.inside.reports import Milestone, Sentence, Token
from core.inside.shown import shown
from core.models.decoder import Decoder
from core.runs import Run
from core.shards import Shard
from core.tokenizers.base import Tokenizer

VERSION: Final = 1
SENTENCES: Final = 5
SENTENCE: Final = 40  # tokens
COMMON: Final = 300  # tokens whose neighbours are kept
NEAREST: Final = 8
REPEATED: Final = 24  # random tokens that are read twice
SEARCHED: Final = 200_000  # tokens of each side


@dataclass(frozen=True, slots=True, eq=False)
class Yardstick:
    """What is the same at all milestones of a run."""

    sentences: tuple[tuple[int, ...], ...]
    common: tuple[int, ...]
    repeated: tuple[int, ...]

    @classmethod
    def of(cls, train: Shard, held_out: Shard, tokenizer: Tokenizer, context: int) -> Self:
        """Held-out beginnings, the most frequent tokens, and a random text that repeats."""
        counts = np.bincount(np.asarray(train.ids[:SEARCHED], np.int64), minlength=train.vocab)
        counts[tokenizer.end] = 0
        order = np.argsort(-counts, kind="stable")[:COMMON]
        return cls(
            tuple(beginnings(held_out, tokenizer.end, min(SENTENCE, context))),
            tuple(order[counts[order] > 0].tolist()),
            tuple(random_twice(train.vocab, min(REPEATED, context // 2))),
        )


def beginnings(shard: Shard, end: int, most: int) -> Iterator[tuple[int, ...]]:
    """How the first documents of a shard begin, each with the end token before it."""
    ids = np.asarray(shard.ids[:SEARCHED], np.int64)
    starts = [0, *(np.flatnonzero(ids == end)[:-1] + 1).tolist()]
    whole = [ids[start : start + most - 1].tolist() for start in starts]
    good = [[end, *each] for each in whole if end not in each and len(each) > 1]
    for each in good[:SENTENCES]:
        yield tuple(each)


def is_due(step: int, evaluate_every: int) -> bool:
    """1, 2, 4, 8 ... up to the first evaluation, where much happens in few steps."""
    return 0 < step < evaluate_every and step & (step - 1) == 0


@torch.inference_mode()
def measure(model: Decoder, yardstick: Yardstick) -> dict[str, Any]:
    """A milestone of these weights, as it is written."""
    learns_embedding = model.embedding.weight.requires_grad or not model.adapted
    near = nearest(model.embedding.weight, yardstick.common, NEAREST) if learns_embedding else []
    return {
        "version": VERSION,
        "sentences": [[list(ids), _nats(model, ids)] for ids in yardstick.sentences],
        "induction": _induction(_nats(model, yardstick.repeated)),
        "common": list(yardstick.common) if near else [],
        "near": near,
    }


def write(run: Run, step: int, milestone: dict[str, Any]) -> None:
    """Raises DiskTrouble."""
    with disk_errors("remembering this step for later"):
        run.inside.mkdir(exist_ok=True)
        write_file(run.inside / f"step-{step:08d}.json", json.dumps(milestone).encode("ascii"))


def read(run: Run, tokenizer: Tokenizer) -> list[Milestone]:
    """What is remembered, oldest first; files that cannot be read are passed over."""
    found: list[Milestone] = []
    for step, fields in _files(run):
        sentences = tuple(
            Sentence(tuple(_token(tokenizer, id_) for id_ in ids), tuple(map(float, nats)))
            for ids, nats in fields["sentences"]
        )
        found.append(Milestone(step, float(fields["induction"]), sentences))
    return found


def neighbours(run: Run) -> list[tuple[int, dict[int, list[int]]]]:
    """What was near the common tokens at each step that is remembered."""
    return [(step, dict(zip(fields["common"], fields["near"], strict=False))) for step, fields in _files(run)]


def forget_after(run: Run, step: int) -> None:
    """Training goes on from `step` and makes later ones again."""
    for path in run.inside.glob("step-*.json"):
        number = re.fullmatch(r"step-(\d{8,})", path.stem)
        if number and int(number[1]) > step:
            with disk_errors("removing what was remembered of a step"):
                path.unlink(missing_ok=True)


def _files(run: Run) -> Iterator[tuple[int, dict[str, Any]]]:
    for path in sorted(run.inside.glob("step-*.json"), key=lambda path: (len(path.stem), path.stem)):
        try:
            fields = json.loads(path.read_text("ascii"))
            if fields["version"] == VERSION and {"sentences", "induction", "common", "near"} <= fields.keys():
                yield int(path.stem.removeprefix("step-")), fields
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # a damaged one is missed by nobody


def _token(tokenizer: Tokenizer, id_: int) -> Token:
    return Token(id_, "▸" if id_ == tokenizer.end else shown(tokenizer.decode_bytes([id_])))


def _nats(model: Decoder, ids: Sequence[int]) -> list[float]:
    ids_BT = torch.tensor([list(ids)], device=model.embedding.weight.device)
    logits_TV = model.logits(model(ids_BT[:, :-1]))[0]
    nats_T = -logits_TV.log_softmax(1).gather(1, ids_BT[0, 1:, None])[:, 0]
    return [round(value, 4) if math.isfinite(value) else 99.0 for value in nats_T.tolist()]


def _induction(nats: Sequence[float]) -> float:
    """How much easier the second half is than the first, without the tokens in which the copy is not yet known."""
    n = (len(nats) + 1) // 2
    first, second = nats[: n - 1], nats[n:]
    return sum(first) / max(len(first), 1) - sum(second) / max(len(second), 1)
