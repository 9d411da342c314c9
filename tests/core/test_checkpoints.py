"""Checkpoints are whole or passed over, and the newest and best survive whatever happens to the disk."""

import contextlib
import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor

from core import atomic, checkpoints
from core.checkpoints import Standing, best, folder, newest_good, save, weights_sha256
from core.errors import DiskTrouble
from core.runs import Run
from tests.core.test_recipe import RECIPE

KINDS = ("manifest.json", "weights.safetensors", "optimizer.safetensors")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return new_run(tmp_path / "run")


def new_run(root: Path, *, seed: int = 1337) -> Run:
    run = Run(root)
    run.root.mkdir()
    run.recipe_file.write_text(replace(RECIPE, seed=seed).to_json(), "utf-8")
    run.tokenizer_file.write_text("{}", "utf-8")
    return run


def tensors(step: int) -> dict[str, Tensor]:
    return {
        "model.embedding.weight": torch.full((4, 3), float(step)),
        "model.norm.weight": torch.arange(3.0) + step,
        "optimizer.norm.weight.exp_avg": torch.ones(3) / (step + 1),
        "optimizer.norm.weight.step": torch.tensor(float(step)),
    }


def standing(step: int, bits: float | None = None) -> Standing:
    return Standing(step=step, seconds=step / 10, bits_per_byte=bits, best_bits_per_byte=bits)


def save_all(run: Run, *steps: int, bits: float | None = None) -> None:
    for step in steps:
        save(run, standing(step, bits), tensors(step))


def names(run: Run) -> list[str]:
    return sorted(path.name for path in run.checkpoints.iterdir())


def newest_step(run: Run) -> int:
    found = newest_good(run)
    assert found is not None
    return found.standing.step


def test_what_was_saved_comes_back(run: Run) -> None:
    assert newest_good(run) is None
    save(run, standing(7, 2.5), tensors(7))
    found = newest_good(run)
    assert found is not None
    assert (found.standing, found.passed_over) == (standing(7, 2.5), ())
    assert found.tensors.keys() == tensors(7).keys()
    assert all(torch.equal(found.tensors[name], tensor) for name, tensor in tensors(7).items())
    assert sorted(path.name for path in folder(run, 7).iterdir()) == sorted(KINDS)


def test_a_bot_reads_only_the_weights_by_the_models_own_names(run: Run) -> None:
    save_all(run, 7)
    (folder(run, 7) / "optimizer.safetensors").unlink()
    assert best(run).weights.keys() == {"embedding.weight", "norm.weight"}


def test_the_newest_two_and_the_best_are_kept(run: Run) -> None:
    for step, bits in ((0, 9.0), (10, 2.0), (20, 3.0), (25, None), (30, 4.0), (35, None)):
        save(run, standing(step, bits), tensors(step))
    assert names(run) == ["step-00000010", "step-00000030", "step-00000035"]
    assert best(run).standing == standing(10, 2.0)
    assert newest_step(run) == 35


def test_what_crashes_left_behind_is_swept_up(run: Run) -> None:
    save_all(run, 1)
    for stray in ("step-00000002.part", "step-00000000.gone"):
        (run.checkpoints / stray).mkdir()
    assert newest_step(run) == 1
    save_all(run, 2)
    assert names(run) == ["step-00000001", "step-00000002"]


def test_a_step_saved_again_replaces_the_first(run: Run) -> None:
    save_all(run, 1, 2)
    save(run, standing(2, 1.5), tensors(2))
    assert names(run) == ["step-00000001", "step-00000002"]
    assert best(run).standing.bits_per_byte == 1.5


@pytest.mark.parametrize("kind", KINDS)
def test_any_flipped_byte_is_noticed_and_the_one_before_is_taken(run: Run, kind: str) -> None:
    save_all(run, 1, 2)
    path = folder(run, 2) / kind
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        found = newest_good(run)
        assert found is not None
        assert (found.standing.step, found.passed_over) == (1, (2,)), f"byte {place} of {kind}"
    path.write_bytes(whole)
    assert newest_step(run) == 2


def cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def made_longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def of_another_kind(path: Path) -> None:
    path.write_bytes(b"[1, 2]")


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("damage", [cut_short, made_longer, emptied, Path.unlink, of_another_kind, a_folder])
def test_a_damaged_file_is_passed_over(run: Run, kind: str, damage: Callable[[Path], None]) -> None:
    save_all(run, 1, 2)
    damage(folder(run, 2) / kind)
    found = newest_good(run)
    assert found is not None
    assert (found.standing.step, found.passed_over) == (1, (2,))


