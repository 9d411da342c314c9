"""Documents defend themselves, and their words are counted as `split` tells them apart."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from core.documents import RARE_WHITE, word_count


@given(st.text(alphabet="ab \n\x1c\x85\u00a0\u2003\u3000é界\ud800\U0001f600", max_size=40))
def test_words_are_counted_in_bytes_as_split_tells_them_apart(text: str) -> None:
    assert word_count(text) == len(text.split())


def test_every_white_space_beyond_ascii_is_known() -> None:
    assert set(RARE_WHITE) == {chr(n) for n in range(128, sys.maxunicode + 1) if chr(n).isspace()}
