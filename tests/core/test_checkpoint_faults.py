"""Whatever file operation of a save goes wrong, and however, one whole checkpoint is there afterwards."""

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from core import checkpoints
from core.checkpoints import Standing
from core.errors import DiskTrouble
from core.runs import Run
from tests.core.test_checkpoints import names, new_run, newest_step, save_all, standing, tensors
from tests.fakes import lives
from tests.fakes.faults import Disk, die, full, silent


def bits(step: int) -> float:
    """Step 1 is the best, so three checkpoints are kept."""
    return float(step)


@pytest.fixture(name="begin")
def fixture_begin(tmp_path: Path) -> Callable[[int], Run]:
    """Makes runs with three checkpoints, of which the next save removes one."""
    first = new_run(tmp_path / "first")
    for step in (1, 2, 3):
        checkpoints.save(first, standing(step, bits(step)), tensors(step))

    def begin(at: int) -> Run:
        return Run(shutil.copytree(first.root, tmp_path / str(at)))

    return begin


@pytest.mark.parametrize("fault", [full, silent])
def test_a_save_that_fails_at_any_operation_loses_nothing(
    begin: Callable[[int], Run], monkeypatch: pytest.MonkeyPatch, fault: Callable[[], None]
) -> None:
    for at in itertools.count(1):
        run, disk = begin(at), Disk(at, fault)
        failed = save_on(disk, run, monkeypatch)
        assert newest_step(run) == (3 if failed and "step-00000004" not in names(run) else 4), f"operation {at}"
        assert checkpoints.best(run).standing.step == 1, f"operation {at}"
        save_all(run, 4, bits=bits(4))
        assert names(run) == ["step-00000001", "step-00000003", "step-00000004"], f"operation {at}"
        if not disk.struck:
            break
    assert at > 20


def save_on(disk: Disk, run: Run, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Save step 4 on a failing disk; whether that was told as trouble."""
    with monkeypatch.context() as patch:
        disk.install(patch)
        try:
            save_all(run, 4, bits=bits(4))
        except DiskTrouble:
            return True
    return False


def save_and_die(run: Run, at: int) -> None:
    torch.set_num_threads(1)
    Disk(at, die).install(pytest.MonkeyPatch())
    save_all(run, 4, bits=bits(4))


@pytest.mark.skipif(not lives.FORKED, reason="would import torch once for each operation")
def test_a_machine_that_dies_at_any_operation_of_a_save_loses_nothing(begin: Callable[[int], Run]) -> None:
    deaths = 0
    for at in itertools.count(1):
        run = begin(at)
        life = lives.begin(save_and_die, run, at)
        life.join()
        assert newest_step(run) in (3, 4), f"operation {at}"
        assert checkpoints.best(run).standing.step == 1, f"operation {at}"
        save_all(run, 4, bits=bits(4))
        assert names(run) == ["step-00000001", "step-00000003", "step-00000004"], f"operation {at}"
        if life.exitcode != lives.KILLED:
            break
        deaths += 1
    assert life.exitcode == 0
    assert deaths > 20


def naive_save(run: Run, now: Standing, content: dict[str, Tensor]) -> None:
    """What many programs do: one place, written over."""
    target = checkpoints.folder(run, now.step)
    shutil.rmtree(checkpoints.folder(run, now.step - 1))
    target.mkdir()
    files = {}
    for name, prefix in checkpoints.PREFIXES.items():
        kept = {key.removeprefix(prefix): tensor for key, tensor in content.items() if key.startswith(prefix)}
        with (target / name).open("wb"):
            save_file(kept, target / name)
        files[name] = checkpoints.write_tensors(target / name, kept)
    made_for = checkpoints.made_for(run)
    manifest = {"version": 1, "made_for": made_for, "step": now.step, "seconds": 0.0, "files": files}
    manifest |= {"bits_per_byte": None, "best_bits_per_byte": None}
    with (target / "manifest.json").open("wb") as file:
        file.write(checkpoints.sealed(manifest))


def test_the_same_search_finds_the_faults_of_a_naive_save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = 0
    for at in itertools.count(1):
        run, disk = new_run(tmp_path / str(at)), Disk(at, full)
        save_all(run, 1)
        with monkeypatch.context() as patch:
            disk.install(patch)
            try:
                naive_save(run, standing(2), tensors(2))
            except (OSError, DiskTrouble):
                lost += not is_readable(run)
        if not disk.struck:
            break
    assert is_readable(run)
    assert lost > 5


def is_readable(run: Run) -> bool:
    try:
        return checkpoints.newest_good(run) is not None
    except DiskTrouble:
        return False
