"""Who looks at whom, and what each head mostly does. Knows no window.

Tensor names: L layers, H heads, T tokens.
"""

from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from core.inside.capture import capture
from core.inside.reports import MOST, Array, Asked, Attention, Head
from core.inside.subject import Subject
from core.models.decoder import Decoder

REPEATED: Final = 24  # random tokens that are read twice, to find heads that copy
CLEAR: Final = 0.25  # of a head's weight: from here on its kind is named
SMOOTH: Final = 0.75  # of the entropy of looking at everything alike


def attention(subject: Subject, asked: Asked) -> Attention:
    """All heads on one text, with the kind of each."""
    ids, is_cut = subject.read(asked.text, MOST)
    patterns_LHTT = subject.remember(("patterns", asked.side, tuple(ids)), lambda: patterns(subject.model, ids), size)
    copying_LH = subject.remember(("copying", asked.side), lambda: copying(subject.model), size)
    return Attention(
        of="",
        tokens=subject.tokens(ids),
        is_cut=is_cut,
        arrays=tuple(
            Array(f"block.{layer}.attn.pattern", "heads × tokens × tokens", patterns_LHTT[layer])
            for layer in range(len(patterns_LHTT))
        ),
        patterns=patterns_LHTT,
        heads=kinds(patterns_LHTT, copying_LH),
        groups=subject.recipe.shape.heads // subject.recipe.shape.kv_heads,
    )


def size(array: NDArray[Any]) -> int:
    return array.nbytes


def patterns(model: Decoder, ids: list[int]) -> NDArray[np.float16]:
    """The patterns of all heads (L, H, T, T), each row of which sums to 1."""
    names = [f"block.{layer}.attn.pattern" for layer in range(model.shape.layers)]
    seen = capture(model, ids, names)
    return np.stack([seen[name].to(torch.float16).numpy() for name in names])


def copying(model: Decoder) -> NDArray[np.float32]:
    """How much each head (L, H), while random tokens are read a second time, looks at what came next the first time:
    an induction head (Olsson 2209.11895)."""
    ids = random_twice(model.shape.vocab, min(REPEATED, model.shape.context // 2))
    n = len(ids) // 2
    LHTT = patterns(model, ids).astype(np.float32)
    second = np.arange(n, 2 * n)
    scores: NDArray[np.float32] = LHTT[:, :, second, second - n + 1].mean(axis=2)
    return scores


def random_twice(vocab: int, length: int) -> list[int]:
    """The same tokens for every model of this vocabulary, twice over."""
    once = np.random.default_rng(7).integers(0, vocab, max(length, 1)).tolist()
    return [*once, *once]


def kinds(patterns_LHTT: NDArray[np.float16], copying_LH: NDArray[np.float32]) -> tuple[Head, ...]:
    """What each head mostly does, by where its weight lies on this text."""
    L, H, T, _ = patterns_LHTT.shape
    LHTT = patterns_LHTT.astype(np.float32)
    late = np.arange(min(2, T - 1), T)  # the first two rows have no choice
    shares = {
        "previous": LHTT[:, :, late, np.maximum(late - 1, 0)].mean(axis=2) if T > 2 else np.zeros((L, H)),
        "first": LHTT[:, :, late, 0].mean(axis=2) if T > 2 else np.zeros((L, H)),
        "itself": LHTT[:, :, late, late].mean(axis=2) if T > 2 else np.zeros((L, H)),
        "copying": copying_LH,
    }
    spread = smoothness(LHTT[:, :, late])
    return tuple(_kind(layer, head, shares, float(spread[layer, head])) for layer in range(L) for head in range(H))


def _kind(layer: int, head: int, shares: dict[str, Any], spread: float) -> Head:
    best = max(("copying", "previous", "first", "itself"), key=lambda name: float(shares[name][layer, head]))
    strength = float(shares[best][layer, head])
    if strength >= CLEAR:
        return Head(layer, head, best, strength)  # type: ignore[arg-type]  # one of the names above
    return Head(layer, head, "broad" if spread >= SMOOTH else "mixed", spread if spread >= SMOOTH else strength)


def smoothness(LHTT: NDArray[np.float32]) -> NDArray[np.float32]:
    """The entropy of a head's rows as a share of the most that each row could have, (L, H)."""
    seen = np.maximum((LHTT > 0).sum(axis=3), 2)
    entropy = -(LHTT * np.log(np.maximum(LHTT, 1e-9))).sum(axis=3)
    shares: NDArray[np.float32] = (entropy / np.log(seen)).mean(axis=2)
    return shares
