"""Checkpoints: one folder each, whole or not at all, believed only after every byte was hashed again. No pickle.

checkpoints/step-00000100/manifest.json          where training stood; size and hash of the other files
                          weights.safetensors    what a bot needs
                          optimizer.safetensors  what only training needs
milestones/step-00000100/ the first two of these, kept to talk to a bot as it was

The newest two and the best are kept. Which one is newest or best is found by looking, never by a pointer that can lie.
Knows no text, no schedule and no window.
"""

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from core.atomic import disk_errors, new_folder, remove_folder, sha256, sync_file, write_file
from core.errors import DiskTrouble
from core.runs import Run

VERSION: Final = 1
MANIFEST: Final = "manifest.json"
WEIGHTS: Final = "weights.safetensors"
OPTIMIZER: Final = "optimizer.safetensors"
PREFIXES: Final = {WEIGHTS: "model.", OPTIMIZER: "optimizer."}  # which tensors lie in which file
MILESTONES: Final = 8  # steps of which the weights alone stay; then every second one goes
KEPT: Final = 2  # newest ones, so that one may be damaged
HEADER: Final = 4 << 20  # bytes; ours are under 100 KB, and a larger one could be made to exhaust the memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where training stood. `bits_per_byte` is absent when held-out text was not measured at this very step."""

    step: int
    seconds: float = 0.0
    bits_per_byte: float | None = None
    best_bits_per_byte: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A checkpoint that was read and found whole. `passed_over` are the steps of better ones that were damaged."""

    standing: Standing
    tensors: Mapping[str, Tensor]
    passed_over: tuple[int, ...] = ()

    @property
    def weights(self) -> dict[str, Tensor]:
        """The model's tensors by the names that the model gives them."""
        prefix = PREFIXES[WEIGHTS]
        return {name.removeprefix(prefix): t for name, t in self.tensors.items() if name.startswith(prefix)}


class Damaged(Exception):
    """A checkpoint that is not what was once written. Never leaves this file."""


def save(run: Run, standing: Standing, tensors: Mapping[str, Tensor]) -> None:
    """Write a checkpoint, read it back, and only then remove the older ones. DiskTrouble leaves those as they were."""
    target = folder(run, standing.step)
    with disk_errors("saving a checkpoint"):
        with new_folder(target) as part:
            files = {
                name: write_tensors(part / name, with_prefix(tensors, prefix)) for name, prefix in PREFIXES.items()
            }
            manifest = {"version": VERSION, "made_for": made_for(run), **asdict(standing), "files": files}
            write_file(part / MANIFEST, sealed(manifest))
            if target.exists():  # this step was made again after a resume, or measured after it had been saved
                remove_folder(target)
        _read_back(target)
    _remove_older(run)


def newest_good(run: Run) -> Checkpoint | None:
    """The newest whole checkpoint, with all that training needs; None if there never was one.

    Raises DiskTrouble when every one is damaged.
    """
    return _first_good(run, _steps(run), tuple(PREFIXES))


def best(run: Run) -> Checkpoint:
    """The whole checkpoint with the fewest bits per byte, and of it the weights alone: what a bot speaks from.

    Raises DiskTrouble when there is none.
    """
    order = _best_first(_told(run))
    unreadable = [step for step in _steps(run) if step not in order]
    found = _first_good(run, [*order, *unreadable], (WEIGHTS,))
    if found is None:
        raise DiskTrouble("This run has no checkpoint yet.", fix="Train a little longer, then come back.")
    return found


def at(run: Run, step: int) -> Checkpoint:
    """The weights of one step, kept as a checkpoint or as a milestone. Raises DiskTrouble when they are not there."""
    for place in (folder(run, step), run.milestones / folder(run, step).name):
        with contextlib.suppress(Damaged):
            return _read(run, step, (WEIGHTS,), place)
    raise DiskTrouble(
        f"The weights of step {step:,} were not kept, or are damaged.", fix="Talk to another step of this training."
    )


