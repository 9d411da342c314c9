"""Bots and backups travel: whole, bit for bit, or refused with everything left as it was."""

import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from core import backup, bundle, sealed
from core.bot import Bot
from core.checkpoints import best, weights_sha256
from core.corpus import Corpus
from core.errors import DiskTrouble, Trouble, WrongFile
from core.events import drain, never
from core.paths import Home, Project
from core.runs import Run, all_runs
from tests.core.export import subjects
from tests.fakes import tiny


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with writing and a trained bot."""
    made = tiny.project(tmp_path / "here" / "projects" / "me", tiny.documents(3))
    subjects.from_nothing(made.root, "bpe")
    return made


@pytest.fixture
def there(tmp_path: Path) -> Home:
    """The other computer."""
    return Home(tmp_path / "there")


def bot_of(project: Project) -> Run:
    return all_runs(project.runs)[0]


def exported(project: Project, path: Path, *, writing: bool = True, persona: str = "Be kind.") -> Path:
    corpus = project.corpus if writing else None
    assert drain(bundle.save(bot_of(project), 1, path, never, corpus=corpus, persona=persona))[1]
    return path


def weights(run: Run) -> str:
    return weights_sha256({f"model.{name}": tensor for name, tensor in best(run).weights.items()})


def test_the_bot_that_comes_out_is_the_one_that_went_in(project: Project, there: Home, tmp_path: Path) -> None:
    path = exported(project, tmp_path / "Möwe.mynah")
    brought = drain(bundle.bring_in(path, there, never))[1]
    assert brought is not None
    assert (brought.project, brought.persona, brought.with_writing) == ("Möwe", "Be kind.", True)
    new = there.project(brought.project)
    assert weights(bot_of(new)) == weights(bot_of(project))
    assert bot_of(new).tokenizer_file.read_bytes() == bot_of(project).tokenizer_file.read_bytes()
    with Corpus(new.corpus, read_only=True) as theirs, Corpus(project.corpus, read_only=True) as ours:
        assert list(theirs.documents()) == list(ours.documents())
    assert Bot.open(bot_of(new)).persona == "Be kind."  # and who it is goes on from there
    third = exported(new, tmp_path / "again.mynah", persona="")
    once_more = drain(bundle.bring_in(third, Home(tmp_path / "third"), never))[1]
    assert once_more is not None
    assert once_more.persona == "Be kind."
    again = drain(bundle.bring_in(path, there, never))[1]
    assert again is not None
    assert again.project == "Möwe 2"  # nothing is replaced


def test_without_the_writing_none_goes_along(project: Project, there: Home, tmp_path: Path) -> None:
    path = exported(project, tmp_path / "bot.mynah", writing=False)
    brought = drain(bundle.bring_in(path, there, never))[1]
    assert brought is not None
    assert not brought.with_writing
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if "corpus" in name or "tokens" in name or "optimizer" in name]


@pytest.mark.parametrize("where", [0.02, 0.3, 0.6, 0.999])
def test_a_flipped_byte_is_refused_and_nothing_is_left(
    project: Project, there: Home, tmp_path: Path, where: float
) -> None:
    path = exported(project, tmp_path / "bot.mynah")
    data = bytearray(path.read_bytes())
    data[int(len(data) * where)] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(WrongFile, match="Nothing was changed"):
        drain(bundle.bring_in(path, there, never))
    assert not there.root.exists() or list((there.root / "projects").iterdir()) == []


def packed_anew(path: Path, method: int) -> bytearray:
    """The same members, packed by another program."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return bytearray(path.read_bytes())


def test_a_file_that_was_packed_anew_opens_and_a_torn_one_is_refused(
    project: Project, there: Home, tmp_path: Path
) -> None:
    path = exported(project, tmp_path / "bot.mynah", writing=False)
    data = packed_anew(path, zipfile.ZIP_DEFLATED)
    assert drain(bundle.bring_in(path, there, never))[1] is not None
    for mark in (data.find(b"PK\x03\x04"), data.rfind(b"PK\x03\x04")):  # the list, and the last member
        torn = data.copy()
        start = mark + 30 + torn[mark + 26] + 3
        torn[start : start + 12] = bytes(byte ^ 0xFF for byte in torn[start : start + 12])
        path.write_bytes(torn)
        with pytest.raises(WrongFile, match="damaged"):
            drain(bundle.bring_in(path, there, never))


def test_other_bytes_than_the_list_promises_are_refused_though_the_zip_is_whole(
    project: Project, there: Home, tmp_path: Path
) -> None:
    path = exported(project, tmp_path / "bot.mynah", writing=False)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    last = list(members)[-1]
    members[last] = bytes(byte ^ 1 for byte in members[last])  # as many, and the zip's own sums are right
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(WrongFile, match="damaged"):
        drain(bundle.bring_in(path, there, never))
    assert list((there.root / "projects").iterdir()) == []


def test_a_password_or_a_rare_packing_is_refused_in_words(project: Project, there: Home, tmp_path: Path) -> None:
    path = exported(project, tmp_path / "bot.mynah", writing=False)
    data = packed_anew(path, zipfile.ZIP_STORED)
    data[data.find(b"PK\x01\x02") + 8] |= 1  # encrypted, says the directory
    path.write_bytes(data)
    with pytest.raises(WrongFile, match="damaged"):
        drain(bundle.bring_in(path, there, never))
    path = exported(project, tmp_path / "rare.mynah", writing=False)
    packed_anew(path, zipfile.ZIP_LZMA)
    with pytest.raises(WrongFile, match="damaged"):
        drain(bundle.bring_in(path, there, never))


