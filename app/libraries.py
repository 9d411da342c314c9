"""What Qt's window links to of a Linux system, looked for before Qt is loaded: where one is missing, Qt ends the
process and tells the user nothing. Knows no Qt."""

import ctypes
import os
import sys
from collections.abc import Callable, Mapping
from typing import Final

from core.errors import Unsupported

# Each library, and the package of Debian's that brings it; packaging/bootstrap.py installs the same.
PACKAGES: Final = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}


def missing(load: Callable[[str], object] = ctypes.CDLL) -> list[str]:
    """The packages of those that cannot be loaded."""
    found = []
    for library, package in PACKAGES.items():
        try:
            load(library)
        except OSError:
            found.append(package)
    return found


def check(environment: Mapping[str, str] = os.environ, load: Callable[[str], object] = ctypes.CDLL) -> None:
    """Raise Unsupported where the window could not open. Windows and Macs have all, and Wayland needs less."""
    if not sys.platform.startswith("linux") or "WAYLAND_DISPLAY" in environment or "QT_QPA_PLATFORM" in environment:
        return
    if packages := missing(load):
        raise Unsupported(
            "The window needs libraries of this system that are not here. Everything else works in the terminal.",
            fix=f"On Debian or Ubuntu: sudo apt-get install {' '.join(packages)}",
        )
