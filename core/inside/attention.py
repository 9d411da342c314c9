"""Who looks at whom, and what each head mostly does. Knows no window.

Tensor names: L layers, H heads, T tokens; N dots along a side of a small picture.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from core.inside.capture import capture, pattern
from core.inside.reading import Reading, reading
from core.inside.reports import MOST, Array, Asked, Attention, Head
from core.inside.subject import Subject
from core.models.decoder import Decoder

REPEATED: Final = 24  # random tokens that are read twice, to find heads that copy
CLEAR: Final = 0.25  # of a head's weight: from here on its kind is named
SMOOTH: Final = 0.75  # of the entropy of looking at everything alike
SMALL: Final = 96  # dots along a side of a small picture, at most


@dataclass(frozen=True, slots=True, eq=False)
class Maps:
    """All heads on one text: in full, as small pictures with and without the first column, and where weight lies."""

    patterns: NDArray[np.float16]  # L × H × T × T, each row of which sums to 1
    small: NDArray[np.uint8]  # 2 × L × H × N × N
    previous: NDArray[np.float32]  # L × H, and so are the others
    first: NDArray[np.float32]
    itself: NDArray[np.float32]
    spread: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        return self.patterns.nbytes + self.small.nbytes


def attention(subject: Subject, asked: Asked) -> Attention:
    """All heads on one text, with the kind of each."""
    ids, is_cut = subject.read(asked.text, MOST)
    seen = reading(subject, ids)
    maps = subject.remember(("maps", subject.side, tuple(ids)), lambda: mapped(subject.model, seen), size)
    copying_LH = subject.remember(("copying", subject.side), lambda: copying(subject.model), size)
    return Attention(
        of="",
        tokens=subject.tokens(ids),
        is_cut=is_cut,
        arrays=tuple(
            Array(f"block.{layer}.attn.pattern", "heads × tokens × tokens", each_HTT)
            for layer, each_HTT in enumerate(maps.patterns)
        ),
        patterns=maps.patterns,
        small=maps.small,
        heads=kinds(maps, copying_LH),
        groups=subject.recipe.shape.heads // subject.recipe.shape.kv_heads,
    )


def size(kept: NDArray[Any] | Maps) -> int:
    return kept.nbytes


@torch.inference_mode()
def mapped(model: Decoder, seen: Reading) -> Maps:
    """The patterns of all heads, layer by layer while each is at hand."""
    layers = []
    for layer, block in enumerate(model.blocks):
        query, key = seen[f"block.{layer}.attn.query"], seen[f"block.{layer}.attn.key"]
        HTT = pattern(query, key, block.attention.window, block.attention.scale)  # type: ignore[arg-type,union-attr]
        layers.append((HTT.half(), torch.stack([small(HTT), small(without_first(HTT))]), *shares(HTT), smoothness(HTT)))
    patterns, pictures, previous, first, itself, spread = (torch.stack(each) for each in zip(*layers, strict=True))
    return Maps(
        patterns.numpy(),
        pictures.transpose(0, 1).contiguous().numpy(),
        *(each.numpy() for each in (previous, first, itself, spread)),
    )


def without_first(HTT: Tensor) -> Tensor:
    """What is left of each row where the first column is only a place to park weight, made a whole again."""
    if HTT.shape[2] < 3:
        return HTT
    rest_HTT = HTT.clone()
    rest_HTT[:, :, 0] = 0
    return rest_HTT / rest_HTT.sum(2, keepdim=True).clamp_min(1e-6)


def small(HTT: Tensor) -> Tensor:
    """The root of each pattern as a share of its most, 0 to 255; of neighbouring dots the brightest (H, N, N)."""
    fewer_HNN = F.max_pool2d(HTT[None], -(-HTT.shape[2] // SMALL), ceil_mode=True)[0]
    most_H11 = fewer_HNN.amax((1, 2), keepdim=True).clamp_min(1e-6)
    return (fewer_HNN / most_H11).sqrt().mul(255).round().to(torch.uint8)


def shares(HTT: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """How much of each head's weight (H) lies one back, on the first token, and on the token itself."""
    H, T, _ = HTT.shape
    if T < 3:  # nothing to choose from
        return HTT.new_zeros(H), HTT.new_zeros(H), HTT.new_zeros(H)
    one_back_HT, own_HT = HTT.diagonal(-1, 1, 2)[:, 1:], HTT.diagonal(0, 1, 2)[:, 2:]
    return one_back_HT.mean(1), HTT[:, 2:, 0].mean(1), own_HT.mean(1)


def smoothness(HTT: Tensor) -> Tensor:
    """The entropy of a head's rows as a share of the most that each row could have, (H)."""
    late_HTT = HTT[:, min(2, HTT.shape[1] - 1) :]
    seen_HT = (late_HTT > 0).sum(2).clamp_min(2)
    shares_H: Tensor = (torch.special.entr(late_HTT).sum(2) / seen_HT.log()).mean(1)
    return shares_H


def copying(model: Decoder) -> NDArray[np.float32]:
    """How much each head (L, H), while random tokens are read a second time, looks at what came next the first time:
    an induction head (Olsson 2209.11895)."""
    ids = random_twice(model.shape.vocab, min(REPEATED, model.shape.context // 2))
    n = len(ids) // 2
    names = [f"block.{layer}.attn.pattern" for layer in range(model.shape.layers)]
    seen = capture(model, ids, names)
    second = torch.arange(n, 2 * n)
    scores: NDArray[np.float32] = torch.stack([seen[name][:, second, second - n + 1].mean(1) for name in names]).numpy()
    return scores


def random_twice(vocab: int, length: int) -> list[int]:
    """The same tokens for every model of this vocabulary, twice over."""
    once = np.random.default_rng(7).integers(0, vocab, max(length, 1)).tolist()
    return [*once, *once]


def kinds(maps: Maps, copying_LH: NDArray[np.float32]) -> tuple[Head, ...]:
    """What each head mostly does, by where its weight lies on this text; copying by random tokens."""
    by_kind = {"copying": copying_LH, "previous": maps.previous, "first": maps.first, "itself": maps.itself}
    L, H = copying_LH.shape
    return tuple(
        _kind(layer, head, {name: float(share_LH[layer, head]) for name, share_LH in by_kind.items()},
              float(maps.spread[layer, head]))
        for layer in range(L) for head in range(H)
    )  # fmt: skip


def _kind(layer: int, head: int, shares: dict[str, float], spread: float) -> Head:
    best = max(shares, key=lambda name: shares[name])
    if shares[best] >= CLEAR:
        return Head(layer, head, best, shares[best])  # type: ignore[arg-type]  # one of the names above
    is_smooth = spread >= SMOOTH
    return Head(layer, head, "broad" if is_smooth else "mixed", spread if is_smooth else shares[best])
