"""The door to the engine: PyTorch, for set-ups that come without it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from app.work import Task
from core.engine import ready
from core.engine.ready import Ready, Standing
from core.events import Progress, Stop, Work
from core.paths import Home

if TYPE_CHECKING:
    from core.engine.install import Setup
    from core.engine.wheels import Build


def is_missing() -> bool:
    """Whether nothing can be trained or talked to yet, and Mynah can mend that itself. Takes no time."""
    return not ready.is_there() and ready.came_apart(os.environ)


def standing(home: Home) -> Task[Standing]:
    """How it stands with the engine. Asks the graphics card's driver, which may take a moment."""

    def make(stop: Stop) -> Work[Standing]:
        yield Progress(0, 0, "Looking at this computer")
        from core.engine import install

        return install.look(brought(), home, builds())

    return make


def install(home: Home, kits: tuple[Path, ...]) -> Task[Ready | None]:
    """Get the engine that suits this computer, or put it together anew, and let this process use it."""

    def make(stop: Stop) -> Work[Ready | None]:
        yield Progress(0, 0, "Looking at this computer")
        from core.engine import install
        from core.errors import Unsupported

        setup = brought(kits)
        if setup is None:
            raise Unsupported(
                "PyTorch came with this Mynah, so there is nothing to get.",
                fix="To repair it, install Mynah again: your writing and your bots stay.",
            )
        found = yield from install.install(setup, home, builds(), stop)
        ready.use(home)
        return found

    return make


def brought(kits: tuple[Path, ...] = ()) -> "Setup | None":
    from core.engine import install

    return install.brought(os.environ, kits)


def builds() -> tuple["Build", ...]:
    import platform

    from core import doctor
    from core.engine.wheels import fitting

    return fitting(platform.system(), platform.machine(), list(doctor.cards(doctor.ask_nvidia())))
