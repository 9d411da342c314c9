"""A table of texts tells each as letters, whoever wrote it, and puts figures on the right."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from app.views.documents import SkippedModel
from app.views.example_rows import ExampleRows
from app.views.lines_model import LinesModel
from app.views.text_grid import TextGrid
from core.chatrows import Row
from core.documents import Skipped

EVIL = '<img src="//server/share/x.png"> R&D'


def skipped() -> TextGrid:
    model = SkippedModel()
    model.add([Skipped(key=EVIL, reason="empty")])
    return model


def lines() -> TextGrid:
    model = LinesModel(("Title", "Alike"), figures=(1,))
    model.show([(EVIL, "3")])
    return model


def examples() -> TextGrid:
    model = ExampleRows()
    model.put([Row(id="1", kind="question", asked=EVIL, answer="Yes.")])
    return model


@pytest.mark.parametrize("make", [skipped, lines, examples])
def test_what_strangers_called_something_is_no_html_in_a_tool_tip(qtbot: QtBot, make: Callable[[], TextGrid]) -> None:
    model = make()
    first = model.index(0, 0)
    assert model.data(first, Qt.ItemDataRole.DisplayRole) == EVIL
    assert model.data(first, Qt.ItemDataRole.AccessibleTextRole) == EVIL
    shown = QTextDocument()
    shown.setHtml(model.data(first, Qt.ItemDataRole.ToolTipRole))
    assert shown.toPlainText() == EVIL


def test_a_tool_tip_without_marks_is_the_text_itself(qtbot: QtBot) -> None:
    model = lines()
    assert model.data(model.index(0, 1), Qt.ItemDataRole.ToolTipRole) == "3"


def test_figures_stand_on_the_right_under_their_head(qtbot: QtBot) -> None:
    model, middle = lines(), Qt.AlignmentFlag.AlignVCenter
    role, across = Qt.ItemDataRole.TextAlignmentRole, Qt.Orientation.Horizontal
    assert (
        model.data(model.index(0, 1), role) == model.headerData(1, across, role) == Qt.AlignmentFlag.AlignRight | middle
    )
    assert (
        model.data(model.index(0, 0), role) == model.headerData(0, across, role) == Qt.AlignmentFlag.AlignLeft | middle
    )
