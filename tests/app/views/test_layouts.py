"""Flow wraps like words; Columns become fewer as the room shrinks."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.views.layouts import Columns, Flow, Wrapping


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def laid_out(parent: QWidget, layout: Wrapping, width: int) -> list[tuple[int, int, int, int]]:
    """Where four boxes of 100 by 20 come to lie."""
    boxes = [QWidget() for _ in range(4)]
    for box in boxes:
        box.setMinimumSize(100, 20)
        layout.addWidget(box)
    parent.setLayout(layout)
    parent.resize(width, layout.heightForWidth(width))
    parent.show()
    return [(box.x(), box.y(), box.width(), box.height()) for box in boxes]


def test_a_flow_wraps_when_the_line_is_full(parent: QWidget) -> None:
    assert laid_out(parent, Flow(gap=10), 320) == [
        (0, 0, 100, 20), (110, 0, 100, 20), (220, 0, 100, 20), (0, 30, 100, 20),
    ]  # fmt: skip


def test_a_flow_that_has_room_is_one_line(parent: QWidget) -> None:
    flow = Flow(gap=10)
    laid_out(parent, flow, 500)
    assert (flow.heightForWidth(430), flow.heightForWidth(429)) == (20, 50)
    assert flow.sizeHint().toTuple() == (430, 20)


@pytest.mark.parametrize(("width", "columns"), [(90, 1), (210, 2), (319, 2), (320, 3), (1000, 4)])
def test_columns_are_as_many_as_fit(parent: QWidget, width: int, columns: int) -> None:
    boxes = laid_out(parent, Columns(least=50, gap=10), width)
    assert len({x for x, _, _, _ in boxes}) == columns
    assert {box_width for _, _, box_width, _ in boxes} == {max((width - 10 * (columns - 1)) // columns, 100)}