def resumable(run: Run, step: int) -> Checkpoint | None:
    """The checkpoint of one step with all that training needs; None when it is not there or damaged."""
    try:
        return _read(run, step, tuple(PREFIXES))
    except Damaged:
        return None


def keep_milestone(run: Run, step: int) -> None:
    """Keep the weights of a step that is on disk, to talk to later: a second name for the same bytes, where the disk
    can do that. At most MILESTONES stay, spread evenly. What cannot be kept is let go: the training needs none."""
    source, target = folder(run, step), run.milestones / folder(run, step).name
    if target.exists() or not source.is_dir():
        return
    with contextlib.suppress(OSError):
        run.milestones.mkdir(exist_ok=True)
        with new_folder(target) as part:
            for name in (MANIFEST, WEIGHTS):
                try:
                    os.link(source / name, part / name)
                except OSError:
                    shutil.copyfile(source / name, part / name)
        kept = sorted(path.name for path in run.milestones.glob("step-*"))
        for old in kept[1:-1:2] if len(kept) > MILESTONES else ():
            remove_folder(run.milestones / old)


def forget_after(run: Run, step: int) -> None:
    """Remove what lies after `step`: training goes on from there and will make those steps again."""
    for later in _steps(run):
        if later > step:
            with disk_errors("removing a damaged checkpoint"):
                remove_folder(folder(run, later))


def folder(run: Run, step: int) -> Path:
    return run.checkpoints / f"step-{step:08d}"


