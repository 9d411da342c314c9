"""Parts of the pictures of `Look inside`: the map around a word, and the key beside colours."""

import math
from itertools import pairwise

import pytest
from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from app.theme import Theme
from app.views.inside.chart import NEAREST, Star, around
from app.views.inside.key import Key
from app.views.inside.scale import colour


def test_the_nearer_a_word_the_nearer_the_middle_and_none_at_the_same_angle() -> None:
    stars = [Star("middle", 0, 0, 1), Star("a", 0.9, 0.1, 1.0), Star("b", 0.91, 0.1, 0.5), Star("c", -0.2, -0.9, 0.2)]
    spots = around(stars)
    assert spots[0] == (0, 0)
    far = [math.hypot(*spot) for spot in spots[1:]]
    assert far[0] == pytest.approx(NEAREST)
    assert far[0] < far[1] < far[2] == pytest.approx(1)
    angles = sorted(math.atan2(y, x) for x, y in spots[1:])
    assert min(after - before for before, after in pairwise(angles)) > 1.5
    assert around([]) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_key_shows_the_scale_and_says_its_ends(qtbot: QtBot, scheme: str) -> None:
    owner = QObject()
    theme = Theme("dark" if scheme == "dark" else "light", 100, owner)
    key = Key(theme, "expected", "surprising", most=0.5)
    qtbot.addWidget(key)
    key.resize(key.sizeHint())
    picture = key.grab().toImage()
    row = [picture.pixelColor(QPoint(x, key.height() // 2)) for x in range(key.width())]
    assert colour(0.25, theme.is_dark) in row
    assert colour(0.8, theme.is_dark) not in row
    interface = QAccessible.queryAccessibleInterface(key)
    assert interface.text(QAccessible.Text.Name) == "Colours, from expected to surprising"
