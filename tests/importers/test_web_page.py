"""HTML pages: the text of the page itself, and pages that were made to break their readers."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.documents import Document, Skipped
from importers.base import TextFile
from importers.characters import straight
from importers.web_page import WebPage


def read(html: str) -> Document | Skipped:
    (item,) = WebPage().read(TextFile(Path("/writing/page.html"), straight(html)))
    return item


def text(html: str) -> str:
    item = read(html)
    return item.text if isinstance(item, Document) else ""


def test_only_the_article_is_the_text() -> None:
    page = "<html><body><nav>a</nav><header>b</header><article><h1>c</h1>d</article><p>e</p><footer>f</footer></body>"
    assert text(page) == "# c\n\nd"


def test_a_list_of_articles_is_read_whole_without_what_stands_around() -> None:
    page = "<body><header>a</header><article>b</article><article>c</article><footer>d</footer></body>"
    assert text(page) == "b\n\nc"


def test_the_main_part_is_the_text_where_there_is_no_article() -> None:
    assert text("<body><div>a</div><main>b</main></body>") == "b"


def test_scripts_styles_and_comments_are_never_text() -> None:
    assert (
        text("<p>a</p><script>b</script><style>c</style><!-- d --><template>e</template><svg><text>f</text></svg>")
        == "a"
    )


def test_stars_and_brackets_of_a_page_are_the_writers_own() -> None:
    assert text("<p>2 * 3 [sic] a_b {{ c }}</p>") == "2 * 3 [sic] a_b {{ c }}"


def test_quotations_are_spans() -> None:
    item = read("<p>a</p><blockquote><p>b</p><p>c</p></blockquote><p>d</p>")
    assert isinstance(item, Document)
    assert [item.text[start:end] for start, end in item.quotes] == ["> b\n>\n> c"]


def test_the_title_is_the_heading_before_the_name_of_the_page() -> None:
    assert read("<title>A – Site</title><h1>The <i>heading</i></h1>x") == read(
        "<title>B</title><h1>The <i>heading</i></h1>x"
    )
    item = read("<head><title>A page &amp; more</title></head><body>x</body>")
    assert isinstance(item, Document)
    assert item.title == "A page & more"


@pytest.mark.parametrize("html", ["", "<html></html>", "<!-- only this -->", "<body><img src='a.jpg'></body>"])
def test_a_page_without_words_is_a_skip(html: str) -> None:
    assert read(html) == Skipped("/writing/page.html", "There are no words in this file.")


HOSTILE = [
    "<!--", "<div>", "</div>", "<blockquote>", "<p><em>", "<td>", "<a href='", "<", "&", "&#1;", "<table><tr><td>",
    "<ol><li>", "<pre>", "<pre>x</pre>", "<![CDATA[", "<?", "<!DOCTYPE", "<select>", "<b><i>", "<script>",
    "\ue0000\ue001", "<article>", "<meta name=author content=x>", "<li><p>",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_page_takes_no_longer_than_its_length(piece: str) -> None:
    started = time.thread_time()
    text(piece * (100_000 // len(piece)) + "end")
    assert time.thread_time() - started < 1.5


def test_a_hundred_thousand_nested_boxes_are_read() -> None:
    assert text("<div>" * 100_000 + "deep") in ("deep", "")  # the parser may give up on the depth, never on the program


@given(st.text(alphabet="<>/abdivpre liem=\"'&;#x0!-\n[]") | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_page_is_read_or_skipped(html: str) -> None:
    assert isinstance(read(html), Document | Skipped)
