"""Meters are measured, shown with what failed and why, and the quiz is played and sent."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.window import Window
from app.words import meters as words
from core import runs
from core.journal import Saved
from core.judge import gate
from core.meters import Baseline, Copy, Meters, Pair
from core.paths import Home
from tests.app.conftest import Open
from tests.fakes.planted import plant_run
from tests.fakes.works import Script

METERS = Meters(
    run="r",
    meters=(
        gate.language(1.8, [Baseline(name="base model", value=2.1)], surely_fewer=True),
        gate.style(35, [Baseline(name="base model", value=97)]),
        gate.copied(1.2),
    ),
    copies=(Copy(text="word for word from a post", name="posts/a.md"),),
    pairs=tuple(Pair(prompt=f"p{n}", mine=f"mine {n}", bot=f"bot {n}") for n in range(3)),
)


def at_meters(home: Home, open_window: Open, script: Script, *, kept: bool = False) -> Window:
    plant_run(home.project(), [Saved(300)])
    run = runs.all_runs(home.project().runs)[0]
    if kept:
        (run.root / "meters.json").write_text(METERS.to_json(), "utf-8")
    window = open_window(script.works())
    window.show_page(window.pages.index(window.meters))
    return window


def test_what_was_measured_is_shown_and_what_failed_says_what_to_change(
    qtbot: QtBot, home: Home, open_window: Open
) -> None:
    window = at_meters(home, open_window, Script(), kept=True)
    said = [label.text() for label in window.meters.findChildren(type(window.meters._verdict))]
    assert "1.80 bits  ✓" in said
    assert "35  ✗" in said
    assert {"base model", "2.10 bits"} <= {*said}
    assert any("at least 40" in line and "more of your own replies" in line for line in said)
    assert window.meters.verdict == words.NOT_FIT
    assert "Not everything is well yet." in said


def test_measuring_begins_stops_and_shows_progress(qtbot: QtBot, home: Home, open_window: Open) -> None:
    script = Script(holds=True)
    window = at_meters(home, open_window, script)
    page = window.meters
    page.measure.click()
    qtbot.waitUntil(lambda: page.progress.value() == 1)
    assert page.measure.text() == words.STOP
    page.measure.click()
    qtbot.waitUntil(lambda: not page.is_measuring)
    assert page.measure.text() == words.MEASURE
    assert len(script.asked) == 1


def test_the_quiz_is_played_to_its_end(qtbot: QtBot, home: Home, open_window: Open) -> None:
    window = at_meters(home, open_window, Script(), kept=True)
    window.meters.play.click()
    sheet = window.meters.sheet
    assert sheet is not None
    for _ in range(3):
        mine = 0 if sheet.answers[0].text.startswith("mine") else 1
        sheet.choose[mine].click()
    assert sheet.outcome is not None
    assert (sheet.outcome.right, sheet.outcome.asked) == (3, 3)
    assert "3 times of 3" in sheet.place.text()
    sheet.close_button.click()


def test_the_quiz_is_saved_for_a_friend(qtbot: QtBot, home: Home, open_window: Open, tmp_path: Path) -> None:
    window = at_meters(home, open_window, Script(), kept=True)
    window.meters.write_quiz(tmp_path / "quiz.html")
    assert (tmp_path / "quiz.html").read_text("utf-8").startswith("<!doctype html>")
    window.meters.write_quiz(tmp_path / "nowhere" / "quiz.html")
    assert window.services.notices.now is not None
    assert "missing on the disk" in window.services.notices.now.text


def test_without_a_bot_it_says_so(qtbot: QtBot, home: Home, open_window: Open) -> None:
    window = open_window(Script().works())
    window.show_page(window.pages.index(window.meters))
    assert not window.meters.measure.isVisible()
