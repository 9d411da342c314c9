"""Counting is exact, in blocks too, and is as good a model as it should be."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from core.events import drain, never
from core.inside import pairs
from core.shards import Shard, build
from core.tokenizers.chars import CharacterTokenizer
from tests.fakes.tiny import documents


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shard, Shard]:
    folder = tmp_path_factory.mktemp("run") / "tokens"
    writing = documents()
    tokenizer = CharacterTokenizer.train([document.text for document in writing], 1000)
    drain(build(writing, tokenizer, folder, never))
    return Shard.open(folder, "train"), Shard.open(folder, "held_out")


def test_every_pair_is_counted_once(shards: tuple[Shard, Shard], monkeypatch: pytest.MonkeyPatch) -> None:
    ids = shards[0].ids.tolist()
    expected = Counter(pairwise(ids))
    for block in (pairs.BLOCK, 100, 7):
        monkeypatch.setattr(pairs, "BLOCK", block)
        counts = pairs.Counts.of(shards[0])
        found = dict(zip(counts.keys.tolist(), counts.counts.tolist(), strict=True))
        assert found == {first * counts.vocab + second: n for (first, second), n in expected.items()}
        assert counts.single.sum() == len(ids)


def test_what_follows_is_sorted_and_adds_up(shards: tuple[Shard, Shard]) -> None:
    counts = pairs.Counts.of(shards[0])
    token = int(counts.single.argmax())
    ids, seen = counts.after(token)
    assert seen.tolist() == sorted(seen.tolist(), reverse=True)
    assert seen.sum() == counts.single[token]
    table = counts.table(np.array([token, int(ids[0])]))
    assert table[0, 1] == seen[0]
    assert counts.after(3)[0].tolist() == []  # a byte that never occurs


def test_pairs_foresee_better_than_single_pieces_and_those_better_than_guessing(shards: tuple[Shard, Shard]) -> None:
    guess, single, pair = pairs.nats(pairs.Counts.of(shards[0]), shards[1])
    assert guess > 1.2 * single
    assert single > 1.2 * pair
    assert pair > 0


def test_smoothed_pairs_are_a_distribution(shards: tuple[Shard, Shard]) -> None:
    """After each token the chances of all tokens sum to 1."""
    counts = pairs.Counts.of(shards[0])
    for token in (int(counts.single.argmax()), 3):
        every = np.arange(counts.vocab)
        total = sum(np.exp(-pairs.nats(counts, row(token, int(second), shards[1]))[2]) for second in every)
        assert total == pytest.approx(1.0, abs=1e-6)


def row(first: int, second: int, like: Shard) -> Shard:
    return Shard(
        ids=np.array([first, second], np.uint16),
        targets_mask=np.ones(2, bool),
        vocab=like.vocab,
        n_targets=2,
        n_bytes=2,
    )


def test_sampling_from_counts_writes_only_pairs_that_were_seen(shards: tuple[Shard, Shard]) -> None:
    counts = pairs.Counts.of(shards[0])
    start = int(counts.single.argmax())
    text = [start, *counts.write(start, 50, seed=1, end=0)]
    assert len(text) > 10
    assert (counts.count(np.array(text[:-1]), np.array(text[1:])) > 0).all()
    assert counts.write(start, 50, seed=1, end=0) == text[1:]
    assert counts.write(3, 50, seed=1, end=0) == []
