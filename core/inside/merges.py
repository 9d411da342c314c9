"""How a byte-pair tokenizer cuts a word and how it learned to: merges, played one by one. Knows no model.

Pieces are kept in the letters of tokenizer.json, one for each byte (core/tokenizers/bpe.py) or SentencePiece's.
"""

import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import tokenizers
from tokenizers import models, pre_tokenizers

from core.events import Progress, Stop, Work
from core.inside.reports import Merge
from core.tokenizers import bpe, chars, envelope
from core.tokenizers.bpe import BYTE_LETTERS

Pair: TypeAlias = tuple[str, str]
Kind: TypeAlias = Literal["characters", "bpe", "pretrained"]

LESSONS: Final = 200  # merges whose learning is shown: the most frequent pairs, which anybody recognises
TEXT: Final = 1_000_000  # characters of the training text that are counted again
LINES: Final = 3  # of the writer's own, for each merge
AROUND: Final = 32  # characters of a line on each side of what was merged
EVERY: Final = 20  # lessons between two looks at whether to stop

LETTERS: Final = {byte: letter for letter, byte in BYTE_LETTERS.items()}


@dataclass(frozen=True, slots=True)
class Rules:
    """The merges of a tokenizer, by rank. None for characters."""

    kind: Kind
    merges: Mapping[Pair, int]
    is_byte_level: bool


def rules(tokenizer_file: Path) -> Rules:
    """What the tokenizer's own file says. Raises WrongFile and DiskTrouble as reading it does."""
    kind, body = envelope.read(tokenizer_file)
    if kind == chars.KIND:
        return Rules("characters", {}, is_byte_level=False)
    model: dict[str, Any] = body["model"] if kind == bpe.KIND else body["file"]["model"]
    pairs = [tuple(merge) if isinstance(merge, list) else tuple(merge.split(" ")) for merge in model["merges"]]
    is_byte_level = kind == bpe.KIND or "ByteLevel" in json.dumps(body["file"].get("pre_tokenizer"))
    ranks = {(pair[0], pair[1]): rank for rank, pair in enumerate(pairs)}
    return Rules("bpe" if kind == bpe.KIND else "pretrained", ranks, is_byte_level)


def letters(word: str, rules: Rules) -> tuple[str, ...]:
    """The smallest pieces of a word."""
    if rules.is_byte_level:
        return tuple(LETTERS[byte] for byte in word.encode("utf-8", "replace"))
    return tuple(word.replace(" ", "▁")) if rules.kind == "pretrained" else tuple(word)


def played(word: str, rules: Rules) -> Iterator[tuple[tuple[str, ...], int]]:
    """The pieces of a word after each merge, and the number of that merge; first the letters, with -1.

    The pair that was learned earliest goes first, and everywhere in the word at once (Sennrich 1508.07909).
    """
    pieces = letters(word, rules)
    yield pieces, -1
    while True:
        known = [rules.merges[pair] for pair in itertools.pairwise(pieces) if pair in rules.merges]
        if not known:
            return
        rank = min(known)
        pieces = merged(pieces, next(pair for pair in itertools.pairwise(pieces)
                                     if rules.merges.get(pair) == rank))  # fmt: skip
        yield pieces, rank


def merged(pieces: Sequence[str], pair: Pair) -> tuple[str, ...]:
    """`pieces` with each `pair` put together, from the left."""
    done: list[str] = []
    for piece in pieces:
        if done and (done[-1], piece) == pair:
            done[-1] = "\0" + done[-1] + piece  # what was just made does not merge again in this round
        else:
            done.append(piece)
    return tuple(piece.removeprefix("\0") for piece in done)


def as_text(piece: str, rules: Rules) -> bytes:
    """The bytes that a piece stands for."""
    if rules.is_byte_level:
        return bytes(BYTE_LETTERS[letter] for letter in piece if letter in BYTE_LETTERS)
    return piece.replace("▁", " ").encode("utf-8", "replace")


def learned(text: str, rules: Rules, show: Callable[[bytes], str], stop: Stop) -> Work[tuple[Merge, ...]]:
    """The first lessons again, on the writer's own text: each pair with its count at that moment, and where it stood.

    Words are counted once; a merge touches only the words that hold its pair.
    """
    yield Progress(0, LESSONS, "Counting your words")
    text = text[:TEXT]
    table = Table(words(text))
    lessons: list[Merge] = []
    for pair, rank in list(rules.merges.items())[:LESSONS]:
        if rank % EVERY == 0:
            if stop():
                break
            yield Progress(rank, LESSONS, "Learning your words again")
        count = table.learn(pair)
        left, right = (as_text(piece, rules) for piece in pair)
        found = tuple(lines_with((left + right).decode("utf-8", "ignore"), text))
        lessons.append(Merge(rank, show(left), show(right), count, found))
    return tuple(lessons)


def words(text: str) -> Counter[tuple[str, ...]]:
    """The words of a text as the tokenizer parts them, in letters, with how often each occurs."""
    part = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    counts: Counter[str] = Counter()
    for piece in bpe.pieces(text):
        counts.update(word for word, _ in part.pre_tokenize_str(piece))
    return Counter({tuple(word): count for word, count in counts.items()})


class Table:
    """Words in pieces, with an index from each pair to the words that hold it."""

    def __init__(self, counts: Mapping[tuple[str, ...], int]) -> None:
        self._words = [(pieces, count) for pieces, count in counts.items()]
        self._where: defaultdict[Pair, set[int]] = defaultdict(set)
        for number, (pieces, _) in enumerate(self._words):
            self._note(number, pieces)

    def learn(self, pair: Pair) -> int:
        """Merge a pair everywhere; returns how often it stood in the text."""
        total = 0
        for number in sorted(self._where.pop(pair, ())):
            pieces, count = self._words[number]
            after = merged(pieces, pair)
            total += (len(pieces) - len(after)) * count
            self._words[number] = after, count
            self._note(number, after)
        return total

    def _note(self, number: int, pieces: Sequence[str]) -> None:
        for pair in itertools.pairwise(pieces):
            self._where[pair].add(number)


def lines_with(wanted: str, text: str) -> Iterator[str]:
    """Up to three places in `text` that hold `wanted`, from different parts of it."""
    if not wanted.strip():
        return
    for third in range(LINES):
        at = text.find(wanted, third * len(text) // LINES)
        if at >= 0:
            line = text[max(0, at - AROUND) : at + len(wanted) + AROUND]
            yield " ".join(line.split())


@lru_cache(maxsize=1)
def gpt2() -> tokenizers.Tokenizer:
    """GPT-2's tokenizer, from its published list of merges (MIT licence, resources/licences/GPT-2.txt)."""
    lines = (files("resources") / "gpt2" / "merges.txt").read_text("utf-8").splitlines()[1:]
    pairs = [(left, right) for left, _, right in (line.partition(" ") for line in lines if line)]
    vocab = {letter: number for number, letter in enumerate([*BYTE_LETTERS, *(a + b for a, b in pairs)])}
    made = tokenizers.Tokenizer(models.BPE(vocab=vocab, merges=pairs))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    return made


def cut_by_gpt2(text: str) -> list[bytes]:
    """`text` in GPT-2's tokens."""
    pieces: Iterable[str] = (token for part in bpe.pieces(text) for token in gpt2().encode(part).tokens)
    return [bytes(BYTE_LETTERS[letter] for letter in piece) for piece in pieces]
