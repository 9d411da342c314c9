"""Whole pages to their writing: measured on real pages, and on what pages must keep and lose."""

import logging
import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import html

from importers.extraction import article
from importers.markup import quotes

PRECISION, RECALL = 0.99, 0.99  # measured: 0.994 and 0.998; every hundredth run would be other people's words
WORD = re.compile(r"\w+")
COMMENTS = {"firefox-nightly-blog": "2 comments on"}  # from where the expectation holds what others wrote


def grams(text: str, n: int = 4) -> Counter[tuple[str, ...]]:
    words = [word.lower() for word in WORD.findall(text)]
    return Counter(zip(*(words[start:] for start in range(n)), strict=False))


def precision_and_recall(got: str, wanted: str) -> tuple[float, float]:
    """Of runs of four words."""
    found, expected = grams(got), grams(wanted)
    both = (found & expected).total()
    return both / max(1, found.total()), both / max(1, expected.total())


def own(name: str, wanted: str) -> str:
    """What is expected, but for what others wrote under it."""
    return wanted.partition(COMMENTS[name])[0] if name in COMMENTS else wanted


def test_real_pages_keep_their_text_and_lose_the_rest(shared_data: Path) -> None:
    scores = []
    for path in sorted((shared_data / "samples" / "html").glob("*.expected.html")):
        name = path.name.removesuffix(".expected.html")
        wanted = html.fromstring(path.read_text("utf-8")).text_content()
        page = path.with_name(f"{name}.html").read_text("utf-8")
        scores.append(precision_and_recall(article(page).text, own(name, wanted)))
    assert len(scores) == 3
    assert sum(one for one, _ in scores) / 3 >= PRECISION
    assert sum(one for _, one in scores) / 3 >= RECALL


BODY = """<p>The kettle has opinions about the hour, and “none” of them are printable before the first cup.</p>
<blockquote><p>A watched pot never boils, said my aunt, who watched all of hers with great care.</p>
</blockquote>
<p>It does, in fact; it merely waits until you looked away <q>once</q> out of politeness. So I do.</p>
<ol><li>Fill it to the second line, which is the honest one.</li>
<li>Wait by the window.</li></ol>
<h2>What it says</h2><p>It says what all kettles say, and it says it <em>louder</em> on Mondays, when nobody asked.</p>
<pre><code>if kettle.sings:
    pour(tea)</code></pre>
<p>The last paragraph has to be long enough that nobody takes it for the caption of a picture.</p>"""
AROUND = """<html><head><title>Kettle</title><meta property="article:published_time" content="2020-01-02T03:04:05Z">
<meta name="author" content="Mara"></head><body><header>
<nav><a href="/">Home</a><a href="/about">About me</a></nav></header>
<div class="content">{body}</div><div class="share">Share this on everything that there is</div>
<section id="comments"><h3>2 comments</h3><p>Oskar says: I have never agreed with a kettle in all of my life.</p>
</section><aside class="sidebar"><h3>Archive</h3><a href="/1">One</a> <a href="/2">Two</a></aside>
<footer>All rights reserved by nobody in particular since 1999</footer></body></html>"""


def test_a_page_is_its_writing_with_what_it_quotes_and_nothing_from_around() -> None:
    found = article(AROUND.replace("{body}", BODY))
    assert found.text.split("\n\n") == [
        "The kettle has opinions about the hour, and “none” of them are printable before the first cup.",
        "> A watched pot never boils, said my aunt, who watched all of hers with great care.",
        "It does, in fact; it merely waits until you looked away “once” out of politeness. So I do.",
        "1. Fill it to the second line, which is the honest one.\n2. Wait by the window.",
        "## What it says",
        "It says what all kettles say, and it says it *louder* on Mondays, when nobody asked.",
        "```\nif kettle.sings:\n    pour(tea)\n```",
        "The last paragraph has to be long enough that nobody takes it for the caption of a picture.",
    ]
    assert len(quotes(found.text)) == 1
    assert (found.author, found.written and found.written.year) == ("Mara", 2020)


def test_a_page_with_nothing_around_its_text_is_read_whole() -> None:
    more = "<p>A short line.</p><p><a href=x>Only a link</a></p>"
    assert article(f"<body>{BODY}{more}</body>").text.endswith("picture.\n\nA short line.\n\nOnly a link")


def test_what_trafilatura_thinks_of_a_page_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        article(AROUND.replace("{body}", "<p>secret-4711</p>" * 200))
    assert "secret-4711" not in caplog.text


@pytest.mark.parametrize(
    "page",
    [
        "<div class=nav>" * 100_000 + "x" * 1000,
        "<!--" * 50_000 + "<p>" + "x " * 500,
        AROUND.replace("{body}", "<p>word" * 20_000),
        AROUND.replace("{body}", "<blockquote>" * 5_000 + BODY),
        AROUND.replace("{body}", "<table><tr><td>" * 3_000 + BODY),
        "",
        "\x00",
    ],
)
def test_a_page_made_to_break_its_reader_does_not(page: str) -> None:
    assert isinstance(article(page).text, str)
