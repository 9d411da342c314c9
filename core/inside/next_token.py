"""What may come next, and the branches of a text that were tried: they share what was read of their beginning."""

from collections.abc import Sequence

import torch
from torch import Tensor

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
    branches = subject.remember(("branches", asked.side), lambda: Branches(subject.model), lambda _: 1)
    logits = branches.logits(ids).numpy().copy()
    if asked.side == "difference" and subject.has_sides:
        subject.set_side("base")
        logits = logits - Branches(subject.model).logits(ids).numpy()
        subject.set_side("merged")
    return Next(
        of="",
        tokens=subject.tokens(ids),
        is_cut=is_cut,
        arrays=(Array("logits", "vocabulary, at the last token", logits),),
        ids=tuple(ids),
        logits=logits,
        texts=subject.texts,
        end=subject.tokenizer.end,
    )
