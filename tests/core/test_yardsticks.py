"""The yardsticks say what they should of texts whose answer is known."""

import random

import numpy as np
import pytest

from core.yardsticks import context_model, packed_gzip, packed_xz, pairs_of_tokens

LUCK = random.Random(1)
NOISE = LUCK.randbytes(20_000)
WORDS = " ".join(LUCK.choices(("the", "moss", "kettle", "sings", "again", "under"), k=6_000)).encode()


@pytest.mark.parametrize("measure", [packed_gzip, packed_xz, context_model])
def test_noise_cannot_be_foreseen(measure: object) -> None:
    assert callable(measure)
    assert 7.9 < measure(NOISE[:10_000], NOISE[10_000:]) < 9.0


def test_a_text_that_was_seen_costs_next_to_nothing() -> None:
    assert packed_xz(NOISE, NOISE) < 0.2
    assert context_model(WORDS, WORDS) < 0.7


def test_contexts_come_near_to_what_six_words_hold() -> None:
    """log2(6) bits a word, and a word has 5.5 bytes with its space: 0.47 bits a byte."""
    assert 0.45 < context_model(WORDS[:20_000], WORDS[20_000:]) < 0.6
    assert context_model(WORDS[:20_000], WORDS[20_000:], order=1) > 1.0


def test_pairs_of_tokens_learn_who_follows_whom() -> None:
    ids = np.array([0, 1, 2, 3] * 500)
    assert pairs_of_tokens(ids, ids, 4, n_bytes=len(ids)) < 0.05
    strangers = np.array(LUCK.choices(range(4), k=2_000))
    assert 1.9 < pairs_of_tokens(strangers, strangers[::-1].copy(), 4, n_bytes=2_000) < 2.1
