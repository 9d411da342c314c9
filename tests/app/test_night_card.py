"""The night: several models in the time, waits for heat and battery, and going on after a restart."""

import pytest
from pytestqt.qtbot import QtBot

from app.mornings import Mornings
from app.words import night as words
from core.corpus import Corpus
from core.documents import Document
from core.events import Progress
from core.journal import Happened, Stepped
from core.paths import Home
from core.plan import Wish
from tests.app.conftest import Open
from tests.fakes.works import Script


@pytest.fixture
def written(home: Home) -> None:
    with Corpus(home.project().corpus) as corpus:
        corpus.add(Document(source="files", key="a.md", text="Some words."))


def test_what_is_chosen_is_asked_for_and_remembered(qtbot: QtBot, written: None, open_window: Open) -> None:
    script = Script()
    window = open_window(script.works())
    services, night = window.services, window.train.night
    window.show_page(window.pages.index(window.train))
    Mornings(services.training, services.keeper, services.notices, services.disk, services.works, services.workspace)
    night.several.click()
    night.again.click()
    for box, shown in ((night.hottest, words.degrees(85)), (night.emptiest, words.percent(20))):
        box.setCurrentIndex(box.findText(shown))
        box.activated.emit(box.currentIndex())
    now = services.keeper.now
    assert (now.several, now.again, now.hottest, now.emptiest) == (True, True, 85, 20)
    with qtbot.waitSignal(services.training.ended):
        window.train.card.train.click()
    assert ("several", Wish(minutes=20.0, hottest=85, emptiest=20)) in script.asked
    arranged = [each[1] for each in script.asked if isinstance(each, tuple) and each[0] == "after a restart"]
    assert arranged == [now.project, None]


def test_each_candidate_is_drawn_by_itself(qtbot: QtBot, written: None, open_window: Open) -> None:
    first = [Happened(0, "began", "Began.", 0.0), *(Stepped(step, 3.0, 1e-3, 10.0, step) for step in range(1, 50))]
    second = [Happened(0, "began", "Began.", 0.0), *(Stepped(step, 2.0, 1e-3, 10.0, step) for step in range(1, 4))]
    window = open_window(Script(trained=[*first, *second, Progress(3, 9, "Training")], holds=True).works())
    window.show_page(window.pages.index(window.train))
    window.train.card.train.click()
    qtbot.waitUntil(lambda: window.train.plot.lengths[0] == 3)
    assert window.train.plot.lengths == (3, 0, 0)
