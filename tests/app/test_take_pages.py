"""Models, Export and Doctor in the window: the real work behind them, on small models and a hub on this computer."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.window import Window
from app.words import doctor as doctor_words
from app.words import export as export_words
from app.words import models as model_words
from app.work import Task
from app.works import Works
from core.backup import Backup
from core.doctor import Finding
from core.engine.ready import Ready, Standing
from core.errors import NetworkTrouble
from core.events import Progress
from core.export.share import Private, Shared, Tried
from core.paths import Home, Project
from core.runs import Run
from tests.app.conftest import Open
from tests.core.export import subjects
from tests.fakes import tiny
from tests.fakes.drawer import Drawer
from tests.fakes.hub import FakeHub, serving
from tests.fakes.instruct import instruct_model
from tests.fakes.works import played

WAIT = 60_000  # milliseconds, on a busy computer: these run torch


def show(window: Window, key: str) -> None:
    window.show_page([page.key for page in window.pages].index(key))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return instruct_model(tmp_path / "Tiny")


# ---- Models


def test_a_folder_is_added_and_deleted_by_pressing_twice(qtbot: QtBot, open_window: Open, own: Path) -> None:
    window = open_window(Works())
    page = window.models
    with qtbot.waitSignal(page.looked):
        show(window, "models")
    assert page.cards["qwen3-1.7b"].download is not None
    with qtbot.waitSignals([page.changed, page.looked], timeout=WAIT):
        page.add_folder(own)
    assert page.task.status.text() == "Tiny is ready."
    delete = page.cards["tiny"].delete
    assert delete is not None
    delete.click()
    assert delete.text() == model_words.REALLY
    with qtbot.waitSignals([page.changed, page.looked], timeout=WAIT):
        delete.click()
    assert "tiny" not in page.cards
    assert (own / "config.json").is_file()


def test_a_download_is_stopped_and_gone_on_with(
    qtbot: QtBot, open_window: Open, own: Path, monkeypatch: pytest.MonkeyPatch, home: Home
) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    files = {path.name: path.read_bytes() for path in own.iterdir()}
    revision = "12fd25f77366fa6b3b4b768ec3050bf629380bac"
    with serving(FakeHub(files, commit=revision, cut_at=0.5, cuts=99)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        window = open_window(Works())
        page = window.models
        with qtbot.waitSignal(page.looked):
            show(window, "models")
        id_ = "smollm2-135m-instruct"
        page.download(id_)
        assert not page.add.isEnabled()
        qtbot.waitUntil(lambda: "waiting for the network" in page.task.status.text(), timeout=WAIT)
        with qtbot.waitSignals([page.changed, page.looked], timeout=WAIT):
            page.task.stop.click()
        assert page.task.status.text() == model_words.STOPPED
        button = page.cards[id_].download
        assert button is not None
        assert button.text().strip() == model_words.GO_ON
        hub.cuts = 0
        with qtbot.waitSignals([page.changed, page.looked], timeout=WAIT):
            button.click()
        assert page.task.status.text() == "SmolLM2 135M is ready."
        assert (home.models / id_ / "model.safetensors").read_bytes() == files["model.safetensors"]


def test_a_token_is_kept_in_the_keyring_and_forgotten(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawer = Drawer()
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr("keyring.core._keyring_backend", drawer)
    window = open_window(Works())
    page = window.models
    with qtbot.waitSignal(page.looked):
        show(window, "models")
    assert not page.forget.isEnabled()
    page.token.setText("hf_abcdefgh")
    page.keep.click()
    qtbot.waitUntil(lambda: page.forget.isEnabled())
    assert page.token_place == "The token is kept in your system's keyring."
    assert page.token.text() == ""
    assert [*drawer.kept.values()] == ["hf_abcdefgh"]
    page.forget.click()
    qtbot.waitUntil(lambda: not page.forget.isEnabled())
    assert page.token_place == model_words.TOKEN_GONE
    assert drawer.kept == {}


def test_time_left_is_told_in_the_words_of_people() -> None:
    assert model_words.arriving(1_200_000_000, 3_400_000_000, 8e6, "model.safetensors") == (
        "1.2 GB of 3.4 GB, 8.0 MB/s, 5 min left · model.safetensors"
    )
    assert model_words.left(3 * 3600 + 120) == "3 h 2 min"


# ---- Export


@pytest.fixture
def trained(home: Home) -> Run:
    project = tiny.project(home.project().root, tiny.documents(3))
    run = subjects.from_nothing(project.root, "characters")
    run.journal_file.touch()
    return run


def test_a_bot_is_checked_written_and_compared(qtbot: QtBot, open_window: Open, trained: Run, tmp_path: Path) -> None:
    window = open_window(Works())
    page = window.export
    show(window, "export")
    page.form.setCurrentIndex(page.form.findData("folder"))
    page.begin(tmp_path / "out")
    qtbot.waitUntil(lambda: (tmp_path / "out").is_dir() and page.export.isEnabled(), timeout=WAIT)
    assert [path.name for path in sorted((tmp_path / "out").iterdir())][:2] == ["README.md", "config.json"]


def test_what_it_would_give_away_is_asked_about_first(
    qtbot: QtBot, open_window: Open, trained: Run, tmp_path: Path
) -> None:
    private = Private(kind="phones", text="+49 30 901820", before="ring ", times=1, title="Call me")
    shared = Shared(found=3, tried=(Tried(private=private, danger="at once"),), in_vocabulary=())

    def check(project: Project, run: Run) -> Task[Shared]:
        return played((), shared, holds=False)

    window = open_window(Works(check_share=check))
    page = window.export
    show(window, "export")
    with qtbot.waitSignal(page.ended, timeout=WAIT):
        page.begin(tmp_path / "bot.mynah")
    assert not (tmp_path / "bot.mynah").exists()
    assert page.result.anyway is not None
    assert any("Made for sharing" in label.text() for label in page.result.findChildren(QLabel))
    with qtbot.waitSignal(page.ended, timeout=WAIT):
        page.result.anyway.click()
    assert (tmp_path / "bot.mynah").is_file()


def test_a_bot_comes_in_and_a_backup_goes_out_and_back(
    qtbot: QtBot, open_window: Open, trained: Run, tmp_path: Path, home: Home
) -> None:
    window = open_window(Works())
    page = window.export
    show(window, "export")
    with qtbot.waitSignal(page.ended, timeout=WAIT):
        page.back_up_to(tmp_path / "me.zip")
    assert "files are in the backup" in page.task.status.text()
    home.project().root.rename(home.root / "lost")
    with qtbot.waitSignal(page.ended, timeout=WAIT):
        page.restore_from(tmp_path / "me.zip")
    assert trained.recipe_file.is_file()


def test_in_a_low_window_what_is_under_way_comes_into_sight(qtbot: QtBot, open_window: Open, trained: Run) -> None:
    def back_up(project: Project, path: Path) -> Task[Backup | None]:
        return played((Progress(1, 9, "Packing"),), None, holds=True)

    window = open_window(Works(back_up=back_up))
    window.resize(720, 520)
    show(window, "export")
    page = window.export
    page.back_up_to(Path("me.zip"))
    qtbot.waitUntil(lambda: page.task.stop.visibleRegion().contains(page.task.stop.rect().center()))
    with qtbot.waitSignal(page.ended):
        page.task.stop.click()


def test_without_a_bot_the_page_says_where_to_go(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(Works())
    show(window, "export")
    assert window.export.train.isVisible()
    assert not window.export.export.isVisible()
    window.export.train.click()
    assert window.train.isVisible()


def test_names_are_suggested_that_every_system_takes() -> None:
    assert export_words.suggested("a/b: c?", "mynah") == "a-b- c-.mynah"
    assert export_words.suggested("x", "gguf-q4_0") == "x.gguf"


# ---- Doctor


def test_the_doctor_tells_trouble_first_and_can_be_copied(qtbot: QtBot, open_window: Open, qapp: object) -> None:
    found = [
        Finding(about="Driver", level="trouble", what="It is too old.", fix="Get a new one."),
        Finding(about="Disk", level="fine", what="There is room."),
    ]

    def examine(home: Home, ask_network: bool) -> Task[list[Finding]]:
        return played((), found, holds=False)

    window = open_window(Works(examine=examine))
    with qtbot.waitSignal(window.doctor.looked):
        show(window, "doctor")
    assert window.doctor.verdict == "One thing stands in the way."
    window.doctor.copy.click()
    assert window.services.notices.now is not None
    assert doctor_words.report(found) == "Trouble: Driver: It is too old. Get a new one.\nFine: Disk: There is room."


def test_a_newer_version_is_looked_for_when_its_button_is_pressed_and_stands_on_top(
    qtbot: QtBot, open_window: Open
) -> None:
    asked: list[None] = []
    newer = Finding(about="Version", level="note", what="Mynah 99.0 is out.", fix="Get it.")

    def examine(home: Home, ask_network: bool) -> Task[list[Finding]]:
        return played((), [Finding(about="Disk", level="fine", what="There is room.")], holds=False)

    def look_for_newer() -> Task[Finding]:
        asked.append(None)
        return played((), newer, holds=False)

    window = open_window(Works(examine=examine, newer=look_for_newer))
    with qtbot.waitSignal(window.doctor.looked):
        show(window, "doctor")
    assert asked == []
    for _ in range(2):
        with qtbot.waitSignal(window.doctor.looked):
            window.doctor.newer.click()
        assert [each.about for each in window.doctor.found] == ["Version", "Disk"]
    assert len(asked) == 2
    assert window.doctor.newer.isEnabled()


def test_a_list_of_versions_that_cannot_be_reached_is_a_notice_and_the_button_stays(
    qtbot: QtBot, open_window: Open
) -> None:
    def examine(home: Home, ask_network: bool) -> Task[list[Finding]]:
        return played((), [], holds=False)

    def look_for_newer() -> Task[Finding]:
        return played((), NetworkTrouble("Nobody answers.", fix="Try another day."), holds=False)

    window = open_window(Works(examine=examine, newer=look_for_newer))
    with qtbot.waitSignal(window.doctor.looked):
        show(window, "doctor")
    window.doctor.newer.click()
    qtbot.waitUntil(lambda: window.services.notices.now is not None, timeout=30_000)
    assert window.doctor.newer.isEnabled()


def test_each_way_out_that_the_window_knows_is_a_button_that_works(qtbot: QtBot, open_window: Open) -> None:
    asked: list[bool] = []
    found = [
        Finding(about="Driver", level="trouble", what="Too old.", fix="Get a new one.", button="repair"),
        Finding(about="Disk", level="note", what="Little.", fix="Free some.", button="disk"),
        Finding(about="Network", level="note", what="Blocked.", fix="Look at it.", button="network"),
        Finding(about="Power", level="note", what="On its battery.", fix="Plug it in."),
    ]

    def examine(home: Home, ask_network: bool) -> Task[list[Finding]]:
        asked.append(ask_network)
        return played((), found, holds=False)

    def standing(home: Home) -> Task[Standing]:
        return played((), Standing(is_there=True, ready=None, can_install=True), holds=False)

    def engine(home: Home, kits: tuple[Path, ...]) -> Task[Ready | None]:
        return played((), None, holds=False)

    window = open_window(Works(examine=examine, engine_standing=standing, engine=engine))
    page = window.doctor
    with qtbot.waitSignal(page.looked):
        show(window, "doctor")
    repair, disk, network = page.ways_out
    qtbot.waitUntil(repair.isVisible)  # once it is known that there is something to repair with
    with qtbot.waitSignal(window.services.engines.ended):
        repair.click()
    with qtbot.waitSignal(page.looked):
        network.click()
    assert asked == [False, True]
    page.ways_out[1].click()
    assert window.models.isVisible()
    assert disk is not page.ways_out[1]  # the list was made anew


def test_an_engine_that_came_with_the_window_has_no_button_to_repair_it(qtbot: QtBot, open_window: Open) -> None:
    found = [Finding(about="Engine", level="trouble", what="It does not start.", fix="Install it.", button="repair")]

    def examine(home: Home, ask_network: bool) -> Task[list[Finding]]:
        return played((), found, holds=False)

    def standing(home: Home) -> Task[Standing]:
        return played((), Standing(is_there=True, ready=None, can_install=False), holds=False)

    window = open_window(Works(examine=examine, engine_standing=standing))
    with qtbot.waitSignal(window.doctor.looked):
        show(window, "doctor")
    qtbot.waitUntil(lambda: window.services.engines.standing is not None)
    assert not window.doctor.ways_out[0].isVisible()
