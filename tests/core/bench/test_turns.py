"""Contenders take turns; one that fails is named and left out, and nobody's process outlives the bench."""

import os
import sys
from dataclasses import replace

import pytest

from core.bench.turns import Contender, Running, Speed, busy_core, started, take_turns
from core.events import Note, Progress, drain, never

MOST = 50.0 * 2**20  # of the turns, of which each has less than the one before
STEADY = Speed(median=5.0, lowest=5.0, highest=5.0, turns=2, other_load=0.5, per_cpu_second=10.0, peak=MOST)


def contender(name: str, kind: str = "well") -> Contender:
    return Contender(name=name, command=(sys.executable, "-m", "tests.fakes.contender", kind))


def test_each_has_its_turn_in_every_round() -> None:
    events, speeds = drain(take_turns([contender("a"), contender("b")], 2, never))
    assert speeds == {"a": STEADY, "b": STEADY}
    assert events[2:] == [Progress(n, 4, name) for n, name in enumerate("abab")]


@pytest.mark.parametrize(
    ("kind", "sentence"), [("unable", "b did not start and is left out."), ("dies", "b failed and is left out.")]
)
def test_one_that_fails_is_named_and_left_out(kind: str, sentence: str) -> None:
    events, speeds = drain(take_turns([contender("a"), contender("b", kind)], 2, never))
    assert speeds == {"a": STEADY}
    assert [event for event in events if isinstance(event, Note)] == [Note(sentence)]


def test_stopped_it_reports_what_it_has() -> None:
    asked = iter([False, False, False, True])  # before either starts, and before two turns
    _, speeds = drain(take_turns([contender("a"), contender("b")], 5, lambda: next(asked)))
    assert speeds == {"a": replace(STEADY, turns=1)}


def test_stopped_while_they_start_nothing_was_measured() -> None:
    assert drain(take_turns([contender("a")], 5, lambda: True)) == ([], {})


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no sessions")
def test_ctrl_c_in_the_terminal_does_not_reach_a_contender() -> None:
    with started(contender("a")) as running, busy_core() as busy:
        assert os.getsid(0) not in (os.getsid(running.process.pid), os.getsid(busy.pid))


def test_a_contender_ends_with_its_block() -> None:
    with started(contender("a")) as running:
        assert running.read() == {"ready": 1}
        process = running.process
        assert process.poll() is None
    assert process.poll() is not None


def test_a_bench_that_is_closed_early_ends_its_contenders(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Running] = []

    def go(running: Running) -> bool:
        seen.append(running)
        return True

    monkeypatch.setattr(Running, "go", go)
    work = take_turns([contender("a")], 5, never)
    for _ in range(3):  # starting, the first turn, the second turn
        next(work)
    work.close()
    assert [running.process.poll() is not None for running in seen] == [True]


def test_the_other_program_runs_as_long_as_the_block() -> None:
    with busy_core() as program:
        assert program.poll() is None
    assert program.poll() is not None
