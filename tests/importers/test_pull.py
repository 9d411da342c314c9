"""The loop of an import: what comes of a folder, of the same folder again, and of everything that can be wrong."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import database
from core.corpus import Corpus
from core.database import backups
from core.documents import Document, ImportReport, Item, Skipped
from core.errors import Busy, DiskTrouble, WrongFile
from core.events import Note, Progress, drain, never
from core.lock import writing
from core.paths import Project
from importers import files
from importers.base import About, TextFile, key_of
from importers.pull import import_path
from tests.conftest import ROOT
from tests.importers.fixture import run

AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
KINDS = (
    "Mynah reads Markdown, plain text, HTML, Org, reStructuredText, AsciiDoc, Word, OpenDocument, e-books (.epub),"
    " rich text (.rtf) and PDF."
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "writing"
    folder.mkdir()
    return folder


def write(folder: Path, names: int, start: int = 0) -> None:
    for number in range(start, start + names):
        (folder / f"{number:04}.md").write_text(f"# Day {number}\n\nToday I wrote {number} words.\n")


def counts(report: ImportReport) -> tuple[int, int, int, int, bool]:
    return report.added, report.changed, report.already, report.skipped, report.stopped


def test_the_same_folder_twice_adds_nothing(project: Project, folder: Path) -> None:
    write(folder, 3)
    assert counts(run(folder, project)[0]) == (3, 0, 0, 0, False)
    assert counts(run(folder, project)[0]) == (0, 0, 3, 0, False)


def test_a_folder_inside_or_a_file_of_it_adds_nothing_new(project: Project, folder: Path) -> None:
    inside = folder / "inside"
    inside.mkdir()
    write(inside, 2)
    run(folder, project)
    assert counts(run(inside, project)[0]) == (0, 0, 2, 0, False)
    assert counts(run(inside / "0001.md", project)[0]) == (0, 0, 1, 0, False)


def test_a_changed_file_replaces_its_document(project: Project, folder: Path) -> None:
    write(folder, 2)
    run(folder, project)
    (folder / "0001.md").write_text("Another thought.\n")
    report, documents, _ = run(folder, project)
    assert counts(report) == (0, 1, 1, 0, False)
    assert [document.text for document in documents] == ["# Day 0\n\nToday I wrote 0 words.", "Another thought."]


def test_the_line_ends_of_every_system_are_read(project: Project, folder: Path) -> None:
    for number, end in enumerate(("\n", "\r\n", "\r")):
        (folder / f"{number}.md").write_bytes(f"---{end}title: A day{end}---{end}One{end}{end}Two{end}".encode())
    _, documents, _ = run(folder, project)
    assert [(document.title, document.text) for document in documents] == [("A day", "One\n\nTwo")] * 3


def test_progress_counts_every_file_and_names_it(project: Project, folder: Path) -> None:
    write(folder, 2)
    events, _ = drain(import_path(folder, project, never))
    assert [event for event in events if isinstance(event, Progress)] == [
        Progress(1, 2, note="0000.md"),
        Progress(2, 2, note="0001.md"),
        Progress(0, 0, note="Keeping a backup"),
    ]


def test_a_document_is_in_the_corpus_before_it_is_shown(project: Project, folder: Path) -> None:
    write(folder, 3)
    shown = 0
    for event in import_path(folder, project, never):
        if isinstance(event, Document):
            shown += 1
            with Corpus(project.corpus) as corpus:
                assert corpus.counts().documents == shown


def test_a_stopped_import_keeps_what_it_has_and_the_next_one_goes_on(project: Project, folder: Path) -> None:
    write(folder, 5)

    def two_are_in() -> bool:
        with Corpus(project.corpus) as corpus:
            return corpus.counts().documents == 2

    _, report = drain(import_path(folder, project, two_are_in))
    assert counts(report) == (2, 0, 0, 0, True)
    assert counts(run(folder, project)[0]) == (3, 0, 2, 0, False)


def test_who_stops_waits_for_no_backup_which_the_next_import_makes(project: Project, folder: Path) -> None:
    write(folder, 5)

    def something_is_in() -> bool:
        with Corpus(project.corpus) as corpus:
            return corpus.counts().documents > 0

    _, report = drain(import_path(folder, project, something_is_in))
    assert (report.stopped, backups(project.corpus)) == (True, [])
    for name in sorted(folder.iterdir())[report.added :]:
        name.unlink()
    for _ in range(2):  # neither brings anything
        assert counts(run(folder, project)[0]) == (0, 0, report.added, 0, False)
        assert len(backups(project.corpus)) == 1


def test_a_backup_keeps_nobody(project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, 3)
    copying = threading.Event()

    def copy_for_ever(_path: Path, _target: Path, is_stopped: threading.Event) -> None:
        copying.set()
        is_stopped.wait()

    monkeypatch.setattr(database, "copy_whole", copy_for_ever)
    _, report = drain(import_path(folder, project, copying.is_set))
    monkeypatch.undo()
    assert (counts(report), backups(project.corpus)) == ((3, 0, 0, 0, True), [])
    assert counts(run(folder, project)[0]) == (0, 0, 3, 0, False)
    assert len(backups(project.corpus)) == 1


def test_one_unreadable_file_is_a_skip_and_the_others_come_in(project: Project, folder: Path) -> None:
    write(folder, 1)
    (folder / "program.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "README.md").write_text("# A project")
    report, documents, skipped = run(folder, project)
    assert counts(report) == (1, 0, 0, 3, False)
    assert [document.title for document in documents] == ["Day 0"]
    assert skipped == {
        "program.txt": "This is not text, whatever its name says.",
        "empty.txt": "There are no words in this file.",
        "README.md": "This is not your writing: it is a file about the project.",
    }


def test_skips_are_remembered_with_their_reasons(project: Project, folder: Path) -> None:
    (folder / "empty.txt").write_bytes(b"")
    run(folder, project)
    with Corpus(project.corpus) as corpus:
        assert corpus.skipped() == [Skipped(key_of(folder.resolve() / "empty.txt"), "There are no words in this file.")]


def test_a_file_of_200_megabytes_is_a_skip_that_says_what_to_do(project: Project, folder: Path) -> None:
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(200_000_000)  # sparse: it takes no room on the disk
    report, _, skipped = run(folder, project)
    assert "larger than 16 MB" in skipped["huge.txt"]
    assert "split it into smaller files" in skipped["huge.txt"]
    assert report.seconds < 10  # it was not read


def test_a_megabyte_without_a_space_is_one_document(project: Project, folder: Path) -> None:
    for ending in ("txt", "md", "html"):
        (folder / f"long.{ending}").write_text("<p>" * (ending == "html") + "a" * 1_000_000)
    report, documents, _ = run(folder, project)
    assert counts(report) == (3, 0, 0, 0, False)
    assert [len(document.text) for document in documents] == [1_000_000] * 3


@pytest.mark.parametrize("files", [[], ["a.jpg", "b.PNG"], [".hidden.md"]], ids=["empty", "pictures", "hidden"])
def test_a_folder_with_nothing_to_read_says_what_can_be_read(project: Project, folder: Path, files: list[str]) -> None:
    for name in files:
        (folder / name).write_bytes(b"x")
    with pytest.raises(WrongFile, match="nothing to read in this folder") as caught:
        run(folder, project)
    assert caught.value.fix == KINDS


def test_a_folder_of_pictures_names_what_is_in_it(project: Project, folder: Path) -> None:
    for name in ("a.jpg", "b.JPG", "c.png"):
        (folder / name).write_bytes(b"x")
    with pytest.raises(WrongFile) as caught:
        run(folder, project)
    assert caught.value.what == "There is nothing to read in this folder: 2 .jpg, 1 .png."


def test_files_of_other_kinds_are_counted_in_a_note(project: Project, folder: Path) -> None:
    write(folder, 1)
    (folder / "paper.pages").write_bytes(b"PK")
    events, _ = drain(import_path(folder, project, never))
    assert [event for event in events if isinstance(event, Note)] == [Note(f"Passed over: 1 .pages. {KINDS}")]


def test_a_path_that_is_not_there_is_said_so(project: Project, tmp_path: Path) -> None:
    with pytest.raises(WrongFile, match="no such file or folder"):
        run(tmp_path / "nowhere", project)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_that_nobody_writes_into_is_not_waited_for(project: Project, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(WrongFile, match="no such file or folder"):
        drain(import_path(tmp_path / "pipe.txt", project, never))


def test_a_second_writer_is_told_to_wait(project: Project, folder: Path) -> None:
    write(folder, 1)
    with writing(project), pytest.raises(Busy):
        run(folder, project)


def test_links_that_lead_in_a_circle_or_nowhere_end_nothing(project: Project, folder: Path) -> None:
    write(folder, 1)
    inside = folder / "inside"
    inside.mkdir()
    try:
        (inside / "up").symlink_to(folder, target_is_directory=True)
        (folder / "self.md").symlink_to(folder / "self.md")
        (folder / "gone.md").symlink_to(folder / "nowhere.md")
        (folder / "twice.md").symlink_to(folder / "0000.md")
    except OSError:
        pytest.skip("this system lets only administrators make links")
    report, documents, skipped = run(folder, project)
    assert counts(report) == (1, 0, 0, 2, False)
    assert len(documents) == 1
    assert set(skipped) == {"self.md", "gone.md"}


def test_a_folder_named_from_where_one_stands_is_the_same_folder(
    project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, 1)
    run(folder, project)
    monkeypatch.chdir(folder.parent)
    assert counts(run(Path("writing"), project)[0]) == (0, 0, 1, 0, False)


def test_a_linked_folder_outside_is_read_under_its_own_name(project: Project, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    write(outside, 1)
    try:
        (folder / "link").symlink_to(outside, target_is_directory=True)
    except OSError:
        pytest.skip("this system lets only administrators make links")
    run(folder, project)
    assert counts(run(outside, project)[0]) == (0, 0, 1, 0, False)


def forbid(monkeypatch: pytest.MonkeyPatch, forbidden: Path) -> None:
    """Take away the right to read; from root, to whom no right can be denied, by an error in its place."""
    if not AS_ROOT:
        forbidden.chmod(0)
        return
    read_bytes, scandir = Path.read_bytes, os.scandir

    def refused_read(path: Path) -> bytes:
        if path == forbidden:
            raise PermissionError(errno.EACCES, "denied")
        return read_bytes(path)

    def refused_scan(path: Path) -> Iterator[os.DirEntry[str]]:
        if path == forbidden:
            raise PermissionError(errno.EACCES, "denied")
        return scandir(path)

    monkeypatch.setattr(Path, "read_bytes", refused_read)
    monkeypatch.setattr(os, "scandir", refused_scan)


def test_a_file_without_permission_is_a_skip(project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, 2)
    forbid(monkeypatch, folder.resolve() / "0000.md")
    report, _, skipped = run(folder, project)
    assert counts(report) == (1, 0, 0, 1, False)
    assert skipped == {"0000.md": "You may not read this. Change its rights, then import again."}


def test_an_inner_folder_without_permission_is_a_skip(
    project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, 1)
    (folder / "locked").mkdir()
    forbid(monkeypatch, folder.resolve() / "locked")
    report, _, skipped = run(folder, project)
    (folder / "locked").chmod(0o700)
    assert counts(report) == (1, 0, 0, 1, False)
    assert skipped == {"locked": "You may not read this. Change its rights, then import again."}


def test_the_folder_itself_without_permission_is_said_so(
    project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid(monkeypatch, folder.resolve())
    with pytest.raises(WrongFile, match="You may not read this folder"):
        run(folder, project)
    folder.chmod(0o700)


def test_a_name_in_no_encoding_is_imported(project: Project, folder: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.md")).write_text("Words in a badly named file.")
    except OSError:
        pytest.skip("this system's file names are always Unicode")
    report, documents, _ = run(folder, project)
    assert counts(report) == (1, 0, 0, 0, False)
    assert documents[0].key.endswith("/caf\\xe9.md")


CHILD = """
import sys
from pathlib import Path
from core.events import drain, never
from core.paths import Project
from importers.pull import import_path
print("ready", flush=True)
_, report = drain(import_path(Path(sys.argv[1]), Project(Path(sys.argv[2])), never))
print(report.added, flush=True)
"""


def child(folder: Path, project: Project, *, limit: int | None = None) -> subprocess.Popen[str]:
    code = CHILD
    if limit is not None:
        code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n" + CHILD
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder), str(project.root)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_killed_at_any_moment_the_next_import_ends_like_a_clean_one(folder: Path, tmp_path: Path) -> None:
    write(folder, 600)
    clean = Project(tmp_path / "clean")
    _, expected, _ = run(folder, clean)
    for number, moment in enumerate((0.0, 0.01, 0.03, 0.06, 0.1, 0.15)):
        project = Project(tmp_path / f"killed-{number}")
        with child(folder, project) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(moment)
            process.kill()
        report, documents, _ = run(folder, project)
        assert report.added + report.already == 600
        assert documents == expected


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="this system has no limit on the size of files")
def test_a_full_disk_is_trouble_and_the_next_import_goes_on(folder: Path, project: Project) -> None:
    """A limit on the size of files stands in for the disk: SQLite is told the same, that nothing more fits."""
    for number in range(60):
        (folder / f"{number:02}.txt").write_text(f"{number} " + "many words " * 2_000)
    with child(folder, project, limit=800_000) as process:
        _, errors = process.communicate()
    assert "core.errors.DiskTrouble: The disk is full while writing your corpus." in errors
    with Corpus(project.corpus) as corpus:
        safe = corpus.counts().documents
    assert 0 < safe < 60
    assert counts(run(folder, project)[0]) == (60 - safe, 0, safe, 0, False)


REAL_DISK = """
import subprocess, sys
from pathlib import Path
from core.corpus import Corpus
from core.errors import DiskTrouble
from core.events import drain, never
from core.paths import Project
from importers.pull import import_path
disk, project = sys.argv[2], Project(Path(sys.argv[2], "project"))
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=True)
try:
    drain(import_path(Path(sys.argv[1]), project, never))
