"""A tokenizer whose ids are the UTF-8 bytes, and 256 for the end."""

from collections.abc import Sequence
from pathlib import Path


class ByteTokenizer:
    vocab = 257
    end = 256

    def encode(self, text: str) -> list[int]:
        return list(text.encode())

    def decode_bytes(self, ids: Sequence[int]) -> bytes:
        return bytes(n for n in ids if n != self.end)

    def save(self, path: Path) -> None:
        raise NotImplementedError("a fake has no file")
