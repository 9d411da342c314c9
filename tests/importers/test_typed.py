"""Text that a blog engine turns into paragraphs by itself becomes the paragraphs its reader saw."""

import time

import pytest

from importers.fragment import from_html
from importers.typed import as_html


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("one\n\ntwo\nthree", "one\n\ntwo\nthree"),
        ("<p>one</p>\n\n<p>two\n</p>", "one\n\ntwo"),
        ("<ul>\n <li>a</li>\n <li>b</li>\n</ul>\nend", "- a\n- b\n\nend"),
        ("<!-- wp:paragraph -->\n<p>one\ntwo</p>\n<!-- /wp:paragraph -->", "one two"),
        (
            '[gallery ids=\'1\']a[caption width="3"]x[/caption] [1, 2] [sic] [vc_row full="y"]b[/vc_row]',
            "a [1, 2] [sic] b",
        ),
        ('[code lang="html"]<b>bold</b> &amp; [x a="1"][/code]', '```\n<b>bold</b> &amp; [x a="1"]\n```'),
        ("[embed]https://video.example/1[/embed]after", "after"),
        ("a [caption]never closed\n\nb", "a never closed\n\nb"),
        ("<pre>\n a\n\n  b\n</pre>\n\nc", "```\n a\n\n  b\n```\n\nc"),
    ],
)
def test_what_was_typed_becomes_what_was_meant(typed: str, written: str) -> None:
    assert from_html(as_html(typed)) == written


@pytest.mark.parametrize(
    "piece", ["[", "[caption ", "[a b=", '[a b="', "<pre", "<", "\n \n", "[/code]", "[code]", "[embed]"]
)
def test_time_grows_with_the_length_and_nothing_else(piece: str) -> None:
    started = time.process_time()
    as_html(piece * (400_000 // len(piece)))
    assert time.process_time() - started < 1