except DiskTrouble as trouble:
    print(trouble.what)
with Corpus(project.corpus) as corpus:
    safe = corpus.counts().documents
subprocess.run(["mount", "-o", "remount,size=20m", disk], check=True)
_, report = drain(import_path(Path(sys.argv[1]), project, never))
print(0 < safe < 60, report.already == safe, report.added + safe)
"""


def test_a_real_disk_that_fills_loses_nothing(folder: Path, tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    allowed = unshare and AS_ROOT and subprocess.run([unshare, "-m", "true"], capture_output=True).returncode == 0
    if not unshare or not allowed:
        pytest.skip("only an administrator of Linux can mount a small disk; the limit on file sizes stands in for it")
    for number in range(60):
        (folder / f"{number:02}.txt").write_text(f"{number} " + "many words " * 2_000)
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(
        [unshare, "-m", sys.executable, "-c", REAL_DISK, str(folder), str(disk)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    if "CalledProcessError" in done.stderr:
        pytest.skip("mounting a small disk is not permitted here; the limit on file sizes stands in for it")
    assert done.stdout.splitlines() == ["The disk is full while writing your corpus.", "True True 60"]


def test_a_full_disk_before_the_first_document_is_trouble(folder: Path, tmp_path: Path) -> None:
    write(folder, 1)
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the project's folder should be")
    with pytest.raises(DiskTrouble):
        run(folder, Project(blocked / "project"))


class Broken:
    about = About(title="broken", endings=(".md",))

    def can_read(self, file: TextFile) -> bool:
        return True

    def read(self, file: TextFile) -> Iterator[Item]:
        raise KeyError(file.key)


def test_a_bug_in_an_importer_is_not_hidden(project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, 1)
    monkeypatch.setattr(files, "ALL", (Broken(),))
    with pytest.raises(KeyError):
        run(folder, project)
