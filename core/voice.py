"""The voice of a writer as a direction inside a model: measured, added, or kept from falling below a floor.

After the Assistant Axis (2601.10387) and Persona Vectors (2507.21509), without a judge: what the writer said and what
the base model says to the same prompts are read by the frozen base, and the mean difference of what a layer gives, over
the tokens of the reply, is the direction. Knows no window and no corpus.

Shape suffixes: N pairs, L layers, C width, T tokens.
"""

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn

from core.models.decoder import Decoder

VERSION: Final = 1
DEPTHS: Final = (0.4, 0.7)  # of the layers: where a persona shows best
FLOOR: Final = 25  # percentile of the writer's own projections, below which a locked voice does not fall
LEAST: Final = 8  # pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A unit direction at one layer, and what the projections of both sides are on it."""

    layer: int
    direction: tuple[float, ...]
    base: float  # mean projection of the base model's replies
    mine: float  # of the writer's
    deviation: float  # of the writer's
    floor: float
    told_apart: float  # how well held-out pairs are told apart by it: 0.5 is by chance

    def score(self, projection: float) -> float:
        """0 is the base model's voice, 100 the writer's."""
        span = self.mine - self.base
        return 100 * (projection - self.base) / span if abs(span) > 1e-9 else 0.0

    def to_json(self) -> str:
        return json.dumps({"version": VERSION, **asdict(self)})

    @classmethod
    def from_json(cls, text: str) -> "Voice":
        """What `to_json` wrote; ValueError, KeyError or TypeError when it is none."""
        fields: dict[str, Any] = json.loads(text)
        if fields.pop("version") != VERSION:
            raise ValueError("a voice of another version")
        return cls(**{**fields, "direction": tuple(fields["direction"])})


Read = tuple[Sequence[int], Sequence[int], Sequence[int]]  # a prompt, the writer's reply to it, the base model's


def find(model: Decoder, pairs: Sequence[Read]) -> Voice | None:
    """The voice at the layer that tells held-out pairs apart best; None for too few pairs to learn one from."""
    if len(pairs) < LEAST:
        return None
    mine_NLC = torch.stack([means(model, prompt, mine) for prompt, mine, _ in pairs])
    base_NLC = torch.stack([means(model, prompt, theirs) for prompt, _, theirs in pairs])
    half = len(pairs) // 2
    layers = mine_NLC.shape[1]
    low, high = (min(layers - 1, round(depth * (layers - 1))) for depth in DEPTHS)
    areas = {layer: _held_out(mine_NLC[:, layer], base_NLC[:, layer], half) for layer in range(low, high + 1)}
    layer = max(areas, key=lambda each: areas[each])
    direction_C = _direction(mine_NLC[:, layer], base_NLC[:, layer])
    own_N, theirs_N = mine_NLC[:, layer] @ direction_C, base_NLC[:, layer] @ direction_C
    return Voice(
        layer=layer,
        direction=tuple(direction_C.tolist()),
        base=float(theirs_N.mean()),
        mine=float(own_N.mean()),
        deviation=float(own_N.std()),
        floor=float(np.percentile(own_N.numpy(), FLOOR)),
        told_apart=areas[layer],
    )


@torch.inference_mode()
def means(model: Decoder, prompt: Sequence[int], reply: Sequence[int]) -> Tensor:
    """(L, C) in fp32: what each block gives, as the mean over the tokens of a reply."""
    context = model.shape.context
    kept = list(reply)[: context // 2] or [0]
    read = list(prompt)[-(context - len(kept)) :] + kept
    given: list[Tensor] = []

    def keep(module: nn.Module, args: object, output: Tensor) -> None:
        given.append(output[0, -len(kept) :].float().mean(0))

    handles = [block.register_forward_hook(keep) for block in model.blocks]
    try:
        model(torch.tensor([read], device=model.embedding.weight.device))
    finally:
        for handle in handles:
            handle.remove()
    return torch.stack(given).cpu()


def projection(model: Decoder, voice: Voice, prompt: Sequence[int], reply: Sequence[int]) -> float:
    return float(means(model, prompt, reply)[voice.layer] @ torch.tensor(voice.direction))


class Heard:
    """The projections of the tokens that a model wrote one after the other, before anything was added to them."""

    def __init__(self) -> None:
        self._total, self._tokens = torch.zeros(()), 0

    def add(self, projection: Tensor) -> None:
        self._total, self._tokens = self._total + projection, self._tokens + 1

    @property
    def mean(self) -> float | None:
        """None when there was no such token."""
        return float(self._total) / self._tokens if self._tokens else None


@contextlib.contextmanager
def speaking(model: Decoder, voice: Voice, *, added: float = 0.0, lock: bool = False) -> Iterator[Heard]:
    """Inside the block the model speaks with so many deviations of the voice added, and with `lock` never below its
    floor: h + v max(floor - <h, v>, 0). What is heard is what `projection` would find in the reply, without its last
    token, and without reading it again."""
    direction_C, heard = torch.tensor(voice.direction), Heard()

    def change(module: nn.Module, args: object, output: Tensor) -> Tensor:
        along_C = direction_C.to(output.device, output.dtype)
        if output.shape[1] == 1:
            heard.add(output[0, 0] @ along_C)
        if not added and not lock:
            return output
        moved = output + added * voice.deviation * along_C
        if lock:
            short_BT1 = (voice.floor - moved @ along_C).clamp(min=0)[..., None]
            moved = moved + short_BT1 * along_C
        return moved

    handle = model.blocks[voice.layer].register_forward_hook(change)
    model.moved = (voice, added, lock) if added or lock else None
    try:
        yield heard
    finally:
        handle.remove()
        model.moved = None


def _direction(mine_NC: Tensor, base_NC: Tensor) -> Tensor:
    """Of length 1. The paired difference leaves the subject out; the base's own main spread is taken away."""
    difference_C = (mine_NC - base_NC).mean(0)
    centred_NC = base_NC - base_NC.mean(0)
    if len(base_NC) > 2 * LEAST:
        spread_C = torch.linalg.svd(centred_NC, full_matrices=False).Vh[0]
        difference_C = difference_C - (difference_C @ spread_C) * spread_C
    unit_C: Tensor = difference_C / difference_C.norm().clamp(min=1e-9)
    return unit_C


def _held_out(mine_NC: Tensor, base_NC: Tensor, half: int) -> float:
    """How well the direction of one half of the pairs tells the other half apart, both ways round."""
    areas: list[float] = []
    for learnt, asked in ((slice(None, half), slice(half, None)), (slice(half, None), slice(None, half))):
        direction_C = _direction(mine_NC[learnt], base_NC[learnt])
        own_N, theirs_N = mine_NC[asked] @ direction_C, base_NC[asked] @ direction_C
        areas.append(float((own_N[:, None] > theirs_N[None]).float().mean()))
    return float(np.mean(areas))
