"""What Qt's window links to of a Linux system, looked for before Qt is loaded: where one is missing, Qt ends the
process and tells the user nothing. Knows no Qt."""

import ctypes
import os
import sys
from collections.abc import Callable, Mapping
from typing import Final

import resources
from core.errors import Unsupported

PACKAGES: Final = resources.qt_libraries()


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