def test_the_best_falls_back_as_well(run: Run) -> None:
    save_all(run, 1, bits=2.0)
    save_all(run, 2, bits=1.0)
    (folder(run, 2) / "weights.safetensors").unlink()
    assert (best(run).standing.step, best(run).passed_over) == (1, (2,))


def test_a_checkpoint_of_another_run_is_not_taken_for_ours(run: Run, tmp_path: Path) -> None:
    other = new_run(tmp_path / "other", seed=2)
    save_all(run, 1)
    save_all(other, 2)
    shutil.copytree(folder(other, 2), folder(run, 2))
    assert newest_step(run) == 1


def test_a_checkpoint_under_another_step_is_not_believed(run: Run) -> None:
    save_all(run, 1, 2)
    folder(run, 2).rename(folder(run, 3))
    assert newest_step(run) == 1


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_are_not_finite_are_passed_over(run: Run, number: float) -> None:
    save_all(run, 1)
    save(run, standing(2), tensors(2) | {"model.norm.weight": torch.full((3,), number)})
    assert newest_step(run) == 1


def test_tensors_that_the_manifest_does_not_name_are_passed_over(run: Run) -> None:
    save_all(run, 1, 2)
    place = folder(run, 2)
    save_file({"other": torch.ones(1)}, place / "weights.safetensors")
    manifest = json.loads((place / "manifest.json").read_bytes())
    told = manifest["files"]["weights.safetensors"]
    told |= {"bytes": (place / "weights.safetensors").stat().st_size}
    told |= {"sha256": atomic.sha256(place / "weights.safetensors")}
    del manifest["sha256"]
    (place / "manifest.json").write_bytes(checkpoints.sealed(manifest))
    assert newest_step(run) == 1


def test_when_all_are_damaged_the_user_is_told_what_to_do(run: Run) -> None:
    save_all(run, 1, 2)
    for step in (1, 2):
        (folder(run, step) / "weights.safetensors").unlink()
    with pytest.raises(DiskTrouble, match=r"their files are damaged\. Train again"):
        newest_good(run)


def test_a_run_without_a_checkpoint_has_no_best(run: Run) -> None:
    with pytest.raises(DiskTrouble, match="no checkpoint yet"):
        best(run)


def test_what_lies_after_a_step_can_be_forgotten(run: Run) -> None:
    save_all(run, 1, 2)
    checkpoints.forget_after(run, 1)
    assert names(run) == ["step-00000001"]


def full_by_words(tensors: dict[str, Tensor], path: Path) -> None:
    path.write_bytes(b"half")
    raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")


def full(*arguments: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("place", "name", "fault"),
    [(checkpoints, "save_file", full_by_words), (os, "fsync", full), (checkpoints, "write_file", full)],
)
def test_a_full_disk_is_trouble_and_leaves_the_last_checkpoint(
    run: Run, monkeypatch: pytest.MonkeyPatch, place: object, name: str, fault: Callable[..., None]
) -> None:
    save_all(run, 1, 2)
    with monkeypatch.context() as patch:
        patch.setattr(place, name, fault)
        with pytest.raises(DiskTrouble) as caught:
            save_all(run, 3)
        with pytest.raises(DiskTrouble):  # replacing the same step must not lose it either
            save_all(run, 2)
    assert caught.value.what == "The disk is full while saving a checkpoint."
    assert names(run) == ["step-00000001", "step-00000002"]
    assert newest_step(run) == 2


def test_what_does_not_read_back_removes_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    save_all(run, 1, 2)

    @contextlib.contextmanager
    def lying_disk(target: Path) -> Iterator[Path]:
        with atomic.new_folder(target) as part:
            yield part
        (target / "weights.safetensors").write_bytes(b"zeros")

    monkeypatch.setattr(checkpoints, "new_folder", lying_disk)
    with pytest.raises(DiskTrouble, match="EIO"):
        save_all(run, 3)
    assert names(run) == ["step-00000001", "step-00000002", "step-00000003"]
    assert newest_step(run) == 2


def test_the_weights_hash_is_of_names_shapes_and_numbers_alone() -> None:
    first = weights_sha256(tensors(1))
    assert weights_sha256(dict(reversed(tensors(1).items()))) == first
    assert weights_sha256(tensors(1) | {"optimizer.more": torch.ones(1)}) == first
    assert weights_sha256(tensors(1) | {"model.norm.weight": torch.arange(3.0)}) != first
    assert weights_sha256(tensors(1) | {"model.embedding.weight": torch.full((3, 4), 1.0)}) != first
    assert weights_sha256({"model.a": torch.ones(2, 2).t()}) == weights_sha256({"model.a": torch.ones(2, 2)})
