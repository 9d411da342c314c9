#!/usr/bin/env python3
"""From a bare machine to Mynah: makes .venv with the PyTorch that this computer can use, then runs what was asked.

    python3 packaging/bootstrap.py demo     train a small bot on the sample and let it speak
    python3 packaging/bootstrap.py test     every check and every test
    python3 packaging/bootstrap.py setup    only make .venv
    python3 packaging/bootstrap.py run ...  `mynah ...`; without words, the window

Standard library only, for nothing is installed yet. Knows nothing of the app but the names of its commands.
"""

import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

FLOOR = (3, 11)
if sys.version_info < FLOOR:  # above everything that an older Python could stumble over
    sys.exit(
        "Mynah needs Python 3.11 or newer, and this is {}.{}. Install a newer one from python.org, "
        "then give the same command with it, for example: python3.12 packaging/bootstrap.py demo".format(
            *sys.version_info
        )
    )

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
READY = VENV / "ready.json"  # written last, so that an interrupted setup never looks finished
LOG = VENV / "setup.log"

TORCH = "torch==2.13.0"
PYTORCH_INDEX = "https://download.pytorch.org/whl/"  # PyTorch's own shelf, for the builds that PyPI lacks

# What Qt's window and its offscreen stand-in link to, and the Debian package that brings each.
QT_LIBRARIES = json.loads((ROOT / "resources" / "qt_libraries.json").read_text("utf-8"))

# A mark that pip or the system leaves in the log, and what it means for the person waiting.
REASONS = (
    (("No space left on device", "not enough space on the disk", "Errno 28"), "The disk is full.", "Free some space"),
    (
        (
            "incomplete-download",
            "IncompleteRead",
            "DO NOT MATCH THE HASHES",
            "Connection broken",
            "ConnectionResetError",
        ),
        "A download broke off on its way.",
        "Check the internet connection",
    ),
    (
        ("NewConnectionError", "NameResolutionError", "ConnectTimeout", "ReadTimeout", "ProxyError", "Could not fetch"),
        "The package index cannot be reached.",
        "Check the internet connection",
    ),
    (("Permission denied", "Access is denied", "Errno 13"), "A file may not be written.", "Check the folder's rights"),
    (
        ("No matching distribution found",),
        "A package does not exist for this Python or this computer.",
        "Use a 64-bit Python 3.11, 3.12 or 3.13",
    ),
)


class SetupFailed(Exception):
    """What stands in the way, and what the person can do about it."""


# ---- what this computer needs: pure


@dataclass(frozen=True)
class Card:
    """One NVIDIA card: its compute capability, and the first number of its driver's version."""

    capability: tuple[int, int]
    driver: int


@dataclass(frozen=True)
class Torch:
    """One build of PyTorch. An empty `index` is the ordinary package index."""

    build: str
    megabytes: int  # to download, roughly
    gigabytes: int  # to have free before it starts
    index: str = ""
    advice: str = ""


CPU = Torch("CPU", megabytes=190, gigabytes=3)
CPU_WITHOUT_CUDA = Torch("CPU", megabytes=190, gigabytes=3, index=PYTORCH_INDEX + "cpu")
APPLE = Torch("Apple graphics", megabytes=110, gigabytes=3)
CUDA_13 = Torch("CUDA 13", megabytes=2700, gigabytes=9)
CUDA_13_WINDOWS = Torch("CUDA 13", megabytes=2000, gigabytes=9, index=PYTORCH_INDEX + "cu130")  # PyPI has only the CPU
CUDA_12 = Torch("CUDA 12.6", megabytes=2700, gigabytes=9, index=PYTORCH_INDEX + "cu126")
OLD_DRIVER = Torch(
    "CPU",
    megabytes=CPU.megabytes,
    gigabytes=CPU.gigabytes,
    advice="Your NVIDIA driver is too old for your card. Mynah works without the card; for more speed, "
    "update the driver from nvidia.com and give this command again.",
)


def read_cards(answer: str) -> list[Card]:
    """The cards in nvidia-smi's answer: one `capability, driver` a line. A line it cannot read is no card."""
    cards = []
    for line in answer.splitlines():
        try:
            capability, driver = line.split(",")
            major, minor = capability.split(".")
            cards.append(Card((int(major), int(minor)), int(driver.split(".")[0])))
        except ValueError:
            continue
    return cards


def choose(system: str, machine: str, cards: list[Card]) -> Torch:
    """The build whose kernels this hardware can run.

    PyTorch 2.13 comes for CUDA 13 (compute capability 7.5 and newer, driver 580) and for CUDA 12.6 (5.0 to 9.0,
    driver 525, on Windows 528).
    """
    if system == "Darwin":
        if machine != "arm64":
            raise SetupFailed(
                "PyTorch is no longer made for Macs with an Intel processor. Please use another computer."
            )
        return APPLE
    if not cards:
        return CPU
    best = max(cards, key=lambda card: card.capability)
    if best.capability >= (7, 5) and best.driver >= 580:
        return CUDA_13_WINDOWS if system == "Windows" else CUDA_13
    if (5, 0) <= best.capability <= (9, 0) and best.driver >= (529 if system == "Windows" else 525):
        return CUDA_12
    return CPU if best.capability < (5, 0) else OLD_DRIVER


