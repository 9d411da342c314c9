"""Both palettes can be read by everyone, and follow the system unless told otherwise."""

from dataclasses import asdict

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QApplication

from app.theme import DARK, FAMILY, LIGHT, Colours, Theme, icon, style_sheet

TEXTS = (
    ("text", "ground"), ("text", "card"), ("text", "raised"), ("text", "tint"), ("text", "bubble"), ("text", "side"),
    ("quiet", "ground"), ("quiet", "card"), ("quiet", "raised"), ("quiet", "side"), ("quiet", "tint"),
    ("accent_text", "card"), ("accent_text", "ground"), ("on_accent", "accent"), ("on_accent", "accent_over"),
    ("alarm", "card"),
)  # fmt: skip
SHAPES = (("edge", "card"), ("edge", "ground"), ("accent_text", "side"), ("train", "card"))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    lights = sorted((luminance(QColor(one)), luminance(QColor(other))))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_shapes_stand_out(colours: Colours) -> None:
    values = asdict(colours)
    texts = {pair: contrast(values[pair[0]], values[pair[1]]) for pair in TEXTS}
    shapes = {pair: contrast(values[pair[0]], values[pair[1]]) for pair in SHAPES}
    assert {pair: value for pair, value in texts.items() if value < 4.5} == {}
    assert {pair: value for pair, value in shapes.items() if value < 3} == {}


def test_the_bundled_font_is_the_one_in_use(qapp: QApplication) -> None:
    Theme("light", 100, qapp).apply()
    assert FAMILY in QFontDatabase.families()
    assert qapp.font().family() == FAMILY


def test_text_grows_with_its_size(qapp: QApplication) -> None:
    assert Theme("light", 200, qapp).size("body") == 2 * Theme("light", 100, qapp).size("body")
    assert "font-size: 30px" in style_sheet(LIGHT, 200)


def test_the_look_follows_the_system_unless_told_otherwise(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hints:
        colorSchemeChanged = QGuiApplication.styleHints().colorSchemeChanged

        def __init__(self, scheme: Qt.ColorScheme) -> None:
            self._scheme = scheme

        def colorScheme(self) -> Qt.ColorScheme:
            return self._scheme

    seen = []
    for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Light, Qt.ColorScheme.Unknown):
        monkeypatch.setattr(QGuiApplication, "styleHints", lambda scheme=scheme: Hints(scheme))
        seen.append((Theme("system", 100, qapp).is_dark, Theme("dark", 100, qapp).is_dark))
    assert seen == [(True, True), (False, True), (False, True)]


def test_a_drawing_takes_the_colour_it_is_given(qapp: QApplication) -> None:
    image = icon("stop", "#ff0000", 20).pixmap(20, 20).toImage()
    assert image.pixelColor(10, 10) == QColor("#ff0000")
