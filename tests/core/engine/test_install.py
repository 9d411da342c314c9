"""The engine put together by the real uv: from the network, from a kit, cut, wrong, full, stopped, killed, repaired."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.engine import install, ready
from core.engine.install import Setup
from core.engine.wheels import Build
from core.errors import DiskFull, NetworkTrouble, Unsupported, WrongFile
from core.events import Note, Progress, drain, never
from core.paths import Home
from tests.fakes import engine
from tests.fakes.hub import COMMIT, FakeHub, serving


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home ü")


@pytest.fixture
def made(tmp_path: Path) -> list[Path]:
    (tmp_path / "made").mkdir()
    return engine.torch(tmp_path / "made")


@pytest.fixture
def hub(made: list[Path]) -> Iterator[FakeHub]:
    with serving(FakeHub({path.name: path.read_bytes() for path in made})) as running:
        yield running


@pytest.fixture
def setup(tmp_path: Path, hub: FakeHub, made: list[Path]) -> Setup:
    found = engine.setup(tmp_path / "setup")
    engine.write_list(found.folder, "cpu", made, address(hub))
    return found


def address(hub: FakeHub) -> str:
    return f"{hub.address}/a/b/resolve/{COMMIT}/"


def imported(home: Home) -> str:
    """The version of torch that a new process sees with the engine in use."""
    code = (
        "import sys; from pathlib import Path; from core.engine import ready; from core.paths import Home\n"
        "ready.use(Home(Path(sys.argv[1]))); import torch; print(torch.__version__)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(home.root)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_it_is_fetched_tried_and_then_there(setup: Setup, home: Home) -> None:
    assert ready.read(home) is None
    events, found = drain(install.install(setup, home, ("cpu",), never))
    assert found is not None
    assert (found.build, found.torch, found.device) == ("cpu", "9.1", "cpu")
    assert ready.read(home) == found
    assert imported(home) == "9.1"
    arriving = [event for event in events if isinstance(event, Progress) and event.total]
    assert arriving[-1].done == arriving[-1].total
    assert sorted(path.name for path in ready.folder(home).iterdir() if path.is_dir()) == ["torch", "wheels"]


def test_a_cut_connection_goes_on_where_it_broke(setup: Setup, home: Home, hub: FakeHub) -> None:
    hub.cut_at, hub.cuts = 0.5, 1
    assert drain(install.install(setup, home, ("cpu",), never))[1] is not None
    starts = [start for name, start in hub.ranges if name.startswith("torch")]
    assert starts[0] == 0
    assert starts[1] > 100_000


def test_stopped_half_way_it_goes_on_later(setup: Setup, home: Home, hub: FakeHub) -> None:
    asked = 0

    def soon() -> bool:
        nonlocal asked
        asked += 1
        return asked > 2

    assert drain(install.install(setup, home, ("cpu",), soon))[1] is None
    assert ready.read(home) is None
    assert drain(install.install(setup, home, ("cpu",), never))[1] is not None


def test_a_wrong_file_is_not_believed(setup: Setup, home: Home, hub: FakeHub, made: list[Path]) -> None:
    name = made[0].name
    hub.files[name] = hub.files[name][:-1] + b"?"
    with pytest.raises(WrongFile, match="arrived damaged"):
        drain(install.install(setup, home, ("cpu",), never))
    assert ready.read(home) is None
    assert not (ready.folder(home) / "wheels" / name).exists()


def test_a_file_that_is_gone_is_told(setup: Setup, home: Home, hub: FakeHub) -> None:
    hub.files_status = 404
    with pytest.raises(NetworkTrouble, match="does not have this file"):
        drain(install.install(setup, home, ("cpu",), never))


def test_a_kit_is_used_first_and_checked(setup: Setup, home: Home, hub: FakeHub, made: list[Path]) -> None:
    kit = home.root.parent / "kit"
    kit.mkdir()
    shutil.copy(made[0], kit)
    shutil.copy(made[1], kit)
    (kit / made[1].name).write_bytes(made[1].read_bytes()[:-1] + b"?")  # as long, and not the same
    with_kit = Setup(setup.folder, setup.uv, (home.root.parent / "nothing here", kit))
    assert drain(install.install(with_kit, home, ("cpu",), never))[1] is not None
    assert {name for name, _ in hub.ranges} == {made[1].name}


def test_a_repair_needs_no_network(setup: Setup, home: Home, hub: FakeHub) -> None:
    drain(install.install(setup, home, ("cpu",), never))
    (ready.in_use(home) / "torch" / "__init__.py").write_text("broken")
    hub.ranges.clear()
    assert drain(install.install(setup, home, ("cpu",), never))[1] is not None
    assert imported(home) == "9.1"
    assert hub.ranges == []


def test_a_build_for_a_card_that_finds_none_gives_way(setup: Setup, home: Home, hub: FakeHub, tmp_path: Path) -> None:
    (tmp_path / "cuda").mkdir()
    wheels = engine.torch(tmp_path / "cuda", "9.1+cu130", cuda=False)
    hub.files |= {path.name: path.read_bytes() for path in wheels}
    engine.write_list(setup.folder, "cu130", wheels, address(hub))
    events, found = drain(install.install(setup, home, ("cu130", "cu126", "cpu"), never))
    assert found is not None
    assert found.build == "cpu"
    assert Note("PyTorch for NVIDIA cards (CUDA 13) does not work on this computer. The next one is tried.") in events


@pytest.mark.parametrize(("cuda", "answer"), [(False, 63), (True, 0)])
def test_one_that_computes_wrongly_is_no_engine(
    setup: Setup, home: Home, hub: FakeHub, tmp_path: Path, cuda: bool, answer: int
) -> None:
    (tmp_path / "bad").mkdir()
    wheels = engine.torch(tmp_path / "bad", cuda=cuda, answer=answer)
    hub.files |= {path.name: path.read_bytes() for path in wheels}
    engine.write_list(setup.folder, "cpu", wheels, address(hub))
    with pytest.raises(Unsupported, match="does not start"):
        drain(install.install(setup, home, ("cpu",), never))
    assert ready.read(home) is None


def test_a_full_disk_is_told_before_anything_is_fetched(
    setup: Setup, home: Home, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    with pytest.raises(DiskFull, match="are missing"):
        drain(install.install(setup, home, ("cpu",), never))
    assert hub.ranges == []


@pytest.mark.parametrize("note", ["Putting the engine together", "Trying the engine: the first time takes a while"])
def test_broken_off_while_it_is_put_together_nothing_looks_whole(setup: Setup, home: Home, note: str) -> None:
    with closing(install.install(setup, home, ("cpu",), never)) as work:
        for event in work:
            if isinstance(event, Progress) and event.note == note:
                break
    assert ready.read(home) is None
    assert drain(install.install(setup, home, ("cpu",), never))[1] is not None


def test_no_list_for_this_computer_is_told(setup: Setup, home: Home) -> None:
    builds: tuple[Build, ...] = ()
    with pytest.raises(Unsupported, match="not made for this computer"):
        drain(install.install(setup, home, builds, never))


def test_an_engine_of_another_python_is_none(setup: Setup, home: Home) -> None:
    found = drain(install.install(setup, home, ("cpu",), never))[1]
    assert found is not None
    path = ready.in_use(home) / ready.READY
    path.write_text(path.read_text().replace(f'"{ready.PYTHON}"', '"2.7"'))
    assert ready.read(home) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_where_the_setup_lay_is_where_a_kit_may_lie(tmp_path: Path, encoding: str) -> None:
    assert install.brought({"MYNAH_SETUP": str(tmp_path)}) is None
    uv = tmp_path / ("uv.exe" if sys.platform == "win32" else "uv")
    uv.touch()
    (tmp_path / "kit.txt").write_text("/media/Möwe/mynah-engine\n", encoding)
    found = install.brought({"MYNAH_SETUP": str(tmp_path)}, (tmp_path / "mine",))
    assert found is not None
    assert (found.folder, found.uv) == (tmp_path, uv)
    assert found.kits[:2] == (tmp_path / "mine", Path("/media/Möwe/mynah-engine"))


def test_a_kept_file_that_was_damaged_is_fetched_again(
    setup: Setup, home: Home, hub: FakeHub, made: list[Path]
) -> None:
    drain(install.install(setup, home, ("cpu",), never))
    kept = ready.folder(home) / "wheels" / made[0].name
    kept.write_bytes(kept.read_bytes()[:-1] + b"?")
    hub.ranges.clear()
    assert drain(install.install(setup, home, ("cpu",), never))[1] is not None
    assert [name for name, _ in hub.ranges] == [made[0].name]


def test_killed_before_the_last_rename_it_is_used_at_the_next_start(setup: Setup, home: Home) -> None:
    found = drain(install.install(setup, home, ("cpu",), never))[1]
    shutil.move(ready.in_use(home), ready.folder(home) / "torch.new")
    assert ready.read(home) is None
    assert imported(home) == "9.1"
    assert ready.read(home) == found


def test_how_it_stands_is_told_with_the_bytes_that_are_missing(setup: Setup, home: Home, made: list[Path]) -> None:
    before = install.look(setup, home, ("cpu",))
    assert (before.can_install, before.ready, before.title) == (True, None, "processors")
    assert before.missing == sum(path.stat().st_size for path in made)
    drain(install.install(setup, home, ("cpu",), never))
    after = install.look(setup, home, ("cpu",))
    assert after.ready is not None
    assert after.missing == 0
    assert not install.look(None, home, ("cpu",)).can_install
    assert not install.look(setup, home, ()).can_install
