"""The colour scales for all eyes: lightness never turns back, and what is written on them can be read."""

import numpy as np
import pytest
from PySide6.QtGui import QColor

from app.views.inside.scale import APART, COUNT, colour, colours, ink_on, picture, to_oklab

# Machado, Oliveira and Fernandes (2009): what eyes without red, green or blue cones see, at full severity.
EYES = {
    "all cones": np.eye(3),
    "without red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "without green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "without blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


def lightness(is_dark: bool, eyes: str, *, apart: bool = False) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    dots = colours(is_dark, apart=apart).astype(np.int64)
    rgb = np.stack([(dots >> shift & 255) / 255 for shift in (16, 8, 0)], axis=1)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ np.array(EYES[eyes]).T
    linear = np.clip(linear, 0, 1)
    seen = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    found: np.ndarray[tuple[int], np.dtype[np.float64]] = to_oklab(seen)[:, 0]
    return found


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("is_dark", [False, True])
def test_more_is_always_darker_or_always_lighter(eyes: str, is_dark: bool) -> None:
    steps = np.diff(lightness(is_dark, eyes)) * (1 if is_dark else -1)
    assert steps.min() > -0.002
    assert steps.sum() > 0.55


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("is_dark", [False, True])
def test_the_scale_around_nothing_grows_on_both_sides(eyes: str, is_dark: bool) -> None:
    half = COUNT // 2
    steps = np.diff(lightness(is_dark, eyes, apart=True)) * (1 if is_dark else -1)
    assert steps[: half - 1].max() < 0.002
    assert steps[half:].min() > -0.002


def test_both_ends_of_the_scale_around_nothing_are_told_apart() -> None:
    for stops in APART.values():
        low, high = QColor(stops[0]), QColor(stops[-1])
        assert abs(low.blue() - high.blue()) > 80


@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize("apart", [False, True])
def test_words_can_be_read_on_every_colour(is_dark: bool, apart: bool) -> None:
    for index in range(COUNT):
        ground = colour(index / (COUNT - 1), is_dark, apart=apart)
        assert contrast(ground, ink_on(ground)) >= 4.5


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(ink: QColor) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
             for part in (ink.redF(), ink.greenF(), ink.blueF())]  # fmt: skip
    return float(np.dot(parts, (0.2126, 0.7152, 0.0722)))


def test_a_picture_has_a_dot_for_each_value() -> None:
    image = picture(np.array([[0.0, 1.0, np.nan], [0.5, 2.0, -1.0]]), is_dark=False)
    assert (image.width(), image.height()) == (3, 2)
    assert image.pixelColor(0, 0) == colour(0.0, False) == image.pixelColor(2, 0) == image.pixelColor(2, 1)
    assert image.pixelColor(1, 0) == colour(1.0, False) == image.pixelColor(1, 1)
