"""The window opens before anything heavy is loaded, and Qt counts references to None rightly."""

import subprocess
import sys

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

OPEN = """
import signal
import sys
from PySide6.QtCore import QTimer
from app import main

class Watched(main.Window):
    def show(self):
        super().show()
        QTimer.singleShot(300, self.look)

    def look(self):
        print("visible" if self.isVisible() else "hidden", "torch" in sys.modules)
        END

main.Window = Watched
sys.exit(main.main())
"""


@pytest.mark.parametrize("end", ["self.close()", "signal.raise_signal(signal.SIGINT)"])
def test_the_window_opens_without_torch_and_closes_by_itself_or_by_ctrl_c(end: str) -> None:
    program = OPEN.replace("END", end)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("visible False\n", "", 0)


def test_qt_counts_references_to_none_rightly(qapp: QApplication) -> None:
    """PySide6 6.12.0 loses one at each call that returns nothing: on Python 3.11 the window dies within seconds."""
    thing, calls = QObject(), 2_000
    before = sys.getrefcount(None)
    for _ in range(calls):
        thing.setObjectName("x")
    assert abs(sys.getrefcount(None) - before) / calls < 0.01
