"""Which build suits which computer, and lists of wheels that are believed or not."""

from pathlib import Path
from typing import Any

import pytest

from core.doctor import Card
from core.engine.wheels import Manifest, fitting, path_of
from core.errors import WrongFile
from tests.fakes import engine


def card(capability: tuple[int, int], driver: int) -> Card:
    return Card(name="GeForce", capability=capability, driver=driver, memory=12 << 30)


@pytest.mark.parametrize(
    ("system", "processor", "cards", "builds"),
    [
        ("Linux", "x86_64", [], ("cpu",)),
        ("Windows", "AMD64", [], ("cpu",)),
        ("Darwin", "arm64", [], ("cpu",)),
        ("Darwin", "x86_64", [], ()),
        ("Linux", "x86_64", [card((12, 0), 580)], ("cu130", "cpu")),  # an RTX 50
        ("Linux", "x86_64", [card((12, 0), 575)], ("cpu",)),  # and one whose driver is too old: no other build has it
        ("Windows", "AMD64", [card((8, 6), 581)], ("cu130", "cu126", "cpu")),  # an RTX 30
        ("Windows", "AMD64", [card((8, 6), 560)], ("cu126", "cpu")),
        ("Windows", "AMD64", [card((6, 1), 581)], ("cu126", "cpu")),  # a GTX 10: CUDA 13 has no kernels for it
        ("Linux", "x86_64", [card((6, 1), 525)], ("cu126", "cpu")),
        ("Windows", "AMD64", [card((6, 1), 525)], ("cpu",)),
        ("Linux", "x86_64", [card((3, 5), 470)], ("cpu",)),
        ("Linux", "x86_64", [card((3, 5), 580), card((8, 9), 580)], ("cu130", "cu126", "cpu")),
    ],
)
def test_card_and_driver_choose(system: str, processor: str, cards: list[Card], builds: tuple[str, ...]) -> None:
    assert fitting(system, processor, cards) == builds


def test_a_list_is_read_and_counted(tmp_path: Path) -> None:
    wheels = engine.torch(tmp_path)
    engine.write_list(tmp_path, "cpu", wheels, "https://example.org/")
    manifest = Manifest.read(path_of(tmp_path, "cpu"))
    assert manifest.bytes == sum(path.stat().st_size for path in wheels)
    assert manifest.room > 3 * manifest.bytes
    first = manifest.wheels[0]
    line = f"torch @ file:///a%20b/torch-9.1-py3-none-any.whl --hash=sha256:{first.wanted.digest}"
    assert first.requirement(Path("/a b")) == line


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../torch-9.1-py3-none-any.whl"},
        {"name": "torch.exe"},
        {"sha256": "short"},
        {"size": 0},
        {"size": "many"},
        {"url": "file:///etc/passwd"},
        {"url": "http://example.org/torch.whl"},
    ],
)
def test_a_strange_entry_is_not_believed(change: dict[str, Any], tmp_path: Path) -> None:
    (first, second) = engine.torch(tmp_path)
    entries = [engine.entry(first, "https://example.org/") | change, engine.entry(second, "https://example.org/")]
    engine.write_list(tmp_path, "cpu", [], "", wheels=entries)
    with pytest.raises(WrongFile, match="damaged"):
        Manifest.read(path_of(tmp_path, "cpu"))


def test_a_list_of_a_newer_version_is_not_believed(tmp_path: Path) -> None:
    engine.write_list(tmp_path, "cpu", [], "", version=2)
    with pytest.raises(WrongFile, match="damaged"):
        Manifest.read(path_of(tmp_path, "cpu"))
