"""What may stand in the way on this computer, found by looking, each with a way out. Knows no torch: it is told of it.

`look` asks the system; `findings` is pure and judges what was found, so that every illness is tested without having it.
"""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, TypeAlias

import psutil
from filelock import FileLock, Timeout

from core import lock
from core.machine import DeviceKind, Machine, battery, of_card, this_machine
from core.paths import Home

Level: TypeAlias = Literal["fine", "note", "trouble"]
Button: TypeAlias = Literal["", "repair", "disk", "network"]

LITTLE_DISK: Final = 5_000_000_000  # bytes below which a base model and its checkpoints do not fit
NO_DISK: Final = 1_000_000_000
LITTLE_MEMORY: Final = 4_000_000_000
REPAIR: Final = "Repair the engine (or: mynah engine --get)"
ELSE: Final = "Where neither is there, install Mynah again: your writing and your bots stay."
CUDA_13_DRIVER: Final = 580  # the first number of the driver's version
CUDA_12_DRIVER: Final = 525
REMOTE: Final = frozenset(
    {"remote", "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "webdav", "davfs", "9p", "sshfs"}
)
REMOTE_FUSE: Final = ("fuse.sshfs", "fuse.rclone", "fuse.davfs", "fuse.gvfs", "fuse.google")
SMALL_FILES: Final = frozenset({"vfat", "fat32", "msdos", "fat"})  # 4 GB at most
SYNCED: Final = ("onedrive", "dropbox", "google drive", "icloud drive", "mobile documents")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An NVIDIA card as its own program tells."""

    name: str
    capability: tuple[int, int]
    driver: int
    memory: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Torch:
    """The PyTorch that is installed. `cuda` is the version that it was built for, empty for none."""

    version: str
    cuda: str
    device: DeviceKind
    error: str = ""  # what it said when it could not be loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """All that was found."""

    system: str
    processor: str
    cores: int
    memory: int
    free_disk: int
    file_system: str
    folder: str
    cards: tuple[Card, ...]
    torch: Torch | None  # None: not installed
    on_battery: bool
    battery: int | None  # per cent
    network: Literal["works", "blocked", "off", "unknown"]
    busy: tuple[str, ...]  # projects that another window or command holds
    python: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One sentence of what is, and one of what to do; `button` names what the window can do about it."""

    about: str
    level: Level
    what: str
    fix: str = ""
    button: Button = ""


def findings(signs: Signs) -> list[Finding]:
    """What to make of the signs, the worst first."""
    found = [
        *_device(signs),
        *_disk(signs),
        *_power(signs),
        *_memory(signs),
        *_network(signs),
        *_others(signs),
    ]
    order: dict[Level, int] = {"trouble": 0, "note": 1, "fine": 2}
    return sorted(found, key=lambda finding: order[finding.level])


def _device(signs: Signs) -> Iterator[Finding]:
    torch = signs.torch
    if signs.system == "Darwin" and signs.processor == "x86_64":
        yield _trouble(
            "Processor",
            "PyTorch is no longer made for Macs with an Intel processor.",
            "Bots can be made on another computer and taken here to read; see Export.",
        )
        return
    if torch is None:
        yield _trouble(
            "Engine",
            "PyTorch, which trains and talks, is not here yet.",
            f"Get it on the Welcome page (or: mynah engine --get). {ELSE}",
            "repair",
        )
        return
    if torch.error:
        fix = f"Press {REPAIR}. {ELSE}"
        if "1114" in torch.error or "126" in torch.error:
            fix = (
                "Install the Microsoft Visual C++ runtime from aka.ms/vs/17/release/vc_redist.x64.exe, then try again."
            )
        yield _trouble("Engine", "PyTorch is there but does not start.", fix, "repair")
        return
    if not signs.cards:
        what = {"mps": "the Mac's own graphics", "cuda": "the graphics card"}.get(torch.device, "the processor")
        where = f"Mynah trains on {what} ({signs.cores} cores)."
        none = " There is no graphics card that it could use." if torch.device == "cpu" else ""
        yield Finding(about="Device", level="fine", what=where + none)
        return
    yield from _nvidia(max(signs.cards, key=lambda card: card.capability), torch)


def _nvidia(card: Card, torch: Torch) -> Iterator[Finding]:
    if torch.device == "cuda":
        yield Finding(about="Device", level="fine", what=f"Mynah trains on your {card.name} (driver {card.driver}).")
    elif card.capability < (5, 0):
        yield Finding(
            about="Device",
            level="note",
            what=f"Your {card.name} is too old for PyTorch. Mynah trains on the processor.",
            fix="Choose a small model and a long night.",
        )
    elif card.driver < CUDA_12_DRIVER or (card.capability > (9, 0) and card.driver < CUDA_13_DRIVER):
        yield _trouble(
            "Driver",
            f"The driver of your {card.name} ({card.driver}) is too old, so the card is not used.",
            f"Get a new driver from nvidia.com/drivers, restart, then press {REPAIR}. {ELSE}",
            "repair",
        )
    elif not torch.cuda:
        yield _trouble(
            "Engine",
            f"Your {card.name} is not used: the PyTorch here is made for processors only.",
            f"Press {REPAIR}: it chooses the one for your card. {ELSE}",
            "repair",
        )
    else:
        yield _trouble(
            "Device",
            f"PyTorch for CUDA {torch.cuda} does not find your {card.name}.",
            f"Restart the computer: an updated driver sleeps until then. If that is no help, press {REPAIR}. {ELSE}",
            "repair",
        )


def _disk(signs: Signs) -> Iterator[Finding]:
    free = f"{signs.free_disk / 1e9:.1f} GB are free where Mynah keeps its things"
    if signs.free_disk < NO_DISK:
        yield _trouble("Disk", f"Only {free}.", "Free some space before you train: saving needs it.", "disk")
    elif signs.free_disk < LITTLE_DISK:
        fix = "A small model fits; for larger ones free some space, or delete models and old trainings."
        yield Finding(about="Disk", level="note", what=f"{free}.", fix=fix, button="disk")
    else:
        yield Finding(about="Disk", level="fine", what=f"{free}.")
    kind = signs.file_system.lower()
    if kind in REMOTE or kind.startswith(REMOTE_FUSE) or signs.folder.startswith("\\\\"):
        yield _trouble(
            "Data folder",
            "The data folder lies on a network drive: saving is slow there, and may lose what was saved.",
            "Move it to a disk of this computer, and tell Mynah with MYNAH_HOME.",
        )
    if kind in SMALL_FILES:
        yield _trouble(
            "Data folder",
            "The data folder lies on a disk of the FAT kind, where no file may be larger than 4 GB.",
            "Move it to another disk, and tell Mynah with MYNAH_HOME.",
        )
    if any(name in signs.folder.lower() for name in SYNCED):
        yield Finding(
            about="Data folder",
            level="note",
            what="The data folder is copied to a cloud while Mynah writes into it.",
            fix="Exclude it there, or move it, and tell Mynah with MYNAH_HOME: your writing should stay here.",
        )


def _power(signs: Signs) -> Iterator[Finding]:
    if signs.on_battery:
        left = f" ({signs.battery} %)" if signs.battery is not None else ""
        yield Finding(
            about="Power",
            level="note",
            what=f"This computer runs on its battery{left}.",
            fix="Plug it in before a long training: it is slower on the battery, and may stop.",
        )


def _memory(signs: Signs) -> Iterator[Finding]:
    if signs.memory < LITTLE_MEMORY:
        yield Finding(
            about="Memory",
            level="note",
            what=f"This computer has {signs.memory / 1e9:.1f} GB of memory.",
            fix="Close other programs while it trains, and choose a small model.",
        )


def _network(signs: Signs) -> Iterator[Finding]:
    if signs.network == "blocked":
        yield Finding(
            about="Network",
            level="note",
            what="The model hub cannot be reached from here.",
            fix="What is here works without it. To get a model, check the connection, the proxy or the firewall; or "
            "copy a model's folder here and add it on the Models page.",
            button="network",
        )
    elif signs.network == "off":
        yield Finding(about="Network", level="fine", what="Mynah is told to stay offline (HF_HUB_OFFLINE).")
    elif signs.network == "works":
        yield Finding(about="Network", level="fine", what="The model hub can be reached.")


def _others(signs: Signs) -> Iterator[Finding]:
    if signs.busy:
        yield Finding(
            about="Other windows",
            level="note",
            what=f"Another window or command is at work in: {', '.join(signs.busy)}.",
            fix="That is fine. To train or import there from here, wait for it or stop it there.",
        )


def _trouble(about: str, what: str, fix: str, button: Button = "") -> Finding:
    return Finding(about=about, level="trouble", what=what, fix=fix, button=button)


# ---- asking this computer


def look(home: Home, torch: Torch | None, network: Literal["works", "blocked", "off", "unknown"] = "unknown") -> Signs:
    """All signs. Takes a second at most; a driver that hangs is given up after ten."""
    power = battery()
    there = next(path for path in (home.root, *home.root.absolute().parents) if path.exists())
    return Signs(
        system=platform.system(),
        processor=platform.machine(),
        cores=psutil.cpu_count(logical=False) or os.cpu_count() or 1,
        memory=psutil.virtual_memory().total,
        free_disk=shutil.disk_usage(there).free,
        file_system=file_system(there),
        folder=str(there),
        cards=tuple(cards(ask_nvidia())),
        torch=torch,
        on_battery=power is not None and not power.is_plugged,
        battery=None if power is None else round(power.percent),
        network=network,
        busy=tuple(busy(home)),
        python=f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}",
    )


