"""History: every training can be looked at, talked to as it was, renamed, deleted and brought back."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.views.past_table import PastModel
from app.window import Window
from app.words import history as words
from core.journal import Evaluated, Fact, Finished, Sampled, Stepped
from core.paths import Home
from core.replies import Piece, Reply
from core.runs import Run
from tests.app.conftest import Open
from tests.fakes.planted import plant_run
from tests.fakes.works import Script


def facts(best: float) -> list[Fact]:
    return [
        *(Stepped(step, 6.0 - step / 100, 1e-3, 100.0, step / 2) for step in range(1, 301)),
        Evaluated(150, 2.9, 3.0, True, 75.0),
        Sampled(150, "Once", " in the middle"),
        Evaluated(300, 2.5, best, True, 150.0),
        Sampled(300, "Once", " at the end"),
        Finished(300, best, 150.0, "hash"),
    ]


@pytest.fixture
def two(home: Home) -> tuple[Run, Run]:
    """Two trainings, the newer one better."""
    older = plant_run(home.project(), facts(2.75))
    moved = older.root.rename(older.root.with_name("2026-01-01 00.00.00"))
    return Run(moved), plant_run(home.project(), facts(2.25))


def show(qtbot: QtBot, window: Window) -> None:
    with qtbot.waitSignal(window.history.looked):
        window.show_page(window.pages.index(window.history))


def names(model: PastModel) -> list[str]:
    return [model.cell(row, 0) for row in model.rows]


def test_all_trainings_are_listed_and_drawn_and_the_newest_is_chosen(
    qtbot: QtBot, two: tuple[Run, Run], open_window: Open
) -> None:
    window = open_window(Script().works())
    show(qtbot, window)
    history = window.history
    assert names(history.model) == ["2026-01-01 00.00.00", "2026-01-02 03.04.05"]
    assert history.plot.names == names(history.model)
    assert history.chosen is not None
    assert history.chosen.story.best is not None
    assert history.chosen.story.best.bits == 2.25
    assert history.model.cell(history.chosen, 1) == "2.250"
    QTest.keyClick(history.table.view, Qt.Key.Key_Down)
    assert history.chosen.story.best.bits == 2.75
    assert history.report.title.text() == "2026-01-01 00.00.00"


def test_along_the_curve_lies_what_it_wrote_by_then(qtbot: QtBot, two: tuple[Run, Run], open_window: Open) -> None:
    window = open_window(Script().works())
    show(qtbot, window)
    moment, plot = window.history.moment, window.history.plot
    assert (moment.step, plot.marked) == (300, 300)
    assert moment.sample.text == "Once at the end"
    QTest.keyClick(moment.slider, Qt.Key.Key_Left)
    assert (moment.step, plot.marked) == (150, 150)
    assert moment.sample.text == "Once in the middle"
    assert moment.where.text() == "Step 150 · 3.000 bits per byte"


def test_the_bot_answers_as_it_was_where_its_weights_were_kept(
    qtbot: QtBot, two: tuple[Run, Run], open_window: Open
) -> None:
    reply = Reply(" upon a time", tokens=3, seconds=0.1, ended=True, stopped=False)
    script = Script(replied=[Piece(" upon")], reply=reply)
    window = open_window(script.works())
    show(qtbot, window)
    moment = window.history.moment
    moment.field.setText("Once")
    with qtbot.waitSignal(window.history.replied):
        QTest.keyClick(moment.field, Qt.Key.Key_Return)
    assert script.asked == [(300, "Once")]
    assert moment.reply.text == "Once upon a time"
    moment.slider.setValue(0)
    assert not moment.field.isVisible()
    assert moment.kept.text() == "Its weights of this step were not kept. Kept are: 300."


def test_a_training_is_renamed(qtbot: QtBot, two: tuple[Run, Run], open_window: Open) -> None:
    window = open_window(Script().works())
    show(qtbot, window)
    window.history.report.rename.click()
    window.history.sheet.field.setText("The good one")
    with qtbot.waitSignal(window.history.looked):
        window.history.sheet.rename.click()
    assert names(window.history.model)[-1] == "The good one"
    assert window.history.report.title.text() == "The good one"


def test_a_deleted_training_can_be_brought_back(qtbot: QtBot, two: tuple[Run, Run], open_window: Open) -> None:
    window = open_window(Script().works())
    show(qtbot, window)
    with qtbot.waitSignal(window.history.looked):
        window.history.report.delete.click()
    assert names(window.history.model) == ["2026-01-01 00.00.00"]
    notice = window.services.notices.now
    assert notice is not None
    assert notice.text == "“2026-01-02 03.04.05” is in the trash."
    assert notice.action is not None
    with qtbot.waitSignal(window.history.looked):
        notice.action()
    assert names(window.history.model) == ["2026-01-01 00.00.00", "2026-01-02 03.04.05"]


def test_the_report_is_saved_where_the_user_says(
    qtbot: QtBot, two: tuple[Run, Run], open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "my report.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    window = open_window(Script().works())
    show(qtbot, window)
    window.history.report.save.click()
    qtbot.waitUntil(lambda: window.services.notices.now is not None)
    assert window.services.notices.now is not None
    assert window.services.notices.now.text == words.SAVED_REPORT
    assert "best: 2.250" in target.read_text("utf-8")


def test_without_a_training_it_leads_to_train(qtbot: QtBot, home: Home, open_window: Open) -> None:
    window = open_window(Script().works())
    show(qtbot, window)
    assert not window.history.table.isVisible()
    window.history.train.click()
    assert window.train.isVisible()
