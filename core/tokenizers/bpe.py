"""Byte-level byte-pair encoding, trained on the writer's own text by the `tokenizers` library. Knows no model.

`<|end|>` is the only special token, and no text ever becomes it. Text is encoded in pieces, because the library
holds Python's lock while it reads one string: 10 MB in one call would freeze the window for 8 seconds.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Self

import tokenizers
from tokenizers import models, pre_tokenizers, trainers

from core.tokenizers import envelope

KIND: Final = "bpe"
END: Final = "<|end|>"
PIECE: Final = 8_192  # characters in one piece: a millisecond or two of work
TOGETHER: Final = 16  # pieces in one call, which works on them without Python's lock

# A single space between two words always starts a new token of GPT-2's pattern, so a cut before it changes nothing.
SAFE_CUT: Final = re.compile(r"(?<=\S) (?=\S)")


class BpeTokenizer:
    """Byte-level BPE with GPT-2's way of parting words."""

    def __init__(self, inner: tokenizers.Tokenizer) -> None:
        inner.encode_special_tokens = True  # what a user types stays text; not kept in the library's own file
        self._inner = inner
        self._bytes = token_bytes(inner)

    @classmethod
    def train(cls, texts: Iterable[str], vocab: int) -> Self:
        """Learn merges from `texts` until there are `vocab` ids, or no pair occurs twice."""
        inner = tokenizers.Tokenizer(models.BPE())
        inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
        trainer = trainers.BpeTrainer(
            vocab_size=vocab,
            min_frequency=2,
            special_tokens=[END],
            initial_alphabet=sorted(BYTE_LETTERS),
            show_progress=False,
        )
        inner.train_from_iterator((piece for text in texts for piece in pieces(text)), trainer)
        return cls(inner)

    @property
    def vocab(self) -> int:
        return len(self._bytes)

    @property
    def end(self) -> int:
        return 0

    def encode(self, text: str) -> list[int]:
        ids: list[int] = []
        waiting = list(pieces(text))
        for first in range(0, len(waiting), TOGETHER):
            for encoding in self._inner.encode_batch_fast(waiting[first : first + TOGETHER]):
                ids.extend(encoding.ids)
        return ids

    def decode_bytes(self, ids: Sequence[int]) -> bytes:
        return b"".join(self._bytes[id_] for id_ in ids)

    def save(self, path: Path) -> None:
        envelope.write(path, KIND, json.loads(self._inner.to_str()))

    @classmethod
    def load(cls, body: dict[str, Any]) -> Self:
        """The tokenizer whose `save` wrote `body`."""
        return cls(tokenizers.Tokenizer.from_str(json.dumps(body)))


def pieces(text: str) -> Iterator[str]:
    """`text` in order, cut before a single space where there is one near, else hard: the hard cut belongs to what
    this tokenizer is. A lone surrogate, which no file can hold, becomes a question mark."""
    start = 0
    while start < len(text):
        end = start + PIECE
        if end < len(text):
            safe = SAFE_CUT.search(text, end, end + PIECE)
            end = safe.start() if safe else end + PIECE
        yield text[start:end].encode("utf-8", "replace").decode("utf-8")
        start = end


def byte_letters() -> dict[str, int]:
    """GPT-2's printable letter for each byte (`bytes_to_unicode` in its encoder.py), here from letter to byte."""
    shown = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return {chr(byte): byte for byte in shown} | {chr(256 + n): byte for n, byte in enumerate(hidden)}


BYTE_LETTERS: Final = byte_letters()


def token_bytes(inner: tokenizers.Tokenizer) -> list[bytes]:
    """The bytes of each token, by id; the end has none."""
    letters = sorted((id_, token) for token, id_ in inner.get_vocab().items())
    return [b"" if token == END else bytes(BYTE_LETTERS[letter] for letter in token) for _, token in letters]
