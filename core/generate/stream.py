"""A reply as it is written: tokens in, whole characters out. Knows no window, no file and no training.

The same weights, prompt, settings and seed give the same text.

Tensor names: B batch (always 1), T tokens, C width, V vocabulary.
"""

import codecs
import time
from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor

from core.events import Stop, Work
from core.generate.choose import choose
from core.models.cache import Cache
from core.models.decoder import Decoder
from core.replies import Piece, Reply, Sampling
from core.tokenizers.base import Tokenizer

UTF8: Final = codecs.getincrementaldecoder("utf-8")


def opening(tokenizer: Tokenizer, prompt: str) -> list[int]:
    """The ids that make a model go on from `prompt`, as the beginning of a fresh document.

    What looks like a special token in the prompt is text; half a surrogate pair, which no file can hold, becomes "?".
    Spaces at its end are left to the reply: in training a space is the beginning of a word's token, so one that stands
    alone would ask for something rare.
    """
    prompt = prompt.encode("utf-8", "replace").decode("utf-8").rstrip(" ")
    return [tokenizer.end, *tokenizer.encode(prompt)]


def write(
    model: Decoder, tokenizer: Tokenizer, prompt_ids: Sequence[int], sampling: Sampling, stop: Stop
) -> Work[Reply]:
    """Go on after `prompt_ids` (at least one) until the end token, the length or `stop`; yields `Piece`s.

    A text longer than the model's context is not the end: see `Reader`.
    """
    started = time.perf_counter()
    generator = _generator(sampling.seed)
    reader, decoder = Reader(model), UTF8(errors="replace")
    unread, written, pieces = list(prompt_ids), list[int](), list[str]()
    ended = stopped = False
    while len(written) < sampling.length:
        if stopped := stop():
            break
        chosen = choose(reader.read(unread), written, sampling, generator)
        if ended := chosen == tokenizer.end:
            break
        unread = [chosen]
        written.append(chosen)
        if text := decoder.decode(tokenizer.decode_bytes(unread)):  # nothing while a character is incomplete
            pieces.append(text)
            yield Piece(text)
    return Reply("".join(pieces), len(written), time.perf_counter() - started, ended, stopped)


class Reader:
    """Reads tokens and says what may follow, remembering what it read in a cache.

    When the context is full, the newer half of it is read again and the older half forgotten. That costs one pass
    over half a context every half a context: less a token than shifting by one, and no position is out of range.
    """

    def __init__(self, model: Decoder) -> None:
        weight = model.embedding.weight
        self._model = model
        self._cache = Cache(model.shape, model.shape.context, dtype=weight.dtype, device=weight.device)
        self._ids: list[int] = []

    # Inference mode is entered for each step and left before anything is yielded: between two tokens this thread
    # may be training.
    @torch.inference_mode()
    def read(self, ids: Sequence[int]) -> Tensor:
        """The logits (V,), on the CPU, of what follows everything read so far and `ids`."""
        context = self._model.shape.context
        self._ids.extend(ids)
        if len(self._ids) > context:
            self._ids = self._ids[-max(1, context // 2) :]
            self._cache.truncate(0)
        ids_BT = torch.tensor([self._ids[self._cache.used :]], device=self._model.embedding.weight.device)
        x_BTC = self._model(ids_BT, self._cache)
        return self._model.logits(x_BTC[:, -1:])[0, 0].cpu()


def _generator(seed: int | None) -> torch.Generator:
    generator = torch.Generator()
    if seed is None:
        generator.seed()
    else:
        generator.manual_seed(seed)
    return generator
