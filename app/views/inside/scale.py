"""Colour scales for all eyes: blue to amber, always lighter or always darker on the way. Knows no widget.

Stops are mixed in OKLab (Ottosson, 2020), where equal steps look equal. Tests see to it that lightness never turns
back, for eyes without red or green too.
"""

from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

Floats = NDArray[np.float64]

STOPS: Final = {
    "light": ("#fbf8f2", "#f7dfa6", "#e0a94a", "#a77b52", "#56597c", "#1b2a52"),
    "dark": ("#24221f", "#25365f", "#52618a", "#a5835c", "#eeb04a", "#fff0c4"),
}
APART: Final = {  # from easier through nothing to harder
    "light": ("#2c5aa0", "#a9c3e6", "#fbf8f2", "#f3c877", "#b06a00"),
    "dark": ("#8db8f5", "#37568a", "#24221f", "#85601f", "#f7bc52"),
}
COUNT: Final = 256

FROM_RGB: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
FROM_LMS: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


@lru_cache(maxsize=8)
def colours(is_dark: bool, *, apart: bool = False) -> NDArray[np.uint32]:
    """256 colours as Qt has them (0xffRRGGBB), from nothing to most; or, `apart`, from least to most around nothing."""
    stops = (APART if apart else STOPS)["dark" if is_dark else "light"]
    labs = to_oklab(np.array([[ink.redF(), ink.greenF(), ink.blueF()] for ink in map(QColor, stops)]))
    at = np.linspace(0, len(stops) - 1, COUNT)
    mixed = np.stack([np.interp(at, np.arange(len(stops)), labs[:, axis]) for axis in range(3)], axis=1)
    rgb = np.clip(np.rint(from_oklab(mixed) * 255), 0, 255).astype(np.uint32)
    return (np.uint32(0xFF000000) + (rgb[:, 0] << 16) + (rgb[:, 1] << 8) + rgb[:, 2]).astype(np.uint32)


def to_oklab(rgb: Floats) -> Floats:
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lab: Floats = np.cbrt(linear @ FROM_RGB.T) @ FROM_LMS.T
    return lab


def from_oklab(lab: Floats) -> Floats:
    linear = (lab @ np.linalg.inv(FROM_LMS).T) ** 3 @ np.linalg.inv(FROM_RGB).T
    linear = np.clip(linear, 0, 1)
    rgb: Floats = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return rgb


def colour(share: float, is_dark: bool, *, apart: bool = False) -> QColor:
    """The colour of one value from 0 to 1."""
    index = round(min(max(share, 0.0), 1.0) * (COUNT - 1))
    return QColor.fromRgb(int(colours(is_dark, apart=apart)[index]))


def ink_on(ground: QColor) -> QColor:
    """Black or white, whichever can be read better there."""
    light = 0.2126 * _linear(ground.redF()) + 0.7152 * _linear(ground.greenF()) + 0.0722 * _linear(ground.blueF())
    return QColor("#050505") if (light + 0.05) ** 2 > 1.05 * 0.0515 else QColor("#ffffff")


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def picture(shares: NDArray[Any], is_dark: bool) -> QImage:
    """Values from 0 to 1, or bytes, as an image of a dot each, row by row."""
    levels = shares
    if shares.dtype != np.uint8:
        levels = np.clip(np.nan_to_num(shares.astype(np.float32)) * (COUNT - 1) + 0.5, 0, COUNT - 1).astype(np.uint8)
    dots = np.ascontiguousarray(colours(is_dark)[levels])
    rows, columns = dots.shape
    return QImage(dots.data, columns, rows, columns * 4, QImage.Format.Format_RGB32).copy()
