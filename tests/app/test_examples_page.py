"""The Examples page: all six kinds in one table, made, stopped, changed, left out, taken back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.pages.examples import ExamplesPage
from app.window import Window
from app.words import examples as words
from core import chatrows, shelf, weights
from core.chatrows import Row
from core.events import Progress, drain, never
from core.paths import Home
from tests.app.conftest import Open
from tests.fakes.instruct import instruct_model
from tests.fakes.works import Script

OWN = Row(id="own", kind="reply", asked="How are you?", answer="Well.", key="a")
MADE = Row(id="made", kind="question", asked="What hums?", answer="The kettle hums.", score=9)
NOTES = Row(id="notes", kind="notes", asked="What hums?", answer="The kettle. [1]", system="[1] Kettles\nIt hums.")


@pytest.fixture
def script() -> Script:
    return Script(own_examples=[OWN], made_examples=[MADE, Progress(1, 2, "Asking what your posts answer"), NOTES])


@pytest.fixture
def open_page(home: Home, open_window: Open, script: Script, tmp_path: Path, qtbot: QtBot) -> Callable[[], Window]:
    """Opens a window at its examples, with a base model on the shelf."""

    def opened() -> Window:
        drain(shelf.add(home, instruct_model(tmp_path / "tiny"), weights.look, never, link=True))
        window = open_window(script.works())
        with qtbot.waitSignal(window.examples.looked):
            window.show_page(window.pages.index(window.examples))
        return window

    return opened


def asked(page: ExamplesPage) -> list[str]:
    return [page.rows.data(page.rows.index(n, 0)) for n in range(page.rows.rowCount())]


def make(page: ExamplesPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.made):
        page.make.click()


def choose(page: ExamplesPage, id_: str) -> None:
    page.table.view.setCurrentIndex(page.rows.index(page.rows.place(id_), 0))


def test_own_replies_are_there_and_questions_are_made(
    open_page: Callable[[], Window], qtbot: QtBot, script: Script
) -> None:
    page = open_page().examples
    assert asked(page) == ["How are you?"]
    page.amount.buttons[1].click()
    make(page, qtbot)
    assert script.asked[-1] == ("tiny", 200)
    assert asked(page) == ["How are you?", "What hums?", "What hums?"]
    assert page._totals.text() == "3 examples, 3 of them used. 2 made from your posts, 1 of your own talks and texts."
    choose(page, "notes")
    assert page.editor.notes.text.startswith("[1] Kettles")
    assert page.editor.why.text() == words.WHY["notes"]


def test_making_is_stopped_and_what_was_made_is_kept(
    open_page: Callable[[], Window], qtbot: QtBot, script: Script
) -> None:
    script.holds = True
    page = open_page().examples
    page.make.click()
    qtbot.waitUntil(lambda: page.rows.rowCount() == 3)
    assert not page.make.isVisible()
    page.task.stop.click()
    qtbot.waitUntil(lambda: page.task.status.text() == words.STOPPED)
    assert page.make.isVisible()
    assert page.make.text() == words.MAKE_MORE


def test_a_change_is_kept_and_undone(open_page: Callable[[], Window], qtbot: QtBot, home: Home) -> None:
    page = open_page().examples
    choose(page, "own")
    assert not page.editor.save.isEnabled()
    page.editor.answer.setPlainText("Splendid.")
    page.editor.save.click()
    (kept,) = chatrows.load(home.project())
    assert (kept.kind, kept.answer, kept.edited) == ("reply", "Splendid.", True)
    assert page.editor.state.text() == words.EDITED
    page.editor.undo.click()
    (kept,) = chatrows.load(home.project())
    assert (kept.answer, kept.edited) == ("Well.", False)
    assert page.editor.answer.toPlainText() == "Well."
    page.editor.asked.clear()
    assert not page.editor.save.isEnabled()  # nothing can be asked with no words


def test_an_example_is_left_out_by_its_box_and_taken_in_by_its_button(
    open_page: Callable[[], Window], qtbot: QtBot, home: Home
) -> None:
    page = open_page().examples
    page.rows.setData(page.rows.index(0, 0), Qt.CheckState.Unchecked.value, Qt.ItemDataRole.CheckStateRole)
    assert chatrows.load(home.project())[0].dropped == chatrows.LEFT_OUT
    assert page._totals.text() == "1 example, 0 of them used. It is of your own talks and texts."
    assert page.editor.use.text() == words.USE
    page.editor.use.click()
    assert page._totals.text() == "1 example, 1 of them used. It is of your own talks and texts."
    page.undo.undo()
    assert page.rows.used == 0


def test_kinds_and_words_narrow_the_table(open_page: Callable[[], Window], qtbot: QtBot) -> None:
    page = open_page().examples
    make(page, qtbot)
    page.which.setCurrentText(words.KINDS["notes"])
    page.which.activated.emit(page.which.currentIndex())
    assert page.rows.rowCount() == 1
    page.which.setCurrentIndex(0)
    page.which.activated.emit(0)
    page.search.setText("KETTLE HUMS")
    assert asked(page) == ["What hums?"]
    page.search.setText("zebra")
    assert asked(page) == []
    assert page.editor.why.text() == words.CHOOSE


def test_without_a_model_it_leads_to_the_models(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(Script().works())
    with qtbot.waitSignal(window.examples.looked):
        window.show_page(window.pages.index(window.examples))
    assert window.examples.go_models.isVisible()
    assert not window.examples.make.isVisible()
    window.examples.go_models.click()
    assert window.models.isVisible()