def weights_sha256(tensors: Mapping[str, Tensor]) -> str:
    """One hash of a model's weights: names, shapes and bytes, whatever file they lie in."""
    digest = hashlib.sha256()
    for name, tensor in sorted(with_prefix(tensors, PREFIXES[WEIGHTS]).items()):
        digest.update(f"{name} {tensor.dtype} {list(tensor.shape)}\n".encode())
        digest.update(tensor.view(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def sealed(manifest: Mapping[str, Any]) -> bytes:
    """The manifest as JSON, with a hash of itself."""
    text = json.dumps(manifest)
    return json.dumps({**manifest, "sha256": hashlib.sha256(text.encode("ascii")).hexdigest()}).encode("ascii")


def _read_back(place: Path) -> None:
    try:
        _check_files(place, tuple(PREFIXES))
    except Damaged as error:
        raise OSError(errno.EIO, "what was written does not read back") from error


def with_prefix(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors whose names begin so, without it, as they can be written."""
    return {
        name.removeprefix(prefix): tensor.detach().cpu().contiguous()
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }


def write_tensors(path: Path, tensors: dict[str, Tensor]) -> dict[str, Any]:
    """Write and sync one file; returns what the manifest says of it."""
    with _library_errors():
        save_file(tensors, path)
    sync_file(path)
    return {"bytes": path.stat().st_size, "sha256": sha256(path), "tensors": sorted(tensors)}


@contextlib.contextmanager
def _library_errors() -> Iterator[None]:
    """The library tells a full disk by words only, which end in the system's number: "(os error 28)"."""
    try:
        yield
    except SafetensorError as error:
        number = re.search(r"\(os error (\d+)\)$", str(error))
        if number is None:
            raise
        raise OSError(int(number[1]), "while writing tensors") from error


def made_for(run: Run) -> dict[str, str]:
    """What gives the weights their meaning: with another recipe or tokenizer they are noise."""
    return {path.name: sha256(path) for path in (run.recipe_file, run.tokenizer_file)}


def _steps(run: Run) -> list[int]:
    """The steps that have a folder, newest first."""
    names = [path.name for path in run.checkpoints.glob("step-*")]
    return sorted((int(name[5:]) for name in names if re.fullmatch(r"step-\d{8,}", name)), reverse=True)


def _told(run: Run) -> dict[int, Standing]:
    """Where training stood at each step, as far as the manifests can be read."""
    told: dict[int, Standing] = {}
    for step in _steps(run):
        with contextlib.suppress(Damaged):
            told[step] = _standing(_manifest(folder(run, step)))
    return told


def _best_first(told: Mapping[int, Standing]) -> list[int]:
    """Steps by their bits per byte; behind them those that were not measured, the newest first."""
    measured = {step: standing.bits_per_byte for step, standing in told.items()}
    return sorted(told, key=lambda step: (measured[step] is None, measured[step] or 0.0, -step))


def _first_good(run: Run, steps: Sequence[int], files: tuple[str, ...]) -> Checkpoint | None:
    damaged: list[int] = []
    for step in steps:
        try:
            return replace(_read(run, step, files), passed_over=tuple(damaged))
        except Damaged:
            if folder(run, step).exists():  # else a training that runs beside us has just tidied it away
                damaged.append(step)
    if damaged:
        raise DiskTrouble(
            "No checkpoint of this run can be read any more: their files are damaged.",
            fix="Train again. Your imported writing is not touched by this.",
        )
    return None


def _read(run: Run, step: int, files: tuple[str, ...], where: Path | None = None) -> Checkpoint:
    """Read `files` of a checkpoint; Damaged unless all is exactly as it was written, and finite."""
    place = where or folder(run, step)
    manifest = _check_files(place, files)
    try:
        if manifest["made_for"] != made_for(run) or manifest["step"] != step:
            raise Damaged("it belongs to another run or step")
        tensors: dict[str, Tensor] = {}
        for name in files:
            tensors |= _tensors(place / name, PREFIXES[name], manifest["files"][name]["tensors"])
        return Checkpoint(standing=_standing(manifest), tensors=tensors)
    except (OSError, KeyError, TypeError, SafetensorError) as error:
        raise Damaged("unreadable") from error


def _standing(manifest: Mapping[str, Any]) -> Standing:
    return Standing(**{field.name: manifest[field.name] for field in fields(Standing)})


def _manifest(place: Path) -> dict[str, Any]:
    """The manifest of a checkpoint, if nobody touched it since it was sealed; Damaged otherwise."""
    try:
        data = (place / MANIFEST).read_bytes()
        manifest: dict[str, Any] = json.loads(data)
        manifest.pop("sha256")
        if manifest["version"] != VERSION or sealed(manifest) != data:
            raise Damaged("its manifest has changed, or is of another version")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged("its manifest is unreadable") from error
    return manifest


def _check_files(place: Path, names: tuple[str, ...]) -> dict[str, Any]:
    """The manifest, if the named files have the sizes and hashes it tells; Damaged otherwise."""
    manifest = _manifest(place)
    try:
        for name in names:
            told, path = manifest["files"][name], place / name
            if path.stat().st_size != told["bytes"] or sha256(path) != told["sha256"]:
                raise Damaged(f"{name} has changed")
    except (OSError, KeyError, TypeError) as error:
        raise Damaged("a file is missing") from error
    return manifest


def _tensors(path: Path, prefix: str, names: Sequence[str]) -> dict[str, Tensor]:
    """The tensors of one file, copied out of it: a file that stays mapped cannot be removed on Windows."""
    with path.open("rb") as file:
        if int.from_bytes(file.read(8), "little") > HEADER:
            raise Damaged("its header is too large")
    with safe_open(path, "pt") as file:
        if sorted(file.keys()) != sorted(names):
            raise Damaged("it holds other tensors than its manifest tells")
        tensors = {prefix + name: file.get_tensor(name).clone() for name in names}
    if not all(bool(torch.isfinite(tensor).all()) for tensor in tensors.values()):
        raise Damaged("it holds a number that is not finite")
    return tensors


def _remove_older(run: Run) -> None:
    """Keep the newest two and the best; sweep up what crashes left. What cannot be removed now is tried again later.

    What cannot be read now is kept: it may be the best, and the disk may answer again.
    """
    told = _told(run)
    keep = {*_steps(run)[:KEPT], *_best_first(told)[:1]}
    strays = [*run.checkpoints.glob("*.part"), *run.checkpoints.glob("*.gone")]
    with contextlib.suppress(OSError):  # a reader on Windows may hold one open
        for old in [*(folder(run, step) for step in told if step not in keep), *strays]:
            remove_folder(old)
