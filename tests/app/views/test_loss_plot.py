"""The plot draws as many points as a night has, and the same after a restart."""

from pathlib import Path

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.bench_plot import POINTS, measure_plot
from app.theme import Theme
from app.views.loss_plot import LossPlot
from core import journal
from core.journal import Evaluated, Journal, Resumed, Stepped, TurnedBack


def facts(count: int) -> list[journal.Fact]:
    return [
        fact
        for step in range(1, count + 1)
        for fact in (Stepped(step, 2.0, 1e-3, 1e5, step / 10), Evaluated(step, 2.0, 2.1, False, step / 10))
    ]


def test_a_restarted_window_draws_the_same_curves_from_the_journal(qtbot: QtBot, tmp_path: Path) -> None:
    parent = QObject()
    theme = Theme("light", 100, parent)
    log = Journal(tmp_path / "journal.jsonl")
    live, again = LossPlot(theme), LossPlot(theme)
    for plot in (live, again):
        qtbot.addWidget(plot)
    told = [*facts(300), Resumed(200), *facts(250)[400:], TurnedBack(220), *facts(240)[440:]]
    for fact in told:
        log.write(fact)
    log.close()
    live.add(told)
    again.add(journal.read(tmp_path / "journal.jsonl"))
    assert live.lengths == again.lengths == (240, 240, 240)


def test_the_bench_of_the_plot_measures_all_points(qtbot: QtBot) -> None:
    parent = QObject()
    for beats in measure_plot(Theme("dark", 100, parent)):
        assert f"{POINTS:,} points" in beats.part
        assert 0 < beats.p50 <= beats.p95 <= beats.longest
