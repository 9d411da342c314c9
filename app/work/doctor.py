"""The door to the doctor, who is told of torch and of the network here."""

from typing import Literal

from app.work import Task
from core.doctor import Finding, Torch
from core.events import Progress, Stop, Work
from core.paths import Home
from core.preload import loading_torch


def examine(home: Home, ask_network: bool) -> Task[list[Finding]]:
    """What may stand in the way here. The network is asked only when the user said so."""

    def make(stop: Stop) -> Work[list[Finding]]:
        yield Progress(0, 0, "Looking at this computer")
        from core import doctor

        torch = installed()
        network: Literal["works", "blocked", "off", "unknown"] = "unknown"
        if ask_network and not stop():
            yield Progress(0, 0, "Asking the model hub")
            from core import hub

            network = hub.reach()
        return doctor.findings(doctor.look(home, torch, network))

    return make


def newer() -> Task[Finding]:
    """Whether there is a newer Mynah. Only when the user asked."""

    def make(stop: Stop) -> Work[Finding]:
        yield Progress(0, 0, "Asking for the newest version")
        from core import releases

        return releases.finding()

    return make


def installed() -> Torch | None:
    """The PyTorch that is here, or None."""
    import importlib.util

    if importlib.util.find_spec("torch") is None:
        return None
    try:
        with loading_torch():
            import torch

            from core import device
    except (ImportError, OSError, RuntimeError) as error:
        return Torch(version="", cuda="", device="cpu", error=str(error))
    return Torch(version=torch.__version__, cuda=torch.version.cuda or "", device=device.best_device().kind)
