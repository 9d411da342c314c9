"""Freed memory is kept while a training needs it, and given back afterwards."""

import platform
import subprocess
import sys

import pytest

KEPT = """
import resource, sys, torch
from core.train.memory import give_back, keep_freed

def faults() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def use() -> None:
    for _ in range(20):
        torch.zeros(16 * 2**20, dtype=torch.uint8).add_(1)

def resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()

assert keep_freed()
use()
before = faults()
use()
again, held = faults() - before, resident()
give_back()
sys.stdout.write(f"{again} {held - resident()}")
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators have other habits")
def test_memory_is_kept_and_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", KEPT], capture_output=True, text=True, check=True)
    again, returned = map(int, done.stdout.split())
    assert again < 100  # else 4,096 pages, twenty times
    assert returned > 10 * 2**20
