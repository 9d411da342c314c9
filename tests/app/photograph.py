"""Photographs every page, for people to look at: `python -m tests.app.photograph FOLDER HOME`.

HOME is a data folder in which `mynah demo` has been run: that run is played again, to show a training under way, and
its bot answers. `--all` adds narrow windows and large text. With QT_QPA_PLATFORM=xcb under Xvfb what is on the screen
is photographed, else what the window draws.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QTimer, SignalInstance
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from app import environment, main
from app.pages.chat import ChatPage
from app.settings import Scheme
from app.window import Window
from app.work import Task
from app.works import Works
from core import journal, runs
from core.events import Note, Progress, Stop, Work
from core.paths import DEFAULT_PROJECT, SAMPLE_PROJECT, Home, Project
from core.plan import Wish
from core.runs import Outcome

SHARE: Final = 0.8  # of the run that is played again
SETTLE: Final = 700  # milliseconds for layouts, plots and fonts
PATIENCE: Final = 120_000  # and at most for what is worked out


@dataclass(frozen=True)
class Frame:
    """How large window and text are. `name` ends the names of the pictures."""

    name: str
    width: int
    height: int
    text_size: int


FRAMES: Final = (
    Frame("", 1120, 800, 100),
    Frame("-narrow", 720, 520, 100),
    Frame("-large-text", 1120, 800, 200),
    Frame("-both", 720, 520, 200),
)


def replayed(project: Project, wish: Wish) -> Task[Outcome]:
    """The first part of the newest run, at once, then a training that goes on until it is stopped."""

    def make(stop: Stop) -> Work[Outcome]:
        run = runs.all_runs(project.runs)[-1]
        facts = journal.read(run.journal_file)
        shown = [fact for fact in facts if fact.step <= SHARE * journal.step_of(facts)]
        shape = run.recipe().shape
        yield Note(f"A model of {shape.layers} layers and {shape.parameters / 1e6:.1f} million weights is trained.")
        yield from shown
        while not stop():
            yield Progress(shown[-1].step, run.recipe().steps, "Training")
            time.sleep(0.05)
        return Outcome(
            run=run.name,
            steps=0,
            best_bits_per_byte=None,
            tokens_per_second=0,
            seconds=0,
            weights_sha256="",
            stopped=True,
        )

    return make


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def until(signal: SignalInstance) -> None:
    """Wait for what may take long on a busy machine."""
    loop = QEventLoop()
    signal.connect(loop.quit)
    QTimer.singleShot(PATIENCE, loop.quit)
    loop.exec()


def photograph(home: Home, folder: Path, scheme: Scheme, frame: Frame) -> None:
    """Open a window, walk through its pages, and save a picture of each."""
    with opened(home, Works(train=replayed), scheme, frame, SAMPLE_PROJECT) as window:
        every_page(window, folder, f"{scheme}{frame.name}")


@contextmanager
def opened(home: Home, works: Works, scheme: Scheme, frame: Frame, project: str = DEFAULT_PROJECT) -> Iterator[Window]:
    """A window of some size in some look, until all that it does is done."""
    app = QApplication.instance()
    assert app is not None
    services = main.build(home, works, app)
    services.keeper.change(scheme=scheme, text_size=frame.text_size)
    services.theme.change(scheme, frame.text_size)
    services.workspace.choose(project)
    window = Window(services)
    window.resize(frame.width, frame.height)
    window.show()
    wait(SETTLE)
    yield window
    while not services.device.is_idle:
        wait(SETTLE)
    window.close()
    main.close(services)
    window.deleteLater()
    wait(SETTLE)


def every_page(window: Window, folder: Path, name: str) -> None:
    """Walk through the pages, and save a picture of each."""
    services = window.services
    for number, page in enumerate(window.pages):
        window.show_page(number)
        if page.key == "train":
            services.training.begin(Wish(minutes=20))
            until(services.training.noted)
            wait(SETTLE)
        if isinstance(page, ChatPage):
            page.empty.openings[1].click()
            while page.is_replying:
                wait(SETTLE)
        wait(SETTLE)
        save(window, folder / f"{page.key}-{name}.png")
        area = page.findChild(QScrollArea)
        if area is not None and area.verticalScrollBar().maximum() and page.key != "chat":
            area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
            wait(SETTLE)
            save(window, folder / f"{page.key}-{name}-below.png")
        services.training.stop()


def save(window: QWidget, path: Path) -> None:
    is_real = QGuiApplication.platformName() == "xcb"
    picture = window.screen().grabWindow(window.winId()) if is_real else window.grab()
    if not picture.save(str(path), "PNG", 0):  # as small as can be: some travel with the source
        raise OSError(f"{path} could not be written")


def begun() -> tuple[Path, QApplication]:
    """The folder for the pictures, and what draws them."""
    environment.prepare()
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    application = QApplication([])
    application.setStyle("Fusion")
    return target, application


if __name__ == "__main__":
    target, application = begun()
    source = Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as copied:
        shutil.copytree(source, copied, dirs_exist_ok=True)
        for each in FRAMES if "--all" in sys.argv else FRAMES[:1]:
            photograph(Home(Path(copied)), target, "light", each)
            photograph(Home(Path(copied)), target, "dark", each)
