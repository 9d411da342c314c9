"""Markdown cleaned to the writer's words: one rule at a time, then what no text may do to it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.documents import Document
from importers.characters import straight
from importers.markup import clean, quotes

LONG = "These are sixty characters and a few more of words in a line"


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        # links and pictures
        ("[words](https://x.org/a_(b) 'title') and [more](<x>)", "words and more"),
        ("[a][b], [B], [c] and [sic].\n\n[b]: https://x.org 'B'\n[c]: <x>", "a, B, c and [sic]."),
        ("[![A bird in the rain](a.png)](b.html)", "A bird in the rain"),
        ("Before ![](a.png) after ![IMG_1.jpg](a.png)", "Before  after"),
        (
            "<https://www.example.org/path?q=1>. See https://x.org/a, or http://y.org!",
            "example.org. See x.org, or y.org!",
        ),
        ("It is at https://{ip}:8443 here", "It is at https://{ip}:8443 here"),
        ("<me@example.org>", "me@example.org"),
        ("[[Note|words]], [[Note#Part]] and ![[picture.png]]", "words, Note and"),
        ("[a] and [b]\n\n[a]: https://x.org  \n[b]:", "a and b"),
        ("[Ann]: How are you?\n[Bob]: I am well.", "[Ann]: How are you?\n[Bob]: I am well."),
        # footnotes
        ("Said[^1] so[^b].\n\n[^1]: With a reason.\n[^b]: https://x.org/a", "Said so.\n\nWith a reason."),
        # template tags
        ("{% include a.html b='c' %}Words {{ page.title }}here{{< fig src=\"a\" >}}.", "Words here."),
        ("{: .class }\nText{:.small} # not\n\n## Head {#id}", "Text # not\n\n## Head"),
        ("* Contents\n{:toc}\n\nText", "Text"),
        # HTML
        ("<div class='a'>\n  <p>One <b>two</b> <i> three </i></p>\n</div>", "One **two**  *three*"),
        ("a <!-- b --> c <!-- not closed", "a  c <!-- not closed"),
        ("<script>\nx\n\ny\n</script>\nText<style>p {}</style>", "Text"),
        ("Vec<u8>, <your name>, a < b > c and i<3", "Vec<u8>, <your name>, a < b > c and i<3"),
        ("Text<RandomButton kind='a' />", "Text"),
        ("one<br>two<br/>three &amp; four&nbsp;five &hellip;", "one\ntwo\nthree & four five …"),
        ("<pre><code>a &lt; b\n</code></pre>", "```\na < b\n```"),
        ("<a href='x>y'>words</a>", "words"),
        # code
        ("`<b> [a](b) {{ c }}` &amp; ``a ` b``", "`<b> [a](b) {{ c }}` & ``a ` b``"),
        ("a ` tick in\n\n[one](b) paragraph ` and another", "a ` tick in\n\none paragraph ` and another"),
        ("`code over\ntwo lines`", "`code over two lines`"),
        ("```python\nx = [a](b)\n\ny\n```", "```python\nx = [a](b)\n\ny\n```"),
        ("~~~\n> not a quote\n~~~", "```\n> not a quote\n```"),
        ("```\n" + "line\n" * 10 + "```", "[code]"),
        ("{% highlight ruby %}\nputs 1\n{% endhighlight %}", "```ruby\nputs 1\n```"),
        ("Text:\n\n    code\n\n      more\n\nText", "Text:\n\n```\ncode\n\n  more\n```\n\nText"),
        ("- item\n\n    its second paragraph", "- item\n\n    its second paragraph"),
        ("```\nnever closed", "never closed"),
        ("````\n```\n````", "```\n```\n```"),
        ("$$\n\\frac{a}{b} [x](y)\n$$", "$$\n\\frac{a}{b} [x](y)\n$$"),
        # lines
        ("Title\n=====\n\nPart\n---\n\n---\n\n***\n- - -", "# Title\n\n## Part\n\n* * *\n\n* * *\n\n* * *"),
        ("- [ ] a\n- [x] b", "- a\n- b"),
        ("#tag #other\n\n#1 fan of #this", "#1 fan of #this"),
        (f"{LONG}\nand more\n\n{LONG}  \nafter a break", f"{LONG} and more\n\n{LONG}\nafter a break"),
        ("Roses are red,\nviolets are blue", "Roses are red,\nviolets are blue"),
        (f"- {LONG}\n  goes on\n- next", f"- {LONG} goes on\n- next"),
        (f"> {LONG}\n> goes on", f"> {LONG} goes on"),
        (f"# {LONG}\nText", f"# {LONG}\nText"),
        # Obsidian
        ("Words %%secret\nthing%% and ==more==. ^id-1", "Words  and more."),
        ("```dataview\nLIST\n```\nText", "Text"),
        ("> [!note]- A title\n> My own words.\n\nMore", "A title\nMy own words.\n\nMore"),
        # the writer's own
        ("*a* **b** _c_ “d” ‘e’ – 🐦‍⬛ \\[sic\\] 1\\. a\\_b", "*a* **b** _c_ “d” ‘e’ – 🐦‍⬛ [sic] 1. a_b"),
        ("| a | b |\n|---|---|\n| c | d |", "| a | b |\n|---|---|\n| c | d |"),
        ("a\n\n\n\nb   \n\n", "a\n\nb"),
    ],
)
def test_markup_leaves_and_words_stay(markdown: str, text: str) -> None:
    assert clean(markdown) == text


@pytest.mark.parametrize(
    ("markdown", "quoted"),
    [
        ("> one\n> two\n\nmine", ["> one\n> two"]),
        ("> one\nlazy\n\nmine", ["> one\n> lazy"]),
        ("> one\n- my list", ["> one"]),
        ("> one\n\n> two", ["> one", "> two"]),
        (">one", ["> one"]),
        ("a\n<blockquote>one<blockquote>two</blockquote></blockquote>b", ["> one\n>\n> > two"]),
        ("<blockquote><p>never closed", ["> never closed"]),
        ("</blockquote>mine", []),
        ("> ```\n> code\n> ```\n\nmine", ["> ```\n> code\n> ```"]),
        ("```\n> a prompt\n```", []),
        ("> [!quote] me\n> mine", []),
        ("&gt; one", ["> one"]),
    ],
)
def test_what_others_wrote_is_found(markdown: str, quoted: list[str]) -> None:
    text = clean(markdown)
    assert [text[start:end] for start, end in quotes(text)] == quoted


MARKUP = st.text(alphabet="ab \n\t>#-*_`~[]()<>!|{}%$=:^&;/\\\"'1.é\ue000\ue001\u0301")
PARTS = st.lists(
    st.sampled_from(
        ["<blockquote>", "</blockquote>", "<em>", "</em>", "<pre>", "</pre>", "<!--", "-->", "```\n", "> ", "\n",
         "\n\n", "words ", "[a](", ")", "&#xE000;0&#xE001;", "`", "$$", "%%", "{%", "%}", "<li>", "<ol>", "<td>",
         "<tr>", "    "]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(MARKUP | PARTS)
def test_any_text_is_cleaned_and_its_quotations_are_spans(text: str) -> None:
    cleaned = clean(straight(text))
    Document(source="s", key="k", text=cleaned, quotes=quotes(cleaned))  # which refuses spans that are none


@given(st.lists(st.text(alphabet="abc ,.!?’“”é\n", max_size=200)).map("\n\n".join))
def test_prose_without_markup_keeps_all_its_words(text: str) -> None:
    assert clean(text).split() == text.split()


HOSTILE = [
    "a", "a b ", "<", "<!--", "<!-- \n\n", "`", "` ", "`` ` ", "```\n", "~~~\nx\n```\n", "<div>", "</div>",
    "<blockquote>",
    "<blockquote>x", "<em>a", "<em>a<b>", "[", "[a](", "[a]", "![", "[[", "[[a|", "[a](b ", '[a](b "', "()", "{%", "{{",
    "{% {", "{:", "{#a ", '<a "', "<a '\"", ">", ">\n", "> ", "#", "# \n", "*", "- ", "_ ", "=", "==a", "%", "%%a",
    "http://", "https://a.", "<a", "a@", "&", "&#1", "\\", "\n", " ", " \n", "\t", "    x\n\n", "<pre>", "<pre>x</pre>",
    "<script>", "#a ", "$", "$$ ", "[a]: b\n", "[a]:", "[^a", "<td>", "<tr><td>x", "<ol><li>", "{% highlight x %}\n",
    "- x\n", " ^a", "|", "1", "a\n---\n", "![a](b)", "> [!a]\n", "> a\nb\n", "***", "a\u0301\u0316",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE, ids=[ascii(piece) for piece in HOSTILE])
def test_time_grows_with_the_length_only(piece: str) -> None:
    text = straight(piece * (100_000 // len(piece)))
    started = time.thread_time()
    quotes(clean(text))
    assert time.thread_time() - started < 1.5  # the slowest takes 0.2 s; time squared would be many


def test_a_line_that_is_far_to_the_right_costs_its_length_and_not_its_square() -> None:
    started = time.thread_time()
    assert clean("words\n" + " " * 40_000 + "- item").endswith("- item")
    assert time.thread_time() - started < 5  # it was half a minute


def test_a_hundred_fences_of_falling_length_are_quick() -> None:
    started = time.thread_time()
    clean("\n".join("`" * length for length in range(600, 2, -1)))
    assert time.thread_time() - started < 1.5
