"""The doctor: every illness is told with a way out, and a healthy computer is left in peace."""

from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from core import doctor
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


def test_this_computer_can_be_looked_at(tmp_path: Path) -> None:
    signs = doctor.look(Home(tmp_path / "not" / "there"), CPU)
    assert signs.free_disk > 0
    assert signs.cores >= 1
    assert doctor.findings(signs)
