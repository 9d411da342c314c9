"""What somebody meets who begins: empty pages lead on, and a training that ended says what to try next."""

import pytest
from pytestqt.qtbot import QtBot

from app.survey import survey
from app.views.parts import Button
from app.window import Window
from core.events import drain, never
from core.journal import Evaluated, Fact, Finished, Saved
from core.paths import Home
from core.report.advice import advice
from tests.app.conftest import Open
from tests.fakes.planted import plant_run
from tests.fakes.works import Script

BY_HEART: list[Fact] = [
    Evaluated(100, 2.5, 2.75, True, 100.0),
    Evaluated(400, 1.5, 2.00, True, 400.0),
    Evaluated(1_000, 0.5, 2.25, False, 1_000.0),
    Saved(1_000),
    Finished(1_000, 2.00, 1_000.0, "0" * 64),
]
AWAY = {"library": "gather", "train": "gather", "chat": "train", "inside": "train", "meters": "train",
        "history": "train", "export": "train"}  # fmt: skip


def the_way_on(window: Window, key: str) -> Button:
    """The button of an empty page that leads on."""
    page = window.pages[[each.key for each in window.pages].index(key)]
    names = {"gather": ("gather", "card.gather"), "train": ("to_train", "train", "empty.train")}[AWAY[key]]
    for name in names:
        found: object = page
        for part in name.split("."):
            found = getattr(found, part, None)
        if isinstance(found, Button):
            return found
    raise AssertionError(f"{key} leads nowhere")


@pytest.mark.parametrize("key", AWAY)
def test_an_empty_page_has_a_button_that_leads_on_and_is_no_wider_than_its_words(
    qtbot: QtBot, open_window: Open, key: str
) -> None:
    window = open_window(Script().works())
    window.show_page([each.key for each in window.pages].index(key))
    qtbot.waitUntil(lambda: the_way_on(window, key).isVisible(), timeout=30_000)
    button = the_way_on(window, key)
    assert button.width() <= button.sizeHint().width() + 2
    button.click()
    page = {"gather": window.gather, "train": window.train}[AWAY[key]]
    assert page.isVisible()


def test_a_bot_that_is_ready_says_of_its_own_training_what_to_try_next(home: Home, open_window: Open) -> None:
    plant_run(home.project(), BY_HEART)
    _, found = drain(survey(home.project(), never))
    assert found.advice == advice(BY_HEART, passes=1.0, planned=1_000)[0]
    assert "More time will not help" in found.advice
    window = open_window(Script().works())
    window.show_page(window.pages.index(window.train))
    assert window.train.card.sentence.endswith(found.advice)


def test_a_training_that_was_stopped_is_to_be_continued_first(home: Home) -> None:
    plant_run(home.project(), BY_HEART[:-1])
    assert drain(survey(home.project(), never))[1].advice == ""
