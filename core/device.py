"""The computing device and the precision that suits it. Knows no model and no file."""

import os
import platform
from dataclasses import dataclass

import torch

from core.machine import DeviceKind, of_card
from core.recipe import Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Where tensors are computed. `cores` is how many of the processor's cores a training may use."""

    kind: DeviceKind
    name: str
    precision: Precision
    cores: int

    @property
    def torch(self) -> torch.device:
        return torch.device(self.kind)


def best_device() -> Device:
    """The fastest device of this machine, with the precision it is fastest in without losing quality."""
    if torch.cuda.is_available():
        name = torch.cuda.get_device_name()
        precision = of_card(torch.cuda.get_device_capability(), name)
        return Device(kind="cuda", name=name, precision=precision, cores=cores())
    if torch.backends.mps.is_available():
        return Device(kind="mps", name="Apple graphics", precision="fp32", cores=cores())
    return processor()


def processor() -> Device:
    """The CPU, whatever else there is."""
    return Device(kind="cpu", name=_name(), precision="bf16" if _multiplies_bf16() else "fp32", cores=cores())


def cores() -> int:
    """Physical cores this process may use: two threads on one core share its multipliers and gain nothing."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(allowed, int(torch.cpu.get_capabilities().get("num_physical_cores") or allowed))


def _multiplies_bf16() -> bool:
    """Whether the processor has bf16 products (AVX512-BF16 or AMX); without them bf16 is slower than fp32."""
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def _name() -> str:
    return str(torch.cpu.get_capabilities().get("cpu_name") or platform.processor() or platform.machine())
