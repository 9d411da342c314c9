"""What every test stands on: the guards, a home of its own, and the real data where this computer has it."""

import atexit
import os
import sys
from pathlib import Path

import pytest

# Before Qt and torch are first imported: no screen, and no thread that spins while it waits for work.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("KMP_BLOCKTIME", "0")

pytest_plugins = ["pytester", "tests.guards"]

ROOT = Path(__file__).resolve().parent.parent
NO_DATA = "the real writing is not on this computer"
STATUS = pytest.StashKey[int]()


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty MYNAH_HOME: no test reads or writes what the person running it keeps."""
    home = tmp_path / "mynah-home"
    monkeypatch.setenv("MYNAH_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real blogs and essays: MYNAH_TEST_DATA, else shared/data beside the repository."""
    named = os.environ.get("MYNAH_TEST_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(NO_DATA)
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    skipped = [report for report in terminalreporter.getreports("skipped") if NO_DATA in str(report.longrepr)]
    if skipped:
        terminalreporter.line(f"{len(skipped)} tests need real writing and did not run: set MYNAH_TEST_DATA.", red=True)
    terminalreporter.line(f"This order again: --randomly-seed={config.getoption('randomly_seed', 'none')}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[STATUS] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End the process here, with everything told. One in which a failed test keeps a window alive crashed in a native
    destructor after Python itself had ended, and its own exit status was lost."""
    status = config.stash.get(STATUS, None)
    if status is not None:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
