"""Pieces of HTML as services keep them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.fragment import from_html
from importers.html_tree import in_markdown, parsed, walked

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


PIECES = (
    *(f"<{slash}{tag}>" for slash in ("", "/") for tag in (
        "p", "em", "b", "i", "code", "del", "q", "blockquote", "ol", "ul", "li", "table", "tr", "td", "h2", "div", "a",
        "script", "style", "pre", "o:p", "svg", "dd",
    )),
    "<br>", "<hr/>", "<wbr>", '<img alt="two &amp; &lt;words&gt; &quot;">', "<img alt=a.png>", "<img>", "<p id='>'>",
    "<!-- c -->", "<!x>", "<?x?>", "&amp;", "&lt;", "&gt;", "&#13;", "&#1;", "&#65;", "&nbsp;", "<a<b", "<x\"y>", "<",
    "a", "two words", " ", "  ", "\n", "\t", "*", "- ", "“é” ", "\u00a0", "e\u0301", "\u3000", "\u200b", "\x0b", "😀",
)  # fmt: skip


@given(html=st.lists(st.sampled_from(PIECES), max_size=40).map("".join), without=st.sampled_from([set(), {"div", "a"}]))
def test_a_tree_that_is_written_down_says_what_one_says_that_is_walked(html: str, without: set[str]) -> None:
    tree = parsed(html)
    if tree is not None:
        assert in_markdown(tree, without) == walked(tree, without)


def test_every_sample_in_html_says_the_same_both_ways(shared_data: Path) -> None:
    pages = [path.read_text("utf-8", "replace") for path in sorted((shared_data / "samples").rglob("*.html"))]
    trees = [tree for tree in map(parsed, pages) if tree is not None]
    assert len(trees) > 10
    for tree in trees:
        assert in_markdown(tree, {"nav", "aside"}) == walked(tree, {"nav", "aside"})
