"""Byte-pair encoding in pieces is the same as in one go, and the end stays out of reach of text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tokenizers import bpe
from core.tokenizers.bpe import END, BpeTokenizer

TEXT = "It is not that they can't see the solution.\n\n    It is that they can't see the problem.   \n" * 50
TOKENIZER = BpeTokenizer.train([TEXT], 400)
WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12) | st.sampled_from(
    ["", "'s", "it", "\n\n", "don't", "\x1c"]
)


@given(words=st.lists(WORDS, max_size=60))
@settings(max_examples=300, deadline=None)
def test_cutting_at_single_spaces_changes_no_token(words: list[str]) -> None:
    text = " ".join(words)
    first, *others = bpe.SAFE_CUT.split(text)
    cut = [TOKENIZER.encode(first), *(TOKENIZER.encode(f" {other}") for other in others)]
    assert TOKENIZER.encode(text) == [id_ for ids in cut for id_ in ids]


@given(text=st.text(st.sampled_from("ab \n"), max_size=300))
def test_pieces_are_short_and_make_up_the_text(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bpe, "PIECE", 16)
        parts = list(bpe.pieces(text))
    assert "".join(parts) == text
    assert all(0 < len(part) <= 32 for part in parts)


def test_the_end_is_never_learnt_as_a_token_of_text() -> None:
    tokenizer = BpeTokenizer.train([END * 5000, f" {END}\n" * 5000], 1024)
    assert tokenizer.end not in tokenizer.encode(END + f" {END}{END}")
    assert tokenizer.decode_bytes([tokenizer.end]) == b""


def test_a_short_text_offers_fewer_tokens_than_asked_for() -> None:
    assert BpeTokenizer.train(["to be or not to be"], 4096).vocab < 300
