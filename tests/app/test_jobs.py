"""Jobs bring events from a lane to the window: few signals, every fact, and the outcome last."""

import logging

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.jobs import Job
from app.lanes import Lane
from app.work import Task
from core.errors import DiskTrouble
from core.events import Note, Progress, Stop, Work
from tests.fakes.tasks import broken, scripted


class Listener(QObject):
    """Writes down everything that a job says, in order."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.heard: list[tuple[str, object]] = []
        job.progressed.connect(self.on_progressed)
        job.noted.connect(self.on_noted)
        job.succeeded.connect(self.on_succeeded)
        job.failed.connect(self.on_failed)

    def on_progressed(self, progress: Progress) -> None:
        self.heard.append(("progressed", progress))

    def on_noted(self, facts: list[object]) -> None:
        self.heard.append(("noted", facts))

    def on_succeeded(self, outcome: object) -> None:
        self.heard.append(("succeeded", outcome))

    def on_failed(self, error: object) -> None:
        self.heard.append(("failed", error))

    def of(self, kind: str) -> list[object]:
        return [value for name, value in self.heard if name == kind]


@pytest.fixture
def owner() -> QObject:
    return QObject()


def heard(qtbot: QtBot, lane: Lane, task: Task[object], owner: QObject) -> Listener:
    job = lane.submit(task, "test", owner)
    listener = Listener(job)
    with qtbot.waitSignal(job.ended):
        pass
    return listener


def test_a_job_tells_its_facts_and_then_its_outcome(qtbot: QtBot, lane: Lane, owner: QObject) -> None:
    listener = heard(qtbot, lane, scripted([Note("one"), Note("two")], "done"), owner)
    assert [fact for facts in listener.of("noted") for fact in facts] == [Note("one"), Note("two")]  # type: ignore[attr-defined]  # a list crossed as object
    assert listener.heard[-1] == ("succeeded", "done")


def test_of_a_flood_of_progress_little_arrives_and_the_last_always(qtbot: QtBot, lane: Lane, owner: QObject) -> None:
    flood = [Progress(done, 50_000) for done in range(50_001)]
    listener = heard(qtbot, lane, scripted(flood, None), owner)
    progress = listener.of("progressed")
    assert len(progress) < 100
    assert progress[-1] == Progress(50_000, 50_000)


def test_of_a_flood_of_facts_none_is_lost_and_few_signals_carry_them(qtbot: QtBot, lane: Lane, owner: QObject) -> None:
    flood = [Note(str(number)) for number in range(20_000)]
    listener = heard(qtbot, lane, scripted(flood, None), owner)
    lists = [facts for facts in listener.of("noted") if isinstance(facts, list)]
    assert [fact for facts in lists for fact in facts] == flood
    assert len(lists) < 100


def test_trouble_is_handed_on_as_it_is(qtbot: QtBot, lane: Lane, owner: QObject) -> None:
    trouble = DiskTrouble("The disk is full.", fix="Free some space.")
    assert heard(qtbot, lane, broken(trouble), owner).heard[-1] == ("failed", trouble)


def test_a_bug_is_logged_and_handed_on_and_the_lane_goes_on(
    qtbot: QtBot, lane: Lane, owner: QObject, caplog: pytest.LogCaptureFixture
) -> None:
    bug = ZeroDivisionError("planted")
    assert heard(qtbot, lane, broken(bug), owner).heard[-1] == ("failed", bug)
    assert [(record.levelno, record.message) for record in caplog.records] == [(logging.ERROR, "job test broke")]
    caplog.clear()
    assert heard(qtbot, lane, scripted([], "alive"), owner).heard == [("succeeded", "alive")]


def test_a_bug_while_work_is_made_is_heard_too(
    qtbot: QtBot, lane: Lane, owner: QObject, caplog: pytest.LogCaptureFixture
) -> None:
    def unmakeable(stop: Stop) -> Work[object]:
        raise ImportError("planted")

    assert isinstance(heard(qtbot, lane, unmakeable, owner).of("failed")[0], ImportError)
    caplog.clear()


def test_stopped_work_still_has_its_outcome(qtbot: QtBot, lane: Lane, owner: QObject) -> None:
    def patient(stop: Stop) -> Work[str]:
        while not stop():
            yield Progress(0, 0)
        return "stopped"

    job = lane.submit(patient, "test", owner)
    listener = Listener(job)
    with qtbot.waitSignal(job.progressed):
        pass
    job.stop()
    with qtbot.waitSignal(job.ended):
        pass
    assert listener.heard[-1] == ("succeeded", "stopped")
