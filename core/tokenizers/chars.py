"""Characters as tokens: one id for each that occurs often, UTF-8 bytes for the rest. Knows no model.

Ids: 0 is the end, 1 to 256 are the bytes, then the characters, the most frequent first.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Self

from core.tokenizers import envelope

KIND: Final = "characters"
FIRST_BYTE: Final = 1
FIRST_CHARACTER: Final = FIRST_BYTE + 256
OFTEN: Final = 10  # times in the training text; a rarer character is hardly learnt and is spelt in bytes


class CharacterTokenizer:
    """Every text has ids and comes back exactly; the shortest sequences are those of the characters trained on."""

    def __init__(self, characters: Sequence[str]) -> None:
        """`characters` are the distinct ones that get an id of their own, in the order of their ids."""
        self._characters = tuple(characters)
        self._ids = {character: FIRST_CHARACTER + n for n, character in enumerate(self._characters)}
        self._bytes = [b"", *(bytes([n]) for n in range(256)), *(c.encode("utf-8") for c in self._characters)]

    @classmethod
    def train(cls, texts: Iterable[str], vocab: int) -> Self:
        """The most frequent characters of `texts`, so many that there are at most `vocab` ids in all."""
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(text)
        often = [c for c, n in counts.items() if n >= OFTEN and not "\ud800" <= c <= "\udfff"]
        often.sort(key=lambda c: (-counts[c], c))
        return cls(often[: max(0, vocab - FIRST_CHARACTER)])

    @property
    def vocab(self) -> int:
        return len(self._bytes)

    @property
    def end(self) -> int:
        return 0

    def encode(self, text: str) -> list[int]:
        ids: list[int] = []
        for character in text:
            known = self._ids.get(character)
            if known is None:
                ids.extend(FIRST_BYTE + byte for byte in character.encode("utf-8", "replace"))
            else:
                ids.append(known)
        return ids

    def decode_bytes(self, ids: Sequence[int]) -> bytes:
        return b"".join(self._bytes[id_] for id_ in ids)

    def save(self, path: Path) -> None:
        envelope.write(path, KIND, {"characters": list(self._characters)})

    @classmethod
    def load(cls, body: dict[str, list[str]]) -> Self:
        """The tokenizer whose `save` wrote `body`."""
        return cls(body["characters"])
