"""Puts the engine together: finds or fetches its files, lets uv unpack them, tries the result in a process of its own,
and only then says READY. Stopped or killed anywhere, it goes on from what has arrived.

Wheels from an offline kit come first, then those of an earlier try; the network is asked for the rest alone.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core import download
from core.atomic import disk_errors, sha256, swap, sync_folder
from core.download import Span
from core.engine import ready
from core.engine.ready import Ready, Standing
from core.engine.wheels import TITLES, Build, Manifest, path_of
from core.errors import DiskFull, Unsupported
from core.events import Note, Progress, Stop, Work
from core.paths import Home

LOOK: Final = 0.1  # seconds between two looks at a child process
PATIENCE: Final = 300.0  # seconds for the first import of torch: a virus scanner reads all of it
KEPT: Final = "Whatever has arrived is kept. Try again; if it happens twice, press Copy in the Doctor and ask for help."

PROBE: Final = """
import json, sys
sys.path.insert(0, sys.argv[1])
import torch
device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
ones = torch.ones(64, 64, device=device)
if float((ones @ ones)[0, 0]) != 64:
    raise SystemExit("it computes wrongly")
print(json.dumps({"torch": torch.__version__, "device": device}))
"""


@dataclass(frozen=True, slots=True)
class Setup:
    """What the set-up brought: the folder with the lists and uv, and where an offline kit may lie."""

    folder: Path
    uv: Path
    kits: tuple[Path, ...] = ()


def look(setup: Setup | None, home: Home, builds: Sequence[Build]) -> Standing:
    """Raises WrongFile when the set-up's list is damaged."""
    found = ready.read(home)
    offered = [build for build in builds if setup is not None and path_of(setup.folder, build).is_file()]
    if setup is None or not offered:
        return Standing(is_there=ready.is_there(), ready=found, can_install=False)
    manifest, places = Manifest.read(path_of(setup.folder, offered[0])), (ready.folder(home) / "wheels", *setup.kits)
    missing = [
        wheel.wanted.size for wheel in manifest.wheels if not any((p / wheel.wanted.name).is_file() for p in places)
    ]
    return Standing(
        is_there=ready.is_there(),
        ready=found,
        can_install=True,
        title=TITLES[manifest.build],
        missing=sum(missing),
    )


def install(setup: Setup, home: Home, builds: Sequence[Build], stop: Stop) -> Work[Ready | None]:
    """Make the first of `builds` that works the engine of this computer. None when stopped.

    Raises DiskFull, NetworkTrouble, WrongFile, and Unsupported when none works.
    """
    offered = [build for build in builds if path_of(setup.folder, build).is_file()]
    for build in offered:
        manifest = Manifest.read(path_of(setup.folder, build))
        if not (yield from gather(manifest, setup, home, stop)):
            return None
        found = yield from put_together(manifest, setup, home, stop)
        if stop():
            return None
        if found is not None:
            return found
        if build != offered[-1]:
            yield Note(f"PyTorch for {TITLES[build]} does not work on this computer. The next one is tried.")
    raise Unsupported(
        "PyTorch does not start on this computer." if offered else "PyTorch is not made for this computer.",
        fix="Open the Doctor: it says what stands in the way. Your writing is safe.",
    )


# ---- the files


def gather(manifest: Manifest, setup: Setup, home: Home, stop: Stop) -> Work[bool]:
    """Get all wheels into one folder; false when stopped."""
    wheels = ready.folder(home) / "wheels"
    with disk_errors("saving the engine"):
        wheels.mkdir(parents=True, exist_ok=True)
        check_room(manifest, wheels)
    before = 0
    for wheel in manifest.wheels:
        span = Span(before, manifest.bytes)
        yield from without_strangers(wheel.wanted, wheels, span)
        yield from taken_from_kit(wheel.wanted, setup.kits, wheels, span)
        reading = download.reading(wheel.url, {})
        if not (yield from download.fetch(wheel.wanted, wheels, reading, stop, span)):
            return False
        before += wheel.wanted.size
    return True


def check_room(manifest: Manifest, wheels: Path) -> None:
    """Raise DiskFull, with the number, before anything is fetched that would not fit."""
    here = sum(path.stat().st_size for path in wheels.iterdir())
    missing = manifest.room - here - shutil.disk_usage(wheels).free
    if missing > 0:
        raise DiskFull(
            f"The engine needs {manifest.room / 1e9:.1f} GB of disk, and {missing / 1e9:.1f} GB of that are missing.",
            fix="Free some space, then press the button again.",
        )


def without_strangers(wanted: download.Wanted, wheels: Path, span: Span) -> Work[None]:
    """Remove a file of that name that is another one: of an older set-up, or damaged since."""
    target = wheels / wanted.name
    if target.is_file():
        yield Progress(span.before, span.total, "checking what is here")
        with disk_errors("checking the engine's files"):
            if target.stat().st_size != wanted.size or sha256(target) != wanted.digest:
                target.unlink()


