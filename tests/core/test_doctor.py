"""The doctor: every illness is told with a way out, and a healthy computer is left in peace."""

import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock

from core import doctor, lock
from core.doctor import Card, Signs, Torch
from core.paths import Home

CARD = Card(name="RTX 4070", capability=(8, 9), driver=580, memory=12 << 30)
CPU = Torch(version="2.13.0+cpu", cuda="", device="cpu")
CUDA = Torch(version="2.13.0", cuda="13.0", device="cuda")
WELL = Signs(
    system="Linux",
    processor="x86_64",
    cores=8,
    memory=16_000_000_000,
    free_disk=100_000_000_000,
    file_system="ext4",
    folder="/home/ann/.local/share/Mynah",
    cards=(CARD,),
    torch=CUDA,
    on_battery=False,
    battery=None,
    network="works",
    busy=(),
    python="3.12.1",
)


def test_a_healthy_computer_has_no_trouble() -> None:
    assert {finding.level for finding in doctor.findings(WELL)} == {"fine"}
    assert "RTX 4070" in doctor.findings(WELL)[0].what


@pytest.mark.parametrize(
    ("signs", "what", "fix"),
    [
        (replace(WELL, torch=CPU), "made for processors only", "Press Repair"),
        (replace(WELL, torch=None), "not here yet", "Get it on the Welcome page"),
        (replace(WELL, torch=replace(CPU, error="DLL load failed: 1114")), "does not start", "Visual C++"),
        (replace(WELL, torch=replace(CPU, error="x")), "does not start", "Press Repair"),
        (replace(WELL, cards=(replace(CARD, driver=470),), torch=CPU), "is too old", "nvidia.com/drivers"),
        (replace(WELL, cards=(replace(CARD, capability=(12, 0), driver=570),), torch=CPU), "too old", "nvidia.com"),
        (replace(WELL, cards=(replace(CARD, capability=(3, 5)),), torch=CPU), "too old for PyTorch", "small model"),
        (replace(WELL, torch=replace(CUDA, device="cpu")), "does not find your RTX 4070", "Restart"),
        (replace(WELL, system="Darwin", processor="x86_64"), "Intel processor", "another computer"),
        (replace(WELL, free_disk=500_000_000), "Only 0.5 GB are free", "Free some space"),
        (replace(WELL, free_disk=3_000_000_000), "3.0 GB are free", "small model"),
        (replace(WELL, file_system="cifs"), "network drive", "MYNAH_HOME"),
        (replace(WELL, folder="\\\\nas\\ann"), "network drive", "MYNAH_HOME"),
        (replace(WELL, file_system="fuse.sshfs"), "network drive", "MYNAH_HOME"),
        (replace(WELL, file_system="vfat"), "larger than 4 GB", "another disk"),
        (replace(WELL, folder="C:\\Users\\Ann\\OneDrive\\Mynah"), "copied to a cloud", "Exclude"),
        (replace(WELL, on_battery=True, battery=40), "on its battery (40 %)", "Plug it in"),
        (replace(WELL, network="blocked"), "cannot be reached", "proxy"),
        (replace(WELL, busy=("me",)), "at work in: me", "wait"),
        (replace(WELL, memory=2_000_000_000), "2.0 GB of memory", "Close other programs"),
    ],
)
def test_each_illness_has_its_sentence_and_a_way_out(signs: Signs, what: str, fix: str) -> None:
    first = doctor.findings(signs)[0]
    assert what in first.what
    assert fix in first.fix
    assert first.level != "fine"


def test_cards_are_read_and_nonsense_is_no_card() -> None:
    answer = "NVIDIA GeForce RTX 4070, 8.9, 580.65.06, 12282\nGeForce, A, B\n[N/A], 470.1\n"
    assert list(doctor.cards(answer)) == [
        Card(name="NVIDIA GeForce RTX 4070", capability=(8, 9), driver=580, memory=12282 << 20)
    ]


def test_a_project_that_somebody_holds_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path)
    project = home.project("me")
    project.root.mkdir(parents=True)
    assert list(doctor.busy(home)) == []
    with FileLock(project.lock):
        assert list(doctor.busy(home)) == ["me"]
    assert list(doctor.busy(home)) == []


def test_what_this_window_does_itself_is_no_other_window(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with lock.writing(home.project("me")):
        assert list(doctor.busy(home)) == []
    with FileLock(home.project("me").lock):
        assert list(doctor.busy(home)) == ["me"]


@pytest.mark.parametrize(
    ("kind", "options", "trouble"),
    [("nfs4", "rw,relatime", True), ("NTFS", "rw,remote", True), ("NTFS", "rw,fixed", False), ("ext4", "rw", False)],
)
def test_a_drive_of_another_computer_is_known_by_how_it_is_mounted(
    kind: str, options: str, trouble: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = SimpleNamespace(mountpoint=str(tmp_path.resolve()), fstype=kind, opts=options)
    root = SimpleNamespace(mountpoint=tmp_path.anchor, fstype="ext4", opts="rw")
    monkeypatch.setattr("psutil.disk_partitions", lambda *, all: [root, near])
    signs = replace(WELL, file_system=doctor.file_system(tmp_path))
    assert any("network drive" in finding.what for finding in doctor.findings(signs)) is trouble


@pytest.mark.skipif(os.name == "nt", reason="a stand-in that is a shell script")
@pytest.mark.parametrize(
    ("script", "said"),
    [("echo 'RTX 4070, 8.9, 580.65, 12282'", CARD), ("exit 9", None), ("echo NVIDIA-SMI has failed", None)],
)
def test_the_driver_is_asked_and_a_sick_one_is_no_card(
    script: str, said: Card | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    expected = () if said is None else (replace(said, memory=12282 << 20),)
    assert doctor.look(Home(tmp_path), CPU).cards == expected


def test_every_trouble_says_what_to_do() -> None:
    ill = replace(
        WELL, torch=None, free_disk=1, file_system="nfs", on_battery=True, network="blocked", busy=("me",), memory=1
    )
    assert [finding.about for finding in doctor.findings(ill) if not finding.fix] == []
    assert {finding.button for finding in doctor.findings(ill)} == {"", "repair", "disk", "network"}


def test_this_computer_can_be_looked_at(tmp_path: Path) -> None:
    signs = doctor.look(Home(tmp_path / "not" / "there"), CPU)
    assert signs.free_disk > 0
    assert signs.cores >= 1
    assert doctor.findings(signs)