def brings_cuda(report: str) -> bool:
    """Whether the build of torch in pip's report asks for NVIDIA's libraries, gigabytes of them."""
    needs = json.loads(report)["install"][0]["metadata"].get("requires_dist", [])
    return any(need.startswith(("nvidia-", "cuda-")) for need in needs)


def missing_libraries(linker_cache: str) -> list[str]:
    """The Debian packages of the libraries of Qt's that `ldconfig -p` does not list."""
    there = {line.split()[0] for line in linker_cache.splitlines() if line.strip()}
    return [package for library, package in QT_LIBRARIES.items() if library not in there]


def machine_mark(torch: Torch, root: Path) -> str:
    """Changes when an environment made before cannot be mended, only made anew."""
    return _hash(f"{sys.version} {sys.base_prefix} {torch.build} {root}".encode())


def settled(torch: Torch, cards: list[Card], record: str, root: Path) -> Torch:
    """The build to have, given the record of the one that is there.

    A card may fall silent, after an update of its driver until the next start of the computer for one. That is no
    reason to throw gigabytes away: a build for cards works without one too.
    """
    there = _read_record(record).get("machine")
    for build in () if cards else (CUDA_13, CUDA_12):
        if machine_mark(build, root) == there:
            return build
    return torch


def is_ready(record: str, machine: str, project: str, *, dev: bool) -> bool:
    """Whether an environment with this record serves as it is."""
    ready = _read_record(record)
    return (ready.get("machine"), ready.get("project")) == (machine, project) and bool(ready.get("dev") or not dev)


def explain(log: str) -> str:
    """A failure in the words of the person who waits."""
    for marks, what, fix in REASONS:
        if any(mark in log for mark in marks):
            return f"{what} {fix}, then give the same command again; it goes on where it stopped."
    return "Something unexpected went wrong. Give the same command again; if that does not help, read the log."


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read_record(text: str) -> dict[str, object]:
    try:
        record = json.loads(text)
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


# ---- asking this computer


def ask_cards() -> list[Card]:
    command = shutil.which("nvidia-smi")
    if command is None:
        return []
    query = [command, "--query-gpu=compute_cap,driver_version", "--format=csv,noheader"]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, timeout=10, check=False)  # a sick driver hangs
    except (OSError, subprocess.TimeoutExpired):
        return []
    return read_cards(answer.stdout)


def ask_linker() -> str:
    ldconfig = shutil.which("ldconfig", path=os.defpath + ":/sbin:/usr/sbin")
    if ldconfig is None:
        return ""
    return subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=False).stdout


def may_install_packages() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def clean_environment() -> dict[str, str]:
    """The caller's environment without what would lead Python or pip past .venv."""
    leading_away = ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_DRY_RUN")
    kept = {name: value for name, value in os.environ.items() if name not in leading_away}
    return {**kept, "PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


# ---- doing


def say(words: str, end: str = "\n") -> None:
    sys.stdout.write(words + end)
    sys.stdout.flush()


def step(words: str, command: list[str]) -> None:
    """Run one command, showing only `words` and how long it took; what it said goes to the log."""
    started = time.monotonic()
    with LOG.open("ab") as log:
        before = log.tell()
        log.write(f"\n$ {' '.join(command)}\n".encode())
        log.flush()
        child = subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=clean_environment(), cwd=ROOT
        )
        code = _wait(child, words, started)
    _show(words, started, end="\n")
    if code != 0:
        said = LOG.read_bytes()[before:].decode("utf-8", "replace")
        raise SetupFailed(f"{explain(said)}\nThe log is in {LOG.relative_to(ROOT)}.")


def _wait(child: subprocess.Popen[bytes], words: str, started: float) -> int:
    try:
        while child.poll() is None:
            if sys.stdout.isatty():
                _show(words, started, end="")
            time.sleep(0.2)
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        raise
    return child.returncode


def _show(words: str, started: float, end: str) -> None:
    start = "\r" if sys.stdout.isatty() else ""
    say(f"{start}  {words:<52}{time.monotonic() - started:6.0f} s", end=end)


def pip(*words: str) -> list[str]:
    return [str(PYTHON), "-I", "-m", "pip", *words]


def add_libraries() -> None:
    """Install what Qt needs of the system where this may be done, else name it. Not worth failing for: only the
    window needs it."""
    packages = missing_libraries(ask_linker()) if platform.system() == "Linux" else []
    if not packages:
        return
    if may_install_packages():
        LOG.parent.mkdir(exist_ok=True)
        try:
            apt_get(f"System libraries for the window ({len(packages)})", packages)
        except SetupFailed:
            pass
        else:
            return
    say(f"The window also needs system libraries. On Debian or Ubuntu: sudo apt-get install {' '.join(packages)}")


