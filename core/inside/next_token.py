"""What may come next, and the branches of a text that were tried: they share what was read of their beginning."""

from collections.abc import Sequence

import torch
from torch import Tensor

from core.inside.reading import Reading, reading
from core.inside.reports import MOST, Array, Asked, Next
from core.inside.subject import Subject
from core.models.cache import Cache
from core.models.decoder import Decoder


class Branches:
    """Reads token sequences one after the other; what a new one shares with the last is not read again."""

    def __init__(self, model: Decoder) -> None:
        self._model = model
        self._cache = Cache(model.shape, min(model.shape.context, 2 * MOST))
        self._ids: list[int] = []

    @torch.inference_mode()
    def begin(self, ids: Sequence[int], seen: Reading) -> Tensor:
        """What follows a text that was read already, to branch from; (V,)."""
        self._cache.truncate(0)
        for layer in range(self._model.shape.layers):
            self._cache.extend(layer, seen[f"block.{layer}.attn.key"][None], seen[f"block.{layer}.attn.value"][None])
        self._cache.used = len(ids)
        self._ids = list(ids)
        return self._model.logits(seen["final.norm"][None, -1:])[0, 0]

    @torch.inference_mode()
    def logits(self, ids: Sequence[int]) -> Tensor:
        """What follows `ids` (at least one), of which the newest are read where they are too many; (V,)."""
        ids = list(ids)[-self._cache.length :]
        shared = 0
        while shared < min(len(ids) - 1, len(self._ids)) and ids[shared] == self._ids[shared]:
            shared += 1
        self._cache.truncate(min(shared, self._cache.used))
        hidden = self._model(torch.tensor([ids[self._cache.used :]]), self._cache)
        self._ids = ids
        return self._model.logits(hidden[:, -1:])[0, 0]


def next_token(subject: Subject, asked: Asked) -> Next:
    """After a text, or after a branch of it."""
    ids, is_cut = (list(asked.ids), False) if asked.ids else subject.read(asked.text, MOST)
    logits = after(subject, asked, ids)
    if asked.side == "difference" and subject.has_sides:
        subject.set_side("base")
        logits = logits - after(subject, asked, ids)
        subject.set_side("merged")
    return Next(
        of="",
        tokens=subject.tokens(ids),
        is_cut=is_cut,
        arrays=(Array("logits", "vocabulary, at the last token", logits.numpy()),),
        ids=tuple(ids),
        logits=logits.numpy(),
        texts=subject.texts,
        end=subject.tokenizer.end,
    )


def after(subject: Subject, asked: Asked, ids: Sequence[int]) -> Tensor:
    """What the side that speaks makes of the next token, (V,)."""
    branches = subject.remember(("branches", subject.side), lambda: Branches(subject.model), lambda _: 1)
    return branches.logits(ids) if asked.ids else branches.begin(ids, reading(subject, ids))
