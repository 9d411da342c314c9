"""The device that is found is one this machine has."""

import os

import torch

from core.device import best_device, processor


def test_the_processor_is_always_there() -> None:
    found = processor()
    assert found.kind == "cpu"
    assert found.name
    assert 1 <= found.cores <= (os.cpu_count() or 1)
    assert found.torch == torch.device("cpu")


def test_bf16_is_for_processors_that_multiply_it() -> None:
    able = torch.cpu.get_capabilities()
    assert (processor().precision == "bf16") == (able.get("avx512_bf16", False) or able.get("amx_bf16", False))


def test_without_an_accelerator_the_best_device_is_the_processor() -> None:
    accelerated = torch.cuda.is_available() or torch.backends.mps.is_available()
    assert (best_device() == processor()) != accelerated
