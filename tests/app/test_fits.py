"""No page is cut at its right: not in the smallest window, with text twice as large, with a run on show and without."""

import pytest
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from app.window import LEAST, Window
from core.corpus import Corpus
from core.documents import Document
from core.journal import Saved, Stepped
from core.paths import Home
from tests.app.conftest import Open
from tests.fakes.planted import plant_run
from tests.fakes.works import Script


def cut(window: Window) -> list[str]:
    """The pages that are wider than what is seen of them."""
    found: list[str] = []
    for number, page in enumerate(window.pages):
        window.show_page(number)
        for area in page.findChildren(QScrollArea):
            inside = area.widget()
            if inside is not None and area.isVisible() and inside.minimumSizeHint().width() > area.viewport().width():
                found.append(f"{page.key}: {inside.minimumSizeHint().width()} > {area.viewport().width()}")
    return found


@pytest.mark.parametrize("has_run", [False, True])
def test_every_page_fits_into_the_smallest_window_with_the_largest_text(
    qtbot: QtBot, home: Home, open_window: Open, has_run: bool
) -> None:
    if has_run:
        with Corpus(home.project().corpus) as corpus:
            corpus.add(Document(source="files", key="a.md", text="Some words of mine. " * 50))
        plant_run(home.project(), [*(Stepped(n, 3.0, 1e-3, 1_000.0, float(n)) for n in range(1, 9)), Saved(8)])
    window = open_window(Script().works())
    window.services.theme.change("dark", 200)
    window.resize(*LEAST)
    qtbot.waitUntil(lambda: cut(window) == [], timeout=30_000)
    assert cut(window) == []
