"""The plan on the Train page: measured once, and following every choice."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from app.theme import Theme
from app.views.plan_details import PlanDetails
from app.window import Window
from app.words import plan as words
from core.corpus import Corpus
from core.documents import Document
from core.errors import Unsupported
from core.forecast import Known, Outlook, Writing, look
from core.machine import Machine
from core.paths import Home
from core.plan import Wish
from core.shape import Shape
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
    assert card.details.numbers.isVisible()
    before = card.details.numbers.text()
    choose(card.details.model, "From nothing, 4 layers of 128")
    choose(card.details.length, "128")
    choose(card.details.rate, "0.0005")
    assert card.details.numbers.text() != before
    assert "learning rate 0.0005" in card.details.numbers.text()
    window.train.card.how_long.buttons[2].click()
    assert card.outlook is not None
    assert card.outlook.seconds == 3600
    window.train.card.train.click()
    qtbot.waitUntil(lambda: len(script.asked) == 2)
    assert script.asked[1] == Wish(minutes=60.0, tier=0, length=128, learning_rate=5e-4)


SMALL = Shape(
    vocab=4_096, context=1_024, layers=6, width=384, heads=6, kv_heads=6, inner=1_536, position="learned", bias=True
)  # fmt: skip


def test_every_value_of_a_base_model_can_be_changed_and_the_forecast_follows(
    qtbot: QtBot, written: None, open_window: Open
) -> None:
    mine = Known(id="mine", title="mine", shape=SMALL, talks=True)
    found = look(Writing(characters=2_900_000), CPU, "balanced", 3_600, (mine,))
    window, script = planned(qtbot, open_window, found)
    card = window.train.plan
    qtbot.waitUntil(lambda: card.outlook is not None)
    window.train.card.how_long.buttons[2].click()
    card.more.click()
    details = card.details
    choose(details.model, "mine")
    assert card.outlook is not None
    assert (card.outlook.chosen.base, card.outlook.chosen.method) == ("mine", "lora")
    for box, shown, name, value in (
        (details.asking, "none", "asking", 0.0),
        (details.rank, "8", "rank", 8),
        (details.length, "128", "length", 128),
        (details.rate, "0.0005", "learning_rate", 5e-4),
        (details.dropout, "0.2", "dropout", 0.2),
        (details.look, "25", "look_every", 25),
        (details.save, "10", "save_every", 10),
        (details.batch, "4,096", "batch", 32),
        (details.passes, "1", "passes", pytest.approx(1, abs=0.05)),
    ):
        before = details.numbers.text()
        choose(box, shown)
        assert getattr(card.outlook.chosen, name) == value
        assert details.numbers.text() != before
    small = card.outlook.chosen.memory
    choose(details.method, "All of it")
    assert card.outlook.chosen.method == "full"
    assert card.outlook.chosen.memory > small
    assert not details.rank.isVisible()
    assert details.asking.isVisible()
    choose(details.method, "Additions (LoRA)")
    window.train.card.train.click()
    qtbot.waitUntil(lambda: len(script.asked) == 2)
    assert script.asked[1] == Wish(
        minutes=60.0, base=Path("mine"), method="lora", length=128, tokens_per_step=4_096, learning_rate=5e-4,
        dropout=0.2, passes=1, rank=8, look_every=25, save_every=10, asking=0.0,
    )  # fmt: skip


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


def test_each_value_that_can_be_changed_says_what_it_does(qtbot: QtBot) -> None:
    owner = QObject()
    details = PlanDetails(Theme("light", 100, owner))
    qtbot.addWidget(details)
    shown = [label.text() for label in details.findChildren(QLabel)]
    for box in details.boxes:
        why = box.accessibleDescription()
        assert why.endswith(".")
        assert why in shown
    assert len({box.accessibleDescription() for box in details.boxes}) == len(details.boxes)
