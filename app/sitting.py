"""Sits up with a training of a project, in a process of its own: begins it again when it dies or hangs, also after a
restart of the computer, and lets others see that it does. Knows no window and no torch.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from app.supervisor import Supervisor, autostart
from app.watchdog import BUSY, LEAST
from core import elsewhere, journal, runs
from core.atomic import disk_errors
from core.errors import Trouble
from core.events import Stop
from core.journal import Happened, Journal
from core.lock import writing
from core.paths import Project
from core.plan import Wish
from core.runs import Run

ON_ITS_WAY_OUT: Final = 10.0  # seconds that a killed process may hold its project
MYNAH: Final = (sys.executable, "-m", "app")
DETAILS: Final = (  # of Wish, and of options
    "tier",
    "length",
    "tokens_per_step",
    "learning_rate",
    "dropout",
    "passes",
    "rank",
    "look_every",
    "save_every",
    "asking",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What is sat up with. `run` is the name of the one that goes on, empty for a new one; `before` names those that
    were there before it; `options` begin it, and none can where there are none; `morning` is what comes after it."""

    project: Project
    run: str = ""
    before: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    morning: tuple[str, ...] = ()

    def under_way(self) -> Run | None:
        """The run that this night is about, once it is there."""
        named = [run for run in runs.all_runs(self.project.runs) if run.name == self.run or run.name not in self.before]
        return next((run for run in reversed(named) if not run.is_finished), None)

    def command(self) -> list[str]:
        """How to begin, or to go on with what is under way; empty when there is nothing to do."""
        run = self.under_way()
        if run is None and not self.options:
            return []
        what = self.options if run is None else ("--resume", run.name)
        return [*MYNAH, "train", "--json", *what, "--project", self.project.name, *self.morning]


def night(project: Project, options: Sequence[str], run: str, morning: Sequence[str]) -> Night:
    """A night that begins now."""
    before = tuple(each.name for each in runs.all_runs(project.runs))
    return Night(project=project, run=run, before=before, options=tuple(options), morning=tuple(morning))


def sit_up(
    night: Night,
    stop: Stop,
    tell: Callable[[str], None],
    say: Callable[[str], None],
    *,
    begun: Callable[[], None] = lambda: None,
    patience: tuple[float, float] = (LEAST, BUSY),
) -> int:
    """Train to the end; every line of the child goes to `tell`, what is done about it to `say` and into the journal.
    Returns the exit code. `begun` is called when others can see it; `patience` is how many seconds of silence are
    borne between two steps, and while it does anything else."""

    def is_over() -> bool:
        return stop() or elsewhere.is_asked_to_stop(night.project)

    def note(text: str) -> None:
        say(text)
        write_down(night, text)

    first = night.command()
    if not first:
        return 0
    after = autostart([*MYNAH, "train", "--resume", "--keep-going", "--project", night.project.name, *night.morning])
    with disk_errors("arranging that training goes on after a restart"):
        after.install()
    try:
        with elsewhere.sitting(night.project):
            begun()
            least, busy = patience
            return Supervisor(first, night.command, tell, note, least=least, busy=busy).run(is_over)
    finally:
        after.remove()  # also when the user stopped it: what they stopped is not begun again behind their back


def write_down(night: Night, text: str) -> None:
    """Into the journal of the run, so that the morning's report tells of it. Nobody trains at this moment."""
    run = night.under_way()
    if run is None:
        return
    until = time.monotonic() + ON_ITS_WAY_OUT
    while not _is_written(night.project, run, text) and time.monotonic() < until:
        time.sleep(0.1)


def _is_written(project: Project, run: Run, text: str) -> bool:
    """False on a full disk, and while a process that was killed still holds the project: a driver that does not answer
    keeps one for a while."""
    try:
        with writing(project), closing(Journal(run.journal_file)) as log:
            log.write(Happened(journal.step_of(journal.read(run.journal_file)), "died", text, time.time()))
    except Trouble:
        return False
    return True


def options_of(wish: Wish) -> list[str]:
    """A wish as options, for a child."""
    said: list[str] = ["--seed", str(wish.seed)]
    if wish.until is not None:
        said += ["--until", time.strftime("%H:%M", time.localtime(wish.until))]
    elif wish.minutes is not None:
        said += ["--minutes", str(wish.minutes)]
    for name in ("hottest", "emptiest", "steps", "depth"):
        if (value := getattr(wish, name)) is not None:
            said += [f"--{name}", str(value)]
    if wish.base is not None:
        said += ["--base", str(wish.base), "--method", wish.method]
    return [*said, *as_options(wish)]


def as_options(wish: Wish) -> list[str]:
    """The values of a wish that were set by hand, as options."""
    said: list[str] = []
    for name in DETAILS:
        if (value := getattr(wish, name)) is not None:  # people count sizes from 1
            said += [f"--{name.replace('_', '-')}", str(value + 1 if name == "tier" else value)]
    return said


def morning_of(tell: str | None, then: str) -> list[str]:
    """What comes at the end, as options."""
    return [*(["--tell", tell] if tell else []), *(["--then", then] if then != "nothing" else [])]


def detached() -> dict[str, object]:
    """How a process is begun that outlives the one that begins it."""
    if os.name == "nt":
        return {"creationflags": 0x00000008 | 0x00000200}  # DETACHED_PROCESS, CREATE_NEW_PROCESS_GROUP
    return {"start_new_session": True}
