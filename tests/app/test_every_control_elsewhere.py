"""Every control of Meters, the quiz, Examples and Settings, by mouse or keyboard, and what the user then sees."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.pages.examples import ExamplesPage
from app.settings import SCHEMES, TEXT_SIZES
from app.window import Window
from app.words import examples as words
from app.words import meters as meter_words
from app.words import settings as setting_words
from app.work import serving
from core import chatrows, feedback, runs, shelf, weights
from core.chatrows import Row
from core.events import Progress, drain, never
from core.feedback import Judgement
from core.journal import Saved
from core.judge import gate
from core.meters import Meters, Pair
from core.paths import Home, Project
from core.replies import Turn
from core.serve.running import Server
from tests.app.conftest import Open, Watch
from tests.app.presses import hit, press, write
from tests.core.serve.conftest import TOKEN, Parrot
from tests.fakes.instruct import instruct_model
from tests.fakes.planted import plant_run
from tests.fakes.works import Script

METERS = Meters(
    run="r",
    meters=(gate.style(35), gate.copied(1.2)),
    pairs=tuple(Pair(prompt=f"p{n}", mine=f"mine {n}", bot=f"bot {n}") for n in range(4)),
)
OWN = Row(id="own", kind="reply", asked="How are you?", answer="Well.", key="a")
MADE = Row(id="made", kind="question", asked="What hums?", answer="The kettle hums.", score=9)


def at(window: Window, watch: Watch, page: str) -> None:
    watch(window)
    window.show_page(next(n for n, each in enumerate(window.pages) if each.key == page))


def test_a_bot_is_measured_and_the_quiz_is_played_and_sent(
    home: Home, open_window: Open, watch: Watch, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = Script(holds=True)
    plant_run(home.project(), [Saved(300)])
    window = open_window(script.works())
    page = window.meters
    at(window, watch, "meters")
    hit(page.which, Qt.Key.Key_Down)
    press(page.measure)
    qtbot.waitUntil(lambda: page.progress.value() == 1)
    press(page.measure)
    qtbot.waitUntil(lambda: page.measure.text() == meter_words.MEASURE)
    run = runs.all_runs(home.project().runs)[0]
    (run.root / "meters.json").write_text(METERS.to_json(), "utf-8")
    script.holds, script.meters = False, METERS
    press(page.measure)
    qtbot.waitUntil(lambda: page.measure.text() == meter_words.MEASURE_AGAIN)
    assert page.verdict == meter_words.NOT_FIT
    press(page.measure)
    qtbot.waitUntil(lambda: not page.is_measuring)
    press(page.play)
    sheet = page.sheet
    assert sheet is not None
    for chosen in (0, 1, 0, 1):
        press(sheet.choose[chosen])
    assert sheet.outcome is not None
    assert f"of {len(METERS.pairs)}" in sheet.place.text()
    press(sheet.close_button)
    target = tmp_path / "quiz.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: (str(target), ""))
    press(page.send)
    assert target.read_text("utf-8").startswith("<!doctype html>")


def at_examples(
    home: Home, open_window: Open, watch: Watch, qtbot: QtBot, script: Script, tmp_path: Path
) -> ExamplesPage:
    drain(shelf.add(home, instruct_model(tmp_path / "tiny"), weights.look, never, link=True))
    window = open_window(script.works())
    with qtbot.waitSignal(window.examples.looked):
        at(window, watch, "examples")
    return window.examples


def test_examples_are_made_stopped_and_narrowed(
    home: Home, open_window: Open, watch: Watch, qtbot: QtBot, tmp_path: Path
) -> None:
    script = Script(made_examples=[MADE, Progress(1, 2, "Asking what your posts answer")], holds=True)
    page = at_examples(home, open_window, watch, qtbot, script, tmp_path)
    hit(page.model, Qt.Key.Key_Down)
    for button, (pieces, _) in reversed([*zip(page.amount.buttons, words.AMOUNTS, strict=True)]):
        press(button)
        assert button.isChecked()
        press(page.make)
        qtbot.waitUntil(lambda: page.rows.rowCount() == 1)
        assert script.asked[-1] == ("tiny", pieces)
        with qtbot.waitSignal(page.made):
            press(page.task.stop)
        assert page.task.status.text() == words.STOPPED
    hit(page.which, Qt.Key.Key_End)
    assert page.rows.rowCount() == 0
    hit(page.which, Qt.Key.Key_Home)
    write(page.search, "kettle")
    assert page.rows.rowCount() == 1


def test_an_example_is_changed_left_out_and_all_of_it_is_taken_back(
    home: Home, open_window: Open, watch: Watch, qtbot: QtBot, tmp_path: Path
) -> None:
    page = at_examples(home, open_window, watch, qtbot, Script(own_examples=[OWN, MADE]), tmp_path)
    editor = page.editor
    qtbot.waitUntil(lambda: page.rows.rowCount() == 2)
    hit(page.table.view, Qt.Key.Key_Down)
    write(editor.asked, "How was it?")
    write(editor.answer, "Splendid.")
    press(editor.save)
    assert [(row.asked, row.answer) for row in chatrows.load(home.project())] == [("How was it?", "Splendid.")]
    press(editor.use)
    assert page.rows.used == 1
    press(editor.use)
    assert page.rows.used == 2
    press(editor.undo)
    assert page.rows.used == 1
    QTest.keySequence(page.window(), QKeySequence(QKeySequence.StandardKey.Undo))
    assert page.rows.used == 2
    QTest.keySequence(page.window(), QKeySequence(QKeySequence.StandardKey.Redo))
    assert page.rows.used == 1
    assert editor.use.text() == words.USE


def test_without_a_model_the_button_leads_to_the_models(open_window: Open, watch: Watch, qtbot: QtBot) -> None:
    window = open_window(Script().works())
    with qtbot.waitSignal(window.examples.looked):
        at(window, watch, "examples")
    press(window.examples.go_models)
    assert window.models.isVisible()


def test_without_a_bot_meters_lead_to_training(open_window: Open, watch: Watch, qtbot: QtBot) -> None:
    window = open_window(Script().works())
    at(window, watch, "meters")
    press(window.meters.train)
    assert window.train.isVisible()


def test_the_look_and_the_size_of_the_text_are_chosen(open_window: Open, watch: Watch, qtbot: QtBot) -> None:
    window = open_window(Script().works())
    services, look = window.services, window.settings.look
    at(window, watch, "settings")
    for button, scheme in reversed([*zip(look.scheme.buttons, SCHEMES, strict=True)]):
        press(button)
        assert services.keeper.now.scheme == scheme
    for button, size in reversed([*zip(look.size_of_text.buttons, TEXT_SIZES, strict=True)]):
        press(button)
        assert (services.keeper.now.text_size, services.theme.scale) == (size, size / 100)
    QTest.keySequence(window, QKeySequence("Ctrl+="))
    assert look.size_of_text.index == 1
    window.sidebar.look.click()
    assert SCHEMES[look.scheme.index] == services.keeper.now.scheme


def test_the_api_the_phone_and_what_was_judged(
    home: Home, open_window: Open, watch: Watch, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def server(project: Project, home: Home, port: int | None, *, phone: bool, base: object = None) -> Server:
        return Server(Parrot(), TOKEN, 0, phone="127.0.0.2" if phone else "")

    monkeypatch.setattr(serving, "server", server)
    plant_run(home.project(), [Saved(300)])
    for n in range(feedback.LEAST_PAIRS):
        said = Judgement(kind="kept", place=f"t/{n}", turns=(Turn("user", f"{n}?"),), text="aaa", instead="bbb")
        feedback.remember(home.project(), said)
    script = Script()
    window = open_window(script.works())
    page = window.settings
    at(window, watch, "settings")
    press(page.api)
    press(page.phone)
    for fact in (page.address, page.token, page.phone_address):
        press(fact.copy)
        assert QGuiApplication.clipboard().text() == fact.field.text() != ""
        assert fact.copy.text().strip() == setting_words.COPIED
    press(page.new_token)
    assert page.api.isChecked()
    press(page.phone)
    assert not page.phone_address.isVisible()
    press(page.api)
    assert not page.address.isVisible()
    press(page.forget)
    assert feedback.all_of(home.project())
    press(page.learn)
    qtbot.waitUntil(lambda: "choices" in script.asked and not window.services.training.is_running)
    assert window.train.isVisible()
    window.show_page(window.pages.index(page))
    press(page.forget)
    press(page.forget)
    assert feedback.all_of(home.project()) == []
