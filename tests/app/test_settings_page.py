"""The local API goes on and off by a switch and ends with the window; judgements can be forgotten."""

from dataclasses import replace
from http.client import HTTPConnection

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.window import Window
from app.work import serving
from core import feedback
from core.feedback import Judgement
from core.journal import Saved
from core.paths import Home, Project
from core.replies import Turn
from core.serve.running import Server
from tests.app.conftest import Open
from tests.core.serve.conftest import TOKEN, Parrot
from tests.fakes.planted import plant_run
from tests.fakes.works import Script


@pytest.fixture
def parrot(monkeypatch: pytest.MonkeyPatch) -> Parrot:
    """Who answers in place of a model; the server is the real one."""
    parrot = Parrot()
    parrot.hold.set()

    def server(project: Project, home: Home, port: int | None, *, phone: bool, base: object = None) -> Server:
        return Server(parrot, TOKEN, 0, phone="127.0.0.2" if phone else "")

    monkeypatch.setattr(serving, "server", server)
    return parrot


def at_settings(home: Home, open_window: Open) -> Window:
    plant_run(home.project(), [Saved(300)])
    window = open_window(Script().works())
    window.show_page(window.pages.index(window.settings))
    return window


def status(address: str) -> int:
    host = address.removeprefix("http://").removesuffix("/v1")
    connection = HTTPConnection(host, timeout=5)
    connection.request("GET", "/v1/models", headers={"Authorization": f"Bearer {TOKEN}"})
    found = connection.getresponse().status
    connection.close()
    return found


def test_from_fifty_choices_on_the_bot_can_learn_from_them(qtbot: QtBot, home: Home, open_window: Open) -> None:
    script = Script()
    plant_run(home.project(), [Saved(300)])
    for n in range(feedback.LEAST_PAIRS):
        judgement = feedback.Judgement(
            kind="kept", place=f"t/{n}", turns=(Turn("user", f"{n}?"),), text="aaa", instead="bbb"
        )
        feedback.remember(home.project(), judgement if n else replace(judgement, instead="b" * 99))
    window = open_window(script.works())
    page = window.settings
    window.show_page(window.pages.index(page))
    assert not page.learn.isVisible()  # one of the fifty is thirty times as long as the other
    feedback.remember(home.project(), replace(judgement, place="t/x", text="ccc"))
    page._show()
    page.learn.click()
    qtbot.waitUntil(lambda: not window.services.training.is_running)
    assert "choices" in script.asked
    assert window.train.isVisible()


def test_the_switch_turns_the_api_on_and_off(qtbot: QtBot, home: Home, open_window: Open, parrot: Parrot) -> None:
    page = at_settings(home, open_window).settings
    assert not page.address.isVisible()
    page.api.click()
    address = page.address.field.text()
    assert status(address) == 200
    assert not page.phone_address.isVisible()
    page.token.copy.click()
    assert QGuiApplication.clipboard().text() == TOKEN
    page.api.click()
    with pytest.raises(ConnectionRefusedError):
        status(address)


def test_the_phone_is_a_switch_of_its_own(qtbot: QtBot, home: Home, open_window: Open, parrot: Parrot) -> None:
    page = at_settings(home, open_window).settings
    page.api.click()
    page.phone.click()
    assert page.phone_address.field.text().endswith(f"/#{TOKEN}")
    page.phone.click()
    assert not page.phone_address.isVisible()
    page.api.click()


def test_closing_the_window_ends_the_api(qtbot: QtBot, home: Home, open_window: Open, parrot: Parrot) -> None:
    window = at_settings(home, open_window)
    window.settings.api.click()
    address = window.settings.address.field.text()
    window.services.api.end()
    with pytest.raises(ConnectionRefusedError):
        status(address)


def test_without_a_bot_the_switch_says_why_it_is_off(qtbot: QtBot, home: Home, open_window: Open) -> None:
    window = open_window(Script().works())
    assert not window.settings.api.isEnabled()


def test_judgements_are_counted_and_forgotten(qtbot: QtBot, home: Home, open_window: Open) -> None:
    said = Judgement(kind="edited", place="a/1", turns=(Turn("user", "Hi"),), text="Ahoy", instead="Hello")
    feedback.remember(home.project(), said)
    window = at_settings(home, open_window)
    page = window.settings
    assert "rewritten 1 reply, and said 1 time which" in page._judged.text()
    page.forget.click()
    assert feedback.all_of(home.project())
    page.forget.click()
    assert feedback.all_of(home.project()) == []
