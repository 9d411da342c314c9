"""A lane runs jobs in turns on one thread: urgent ones between two events of the one that had it."""

import os
import sys
import threading

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.lanes import NICE, Lane
from app.work import Task
from core.events import Progress, Stop, Work


def test_an_urgent_job_runs_whole_between_two_events_of_another(qtbot: QtBot, lane: Lane) -> None:
    happened: list[str] = []
    has_begun, urgent_is_there = threading.Event(), threading.Event()

    def long(stop: Stop) -> Work[None]:
        for number in range(3):
            happened.append(f"step {number}")
            has_begun.set()
            assert urgent_is_there.wait(60)
            yield Progress(number, 3)

    def urgent(stop: Stop) -> Work[None]:
        for word in ("now", "and", "then"):
            happened.append(word)
            yield word

    owner = QObject()
    job = lane.submit(long, "long", owner)
    with qtbot.waitSignal(job.ended):
        assert has_begun.wait(60)
        lane.submit(urgent, "urgent", owner, urgent=True)
        urgent_is_there.set()
    assert happened == ["step 0", "now", "and", "then", "step 1", "step 2"]


def test_jobs_wait_for_their_turn(qtbot: QtBot, lane: Lane) -> None:
    happened: list[str] = []

    def named(name: str) -> Task[None]:
        def make(stop: Stop) -> Work[None]:
            happened.append(f"{name} begins")
            yield name
            happened.append(f"{name} ends")

        return make

    owner = QObject()
    jobs = [lane.submit(named(name), name, owner) for name in ("first", "second")]
    with qtbot.waitSignal(jobs[1].ended):
        pass
    assert happened == ["first begins", "first ends", "second begins", "second ends"]


def test_a_lane_knows_when_it_is_idle(qtbot: QtBot, lane: Lane) -> None:
    assert lane.is_idle
    held = threading.Event()

    def holding(stop: Stop) -> Work[None]:
        held.wait(60)
        yield None

    job = lane.submit(holding, "holding", QObject(lane))
    assert not lane.is_idle
    with qtbot.waitSignal(job.ended):
        held.set()
    qtbot.waitUntil(lambda: lane.is_idle)


def test_all_jobs_are_asked_to_stop_also_those_that_wait(qtbot: QtBot, lane: Lane) -> None:
    def patient(stop: Stop) -> Work[str]:
        while not stop():
            yield None
        return "stopped"

    owner = QObject()
    outcomes: list[object] = []
    jobs = [lane.submit(patient, str(number), owner) for number in range(2)]
    for job in jobs:
        job.succeeded.connect(outcomes.append)
    with qtbot.waitSignals([job.ended for job in jobs]):
        lane.stop_all()
    assert outcomes == ["stopped", "stopped"]


@pytest.mark.skipif(sys.platform != "linux", reason="niceness of a thread is a thing of Linux")
def test_the_lane_gives_way_to_the_window(qtbot: QtBot, lane: Lane) -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)

    def priority(stop: Stop) -> Work[int]:
        yield None
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    job = lane.submit(priority, "priority", QObject(lane))
    with qtbot.waitSignal(job.succeeded) as blocker:
        pass
    assert blocker.args == [min(before + NICE, 19)]
    assert os.getpriority(os.PRIO_PROCESS, 0) == before
