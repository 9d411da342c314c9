"""Looks back at all runs of a project, on a lane, for the History page. Knows no Qt and no torch."""

from dataclasses import dataclass
from pathlib import Path

from core import runs
from core.atomic import disk_errors, write_file
from core.errors import DiskTrouble
from core.events import Note, Progress, Stop, Work
from core.paths import Project
from core.report.page import page
from core.report.story import Story, tell
from core.runs import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One run, and what is to be seen of it."""

    run: Run
    story: Story
    bytes_on_disk: int
    steps_to_talk_to: tuple[int, ...]


def look_back(project: Project, stop: Stop) -> Work[list[Past]]:
    """Read every run, the oldest first. One that is damaged is left out, and a Note says so."""
    found: list[Past] = []
    every = runs.all_runs(project.runs)
    for number, run in enumerate(every, start=1):
        if stop():
            break
        try:
            found.append(
                Past(
                    run=run,
                    story=tell(run),
                    bytes_on_disk=run.bytes_on_disk,
                    steps_to_talk_to=run.steps_to_talk_to,
                )
            )
        except DiskTrouble as trouble:
            yield Note(str(trouble))
        yield Progress(number, len(every), "Looking at your trainings")
    return found


def write_report(past: Past, target: Path, stop: Stop) -> Work[Path]:
    """The report of a run as a file; returns where it is."""
    yield Progress(0, 1, "Writing the report")
    with disk_errors("writing the report"):
        write_file(target, page(past.story).encode("utf-8"))
    return target
