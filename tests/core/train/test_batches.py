"""Batches: every token once an epoch, in an order that only the seed and the step decide."""

from collections import Counter

import numpy as np
import pytest

from core.shards import Shard
from core.train.batches import IGNORE, Batches


def shard(tokens: int, masked: slice = slice(0, 0)) -> Shard:
    """Ids 0, 1, 2, ..."""
    mask = np.ones(tokens, np.bool_)
    mask[masked] = False
    ids = np.arange(tokens, dtype=np.uint16)
    return Shard(ids=ids, targets_mask=mask, vocab=tokens, n_targets=int(mask.sum()), n_bytes=tokens)


def test_targets_are_the_next_ids() -> None:
    ids_BT, targets_BT = Batches(shard(1000), length=10, batch=4, seed=1).batch(0)
    assert ids_BT.shape == targets_BT.shape == (4, 10)
    assert ids_BT.dtype == targets_BT.dtype == np.int64
    np.testing.assert_array_equal(targets_BT, (ids_BT + 1) % 1000)


def test_the_words_of_others_are_not_targets_but_are_read() -> None:
    masked = slice(300, 420)
    batches = Batches(shard(1000, masked), length=10, batch=100, seed=1)
    ids_BT, targets_BT = batches.batch(0)
    assert set(range(300, 420)) <= set(ids_BT.flat)
    assert set(targets_BT.flat) == {IGNORE, *range(300), *range(420, 1000)}


def test_every_token_is_a_target_once_an_epoch_except_the_few_left_over() -> None:
    batches = Batches(shard(1003), length=10, batch=10, seed=7)
    for epoch in range(3):
        steps = range(epoch * 10, epoch * 10 + 10)
        seen = Counter(int(target) for step in steps for target in batches.batch(step)[1].flat)
        assert set(seen.values()) == {1}
        assert len(seen) == 1000


def test_each_epoch_has_other_windows_in_another_order() -> None:
    batches = Batches(shard(1000), length=10, batch=100, seed=7)
    first, second = batches.batch(0)[0][:, 0], batches.batch(1)[0][:, 0]
    assert not np.array_equal(first, second)
    assert first[0] % 10 != second[0] % 10


def test_a_batch_depends_on_seed_and_step_alone() -> None:
    forward = Batches(shard(500), length=8, batch=5, seed=3)
    backward = Batches(shard(500), length=8, batch=5, seed=3)
    other = Batches(shard(500), length=8, batch=5, seed=4)
    there = [forward.batch(step) for step in range(60)]
    back = [backward.batch(step) for step in reversed(range(60))][::-1]
    np.testing.assert_array_equal(there, back)
    assert not np.array_equal(there[0], other.batch(0))


def test_the_order_is_written_in_stone() -> None:
    """A resumed run depends on it: changing these numbers breaks the runs people have."""
    ids_BT, _ = Batches(shard(100), length=4, batch=6, seed=1337).batch(11)
    assert ids_BT[:, 0].tolist() == [63, 99, 39, 55, 71, 83]


@pytest.mark.parametrize("tokens", [1, 2, 7, 16, 17])
def test_a_shard_shorter_than_one_window_is_repeated(tokens: int) -> None:
    ids_BT, targets_BT = Batches(shard(tokens), length=16, batch=3, seed=1).batch(5)
    np.testing.assert_array_equal(targets_BT, (ids_BT + 1) % tokens)
