"""A reply as it is written: tokens in, whole characters out. Knows no window, no file and no training.

The same weights, prompt, settings and seed give the same text."""

import codecs
import time
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Final

import torch

from core.events import Stop, Work
from core.generate.choose import choose
from core.generate.kept import Kept
from core.generate.reader import Reader
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
    model: Decoder,
    tokenizer: Tokenizer,
    prompt_ids: Sequence[int],
    sampling: Sampling,
    stop: Stop,
    kept: Kept | None = None,
) -> Work[Reply]:
    """Go on after `prompt_ids` (at least one) until the end token, the length or `stop`; yields `Piece`s.

    A text longer than the model's context is not the end: see core/generate/reader.py. What is `kept` of this model's
    talks is not read again.
    """
    started = time.perf_counter()
    with kept.reader(prompt_ids) if kept is not None else nullcontext(Reader(model)) as reader:
        return (yield from _written(reader, tokenizer, prompt_ids[reader.used :], sampling, stop, started))


def _written(
    reader: Reader, tokenizer: Tokenizer, unread: Sequence[int], sampling: Sampling, stop: Stop, started: float
) -> Work[Reply]:
    generator, decoder = _generator(sampling.seed), UTF8(errors="replace")
    written, pieces = list[int](), list[str]()
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


def _generator(seed: int | None) -> torch.Generator:
    generator = torch.Generator()
    if seed is None:
        generator.seed()
    else:
        generator.manual_seed(seed)
    return generator
