"""Preloading maps torch's libraries and imports nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.preload import preload_torch

PROGRAM = """
import sys
from pathlib import Path
from core.preload import preload_torch
preload_torch()
assert "torch" not in sys.modules
assert "libtorch_cpu" in Path("/proc/self/maps").read_text()
preload_torch()
import torch
assert torch.ones(2).sum().item() == 2.0
"""


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="reads the list of mapped libraries from Linux")
def test_torch_is_mapped_before_it_is_imported() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_preloading_is_harmless_without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("core.preload.find_spec", asked.append)
    preload_torch()
    assert asked == ["torch"]
