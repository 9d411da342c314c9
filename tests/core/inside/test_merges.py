"""The playback of merges is the tokenizer, and its lessons are counted on the writer's text."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import pre_tokenizers

from core.events import drain, never
from core.inside import merges
from core.inside.merges import Rules
from core.inside.shown import shown
from core.tokenizers.bpe import BYTE_LETTERS, BpeTokenizer, pieces
from core.tokenizers.chars import CharacterTokenizer
from tests.fakes.tiny import documents

TEXT = " ".join(document.text for document in documents()) + "naïve café, 日本語 and 🦜 parrots " * 5


@lru_cache
def trained() -> tuple[BpeTokenizer, Rules]:
    tokenizer = BpeTokenizer.train([TEXT], 380)
    with TemporaryDirectory() as folder:
        tokenizer.save(Path(folder) / "tokenizer.json")
        return tokenizer, merges.rules(Path(folder) / "tokenizer.json")


def words(text: str) -> list[str]:
    """As the tokenizer parts them, back from its letters."""
    part = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    found = [word for piece in pieces(text) for word, _ in part.pre_tokenize_str(piece)]
    return [bytes(BYTE_LETTERS[letter] for letter in word).decode("utf-8") for word in found]


@given(text=st.text(max_size=60))
@example("the kettle hums 🦜 naïve\n\n  cold مرحبا")
def test_the_playback_ends_with_the_tokenizers_own_cut(text: str) -> None:
    tokenizer, rules = trained()
    ends = [list(merges.played(word, rules))[-1][0] for word in words(text)]
    cut = [merges.as_text(piece, rules) for end in ends for piece in end]
    assert cut == [tokenizer.decode_bytes([id_]) for id_ in tokenizer.encode(text)]


def test_each_stage_is_the_word_and_each_merge_makes_it_shorter() -> None:
    _, rules = trained()
    stages = list(merges.played(" kettle", rules))
    assert all(b"".join(merges.as_text(piece, rules) for piece in pieces) == b" kettle" for pieces, _ in stages)
    assert [len(pieces) for pieces, _ in stages] == sorted({len(pieces) for pieces, _ in stages}, reverse=True)
    assert len(stages[0][0]) == 7
    assert stages[-1][0] == ("\u0120kettle",)


def test_a_pair_merges_from_the_left_and_what_was_made_does_not_merge_again() -> None:
    assert merges.merged(["a", "a", "a", "a", "b"], ("a", "a")) == ("aa", "aa", "b")
    assert merges.merged(["a", "b", "a", "b"], ("a", "b")) == ("ab", "ab")
    assert merges.merged(["a", "a", "aa"], ("a", "aa")) == ("a", "aaa")


def test_the_lessons_are_counted_again_as_they_were_learned() -> None:
    """A slow and plain trainer chooses the same pairs, with the same counts."""
    _, rules = trained()
    _, lessons = drain(merges.learned(TEXT, rules, shown, never))
    table = dict(merges.words(TEXT))
    for lesson in lessons[:40]:
        counts = pair_counts(table)
        pair = list(rules.merges)[lesson.number]
        assert counts[pair] == max(counts.values()) == lesson.count
        merged = [(merges.merged(word, pair), count) for word, count in table.items()]
        table = {word: sum(n for other, n in merged if other == word) for word, _ in merged}
    assert lessons[0].lines != ()
    assert all(lesson.lines == () or (lesson.left + lesson.right).strip("·") for lesson in lessons)


def pair_counts(table: dict[tuple[str, ...], int]) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for word, count in table.items():
        for pair in pairwise(word):
            counts[pair] = counts.get(pair, 0) + count
    return counts


def test_gpt2_cuts_as_its_authors_published() -> None:
    cases: Sequence[tuple[str, list[bytes]]] = (
        ("Hello world", [b"Hello", b" world"]),
        ("indivisible", [b"ind", b"iv", b"isible"]),
    )
    for text, expected in cases:
        assert merges.cut_by_gpt2(text) == expected
    for text in ("", "naïve 🦜 مرحبا", "a" * 20_000):
        assert b"".join(merges.cut_by_gpt2(text)) == text.encode()


def test_characters_have_no_merges(tmp_path: Path) -> None:
    CharacterTokenizer.train([TEXT], 400).save(tmp_path / "tokenizer.json")
    rules = merges.rules(tmp_path / "tokenizer.json")
    assert list(merges.played("moss", rules)) == [(("m", "o", "s", "s"), -1)]
