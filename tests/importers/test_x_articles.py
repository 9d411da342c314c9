"""Articles of X in every form that they might have: a text is found or its absence is told, and nothing breaks."""

import json

import pytest

from core.documents import Document, Skipped
from importers.x_articles import UNKNOWN, articles

BLOCKS = [{"text": "One.", "type": "unstyled"}, {"text": "Two.", "type": "header-one"}]


@pytest.mark.parametrize(
    "record",
    [
        {"article": {"id": "7", "title": "T", "content_state": {"blocks": BLOCKS}}},
        {"article": {"id": 7, "title": "T", "contentState": json.dumps({"blocks": BLOCKS})}},
        {"article": {"articleResults": {"result": {"rest_id": "7", "title": "T", "body": {"blocks": BLOCKS}}}}},
        {"id": "7", "title": "T", "text": "One.\n\n# Two."},
        {"article": {"id": "7", "title": "T", "html": "<p>One.</p><h1>Two.</h1>"}},
    ],
)
def test_the_text_is_found_wherever_it_is(record: dict[str, object]) -> None:
    (found,) = articles([("article.js", record)], "Wren")
    assert isinstance(found, Document)
    assert (found.key, found.title, found.text.split()) == ("article-7", "T", ["One.", "#", "Two."])


@pytest.mark.parametrize(
    "more", [{}, {"blocks": 3}, {"blocks": [{"text": 1}]}, {"text": ["no text"]}, {"content": "{"}]
)
def test_what_is_not_known_is_told_or_is_a_text(more: dict[str, object]) -> None:
    (found,) = articles([("article.js", {"article": {"id": "7", "title": "T", **more}})], "Wren")
    if more == {"content": "{"}:
        assert isinstance(found, Document)
    else:
        assert found == Skipped("article.js: T", UNKNOWN)


@pytest.mark.parametrize(
    ("words", "offset", "length", "style", "told"),
    [
        ("a bold word", 2, 4, "Bold", "a **bold** word"),
        ("🍞 bold", 3, 4, "BOLD", "🍞 **bold**"),
        ("a bold word", 2, 5, "Italic", "a *bold* word"),
        ("a bold word", 9, 50, "Bold", "a bold word"),
        ("a bold word", -1, 2, "Bold", "a bold word"),
        ("a bold word", 2, 4, "Blink", "a bold word"),
    ],
)
def test_places_of_marks_are_counted_as_browsers_do(
    words: str, offset: int, length: int, style: str, told: str
) -> None:
    block = {"text": words, "inlineStyleRanges": [{"offset": offset, "length": length, "style": style}]}
    (found,) = articles([("a", {"id": "1", "blocks": [block]})], "Wren")
    assert isinstance(found, Document)
    assert found.text == told