def without_torch(folder: Path) -> Machine:
    """This computer, as far as it can be told before torch is there. Of a processor it is not known whether it
    multiplies in half precision: what fits in full fits then too."""
    machine = this_machine(folder)
    if found := list(cards(ask_nvidia())):
        card = max(found, key=lambda card: card.memory)
        half = of_card(card.capability, card.name)
        return replace(machine, device="cuda", precision=half, name=card.name, device_memory=card.memory)
    is_apple = sys.platform == "darwin" and platform.machine() == "arm64"
    return replace(machine, device="mps") if is_apple else machine


def file_system(folder: Path) -> str:
    """What kind of file system holds `folder`, as the system calls it; empty where nobody knows.

    Windows calls a drive letter on another computer NTFS too, and "remote" beside that.
    """
    mounts = [part for part in psutil.disk_partitions(all=True) if folder.resolve().is_relative_to(part.mountpoint)]
    if not mounts:
        return ""
    nearest = max(mounts, key=lambda part: len(part.mountpoint))
    return "remote" if "remote" in nearest.opts.split(",") else nearest.fstype


def ask_nvidia() -> str:
    """What nvidia-smi says; empty without it."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return ""
    query = [program, "--query-gpu=name,compute_cap,driver_version,memory.total", "--format=csv,noheader,nounits"]
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        answer = subprocess.run(query, capture_output=True, text=True, timeout=10, check=False, creationflags=hidden)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout


def cards(answer: str) -> Iterator[Card]:
    """The cards in that answer; a line that makes no sense is no card."""
    for line in answer.splitlines():
        try:
            name, capability, driver, memory = (part.strip() for part in line.rsplit(",", 3))
            major, minor = capability.split(".")
            yield Card(
                name=name,
                capability=(int(major), int(minor)),
                driver=int(driver.split(".")[0]),
                memory=int(memory) << 20,
            )
        except ValueError:
            continue


def busy(home: Home) -> Iterator[str]:
    """Projects that somebody else holds for writing just now."""
    for path in sorted((home.root / "projects").glob("*/project.lock")):
        if lock.is_own(path):
            continue
        try:
            FileLock(path, timeout=0).acquire().lock.release()
        except (Timeout, OSError):
            yield path.parent.name
