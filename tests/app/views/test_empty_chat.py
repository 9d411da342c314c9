"""Openings of an empty chat: whole where there is room, with dots where there is not."""

from pytestqt.qtbot import QtBot

from app.views.empty_chat import Opening


def test_an_opening_is_cut_with_dots_and_not_by_the_edge(qtbot: QtBot) -> None:
    opening = Opening("I have often wondered why people")
    qtbot.addWidget(opening)
    opening.resize(600, 40)
    opening.show()
    assert opening.text() == "I have often wondered why people …"
    opening.resize(160, 40)
    assert opening.text().endswith("…")
    assert opening.fontMetrics().horizontalAdvance(opening.text()) < 160
    assert opening.toolTip() == "I have often wondered why people …"
    opening.resize(600, 40)
    assert opening.text() == "I have often wondered why people …"
