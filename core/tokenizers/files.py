"""Tokenizers by kind: trained from texts, loaded from the file that any of them saved. Knows no model."""

from collections.abc import Iterable
from pathlib import Path
from typing import assert_never

from core.recipe import TokenizerKind
from core.tokenizers import bpe, chars, envelope, pretrained
from core.tokenizers.base import Tokenizer
from core.tokenizers.bpe import BpeTokenizer
from core.tokenizers.chars import CharacterTokenizer
from core.tokenizers.pretrained import PretrainedTokenizer


def train(kind: TokenizerKind, texts: Iterable[str], vocab: int) -> Tokenizer:
    """A tokenizer made for `texts`, with `vocab` ids or, where the texts do not offer so many, fewer."""
    match kind:
        case "characters":
            return CharacterTokenizer.train(texts, vocab)
        case "bpe":
            return BpeTokenizer.train(texts, vocab)
        case "pretrained":
            raise ValueError("a pretrained tokenizer comes with its model")
        case _:
            assert_never(kind)


def load(path: Path) -> Tokenizer:
    """The tokenizer saved at `path`. Raises WrongFile when it is not one, DiskTrouble when it cannot be read."""
    kind, body = envelope.read(path)
    match kind:
        case chars.KIND:
            return CharacterTokenizer.load(body)
        case bpe.KIND:
            return BpeTokenizer.load(body)
        case pretrained.KIND:
            return PretrainedTokenizer.load(body)
        case _:
            raise envelope.wrong_file()
