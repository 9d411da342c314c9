"""The first start of a set-up without torch: the card, its stop, the repair; and the command beside it."""

import json
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app import command
from app.engines import Engines
from app.words import engine as words
from app.work import Task
from app.works import Works
from core import preload
from core.engine import ready
from core.engine.ready import Ready, Standing
from core.errors import NetworkTrouble, Unsupported
from core.events import Progress, Stop, Work
from core.paths import Home
from tests.app.conftest import Open
from tests.fakes import engine

SUITS = Standing(is_there=False, ready=None, can_install=True, title="processors", missing=190_000_000)
MADE = Ready(build="cpu", torch="2.13.0", device="cpu", manifest="0" * 64)


def arriving(stop: Stop) -> Work[Ready | None]:
    for done in (50_000_000, 100_000_000):
        yield Progress(done, 190_000_000, "torch.whl")
    while not stop():
        yield Progress(100_000_000, 190_000_000, "torch.whl")
    return None


def made(stop: Stop) -> Work[Ready | None]:
    yield Progress(0, 0, "Trying the engine")
    return MADE


def broken(stop: Stop) -> Work[Ready | None]:
    yield Progress(0, 0, "Looking at this computer")
    raise NetworkTrouble("The connection breaks off.", fix="Check it.")


def told(standing: Standing) -> Task[Standing]:
    def make(stop: Stop) -> Work[Standing]:
        yield Progress(0, 0, "")
        return standing

    return make


def works(*tries: Task[Ready | None], missing: bool = True) -> Works:
    """Each press of the button plays the next of `tries`."""
    left = list(tries)
    return Works(
        engine_is_missing=lambda: missing,
        engine_standing=lambda home: told(SUITS),
        engine=lambda home, kits: left.pop(0),
    )


def looked(qtbot: QtBot, engines: Engines) -> None:
    qtbot.waitUntil(lambda: engines.standing is not None)


def test_the_first_start_gets_it_stops_goes_on_and_is_done(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(works(arriving, broken, made))
    card, engines = window.welcome.engine, window.services.engines
    looked(qtbot, engines)
    assert card.isVisible()
    assert card.what.text() == "The one for processors: 190 MB to fetch."
    card.get.click()
    qtbot.waitUntil(lambda: "100 MB of 190 MB" in card.task.status.text())
    assert not card.get.isVisible()
    with qtbot.waitSignal(engines.ended):
        card.task.stop.click()
    assert card.task.status.text() == words.STOPPED
    assert card.get.isVisible()
    with qtbot.waitSignal(engines.ended):
        card.get.click()
    assert engines.is_missing
    with qtbot.waitSignal(engines.ended):
        card.get.click()
    assert not engines.is_missing
    assert not card.get.isVisible()
    assert card.task.status.text() in (words.ready(MADE), words.REPAIRED)


def test_a_window_with_its_engine_says_nothing_of_it(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(works(missing=False))
    assert not window.welcome.engine.isVisible()
    assert window.services.engines.standing is None


def test_the_doctor_repairs(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(works(made, missing=False))
    page, engines = window.doctor, window.services.engines
    assert not page.repair.isVisible()
    window.show_page(window.pages.index(page))
    looked(qtbot, engines)
    qtbot.waitUntil(page.repair.isVisible)
    with qtbot.waitSignal(engines.ended):
        page.repair.click()
    assert page.engine.task.status.text() in (words.ready(MADE), words.REPAIRED)


def test_without_torch_work_says_where_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preload, "find_spec", lambda name: None)
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    with pytest.raises(Unsupported, match="mynah engine --get"), preload.loading_torch():
        raise AssertionError("the block is not entered")


def test_the_command_takes_it_from_a_kit(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    setup, kit = engine.setup(tmp_path / "setup"), tmp_path / "kit"
    (setup.folder / setup.uv.name).symlink_to(setup.uv)
    kit.mkdir()
    engine.write_list(setup.folder, "cpu", engine.torch(kit), "https://127.0.0.1:9/")
    monkeypatch.setenv("MYNAH_SETUP", str(setup.folder))
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert command.main(["engine", "--kit", str(kit)]) == 0
    assert "PyTorch 9.1 on the processor" in capsys.readouterr().out
    assert ready.read(Home(own_home)) is not None
    assert command.main(["engine", "--json"]) == 0
    fields = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (fields["kind"], fields["can_install"], fields["missing"]) == ("Standing", True, 0)


def test_the_command_says_when_there_is_nothing_to_get(
    own_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("MYNAH_SETUP", raising=False)
    assert command.main(["engine"]) == 0
    assert "came with this Mynah" in capsys.readouterr().out
    assert command.main(["engine", "--get"]) == 1
    assert "nothing to get" in capsys.readouterr().err
