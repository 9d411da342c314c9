"""Characters made plain, and those that stay as they are."""

import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.characters import PIECE, is_straight, one_line, pieces, straight, tidy


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a\r\nb\rc\u2028d\x0ce", "a\nb\nc\nd\ne"),
        ("a\u00a0b\u202fc\u2009d", "a b c d"),
        ("so\u00adft z\u200bero \ufeffmark \u202eturned\u202c nul\x00", "soft zero mark turned nul"),
        ("e\u0301", "é"),
        ("half \ud800 pair", "half  pair"),
        ("“a” ‘b’ – — … 👩\u200d👧 می\u200cخواهم", "“a” ‘b’ – — … 👩\u200d👧 می\u200cخواهم"),
    ],
)
def test_what_cannot_be_seen_is_made_plain(text: str, plain: str) -> None:
    assert straight(text) == plain


def test_a_title_is_one_line() -> None:
    assert one_line("  A\n title\u00a0 ") == "A title"


@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u05b0\u05b1", "\u064b\u0650"])
def test_a_million_marks_on_one_letter_take_no_time(marks: str) -> None:
    started = time.thread_time()
    straight("a" + marks * 500_000)
    assert time.thread_time() - started < 2


def test_blank_lines_and_ends_are_tidied() -> None:
    assert tidy(["", "a  ", "", "", "b\nc", "", ""]) == "a\n\nb\nc"


@given(st.text())
def test_a_straight_text_can_be_stored_and_stays_as_it_is(text: str) -> None:
    once = straight(text)
    assert straight(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode("utf-8")


@given(st.lists(st.sampled_from(["a" * 30_000, "b" * 70_000, " ", "\n", "\n\n"]), max_size=12).map("".join))
def test_pieces_are_small_and_make_up_the_whole(text: str) -> None:
    parts = list(pieces(text))
    assert "".join(parts) == text
    assert all(len(part) <= PIECE for part in parts)


def test_what_is_straight_at_a_glance_is_what_nothing_would_change() -> None:
    fine = [one for one in map(chr, range(sys.maxunicode + 1)) if is_straight(one.encode("utf-8", "surrogatepass"))]
    assert 1_000 < len(fine) < 2_500
    assert all(one.isprintable() or one in "\t\n\u200d" or unicodedata.combining(one) == 0 for one in fine)
    assert {"\x7f", "\x85", "\xa0", "\xad", "\u0301", "\u200b", "\u2028", "\u202e", "\ud800"}.isdisjoint(fine)
    for one in fine:
        assert unicodedata.normalize("NFC", f"e{one}e") == f"e{one}e"
        assert len(f"a{one}a".splitlines()) == 1 or one == "\n"
        assert unicodedata.category(one) not in ("Cc", "Cs", "Zl", "Zp", "Zs") or one in "\t\n "
