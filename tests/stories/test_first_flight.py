"""The first flight, by clicks and keys only: from a folder of writing to a bot that goes on with a text."""

import shutil
from importlib.resources import as_file
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

import resources
from app import work
from app.work import Task
from app.works import Works
from core import runs
from core.paths import Project, home
from core.plan import Wish
from core.runs import Outcome
from tests.app.conftest import Open

STEPS = 30
PATIENCE = 60_000  # milliseconds for what takes seconds, on a machine with other things to do


def few_steps(project: Project, wish: Wish) -> Task[Outcome]:
    """The real training, but as short as a test must be."""
    return work.train(project, Wish(steps=STEPS))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six essays, and a file with nothing in it."""
    made = tmp_path / "writing"
    made.mkdir()
    with as_file(resources.sample_corpus()) as essays:
        for essay in sorted(essays.iterdir())[:6]:
            shutil.copy(essay, made)
    (made / "nothing.md").write_text("", "utf-8")
    return made


def click(widget: QWidget) -> None:
    assert widget.isVisible()
    assert widget.isEnabled()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_from_a_folder_to_a_conversation(
    qtbot: QtBot, qapp: QApplication, open_window: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    window = open_window(Works(train=few_steps))
    services = window.services
    welcome, gather, train, chat = window.welcome, window.gather, window.train, window.chat

    click(welcome.own)
    with qtbot.waitSignal(services.gathering.found, timeout=PATIENCE):
        click(gather.drop.folder)
    with qtbot.waitSignal(services.workspace.surveyed, timeout=PATIENCE):
        click(gather.findings.bring)
    assert (gather.gathered.headings.rowCount(), gather.gathered.skipped.rowCount()) == (6, 1)

    click(gather.gathered.next)
    with qtbot.waitSignal(services.training.ended, timeout=PATIENCE):
        click(train.card.train)
    with qtbot.waitSignal(services.workspace.surveyed, timeout=PATIENCE):
        pass  # of what came of it
    assert train.figures.step == STEPS
    assert len(train.samples.texts) >= 3

    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert qapp.focusWidget() is chat.composer.field
    QTest.keyClicks(chat.composer.field, "The man who")
    QTest.keyClick(chat.composer.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not chat.is_replying, timeout=PATIENCE)
    opening, continuation = [turn.text for turn in chat.conversation.turns]
    assert opening == "The man who"
    assert len(continuation) > 10

    assert runs.latest(home().project().runs) is not None
    assert services.notices.now is None
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE)  # when what still runs has ended
