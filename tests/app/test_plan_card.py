"""The plan on the Train page: measured once, and following every choice."""

import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app.window import Window
from app.words import plan as words
from core.corpus import Corpus
from core.documents import Document
from core.errors import Unsupported
from core.forecast import Outlook, Writing, look
from core.machine import Machine
from core.paths import Home
from core.plan import Wish
from tests.app.conftest import Open
from tests.fakes.works import Script

CPU = Machine(cores=2, free_disk=80 * 10**9, precision="bf16", flops_per_second=1e11, name="a CPU", memory=16 * 10**9)


@pytest.fixture
def outlook() -> Outlook:
    return look(Writing(characters=2_900_000), CPU, "balanced", 20 * 60, ())


@pytest.fixture
def written(home: Home) -> None:
    with Corpus(home.project().corpus) as corpus:
        corpus.add(Document(source="files", key="a.md", text="Some words."))


def planned(qtbot: QtBot, open_window: Open, outcome: object) -> tuple[Window, Script]:
    script = Script(outlook=outcome)
    window = open_window(script.works())
    window.show_page(window.pages.index(window.train))
    window.train.plan.show_plan.click()
    return window, script


def choose(box: QComboBox, shown: str) -> None:
    index = box.findText(shown)
    assert index > 0
    box.setCurrentIndex(index)
    box.activated.emit(index)


def test_the_plan_says_what_is_chosen_and_what_it_takes(
    qtbot: QtBot, written: None, open_window: Open, outlook: Outlook
) -> None:
    window, script = planned(qtbot, open_window, outlook)
    card = window.train.plan
    qtbot.waitUntil(lambda: card.outlook is not None)
    assert script.asked == [("balanced", 1200.0)]
    assert "from nothing" in card.sentences.text()
    assert card.figures[words.TAKES] == "20 min"
    assert card.figures[words.MEMORY].endswith("B")
    assert len(card.figures[words.DONE]) == 5


def test_every_choice_changes_the_forecast_and_the_training(
    qtbot: QtBot, written: None, open_window: Open, outlook: Outlook
) -> None:
    window, script = planned(qtbot, open_window, outlook)
    card = window.train.plan
    qtbot.waitUntil(lambda: card.outlook is not None)
    card.more.click()
    assert card.numbers.isVisible()
    before = card.numbers.text()
    choose(card.model, "4 layers of 128")
    choose(card.length, "128")
    choose(card.rate, "0.0005")
    assert card.numbers.text() != before
    assert "learning rate 0.0005" in card.numbers.text()
    window.train.card.how_long.buttons[2].click()
    assert card.outlook is not None
    assert card.outlook.seconds == 3600
    window.train.card.train.click()
    qtbot.waitUntil(lambda: len(script.asked) == 2)
    assert script.asked[1] == Wish(minutes=60.0, tier=0, length=128, learning_rate=5e-4)


def test_a_larger_size_names_the_model_to_fetch(
    qtbot: QtBot, written: None, open_window: Open, outlook: Outlook
) -> None:
    window, _ = planned(qtbot, open_window, outlook)
    card = window.train.plan
    qtbot.waitUntil(lambda: card.outlook is not None)
    window.train.card.how_long.buttons[3].click()
    card.sizes.buttons[2].click()
    assert card.outlook is not None
    assert card.outlook.chosen.base
    assert words.NOT_HERE in card.warnings.text()


def test_a_plan_that_fails_is_told_and_can_be_asked_for_again(qtbot: QtBot, written: None, open_window: Open) -> None:
    window, _ = planned(qtbot, open_window, Unsupported("There is too little.", fix="Write more."))
    qtbot.waitUntil(lambda: window.services.notices.now is not None)
    assert window.train.plan.show_plan.isVisible()


def test_without_writing_there_is_no_plan(qtbot: QtBot, home: Home, open_window: Open) -> None:
    window = open_window(Script().works())
    window.show_page(window.pages.index(window.train))
    assert not window.train.plan.isVisible()
