"""A table in little room: what can be spared goes, what says what a row is stays."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.theme import Theme
from app.views.library_model import ShelfModel
from app.views.table import NARROW, Table


@pytest.fixture
def theme(qtbot: QtBot, qapp: QApplication) -> Theme:
    return Theme("light", 100, qapp)


def hidden(table: Table) -> list[int]:
    return [column for column in range(table.view.model().columnCount()) if table.view.isColumnHidden(column)]


def test_a_narrow_table_goes_without_what_it_can_spare(qtbot: QtBot, theme: Theme) -> None:
    table = Table(theme, ShelfModel(theme), "Documents", wide=0, spare=(1, 2))
    qtbot.addWidget(table)
    table.resize(NARROW, 300)
    table.show()
    assert hidden(table) == []
    table.resize(NARROW - 1, 300)
    assert hidden(table) == [1, 2]
    assert table.view.columnWidth(0) > NARROW / 2
    table.resize(NARROW, 300)
    assert hidden(table) == []


def test_with_larger_text_it_is_narrow_sooner(qtbot: QtBot, theme: Theme) -> None:
    table = Table(theme, ShelfModel(theme), "Documents", wide=0, spare=(1, 2))
    qtbot.addWidget(table)
    table.resize(2 * NARROW - 1, 300)
    table.show()
    theme.change("light", 200)
    assert hidden(table) == [1, 2]
