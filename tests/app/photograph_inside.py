"""Photographs every view of `Look inside`, and its tour: `python -m tests.app.photograph_inside FOLDER HOME PROJECT`.

HOME is a data folder in which PROJECT has a trained bot; TEXT is what it looks at.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication

from app import environment, main
from app.pages.inside import InsidePage
from app.settings import Scheme
from app.views.inside.neighbours import NeighboursPane
from app.views.inside.writing import WritingPane
from app.window import Window
from app.works import Works
from core.inside.reports import VIEWS
from core.paths import Home
from tests.app.photograph import SETTLE, save, until, wait

TEXT: Final = (
    "I used to have coffee with Clara in Singapore every morning. We would talk about computers, trains, "
    "and how we used to have coffee with Clara."
)
WORD: Final = "Singapore"
SIZE: Final = (1120, 1180)


def photograph(home: Home, project: str, folder: Path, scheme: Scheme) -> None:
    """Open a window on the page, walk through its views, and save a picture of each."""
    app = QApplication.instance()
    assert app is not None
    services = main.build(home, Works(), app)
    services.keeper.change(scheme=scheme, text_size=100)
    services.theme.change(scheme, 100)
    services.workspace.choose(project)
    window = Window(services)
    window.resize(*SIZE)
    window.show()
    wait(SETTLE)
    window.show_page(window.pages.index(window.inside))
    until(window.inside.shown)
    window.inside.chooser.set_text(TEXT)
    for view in VIEWS:
        window.inside.show_view(view)
        until(window.inside.shown)
        ask_more(window.inside)
        save(window, folder / f"inside-{view}-{scheme}.png")
    window.inside.take_tour.click()
    until(window.inside.shown)
    wait(SETTLE)
    save(window, folder / f"inside-tour-{scheme}.png")
    window.close()
    main.close(services)
    window.deleteLater()
    wait(SETTLE)


def ask_more(page: InsidePage) -> None:
    """What a view shows best when it is asked."""
    pane = page.pane
    if isinstance(pane, NeighboursPane):
        pane.word.setText(WORD)
        page.look()
        until(page.shown)
    if isinstance(pane, WritingPane):
        pane.search.click()
        until(page.shown)
    wait(SETTLE)


if __name__ == "__main__":
    environment.prepare()
    target, source, name = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    target.mkdir(parents=True, exist_ok=True)
    application = QApplication([])
    application.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as copied:
        shutil.copytree(source, copied, dirs_exist_ok=True)
        photograph(Home(Path(copied)), name, target, "light")
        photograph(Home(Path(copied)), name, target, "dark")
