"""Which tokens lie near each other in the embedding. Knows no window.

Tensor names: V vocabulary, C width, K neighbours.
"""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from core.inside import milestones
from core.inside.directions import alike, directions, lengths
from core.inside.reports import Array, Asked, Earlier, Near, Neighbours
from core.inside.subject import Subject

NEAREST: Final = 16


@torch.inference_mode()
def neighbours(subject: Subject, asked: Asked) -> Neighbours:
    """What is near a word, or near the middle of two; the last token of the text where no word is given."""
    first = first_token(subject, asked.word or asked.text)
    centre = [first, *([first_token(subject, asked.other)] if asked.other.strip() else [])]
    table_VC = subject.model.embedding.weight
    mean_C, length_V = subject.remember("lengths", lambda: lengths(table_VC), lambda made: made[1].nbytes)
    middle_C = directions(table_VC[centre], mean_C).mean(0)
    close_V = alike(table_VC, middle_C, mean_C, length_V)
    close_V[[*centre, subject.tokenizer.end]] = -2.0
    best = close_V.topk(min(NEAREST, len(close_V) - len(centre)))
    ids = [int(id_) for id_, value in zip(best.indices, best.values, strict=True) if value > -1.5]
    places = flat_map((directions(table_VC[ids], mean_C) - middle_C).numpy())
    earlier = [
        Earlier(step, subject.tokens(near[first])) for step, near in milestones.neighbours(subject.run) if first in near
    ]
    return Neighbours(
        of="",
        tokens=subject.tokens(centre),
        arrays=(Array("embed.weight", "width", subject.model.embedding.weight[centre[0]].detach().numpy()),),
        centre=subject.tokens(centre),
        near=tuple(
            Near(subject.token(id_), float(close_V[id_]), float(x), float(y))
            for id_, (x, y) in zip(ids, places, strict=True)
        ),
        earlier=tuple(earlier),
        has_positions=subject.model.positions is not None,
    )


def first_token(subject: Subject, text: str) -> int:
    """The token a word is known by: with a space before it, as inside a sentence; the longest part of its beginning."""
    word = (text.split() or [""])[-1][:64]
    spaced, bare = subject.tokenizer.encode(f" {word}"), subject.tokenizer.encode(word)
    if not bare:
        return subject.tokenizer.end
    if subject.recipe.tokenizer == "characters":
        return bare[0]
    return spaced[0] if len(subject.tokenizer.decode_bytes(spaced[:1])) > 1 else bare[0]


def flat_map(rows_KC: NDArray[np.float32]) -> NDArray[np.float64]:
    """The two directions in which the rows differ most (principal components), as x and y from -1 to 1."""
    if len(rows_KC) < 2:
        return np.zeros((len(rows_KC), 2))
    _, _, axes = np.linalg.svd(rows_KC - rows_KC.mean(0), full_matrices=False)
    flat = (rows_KC @ axes[:2].T).astype(np.float64)
    if flat.shape[1] < 2:
        flat = np.pad(flat, ((0, 0), (0, 2 - flat.shape[1])))
    scaled: NDArray[np.float64] = flat / max(float(np.abs(flat).max()), 1e-9)
    return scaled