def taken_from_kit(wanted: download.Wanted, kits: Sequence[Path], wheels: Path, span: Span) -> Work[None]:
    """Copy a wheel that lies in a kit, if it is the right one."""
    target = wheels / wanted.name
    for path in (kit / wanted.name for kit in kits):
        if target.exists() or not path.is_file() or path.stat().st_size != wanted.size:
            continue
        yield Progress(span.before, span.total, "from the offline kit")
        with disk_errors("copying from the offline kit"):
            part = target.with_name(target.name + ".part")
            shutil.copyfile(path, part)
            if sha256(part) == wanted.digest:
                swap(part, target)
                sync_folder(wheels)
            else:
                part.unlink()


# ---- the engine


def put_together(manifest: Manifest, setup: Setup, home: Home, stop: Stop) -> Work[Ready | None]:
    """Unpack the wheels beside the engine in use, try them, let them take its place. None: stopped, or no use."""
    root, new = ready.folder(home), ready.folder(home) / "torch.new"
    with disk_errors("unpacking the engine"):
        shutil.rmtree(new, ignore_errors=True)
        listed = root / "wheels.txt"
        lines = [wheel.requirement(root / "wheels") for wheel in manifest.wheels]
        listed.write_text("\n".join(lines) + "\n", "utf-8")
    yield Progress(0, 0, "Unpacking the engine")
    unpacked = yield from run(unpack(setup, root, listed, new), root, stop)
    if stop():
        return None
    if unpacked is None:
        if is_full(manifest, root):
            raise DiskFull("The disk is full while unpacking the engine.", fix="Free some space, then try again.")
        raise Unsupported("The engine could not be unpacked.", fix=KEPT)
    yield Progress(0, 0, "Trying the engine: the first time takes a while")
    told = yield from run([sys.executable, "-I", "-c", PROBE, str(new)], root, stop)
    found = understood(told, manifest) if told is not None else None
    if found is None or stop():
        return None
    with disk_errors("putting the engine in its place"):
        ready.write(new, found)
        shutil.rmtree(root / "cache", ignore_errors=True)
        with contextlib.suppress(PermissionError):  # Windows keeps what runs: then it takes its place at the next start
            ready.take_its_place(home)
    return found


def unpack(setup: Setup, root: Path, listed: Path, new: Path) -> list[str]:
    """uv's command: these files and no others, no network, no settings of anybody."""
    return [
        *(str(setup.uv), "pip", "install", "--no-config", "--no-progress", "--offline", "--no-index", "--no-deps"),
        *("--require-hashes", "--requirement", str(listed)),
        *("--python", sys.executable, "--target", str(new), "--cache-dir", str(root / "cache")),
    ]


def understood(told: str, manifest: Manifest) -> Ready | None:
    """What the probe said. A build for a card that finds no card is no use: the driver alone is not believed."""
    try:
        fields = json.loads(told.splitlines()[-1])
        torch, device = str(fields["torch"]), str(fields["device"])
    except (ValueError, IndexError, KeyError, TypeError):
        return None
    if manifest.build != "cpu" and device != "cuda":
        return None
    return Ready(build=manifest.build, torch=torch, device=device, manifest=manifest.digest)


def is_full(manifest: Manifest, root: Path) -> bool:
    return shutil.disk_usage(root).free < manifest.bytes // 10


def run(command: list[str], root: Path, stop: Stop) -> Work[str | None]:
    """What a child process printed; None when it failed, took too long or was stopped. What it complained of goes to
    engine/last.log."""
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    quiet = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_", "UV_"))}
    with (
        (root / "last.log").open("w", encoding="utf-8") as log,
        (root / "last.txt").open("w+", encoding="utf-8") as out,
    ):
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=log, env=quiet, creationflags=hidden, cwd=root
        )
        try:
            yield from waited(child, stop)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        out.seek(0)
        return out.read() if child.returncode == 0 and not stop() else None


def waited(child: "subprocess.Popen[bytes]", stop: Stop) -> Iterator[Progress]:
    until = time.monotonic() + PATIENCE
    while child.poll() is None and not stop() and time.monotonic() < until:
        yield Progress(0, 0, "Putting the engine together")
        time.sleep(LOOK)


def brought(environment: Mapping[str, str], more: Sequence[Path] = ()) -> Setup | None:
    """The set-up that this Mynah came from; None where torch came with Mynah, or by other ways. `more` are folders that
    the user named as offline kits."""
    folder = ready.setup_folder(environment)
    uv = folder / ("uv.exe" if os.name == "nt" else "uv")
    if not uv.is_file():
        return None
    return Setup(folder, uv, (*more, *beside(folder), Path.home() / "Downloads" / "mynah-engine"))


def beside(folder: Path) -> list[Path]:
    """Where the set-up lay when it was started, as it wrote down: on Windows in UTF-16."""
    try:
        data = (folder / "kit.txt").read_bytes()
        text = data.decode("utf-16" if data.startswith(b"\xff\xfe") else "utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    return [Path(line.strip()) for line in text.splitlines() if line.strip()]
