"""Workers compute with their own number of threads, and change nothing for anybody else."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from core.train.workers import NICE, workers


def threads_used() -> int:
    torch.ones(100_000).add(1)  # a first use, which makes torch look up the setting
    return torch.get_num_threads()


def test_each_worker_has_its_own_number_of_threads() -> None:
    with workers(3, 1) as ours:
        assert list(ours.map(lambda _: threads_used(), range(20))) == [1] * 20


def test_other_threads_keep_theirs() -> None:
    usual = torch.get_num_threads()
    with workers(2, usual + 1), ThreadPoolExecutor(1) as later:
        assert torch.get_num_threads() == usual
        assert later.submit(threads_used).result() == usual


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives each thread a priority of its own")
def test_workers_step_aside_for_other_programs() -> None:
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    with workers(1, 1) as ours:
        assert ours.submit(os.getpriority, os.PRIO_PROCESS, 0).result() == min(19, usual + NICE)
    assert os.getpriority(os.PRIO_PROCESS, 0) == usual
