"""How long the plot takes to draw itself again with 100,000 points in two curves, drawing and painting together."""

import math
import time
from typing import Final

from PySide6.QtCore import QEventLoop, QTimer

from app.beats import Beats
from app.theme import Theme
from app.views.loss_plot import LossPlot
from core.journal import Evaluated, Stepped

POINTS: Final = 100_000  # in each of both curves: a night on a fast card
REDRAWS: Final = 60
WIDTH: Final = 900  # pixels, as in the window


def measure_plot(theme: Theme) -> list[Beats]:
    """Milliseconds of a redraw: new data into the curves, then every pixel painted.

    By the clock, and of processor time, which other programs do not stretch.
    """
    plot = LossPlot(theme)
    plot.resize(WIDTH, plot.height())
    plot.begin(1.0)
    plot.add([Stepped(step, 2 + 4 / math.sqrt(step), 1e-3, 1e5, step / 10) for step in range(1, POINTS)])
    plot.add([Evaluated(step, 2 + 3 / math.sqrt(step), 2.1, False, step / 10) for step in range(1, POINTS)])
    plot.show()
    settle()
    taken: list[float] = []
    computed: list[float] = []
    for step in range(POINTS, POINTS + REDRAWS):
        plot.add([Stepped(step, 2.0, 1e-3, 1e5, step / 10), Evaluated(step, 2.0, 2.1, False, step / 10)])
        started, worked = time.perf_counter(), time.thread_time()
        plot.redraw()
        plot.grab()
        taken.append(1000 * (time.perf_counter() - started))
        computed.append(1000 * (time.thread_time() - worked))
    plot.close()
    plot.deleteLater()
    settle()
    what = f"redraw of {POINTS:,} points, two curves"
    return [Beats.of(what, taken), Beats.of(f"{what}, of processor time", computed)]


def settle() -> None:
    loop = QEventLoop()
    QTimer.singleShot(300, loop.quit)
    loop.exec()
