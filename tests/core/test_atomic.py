"""Files and folders are there whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from core import atomic
from core.errors import DiskTrouble


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    atomic.write_file(path, b"old")
    atomic.write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["settings.json"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.json"
    atomic.write_file(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        atomic.write_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["settings.json"]


def test_a_rename_that_a_virus_scanner_holds_up_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refusals = [PermissionError("held"), PermissionError("held")]
    rename = Path.replace

    def held_up(part: Path, target: Path) -> Path:
        if refusals:
            raise refusals.pop()
        return rename(part, target)

    monkeypatch.setattr(Path, "replace", held_up)
    monkeypatch.setattr(atomic, "PAUSES", (0.0, 0.0))
    atomic.write_file(tmp_path / "settings.json", b"new")
    assert (tmp_path / "settings.json").read_bytes() == b"new"

    refusals.extend([PermissionError("held")] * 3)
    with pytest.raises(PermissionError):
        atomic.write_file(tmp_path / "settings.json", b"newer")
    assert (tmp_path / "settings.json").read_bytes() == b"new"


def test_a_new_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "step-00000001"
    with atomic.new_folder(target) as part:
        (part / "a").write_bytes(b"1")
        assert not target.exists()
    assert (target / "a").read_bytes() == b"1"

    def fail_half_way() -> None:
        with atomic.new_folder(tmp_path / "step-00000002") as part:
            (part / "a").write_bytes(b"1")
            raise RuntimeError("stopped half-way")

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert [entry.name for entry in tmp_path.iterdir()] == ["step-00000001"]


def test_a_left_over_half_folder_does_not_leak_into_the_new_one(tmp_path: Path) -> None:
    stale = tmp_path / "step-00000001.part"
    stale.mkdir()
    (stale / "old").write_bytes(b"")
    with atomic.new_folder(tmp_path / "step-00000001") as part:
        (part / "new").write_bytes(b"")
    assert [entry.name for entry in (tmp_path / "step-00000001").iterdir()] == ["new"]


def test_removing_a_folder_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "step-00000001"
    folder.mkdir()
    (folder / "a").write_bytes(b"1")
    atomic.remove_folder(folder)
    assert list(tmp_path.iterdir()) == []


def test_the_hash_of_a_file_is_its_sha256(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    assert atomic.sha256(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ENOSPC, "The disk is full while saving."),
        (errno.EFBIG, "The disk is full while saving."),
        (errno.EACCES, "Mynah may not use its data folder while saving."),
        (errno.ENOENT, "Something is missing on the disk while saving."),
        (errno.EIO, "The disk did not answer as it should while saving (EIO)."),
    ],
)
def test_disk_errors_become_sentences(code: int, sentence: str) -> None:
    with pytest.raises(DiskTrouble) as caught, atomic.disk_errors("saving"):
        raise OSError(code, "raw words of the system")
    assert caught.value.what == sentence
    assert "raw words" not in str(caught.value)
