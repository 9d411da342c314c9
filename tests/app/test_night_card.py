"""The night: several models in the time, waits for heat and battery, and going on after a restart."""

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app import mornings
from app.mornings import Mornings
from app.views.notice_bar import NoticeBar
from app.words import morning
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


class Beside:
    """Stands in for who sits beside the window and ends it."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def hung(self) -> None:
        self.heard.append("hung")


def test_t19_a_training_that_gives_no_sign_can_be_begun_again(
    qtbot: QtBot, written: None, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(Script(trained=[Progress(1, 9, "Training")], holds=True).works())
    services = window.services
    watching = Mornings(
        services.training, services.keeper, services.notices, services.disk, services.works, services.workspace
    )
    window.show_page(window.pages.index(window.train))
    window.train.card.train.click()
    watching.look()
    assert services.notices.now is None  # it has only just begun
    monkeypatch.setattr(mornings, "LONGEST_SILENCE", -1.0)
    watching.look()
    assert services.notices.now is not None
    assert services.notices.now.text == morning.SILENT
    assert window.findChild(NoticeBar).button.text() == morning.BEGIN_AGAIN
    beside: Any = Beside()
    services.training.guardian = beside
    window.findChild(NoticeBar).button.click()
    assert beside.heard == ["hung"]
    services.training.guardian = None
    with qtbot.waitSignal(services.training.ended):
        services.training.stop()


def test_each_candidate_is_drawn_by_itself(qtbot: QtBot, written: None, open_window: Open) -> None:
    first = [Happened(0, "began", "Began.", 0.0), *(Stepped(step, 3.0, 1e-3, 10.0, step) for step in range(1, 50))]
    second = [Happened(0, "began", "Began.", 0.0), *(Stepped(step, 2.0, 1e-3, 10.0, step) for step in range(1, 4))]
    window = open_window(Script(trained=[*first, *second, Progress(3, 9, "Training")], holds=True).works())
    window.show_page(window.pages.index(window.train))
    window.train.card.train.click()
    qtbot.waitUntil(lambda: window.train.plot.lengths[0] == 3)
    assert window.train.plot.lengths == (3, 0, 0)
