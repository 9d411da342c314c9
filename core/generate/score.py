"""How surprised a model is by a text that follows another. Knows no text, no tokenizer and no window.

Tensor names: B batch, T tokens, C width, V vocabulary.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import torch
from torch.nn import functional as F

from core.models.cache import Cache
from core.models.decoder import Decoder

CHUNK: Final = 256  # tokens whose logits are held at once
TOGETHER: Final = 32  # texts that share a beginning, in one batch


@torch.inference_mode()
def surprise(model: Decoder, before: Sequence[int], ids: Sequence[int]) -> float:
    """Nats of `ids` after `before` (at least one id). Of a beginning that is too long the newest part is read."""
    if not ids:
        return 0.0
    context = model.shape.context
    kept = list(ids)[: context - 1] if len(ids) >= context else list(ids)
    read = list(before)[-(context - len(kept)) :] + kept
    device = model.embedding.weight.device
    x_BTC = model(torch.tensor([read[:-1]], device=device))
    first = len(read) - len(kept) - 1
    nats = 0.0
    for at in range(first, len(read) - 1, CHUNK):
        targets = torch.tensor(read[at + 1 : at + 1 + CHUNK], device=device)
        logits_TV = model.logits(x_BTC[:, at : at + len(targets)])[0]
        nats += float(F.cross_entropy(logits_TV.float(), targets, reduction="sum"))
    return nats


@torch.inference_mode()
def surprises(model: Decoder, before: Sequence[int], texts: Iterable[Sequence[int]]) -> list[float]:
    """The same for several texts after one beginning, which is read once: short ones, such as canaries."""
    waiting = list(texts)
    device = model.embedding.weight.device
    nats: list[float] = []
    for first in range(0, len(waiting), TOGETHER):
        batch = waiting[first : first + TOGETHER]
        width = max(len(ids) for ids in batch)
        cache = Cache(model.shape, len(before) + width, len(batch), dtype=model.embedding.weight.dtype, device=device)
        rows = [[*ids, *([0] * (width - len(ids)))] for ids in batch]
        read = torch.tensor([[*before, *row[:-1]] for row in rows], device=device)
        x_BTC = model(read, cache)[:, len(before) - 1 :]
        logits_BTV = model.logits(x_BTC).float().log_softmax(-1)
        picked = logits_BTV.gather(-1, torch.tensor(rows, device=device)[..., None])[..., 0]
        nats += [-float(picked[n, : len(ids)].sum()) for n, ids in enumerate(batch)]
    return nats
