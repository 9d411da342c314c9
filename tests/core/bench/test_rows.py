"""What becomes of measured speeds: shares of the right peak, and who is how much faster."""

import sys
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest

from core.bench import rows
from core.bench.reports import Limit, Row, Setup
from core.bench.task import FLOPS
from core.bench.turns import Contender, Speed
from core.device import Device
from core.events import Stop, drain, never
from core.recipe import Precision


def speed(median: float) -> Speed:
    return Speed(
        median=median,
        lowest=median / 2,
        highest=median * 2,
        turns=3,
        other_load=0.25,
        per_cpu_second=median / 4,
        peak=2e9,
    )


class Stadium:
    """Stands in for the real turns: remembers who came, and gives each its speed."""

    def __init__(self, speeds: dict[str, float]) -> None:
        self.speeds = speeds
        self.came: dict[str, Contender] = {}

    def take_turns(
        self, contenders: Sequence[Contender], rounds: int, stop: Stop
    ) -> Generator[object, None, dict[str, Speed]]:
        self.came = {each.name: each for each in contenders}
        yield from ()
        return {name: speed(self.speeds[name]) for name in self.came if name in self.speeds}


@pytest.fixture
def precision() -> Precision:
    return "bf16"


@pytest.fixture
def stadium(monkeypatch: pytest.MonkeyPatch, precision: Precision) -> Stadium:
    stadium = Stadium({})
    monkeypatch.setattr(rows, "take_turns", stadium.take_turns)
    monkeypatch.setattr(rows, "processor", lambda: Device(kind="cpu", name="", precision=precision, cores=2))
    return stadium


def test_a_share_is_of_the_highest_peak_in_the_same_precision(stadium: Stadium) -> None:
    stadium.speeds = {"ours/bf16": 512, "ours/fp32": 256, "peak/bf16": 1024 * FLOPS, "peak/fp32": 128 * FLOPS}
    stadium.speeds[rows.ONEDNN] = 256 * FLOPS  # whichever library is faster
    _, (bf16, fp32) = drain(rows.train(Setup(), never))
    assert bf16 == Row(
        contender="ours/bf16",
        tokens_per_second=512,
        lowest=256,
        highest=1024,
        gflops=512 * FLOPS / 1e9,
        share=0.25,
        lead=1.0,
        turns=3,
        other_load=0.25,
        per_cpu_second=128,
        peak_megabytes=2000,
    )
    assert (fp32.contender, fp32.share, fp32.lead) == ("ours/fp32", 0.5, 2.0)


def test_peers_run_beside_ours_in_the_same_precision(stadium: Stadium, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", "PASSIVE")
    stadium.speeds = {"ours/bf16": 768, "nanogpt/eager-bf16": 512, "peak/bf16": 1024 * FLOPS}
    setup = Setup(seconds=2.5, beside=Path("peers.py"), python="their-python")
    _, found = drain(rows.train(setup, never))
    assert [(row.contender, row.lead, row.share) for row in found] == [
        ("ours/bf16", 1.0, 0.375),
        ("nanogpt/eager-bf16", 1.5, 0.25),
    ]
    peer = stadium.came["nanogpt/eager-bf16"]
    assert peer.command == (
        "their-python",
        str(Path("peers.py").absolute()),
        *("--worker", "nanogpt/eager-bf16", "--setup", "char", "--secs", "2.5"),
    )
    assert peer.environment is not None
    assert "OMP_WAIT_POLICY" not in peer.environment  # that is our own setting, and slows theirs
    assert stadium.came["ours/bf16"].environment is None


@pytest.mark.parametrize("precision", ["fp32"])
def test_a_processor_without_bf16_trains_in_fp32_only(stadium: Stadium) -> None:
    drain(rows.train(Setup(beside=Path("peers.py")), never))
    assert list(stadium.came) == ["ours/fp32", "peak/fp32", rows.ONEDNN, "nanogpt/eager-f32", "hf/eager-f32"]


def test_beside_a_busy_core_the_share_is_of_one_thread(stadium: Stadium) -> None:
    stadium.speeds = {"one thread": 100, "all cores": 190, rows.BUSY: 95}
    _, found = drain(rows.share(Setup(), never))
    assert [(row.contender, row.share) for row in found] == [
        ("one thread", 1.0),
        ("all cores", 1.9),
        (rows.BUSY, 0.95),
    ]
    assert [each.beside_busy for each in stadium.came.values()] == [False, False, True]
    assert [each.command[3] for each in stadium.came.values()] == ["one thread/bf16", "ours/bf16", "ours/bf16"]


def test_the_limits_are_the_peaks(stadium: Stadium) -> None:
    stadium.speeds = {"peak/bf16": 4e11, "peak/read": 4e10}
    _, found = drain(rows.limits(Setup(), never))
    assert [(each.contender, each.unit, each.median) for each in found] == [
        ("peak/bf16", "GFLOP/s", 400),
        ("peak/read", "GB/s", 40),
    ]
    assert found[0] == Limit(
        contender="peak/bf16", unit="GFLOP/s", median=400, lowest=200, highest=800, turns=3, other_load=0.25
    )


def test_nothing_measured_is_no_rows(stadium: Stadium) -> None:
    assert drain(rows.train(Setup(), never))[1] == []
    assert drain(rows.share(Setup(), never))[1] == []


def test_our_workers_run_with_our_own_python(stadium: Stadium) -> None:
    drain(rows.limits(Setup(python="their-python"), never))
    assert {each.command[0] for each in stadium.came.values()} == {sys.executable}


def test_each_task_is_asked_of_the_peers_by_their_own_name(stadium: Stadium, tmp_path: Path) -> None:
    drain(rows.train(Setup(task="gpt2", beside=tmp_path / "peers.py"), never))
    peers = {name: each.command for name, each in stadium.came.items() if "/eager-" in name}
    assert list(peers) == ["nanogpt/eager-bf16", "hf/eager-bf16", "nanogpt/eager-f32", "hf/eager-f32"]
    assert all(command[4:6] == ("--setup", "gpt2-b4") for command in peers.values())
    assert stadium.came["ours/bf16"].command[-1] == "gpt2"
