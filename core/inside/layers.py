"""The logit lens: what the model would say if it stopped after each part of each layer (nostalgebraist, 2020).

Tensor names: R rows, T tokens, N positions, C width, V vocabulary.
"""

from typing import Final

import numpy as np
import torch
from torch import Tensor

from core.inside.capture import capture
from core.inside.reports import FREQUENT, MOST, Array, Asked, Layers
from core.inside.subject import Subject
from core.models.decoder import Decoder

WORK: Final = 5e9  # floating-point operations for one look: a tenth of a second on two cores


def layers(subject: Subject, asked: Asked) -> Layers:
    """The lens on a text, around one position."""
    ids, is_cut = subject.read(asked.text, MOST)
    position = min(max(asked.position if asked.position >= 0 else len(ids) - 1, 0), len(ids) - 1)
    columns = around(position, len(ids), most_columns(subject.model))
    logits_RNV, stream_RTC = subject.remember(
        ("lens", asked.side, tuple(ids), columns[0], columns[-1]),
        lambda: lens(subject.model, ids, columns),
        lambda made: sum(part.nbytes for part in made),
    )
    chance_RNV = logits_RNV.softmax(2)
    best_RN = chance_RNV.argmax(2)
    final_N = best_RN[-1]
    said_RN1 = logits_RNV.gather(2, final_N.expand(len(logits_RNV), -1)[:, :, None])
    rank_RN = (logits_RNV > said_RN1).sum(2)
    here = columns.index(position)
    leaders = list(dict.fromkeys(best_RN[:, here].tolist()))
    return Layers(
        of="",
        tokens=subject.tokens(ids),
        is_cut=is_cut,
        arrays=tuple(
            Array(name, "tokens × width", row) for name, row in zip(_points(subject.model), stream_RTC, strict=True)
        ),
        rows=row_names(subject.model),
        columns=tuple(columns),
        top=tuple(subject.tokens(row) for row in best_RN.tolist()),
        chance=chance_RNV.gather(2, best_RN[:, :, None])[:, :, 0].numpy(),
        rank=rank_RN.numpy(),
        position=position,
        leaders=subject.tokens(leaders),
        leads=chance_RNV[:, here, leaders].numpy(),
    )


def most_columns(model: Decoder) -> int:
    """How many positions can be looked at in a moment: fewer where the vocabulary is large."""
    rows = 2 * model.shape.layers + 1
    return max(1, min(FREQUENT, int(WORK / (rows * 2 * model.shape.vocab * model.shape.width))))


def around(position: int, length: int, most: int) -> list[int]:
    """Positions up to `position`, and behind it where there are too few before it."""
    first = max(0, min(position - most + 1, length - most))
    return list(range(first, min(first + most, length)))


def row_names(model: Decoder) -> tuple[str, ...]:
    parts = [f"{layer + 1} {part}" for layer in range(model.shape.layers) for part in ("attention", "thinking")]
    return ("embedding", *parts)


def _points(model: Decoder) -> list[str]:
    parts = [f"block.{layer}.{part}" for layer in range(model.shape.layers) for part in ("resid_mid", "resid_post")]
    return ["embed", *parts]


@torch.inference_mode()
def lens(
    model: Decoder, ids: list[int], columns: list[int]
) -> tuple[Tensor, "np.ndarray[tuple[int, ...], np.dtype[np.float32]]"]:
    """Logits (R, N, V) as if each row were the last, and the stream (R, T, C) they come from.

    The last row is the model's own output, by its own last norm and output layer.
    """
    names = _points(model)
    seen = capture(model, ids, [*names, "final.norm"])
    early = [model.logits(model.norm(seen[name][None, columns]))[0] for name in names[:-1]]
    stacked = torch.stack([*early, model.logits(seen["final.norm"][None, columns])[0]])
    return stacked, torch.stack([seen[name] for name in names]).numpy()
