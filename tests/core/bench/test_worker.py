"""Our own contenders speak the protocol of the bench."""

import io
import json
import time

import pytest

from core.bench import worker
from core.bench.task import FLOPS, SHAPE


def test_it_answers_every_go_and_ends_with_them() -> None:
    orders, replies = io.StringIO("go\ngo\n"), io.StringIO()
    calls: list[int] = []
    worker.answer(orders, replies, 7.0, lambda: calls.append(1), 1e-9)
    ready, *turns = [json.loads(line) for line in replies.getvalue().splitlines()]
    assert ready == {"ready": True}
    assert [(turn["n"], len(turn["times"])) for turn in turns] == [(7.0, 1)] * 2
    assert len(calls) == 2
    assert all(10 < turn["rss"] < 100_000 for turn in turns)  # in units of 2^20 bytes


def test_a_turn_lasts_as_long_as_asked() -> None:
    times = worker.block(lambda: time.sleep(0.01), 0.05)
    assert sum(times) >= 0.05
    assert sum(times[:-1]) < 0.05


def test_the_load_of_others_leaves_out_our_own() -> None:
    with worker.Weather() as weather:
        end = time.process_time() + 0.3
        while time.process_time() < end:
            pass
    assert 0 <= weather.foreign < 64


@pytest.mark.parametrize("precision", ["bf16", "fp32", worker.BY_ONEDNN])
def test_the_peak_counts_each_multiplication_and_addition(precision: str) -> None:
    with worker.prepared(f"peak/{precision}") as (n, call):
        assert n == 2 * worker.MATRIX**3
        call()


def test_the_task_is_the_shape_that_peers_train() -> None:
    matrices = 6 * (4 * 384 * 384 + 2 * 384 * 1536) + 99 * 384
    assert SHAPE.linear_parameters + 99 * 384 == matrices
    assert 6 * matrices + 6 * 6 * 256 * 384 == FLOPS


def test_reading_memory_counts_every_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "READ", 4000)
    with worker.prepared("peak/read") as (n, call):
        assert n == 4000
        assert float(str(call()).removeprefix("tensor(").removesuffix(")")) == 1000
