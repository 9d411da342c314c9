"""A Linux without what Qt links to is told so in a sentence, not by a window that never comes."""

import sys

import pytest

from app import libraries
from core.errors import Unsupported


def without(library: str) -> object:
    if library == "libxcb-cursor.so.0":
        raise OSError("cannot open shared object file")
    return None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Windows and Macs have all")
def test_what_is_missing_is_named_with_the_command_that_brings_it() -> None:
    with pytest.raises(Unsupported) as told:
        libraries.check({}, without)
    assert told.value.fix == "On Debian or Ubuntu: sudo apt-get install libxcb-cursor0"
    libraries.check({"WAYLAND_DISPLAY": "wayland-0"}, without)
    libraries.check({"QT_QPA_PLATFORM": "offscreen"}, without)
    libraries.check({}, lambda library: None)
