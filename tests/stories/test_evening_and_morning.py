"""An evening, a night and a morning, clicked through: plan, train, wait for a full disk, finish, rest, look back."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.mornings import Mornings
from app.settings import Settings
from app.window import Window
from app.words import morning, plan
from core import runs
from core.corpus import Corpus
from core.documents import Document
from core.events import Progress
from core.forecast import Writing, look
from core.health import SENTENCES
from core.journal import Evaluated, Fact, Finished, Happened, Sampled, Saved, Stepped
from core.machine import Machine
from core.paths import Home
from core.runs import Outcome
from tests.app.conftest import Open
from tests.fakes.planted import plant_run
from tests.fakes.works import Script

CPU = Machine(cores=2, free_disk=80 * 10**9, precision="bf16", flops_per_second=1e11, memory=16 * 10**9)
FULL = (
    "The disk is full: 340 MB more are needed. Training waits and keeps everything; it goes on by itself when there is"
    " room."
)
EVENING = 1_764_100_000.0
NIGHT: list[Fact] = [
    Happened(0, "began", "Began: 1,000 steps are planned.", EVENING),
    *(Stepped(step, 6.0 - step / 100, 1e-3, 1_000.0, float(step)) for step in range(1, 151)),
    Evaluated(150, 2.9, 3.0, True, 150.0),
    Sampled(150, "The mill", " stood still."),
    Saved(150),
    Happened(150, "waits", FULL, EVENING + 3_600),
    Happened(150, "goes_on", "There is room again: training goes on.", EVENING + 5_400),
    *(Stepped(step, 5.0 - step / 200, 1e-3, 1_000.0, float(step)) for step in range(151, 301)),
    Evaluated(300, 2.4, 2.6, True, 300.0),
    Sampled(300, "The mill", " turned in the wind."),
    Happened(300, "finished", "Finished after 300 steps, at 2.600 bits per byte at best.", EVENING + 28_800),
]
DONE = Outcome(
    run="2026-01-02 03.04.05",
    steps=300,
    best_bits_per_byte=2.6,
    tokens_per_second=1_000.0,
    seconds=300.0,
    weights_sha256="hash",
    stopped=False,
)


def evening(qtbot: QtBot, window: Window) -> None:
    """The plan is looked at, eight hours are given, the button is pressed."""
    window.show_page(window.pages.index(window.train))
    window.train.card.how_long.buttons[3].click()
    window.train.plan.show_plan.click()
    qtbot.waitUntil(lambda: window.train.plan.outlook is not None)
    assert window.train.plan.figures[plan.TAKES].endswith(("h", "min"))
    window.train.morning.then.buttons[1].click()
    window.train.morning.address.setText("https://ntfy.sh/mill")
    window.train.morning.address.editingFinished.emit()


def test_an_evening_and_a_morning(
    qtbot: QtBot, home: Home, open_window: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Corpus(home.project().corpus) as corpus:
        corpus.add(Document(source="files", key="a.md", text="The mill stood still. " * 50))
    found = look(Writing(characters=2_900_000), CPU, "quick", 8 * 3600, ())
    script = Script(outlook=found, trained=[Progress(0, 1_000, "Training"), *NIGHT], outcome=DONE)
    window = open_window(script.works())
    services = window.services
    mornings = Mornings(
        services.training, services.keeper, services.notices, services.disk, services.works, services.workspace
    )
    evening(qtbot, window)
    assert services.keeper.now.then == "sleep"

    plant_run(home.project(), [*NIGHT, Finished(300, 2.6, 300.0, "hash")])
    with qtbot.waitSignal(services.training.ended):
        window.train.card.train.click()
    qtbot.waitUntil(lambda: window.train.figures.health.text() == SENTENCES["finished"])
    assert window.train.samples.texts[0] == "The mill turned in the wind."

    qtbot.waitUntil(lambda: ("https://ntfy.sh/mill", morning.ready(2.6)) in script.asked)
    notice = services.notices.now
    assert notice is not None
    assert notice.text == "The computer goes to sleep in two minutes."
    mornings.rest.timeout.emit()  # nobody is awake: two minutes have gone
    assert script.asked[-1] == "sleep"
    assert notice.action is not None
    notice.action()  # and if somebody is
    assert not mornings.rest.isActive()

    with qtbot.waitSignal(window.history.looked):
        window.show_page(window.pages.index(window.history))
    assert FULL in window.history.report.night.text()
    target = tmp_path / "report.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    window.history.report.save.click()
    qtbot.waitUntil(target.exists)
    assert "340 MB" in target.read_text("utf-8")
    assert runs.speaker(home.project().runs) is not None
    assert Settings().then == "nothing"
