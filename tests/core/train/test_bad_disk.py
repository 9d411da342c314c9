"""A disk that fills up or fails while training: a plain sentence, nothing lost, and the same run afterwards."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Final

import pytest
import torch

from core import checkpoints, journal
from core.errors import DiskTrouble
from core.events import drain, never
from core.journal import Finished, Happened, Saved, Stepped
from core.paths import Project
from core.runs import Outcome, Run
from core.train import loop
from tests.fakes import lives, tiny
from tests.fakes.faults import Disk, full, silent
from tests.fakes.stopping import stopped_at

if sys.platform != "win32":
    import resource

STEPS: Final = 9
NEARLY: Final = 8  # the step at which the disk begins to fail
FULL: Final = "The disk is full while saving a checkpoint."
STRIDE: Final = 3  # the faults of a save alone are all tried in test_checkpoint_faults.py


def begun(project: Project) -> Run:
    """A run that needs one more step and one more save."""
    run = tiny.run(project, STEPS)
    stopped_at(
        lambda stop: loop.resume(project, run, stop),
        lambda event: isinstance(event, Stepped) and event.step == NEARLY,
    )
    return run


def finish(project: Project, run: Run) -> Outcome:
    return drain(loop.resume(project, run, never))[1]


def newest_step(run: Run) -> int:
    found = checkpoints.newest_good(run)
    assert found is not None
    return found.standing.step


def test_whatever_fails_the_run_goes_on_to_the_same_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = Project(tmp_path / "template")
    name = begun(template).name
    calm = Project(shutil.copytree(template.root, tmp_path / "calm"))
    expected = finish(calm, Run(calm.runs / name)).weights_sha256
    for at, fault in zip(range(1, 1000, STRIDE), cycle((full, silent)), strict=False):
        project = Project(shutil.copytree(template.root, tmp_path / str(at)))
        run, disk = Run(project.runs / name), Disk(at, fault)
        with monkeypatch.context() as patch:
            disk.install(patch)
            failed = is_trouble(project, run)
        if not disk.struck:
            break
        assert newest_step(run) in (6, NEARLY, STEPS), f"operation {at}"
        if failed and not run.is_finished:
            assert finish(project, run).weights_sha256 == expected, f"operation {at}"
    assert at > 30


def is_trouble(project: Project, run: Run) -> bool:
    try:
        finish(project, run)
    except DiskTrouble:
        return True
    return False


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of two megabytes, where the system lets us mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount") if sys.platform == "linux" and os.geteuid() == 0 else None
    options = ["-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if mount is None or subprocess.run([mount, *options], check=False, capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root on Linux only")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def waits(event: object) -> bool:
    return isinstance(event, Happened) and event.what == "waits"


def test_t08_a_full_disk_pauses_training_which_goes_on_by_itself(small_disk: Path) -> None:
    project = Project(small_disk / "project")
    run = begun(project)
    calm = Project(shutil.copytree(project.root, small_disk.parent / "calm"))
    ballast = small_disk / "ballast"
    with ballast.open("wb") as file:
        file.write(bytes(shutil.disk_usage(small_disk).free - 40_000))
    said: list[str] = []
    work = loop.resume(project, run, never)
    for event in work:
        if waits(event):
            assert newest_step(run) == NEARLY
            ballast.unlink()
        if isinstance(event, Happened):
            said.append(event.text)
    full = re.sub(r"2\d MB", "some MB", said[1])
    assert full == (
        "The disk is full: some MB more are needed. Training waits and keeps everything; it goes on by itself"
        " when there is room."
    )
    assert said[2] == "There is room again: training goes on."
    assert final(run) == finish(calm, Run(calm.runs / run.name)).weights_sha256


def final(run: Run) -> str:
    return next(fact.weights_sha256 for fact in journal.read(run.journal_file) if isinstance(fact, Finished))


def test_t08_who_stops_while_it_waits_is_told_what_is_saved(small_disk: Path) -> None:
    project = Project(small_disk / "project")
    run = begun(project)
    (small_disk / "ballast").write_bytes(bytes(shutil.disk_usage(small_disk).free - 40_000))
    with pytest.raises(DiskTrouble) as caught:
        stopped_at(lambda stop: loop.resume(project, run, stop), waits)
    assert caught.value.what == FULL
    assert newest_step(run) == NEARLY


def finish_with_little_room(project: Project, run: Run) -> None:
    """No file may grow beyond 40,000 bytes: what is told then must be the sentence for a full disk."""
    torch.set_num_threads(1)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
    with pytest.raises(DiskTrouble) as caught:
        stopped_at(lambda stop: loop.resume(project, run, stop), waits)
    assert caught.value.what == FULL


@pytest.mark.skipif(not lives.FORKED, reason="Windows has no limit on the size of files")
def test_a_limit_on_files_is_a_full_disk(tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    run = begun(project)
    life = lives.begin(finish_with_little_room, project, run)
    life.join()
    assert life.exitcode == 0
    assert newest_step(run) == NEARLY
    assert finish(project, run).steps == STEPS


def test_a_disk_without_room_for_one_checkpoint_is_noticed_before_the_first_step(small_disk: Path) -> None:
    project = Project(small_disk / "project")
    run = tiny.run(project, STEPS)
    (small_disk / "ballast").write_bytes(bytes(shutil.disk_usage(small_disk).free - 40_000))
    events: list[object] = []
    with pytest.raises(DiskTrouble, match=FULL):
        events.extend(loop.resume(project, run, never))
    assert not any(isinstance(event, Stepped | Saved) for event in events)
