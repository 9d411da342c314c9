"""The classifier: it finds four authors out, and cannot tell a writer from himself."""

import random
from collections.abc import Sequence
from itertools import combinations

import pytest

from core.documents import Document
from core.judge.style import features, of_one_length, oneself, score, told_apart
from tests.core.judge.conftest import BLOGS, Blogs

LENGTH = 600  # characters of a piece: a long reply
PIECES = 300


def pieces(documents: Sequence[Document]) -> list[tuple[str, str]]:
    """Neighbouring pieces of one post each, in a random order."""
    generator = random.Random(1)
    pairs = [
        (document.text[at : at + LENGTH], document.text[at + LENGTH : at + 2 * LENGTH])
        for document in documents
        for at in range(0, len(document.text) - 2 * LENGTH + 1, 2 * LENGTH)
    ]
    generator.shuffle(pairs)
    return pairs[:PIECES]


@pytest.mark.parametrize("pair", list(combinations(BLOGS, 2)), ids="-".join)
def test_two_authors_are_told_apart(pair: tuple[str, str], blogs: Blogs) -> None:
    one, other = ([first for first, _ in pieces(blogs[blog])] for blog in pair)
    assert told_apart(one, other).told_apart >= 0.95


@pytest.mark.parametrize("blog", BLOGS)
def test_an_author_is_not_told_from_herself(blog: str, blogs: Blogs) -> None:
    assert oneself(pieces(blogs[blog])).told_apart <= 0.55


def test_the_score_runs_from_the_base_to_the_writer() -> None:
    assert score(base=0.98, bot=0.98, me=0.5) == 0
    assert score(base=0.98, bot=0.5, me=0.5) == 100
    assert score(base=0.9, bot=0.7, me=0.5) == pytest.approx(50)
    assert score(base=0.9, bot=0.95, me=0.5) == 0  # worse than the base is not less than nothing
    assert score(base=0.5, bot=0.5, me=0.5) == 100


def test_the_same_texts_give_the_same_figure() -> None:
    texts = [f"text number {n} about {'cats' if n % 2 else 'dogs'}" for n in range(20)]
    assert told_apart(texts[::2], texts[1::2]) == told_apart(texts[::2], texts[1::2])


def test_lengths_do_not_tell_sides_apart() -> None:
    assert of_one_length(["one two three", ""], ["one two three four five", "x"]) == (
        ["one two three"],
        ["one two three"],
    )


def test_an_empty_text_has_no_features_and_breaks_nothing() -> None:
    assert features(["", "a"]).tolist() == [[0.0] * 16384] * 2


def test_too_few_texts_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 5"):
        told_apart(["a"] * 4, ["b"] * 9)
