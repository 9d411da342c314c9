"""What this computer is, as data. Knows no torch: the probe and the device are told, not asked."""

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

import psutil

try:
    import pynvml
except ImportError:  # optional: only those with an NVIDIA card have a use for it
    pynvml = None

from core.atomic import disk_errors

DeviceKind: TypeAlias = Literal["cpu", "cuda", "mps"]
Half: TypeAlias = Literal["fp32", "bf16", "fp16"]

SMALL_TURING: Final = re.compile(r"\b(GTX 16\d\d|MX[45]\d0|T(4|5|6|10|12)00)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """`free_disk` and both memories are in bytes. `flops_per_second` is what training reached when it was tried, None
    before that. `memory` is what the computer has, `device_memory` what its graphics card has, where it has one."""

    cores: int
    free_disk: int
    device: DeviceKind = "cpu"
    precision: Half = "fp32"  # in which it computes fastest without losing quality
    flops_per_second: float | None = None
    name: str = ""
    memory: int = 0
    device_memory: int = 0
    memory_factor: float = 1.0  # by how much a training that was tried took more than was predicted
    battery: "Battery | None" = None  # None where there is none, or nobody knows


@dataclass(frozen=True, slots=True)
class Battery:
    """`percent` of its charge that is left."""

    percent: float
    is_plugged: bool


def this_machine(folder: Path) -> Machine:
    """This computer, with the space left on the disk of `folder`, which need not exist yet. Raises DiskTrouble.

    Its device and speed are for those to fill in, by `replace`, who may import torch.
    """
    with disk_errors("looking how much space is left"):
        there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        free = shutil.disk_usage(there).free
    return Machine(cores=os.cpu_count() or 1, free_disk=free, memory=psutil.virtual_memory().total, battery=battery())


def of_card(capability: tuple[int, int], name: str) -> Half:
    """What a card of NVIDIA's trains in. From Ampere on bf16; before it, where there are units for products of fp16,
    that with a scaled loss. Turing's small cards have none, and answer with what is no number (pytorch #58123)."""
    if capability >= (8, 0):
        return "bf16"
    return "fp16" if capability >= (7, 0) and not SMALL_TURING.search(name) else "fp32"


def battery() -> Battery | None:
    """The battery, where there is one."""
    with contextlib.suppress(OSError, AttributeError):  # some systems have no such thing to ask
        if (found := psutil.sensors_battery()) is not None:
            return Battery(float(found.percent), bool(found.power_plugged))
    return None


def hottest() -> float | None:
    """Degrees Celsius of the hottest sensor of processor or graphics card; None where none can be read."""
    return max(_temperatures(), default=None)


def _temperatures() -> Iterator[float]:
    with contextlib.suppress(OSError, AttributeError):  # Windows and macOS tell psutil nothing
        for readings in psutil.sensors_temperatures().values():
            yield from (reading.current for reading in readings)
    yield from _of_cards()


def _of_cards() -> Iterator[float]:
    if pynvml is None:
        return
    try:
        pynvml.nvmlInit()
        for number in range(pynvml.nvmlDeviceGetCount()):
            card = pynvml.nvmlDeviceGetHandleByIndex(number)
            yield float(pynvml.nvmlDeviceGetTemperature(card, pynvml.NVML_TEMPERATURE_GPU))
    except pynvml.NVMLError:
        return