def apt_get(words: str, packages: list[str]) -> None:
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y"]
    step("The list of system packages", [*quiet, "update"])
    step(words, [*quiet, "install", "--no-install-recommends", *packages])


def make_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None:  # Debian ships it in a package of its own
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        if not may_install_packages():
            raise SetupFailed(f"Python's venv is not installed. On Debian or Ubuntu: sudo apt-get install {package}")
        apt_get("Python's venv", [package])
    step("A Python environment in .venv", [sys.executable, "-I", "-m", "venv", "--upgrade-deps", str(VENV)])


def fitting(torch: Torch) -> Torch:
    """On Linux the ordinary index brings CUDA along; without a card, PyTorch's own shelf has it without."""
    if torch.build != "CPU" or platform.system() != "Linux" or has_torch():
        return torch
    question = pip("install", "--dry-run", "--ignore-installed", "--no-deps", "--quiet", "--report", "-", TORCH)
    answer = subprocess.run(question, capture_output=True, text=True, env=clean_environment(), cwd=ROOT, check=False)
    return CPU_WITHOUT_CUDA if answer.returncode == 0 and brings_cuda(answer.stdout) else torch


def has_torch() -> bool:
    """Whether a setup that was cut off got that far: the question above may take as long as the download itself."""
    code = (
        "import sys; from importlib.metadata import version; "
        "sys.exit('torch==' + version('torch').partition('+')[0] != sys.argv[1])"
    )
    return subprocess.run([str(PYTHON), "-I", "-c", code, TORCH], capture_output=True, check=False).returncode == 0


def install(torch: Torch, *, dev: bool) -> None:
    make_venv()
    torch = fitting(torch)
    shelf = ["--index-url", torch.index] if torch.index else []
    step(f"PyTorch for {torch.build} (about {torch.megabytes} MB)", pip("install", TORCH, *shelf))
    extras = "[dev]" if dev else ""
    step("Mynah and what else it needs (about 150 MB)", pip("install", "--editable", f"{ROOT}{extras}"))
    step("A first look at PyTorch", [str(PYTHON), "-I", "-c", "import torch; torch.ones(2, 2) @ torch.ones(2, 2)"])


def check_space(torch: Torch) -> None:
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < torch.gigabytes:
        raise SetupFailed(
            f"Mynah needs about {torch.gigabytes} GB of free disk space here, and there are {free:.1f} GB. "
            "Free some space, then give the same command again."
        )


def prepare(*, dev: bool) -> None:
    """Make .venv fit for use; quick when it already is."""
    cards = ask_cards()
    record = READY.read_text("utf-8") if READY.is_file() else ""
    torch = settled(choose(platform.system(), platform.machine(), cards), cards, record, ROOT)
    machine = machine_mark(torch, ROOT)
    project = _hash((ROOT / "pyproject.toml").read_bytes())
    add_libraries()
    if is_ready(record, machine, project, dev=dev):
        return
    check_space(torch)
    if torch.advice:
        say(torch.advice)
    say("Setting up Mynah in .venv. This happens once and takes a few minutes.")
    if record and _read_record(record).get("machine") != machine:
        shutil.rmtree(VENV)
    VENV.mkdir(exist_ok=True)
    READY.unlink(missing_ok=True)
    install(torch, dev=dev)
    part = READY.with_suffix(".part")
    part.write_text(json.dumps({"machine": machine, "project": project, "dev": dev}), "utf-8")
    part.replace(READY)


def hand_over(command: list[str], folder: Path | None = None) -> int:
    """Run the command as if it had been called itself. It hears Ctrl+C too, and ends in its own time."""
    child = subprocess.Popen(command, cwd=folder)
    while True:
        try:
            code = child.wait()
        except KeyboardInterrupt:
            continue
        return code if code >= 0 else 128 - code


def carry_out(wish: str, rest: list[str]) -> int:
    if wish == "setup":
        say("Mynah is ready. Next: python3 packaging/bootstrap.py demo")
        return 0
    if wish == "test":
        return hand_over([str(PYTHON), "-m", "tests", *rest], ROOT)
    # -P: a file called app.py where the person happens to stand is not ours.
    code = hand_over([str(PYTHON), "-P", "-m", "app", *(["demo"] if wish == "demo" else []), *rest])
    if wish == "demo" and code == 0:
        say("From this folder, without activating .venv, `mynah` is: python3 packaging/bootstrap.py run")
    return code


def main(words: list[str]) -> int:
    if not words or words[0] not in ("demo", "test", "setup", "run"):
        say((__doc__ or "").strip())
        return 0 if words in (["-h"], ["--help"]) else 2
    try:
        prepare(dev=words[0] == "test")
    except SetupFailed as failure:
        say(str(failure))
        return 1
    except OSError as error:  # no room or no right to write here, most of all
        say(explain(str(error)))
        return 1
    except KeyboardInterrupt:
        say("\nStopped. Give the same command again; it goes on where it stopped.")
        return 130
    return carry_out(words[0], words[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
