"""What this computer is, as data. Knows no torch: the probe and the device are told, not asked."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from core.atomic import disk_errors

DeviceKind: TypeAlias = Literal["cpu", "cuda", "mps"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """`free_disk` is in bytes. `flops_per_second` is what training reached when it was tried, None before that."""

    cores: int
    free_disk: int
    device: DeviceKind = "cpu"
    precision: Literal["fp32", "bf16"] = "fp32"  # in which it computes fastest without losing quality
    flops_per_second: float | None = None


def this_machine(folder: Path) -> Machine:
    """This computer, with the space left on the disk of `folder`, which need not exist yet. Raises DiskTrouble.

    Its device and speed are for those to fill in, by `replace`, who may import torch.
    """
    with disk_errors("looking how much space is left"):
        there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        free = shutil.disk_usage(there).free
    return Machine(cores=os.cpu_count() or 1, free_disk=free)
