"""Documents defend themselves, and are counted without holding anybody up."""

from hypothesis import given
from hypothesis import strategies as st

from core.documents import word_count


@given(st.text(alphabet="ab \n\u00a0\u2003", max_size=40), st.integers(1, 7))
def test_words_are_counted_piece_by_piece_as_in_one_go(text: str, piece: int) -> None:
    assert word_count(text, piece) == len(text.split())
