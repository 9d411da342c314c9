"""Paragraphs without a parser: what comes of them is what comes of their tree, and everything else is left to it."""

import random
from typing import Final

import pytest

from importers.fragment import from_html, from_tree
from importers.paragraphs import from_paragraphs

BLOCKS: Final = (
    "<p>{}</p>", '<p class="b">{}</p>', "{}", "<h2>{}</h2>", '<h3 id="x">{}</h3>', "<p>{}",
    "<blockquote>{}</blockquote>",
    "<blockquote>\n<p>{}</p> <p>{}</p></blockquote>", '<blockquote class="q"><p>{}</p>{}</blockquote>',
    "<!-- wp:p {{}} -->\n<p>{}</p>\n<!-- /wp:p -->",
)  # fmt: skip
LINES: Final = (
    "<em>{}</em>", "<i>{}</i>", "<b>{}</b>", "<strong>{}</strong>", '<a href="x?a=1&amp;b">{}</a>', "<br>", "<br />",
    "{}", "{}", "{}", " ", "\n", "\t", "<!-- c -->",
)  # fmt: skip
WORDS: Final = (
    "a", "two words", "* ", "> b", "# x", "- x", "1. x", "&amp;", "&lt;b&gt;", "&quot;", "é", "“x”", ".", "~~", "`",
    "  ",
    "https://a.b", "😀", "&amp;amp;", "x*y", " x", "x ", "-->", "",
)  # fmt: skip


def made(chance: random.Random) -> str:
    def line() -> str:
        return "".join(chance.choice(LINES).format(chance.choice(WORDS)) for _ in range(chance.randint(0, 5)))

    blocks = chance.choices(BLOCKS, k=chance.randint(1, 5))
    return chance.choice(("", " ", "\n")).join(block.format(line(), line()) for block in blocks)


def test_paragraphs_are_read_as_their_tree_is() -> None:
    chance = random.Random(4)
    read = 0
    for html in (made(chance) for _ in range(4_000)):
        words = from_paragraphs(html)
        assert words is None or words == from_tree(html), html
        read += words is not None and bool(words)
    assert read > 500


@pytest.mark.parametrize(
    "html",
    [
        "<p>a</p></p>", "<ul><li>a</li></ul>", "<p>a <code>b</code></p>", "<p>a&nbsp;b</p>", "<p>a & b</p>", "<P>a</P>",
        "<p>a <em>b <strong>c</strong></em></p>", "<p>a<em> b</em></p>", "<p>2 * 3 <em>a*b</em></p>", "<p>a > b</p>",
        '<a href="https://b.example">https://b.exa…</a>', "<p class=a>b</p>", '<p class="a>b</p>', "<p>a<!-- b</p>",
        "<blockquote>a<blockquote>b</blockquote></blockquote>", "<blockquote><p>a</blockquote>", "<p>a\ue000b</p>",
        "<p>a\u00a0b</p>", "<p>a\rb</p>", "<h2>a</h3>", "<h2>a<br></h2>", "<p>a\ud800</p>", "<p>a\0b</p>",
        "<pre>a</pre>",
        '<p><img alt="A dog, asleep."></p>', "<table><tr><td>a</td></tr></table>", "<script>a</script>", "<p>a</p",
    ],
)  # fmt: skip
def test_everything_else_is_left_to_the_parser(html: str) -> None:
    assert from_paragraphs(html) is None


def test_a_post_of_paragraphs_comes_out_as_markdown() -> None:
    html = '<h2 class="wp">Tea</h2>\n<p>Cold, <em>again</em>.<br>Tea &amp; milk.</p><blockquote>Warm it!</blockquote>'
    assert from_html(html) == "## Tea\n\nCold, *again*.\nTea & milk.\n\n> Warm it!"
    assert from_paragraphs(html) == from_html(html)