@pytest.mark.parametrize(
    "list_", ["[" * 100_000, '{"version": 1, "kind": "bot", "facts": [], "files": {}}', "[]", "\xff"]
)
def test_a_list_that_is_none_is_refused(there: Home, tmp_path: Path, list_: str) -> None:
    path = tmp_path / "strange.mynah"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mynah.json", list_.encode("latin-1"))
    with pytest.raises(WrongFile, match="damaged"):
        drain(bundle.bring_in(path, there, never))


@pytest.mark.parametrize("kept", [0.0, 0.1, 0.9])
def test_a_file_cut_short_is_refused(project: Project, there: Home, tmp_path: Path, kept: float) -> None:
    path = exported(project, tmp_path / "bot.mynah")
    os.truncate(path, int(path.stat().st_size * kept))
    with pytest.raises(WrongFile):
        drain(bundle.bring_in(path, there, never))


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "run/../../outside", "C:\\outside", ""])
def test_a_name_that_leads_elsewhere_is_refused(there: Home, tmp_path: Path, name: str) -> None:
    path, inside = tmp_path / "evil.mynah", tmp_path / "inside"
    inside.write_bytes(b"x")
    assert drain(sealed.write(path, "bot", {"title": "x", "run": "x"}, {name: inside}, never))[1]
    with pytest.raises(WrongFile):
        drain(bundle.bring_in(path, there, never))


def test_a_bot_is_no_backup(project: Project, there: Home, tmp_path: Path) -> None:
    with pytest.raises(WrongFile):
        drain(backup.restore(exported(project, tmp_path / "bot.mynah"), there, never))


def test_an_empty_project_is_not_backed_up_without_a_word(tmp_path: Path) -> None:
    empty = Home(tmp_path / "empty").project()
    Corpus(empty.corpus).close()
    with pytest.raises(WrongFile, match="nothing in this project yet"):
        drain(backup.save(empty, tmp_path / "empty.zip", never))
    assert not (tmp_path / "empty.zip").exists()
    with pytest.raises(WrongFile, match="nothing in this project yet"):
        drain(backup.save(empty, tmp_path / "missing" / "empty.zip", never))
    assert not (tmp_path / "missing").exists()


def test_a_backup_brings_everything_back(project: Project, there: Home, tmp_path: Path) -> None:
    path = tmp_path / "me.zip"
    made = drain(backup.save(project, path, never))[1]
    back = drain(backup.restore(path, there, never))[1]
    assert made is not None
    assert back is not None
    assert (back.project, back.files) == ("me", made.files)
    new = there.project("me")
    for name in backup.names(project):
        if not name.endswith(".sqlite"):
            assert (new.root / name).read_bytes() == (project.root / name).read_bytes()
    with Corpus(new.corpus) as theirs, Corpus(project.corpus) as ours:
        assert list(theirs.documents()) == list(ours.documents())
    with pytest.raises(WrongFile, match="already"):
        drain(backup.restore(path, there, never))
    assert drain(backup.restore(path, there, never, name="twin"))[1] is not None
    with pytest.raises(WrongFile, match="already"):
        drain(backup.save(project, path, never))


def test_stopped_nothing_is_left(project: Project, there: Home, tmp_path: Path) -> None:
    assert drain(backup.save(project, tmp_path / "a.zip", lambda: True))[1] is None
    assert not list(tmp_path.glob("a.zip*"))
    drain(backup.save(project, tmp_path / "a.zip", never))
    assert drain(backup.restore(tmp_path / "a.zip", there, lambda: True))[1] is None
    assert list((there.root / "projects").iterdir()) == []


def test_a_full_disk_is_told_first(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: type("Usage", (), {"free": 1000})())
    with pytest.raises(DiskTrouble, match="are free"):
        drain(backup.save(project, tmp_path / "a.zip", never))


KILLED = """
import os, signal, sys
from pathlib import Path
from core import backup, sealed
from core.events import never
from core.paths import Project
for n, event in enumerate(backup.save(Project(Path(sys.argv[1])), Path(sys.argv[2]), never)):
    if n == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("after", [0, 5, 8, 11, 13])
def test_killed_at_any_moment_there_is_no_half_file(project: Project, there: Home, tmp_path: Path, after: int) -> None:
    path = tmp_path / "me.zip"
    done = subprocess.run([sys.executable, "-c", KILLED, project.root, path, str(after)], check=False)
    assert done.returncode in (-signal.SIGKILL, 0)
    if path.exists():
        assert drain(backup.restore(path, there, never))[1] is not None
    assert drain(backup.save(project, tmp_path / "again.zip", never))[1] is not None


def test_trouble_names_no_private_path(there: Home, tmp_path: Path) -> None:
    (tmp_path / "x.mynah").write_bytes(b"no zip")
    with pytest.raises(Trouble) as told:
        drain(bundle.bring_in(tmp_path / "x.mynah", there, never))
    assert str(tmp_path) not in str(told.value)
