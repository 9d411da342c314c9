"""`python -m tests.fakes.breaking_window STEPS HANGS_AT MARK`: the real window, that trains the project on show by
itself; at step HANGS_AT its device hangs, as one does whose driver is lost: the call never returns. Where the window
would be opened again, the file MARK is written instead."""

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from app import main, mornings
from app.guardian import Guardian
from app.mornings import Mornings
from app.window import Window
from app.works import Works
from core.paths import home
from core.plan import Wish
from core.train.stepper import Stepper


class Impatient(Guardian):
    """Bears less silence than a person would like."""

    def __init__(self, orders: Any) -> None:
        super().__init__(replace(orders, least=3.0))


def hang(at: int) -> None:
    """Plant it."""
    usual = Stepper.step

    def step(self: Stepper, *args: Any, number: int, **more: Any) -> float:
        time.sleep(0.3)  # so that there are some before it
        while number == at:
            time.sleep(1)
        return usual(self, *args, number=number, **more)

    vars_of: Any = Stepper
    vars_of.step = step


if __name__ == "__main__":
    steps, at, mark = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    hang(at)
    vars(mornings)["Guardian"] = Impatient
    vars(mornings)["MYNAH"] = (sys.executable, "-c", f"open({str(mark)!r}, 'w').close()")
    app = main.application()
    services = main.build(home(), Works(), app)
    services.keeper.change(again=True)
    window = Window(services)
    Mornings(services.training, services.keeper, services.notices, services.disk, services.works, app)
    window.show()
    services.training.begin(Wish(steps=steps, save_every=3))
    sys.exit(app.exec())
