"""What every tokenizer can do. Knows no model.

Text typed by a user never becomes a control token: `encode` treats `<|end|>` as the seven characters it is.
Only code that means it puts `end` into a sequence.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol


class Tokenizer(Protocol):
    """Text to ids and back. `decode(encode(text)) == text` for every text without lone surrogates."""

    @property
    def vocab(self) -> int:
        """How many ids there are: they run from 0 to vocab - 1."""
        ...

    @property
    def end(self) -> int:
        """The id that separates documents and ends a reply. Decodes to nothing."""
        ...

    def encode(self, text: str) -> list[int]: ...

    def decode_bytes(self, ids: Sequence[int]) -> bytes:
        """The UTF-8 bytes of `ids`. Tokens may split a character, so a stream decodes bytes as they complete."""
        ...

    def save(self, path: Path) -> None:
        """Write it as one JSON file, in one atomic step."""
        ...
