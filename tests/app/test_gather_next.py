"""Gather says what comes next: what may be pressed, where the keyboard is, and why nothing can come in."""

from dataclasses import replace
from pathlib import Path

from pytestqt.qtbot import QtBot

from app import words
from app.window import LEAST, Window
from app.words import gathering
from app.work import Task
from core.documents import ImportReport, Skipped
from core.errors import NetworkTrouble, Trouble, WrongFile
from core.events import Progress
from core.paths import Home, Project
from core.sources import Choice, Found, Person, Place
from tests.app.conftest import Open
from tests.fakes.tasks import broken, scripted
from tests.fakes.works import Script

FOUND = Found(source="files", title="Files", items=2, authors=(), first=None, last=None, tokens=9, private=0, skipped=0)
CHAT = replace(FOUND, source="whatsapp", items=0, private=8, private_tokens=40, people=(Person("Mara", "Mara", 8),))
REPORT = ImportReport(added=2, changed=0, already=0, skipped=0, seconds=0.1)
LOCKED = Skipped("a.zip/secret.txt", "It is locked with a password.")


def looked(qtbot: QtBot, window: Window, *places: Place) -> None:
    window.show_page(1)
    with qtbot.waitSignal(window.services.gathering.found):
        window.services.gathering.look(places)


def test_what_stays_out_altogether_says_why_at_once(qtbot: QtBot, home: Home, open_window: Open) -> None:
    """Nothing of it can be brought in, so no list would ever tell the reason."""
    found = replace(FOUND, items=0, skipped=5, reasons=(LOCKED,))
    window = open_window(Script(found=[found]).works())
    looked(qtbot, window, Path("a.zip"))
    findings = window.gather.findings
    (_, card), *_ = findings.cards
    assert card.sentence == "secret.txt: It is locked with a password.\nThe same goes for 4 more."
    assert not findings.bring.isVisible()
    assert findings.leave.text() == gathering.ALL_RIGHT
    assert findings.leave.hasFocus()


def test_what_is_private_altogether_is_brought_in_only_after_its_tick(
    qtbot: QtBot, home: Home, open_window: Open
) -> None:
    window = open_window(Script(found=[CHAT]).works())
    looked(qtbot, window, Path("chat.zip"))
    findings = window.gather.findings
    (_, card), *_ = findings.cards
    assert card.you is not None
    assert card.private is not None
    assert findings.hint == gathering.TICK_FIRST
    card.you.list.item(0).setCheckState(card.you.list.item(0).checkState().Checked)
    assert findings.hint == gathering.TICK_PRIVATE
    assert not findings.bring.isEnabled()
    card.private.click()
    assert findings.hint == ""
    assert findings.bring.isEnabled()


def test_where_nothing_came_in_the_keyboard_goes_back_to_the_address(
    qtbot: QtBot, home: Home, open_window: Open
) -> None:
    script = Script(found=[FOUND], imported=[Progress(1, 2)], report=REPORT)
    window = open_window(script.works())
    gather = window.gather
    looked(qtbot, window, Path("one"))
    with qtbot.waitSignal(window.services.gathering.ended):
        gather.findings.bring.click()
    assert gather.drop.address.hasFocus()


def test_trouble_with_places_says_with_which(qtbot: QtBot, home: Home, open_window: Open) -> None:
    troubles: dict[Place, Trouble] = {
        Path("empty.zip"): WrongFile("There is nothing to read in this archive.", fix="Choose another."),
        "gone.example": NetworkTrouble("Nobody answers there.", fix="Try again later."),
    }

    def survey(project: Project, place: Place, choice: Choice) -> Task[tuple[Found, ...]]:
        return broken(troubles[place]) if place in troubles else scripted([], (FOUND,))

    window = open_window(replace(Script().works(), survey=survey))
    looked(qtbot, window, Path("empty.zip"), "gone.example", Path("posts"))
    notice = window.services.notices.now
    assert notice is not None
    assert notice.text == (
        "empty.zip: There is nothing to read in this archive.\ngone.example: Nobody answers there. Try again later."
    )
    assert len(window.gather.findings.cards) == 1
    looked(qtbot, window, Path("empty.zip"))
    notice = window.services.notices.now
    assert notice is not None
    assert notice.text == "empty.zip: There is nothing to read in this archive. Choose another."


def test_after_trouble_the_keyboard_is_where_one_tries_again(qtbot: QtBot, home: Home, open_window: Open) -> None:
    works = replace(Script().works(), survey=lambda *_: broken(WrongFile("It is nothing.", fix="Try another.")))
    window = open_window(works)
    looked(qtbot, window, Path("one"))
    assert window.gather.drop.address.hasFocus()


def test_whose_site_it_is_is_said_of_one_address(qtbot: QtBot, home: Home, open_window: Open) -> None:
    window = open_window(Script(found=[FOUND]).works())
    window.show_page(1)
    drop = window.gather.drop
    assert not drop.own_site.isVisible()
    drop.address.setText("blog.example.org")
    assert drop.own_site.isVisible()
    drop.own_site.setChecked(True)
    with qtbot.waitSignal(window.services.gathering.found):
        drop.look.click()
    assert not drop.own_site.isChecked()
    assert not drop.own_site.isVisible()


def test_the_same_again_is_nothing_new() -> None:
    again = ImportReport(added=0, changed=0, already=12, skipped=0, seconds=0.1)
    assert words.imported(again) == "Nothing new: all 12 were here already."
    assert words.imported(replace(again, already=1, skipped=2)) == "Nothing new: it was here already. 2 skipped."
    assert words.imported(replace(again, changed=1)) == "Done: 0 new documents, 1 updated, 12 known already."


def test_in_a_low_window_what_came_of_it_is_in_view(qtbot: QtBot, home: Home, open_window: Open) -> None:
    """Said below the fold it would not be read."""
    script = Script(found=[FOUND], imported=[Progress(1, 2)], report=REPORT)
    window = open_window(script.works())
    window.resize(*LEAST)
    window.services.theme.change("light", 200)
    gather = window.gather
    looked(qtbot, window, Path("one"))
    with qtbot.waitSignal(window.services.gathering.ended):
        gather.findings.bring.click()
    qtbot.waitUntil(lambda: not gather.progress.visibleRegion().isEmpty(), timeout=30_000)
