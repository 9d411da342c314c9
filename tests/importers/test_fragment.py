"""Pieces of HTML as services keep them."""

import pytest

from importers.fragment import from_html

AROUND = {"around"}


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("", ""),
        (" \n ", ""),
        ("just  words &amp; more\nof them", "just words & more of them"),
        ("1 &lt; 2", "1 < 2"),
        ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
        ('<a href="https://site.example/a/long/way">https://site.example/a/lo…</a>', "https://site.example/a/long/way"),
        ('<a href="https://site.example">my words</a> for it', "my words for it"),
        ('<a href="https://a.b/&#1;&#xfffe;c">https://a.b/</a>', "https://a.b/c"),
        ("<blockquote>theirs</blockquote>mine", "> theirs\n\nmine"),
        ("<script>run()</script>said", "said"),
    ],
)
def test_a_fragment_becomes_its_words(html: str, words: str) -> None:
    assert from_html(html) == words


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ('<p>a<sup class="around">1</sup>.</p>', "a."),
        ('one<div class="x around">gone</div>two', "one\n\ntwo"),
        ('<h2 class="around">gone</h2>a<hr class="around">b', "a\n\nb"),
        ('a&#1;<i class="around">gone</i>&#xfffe;b', "a\ufffeb"),
        ('<div class="around"><p class="around">gone</p></div>', ""),
        ('<p>kept</p><p class="arounds">kept too</p>', "kept\n\nkept too"),
        ('<p class="around">gone</p>' * 3 + "<p>end</p>", "end"),
    ],
)
def test_what_stands_around_is_left_out_and_nothing_else(html: str, words: str) -> None:
    assert from_html(html, AROUND) == words
