"""The sample is all there, says where it is from, and holds nothing but his essays."""

import re
from importlib.resources import files

import pytest

import resources

ESSAYS = {essay.name: essay.read_text("utf-8") for essay in resources.sample_corpus().iterdir()}
TITLE = re.compile(r'---\ntitle: "[^"\n]+"\n---\n\n\S')
PUBLISHER = re.compile(r"gutenberg|\be-?text|\be-?book|https?:", re.IGNORECASE)


def test_the_sample_is_103_essays_of_1_3_million_characters() -> None:
    assert len(ESSAYS) == 103
    assert sum(map(len, ESSAYS.values())) == pytest.approx(1_345_000, rel=0.01)


def test_every_essay_has_a_title() -> None:
    assert [name for name, text in ESSAYS.items() if not TITLE.match(text)] == []


def test_no_essay_holds_words_of_its_publisher() -> None:
    assert [name for name, text in ESSAYS.items() if PUBLISHER.search(text)] == []


def test_the_sample_says_where_it_is_from() -> None:
    source = (files("resources") / "sample_corpus" / "SOURCE.md").read_text("utf-8")
    assert "public domain" in source
    assert [book for book in ("Heretics", "Orthodoxy", "All Things", "Tremendous") if book not in source] == []
