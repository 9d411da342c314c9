"""The machine is described by facts, also for a folder that is not there yet."""

from pathlib import Path

from core.machine import this_machine


def test_this_machine_has_sizes_and_no_speed_before_it_was_tried(tmp_path: Path) -> None:
    machine = this_machine(tmp_path / "not" / "yet" / "there")
    assert machine.cores >= 1
    assert machine.free_disk > 0
    assert (machine.device, machine.precision, machine.flops_per_second) == ("cpu", "fp32", None)
