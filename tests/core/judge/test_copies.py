"""Copied spans: all that are planted are found, none is invented, and each names its source."""

import random

import pytest

from core.judge.copies import SHORTEST, Copied, Copies, Original, covered
from tests.core.judge.conftest import Blogs

ALPHABET = "abcdefghijklmnopqrstuvwxyz     "


def nonsense(generator: random.Random, length: int) -> str:
    return "".join(generator.choices(ALPHABET, k=length))


def test_every_planted_span_of_real_text_is_found_with_its_source(blogs: Blogs) -> None:
    documents = [document for posts in blogs.values() for document in posts]
    copies = Copies(Original(document.key, document.text) for document in documents)
    generator = random.Random(5)
    long = [document for document in documents if len(" ".join(document.text.split())) > 400]
    found = 0
    for document in (chosen := generator.choices(long, k=300)):
        text = " ".join(document.text.split())
        span = ""
        while span != span.strip() or not span:
            at, length = generator.randrange(len(text) - 200), generator.randint(SHORTEST, 200)
            span = text[at : at + length]
        before, after = nonsense(generator, 80), nonsense(generator, 80)
        spans = copies.find(f"{before}|{span}|{after}")
        start, end = len(before) + 1, len(before) + 1 + len(span)
        found += any(s.start <= start and s.end >= end for s in spans)
    assert found == len(chosen)


@pytest.mark.parametrize("shift", range(60))
def test_a_span_of_the_shortest_length_is_found_wherever_it_begins(shift: int) -> None:
    generator = random.Random(shift)
    corpus = nonsense(generator, 400).replace(" ", "_")
    span = corpus[100 + shift : 100 + shift + SHORTEST]
    assert [(c.start, c.end) for c in Copies([Original("a", corpus)]).find(f"#{span}#")] == [(1, 1 + SHORTEST)]


def test_a_span_one_letter_shorter_is_no_copy() -> None:
    corpus = nonsense(random.Random(2), 400).replace(" ", "_")
    copies = Copies([Original("a", corpus)])
    assert [copies.find(f"#{corpus[at : at + SHORTEST - 1]}#") for at in range(60)] == [[]] * 60


def test_text_of_others_is_no_copy(blogs: Blogs) -> None:
    copies = Copies(Original(document.key, document.text) for document in blogs["raphlinus"])
    own = "\n\n".join(document.text for document in blogs["jessfraz"][:10])
    assert copies.share([own]) < 0.02


def test_other_blanks_do_not_hide_a_copy() -> None:
    text = "The quick brown fox jumps over the lazy dog, and then it sleeps until noon."
    spans = Copies([Original("fox", text)]).find(text.replace(" ", "  \n "))
    assert [(span.start, span.name) for span in spans] == [(0, "fox")]


def test_nothing_in_nothing() -> None:
    assert Copies([]).find("x" * 100) == []
    assert Copies([Original("a", "y" * 100)]).find("") == []
    assert Copies([]).share([]) == 0


def test_overlapping_spans_count_once() -> None:
    assert covered([Copied(0, 60, "a"), Copied(40, 100, "b"), Copied(50, 90, "c")]) == 100
