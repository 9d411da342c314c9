"""Archives inside archives: read as if they were folders, and refused where they are made to do harm."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from core.corpus import Corpus
from core.events import Note, drain, never
from core.paths import Project
from core.sources import Choice
from importers import nested
from importers.archive import Archive
from importers.members import Limits, Stopped
from importers.pull import import_path
from tests.importers.test_archive import FILES, contents, reasons, zipped


def tarred(files: dict[str, bytes], kind: str = "") -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=f"w:{kind}") as tar:  # type: ignore[call-overload]  # any of four modes
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return data.getvalue()


@pytest.mark.parametrize("kind", ["tar", "tar.gz", "tgz", "tar.bz2", "tar.xz"])
@pytest.mark.parametrize("around", ["zip", "tar", "folder"])
def test_a_tar_inside_an_archive_is_read_like_a_folder(kind: str, around: str, tmp_path: Path) -> None:
    inner = {f"data.{kind}": tarred(FILES, "gz" if kind == "tgz" else kind.partition(".")[2]), "beside.txt": b"beside"}
    path = tmp_path / f"all.{around}"
    if around == "folder":
        path.mkdir()
        for name, data in inner.items():
            (path / name).write_bytes(data)
    else:
        path.write_bytes(zipped(inner) if around == "zip" else tarred(inner))
    with Archive(path) as archive:
        assert contents(archive) == {
            **{f"data.{kind}/{name}": data for name, data in FILES.items()},
            "beside.txt": b"beside",
        }
        assert archive.refused == []


def test_a_zip_three_levels_deep_is_read_and_one_deeper_than_any_export_is_told(tmp_path: Path) -> None:
    data = zipped({"chat.txt": b"hello"})
    for level in range(6):
        (tmp_path / f"{level}.zip").write_bytes(data)
        with Archive(tmp_path / f"{level}.zip") as archive:
            if level <= 3:
                assert list(contents(archive).values()) == [b"hello"]
                assert archive.refused == []
            else:
                assert contents(archive) == {}
                assert list(reasons(archive).values()) == [nested.TOO_DEEP]
        data = zipped({f"{level}.zip": data})


def test_a_whatsapp_chat_in_a_zip_in_a_tar_in_a_zip_comes_in(tmp_path: Path) -> None:
    chat = "".join(f"[06.03.23, 09:0{n}:10] {who}: Message {n}\n" for n, who in enumerate(["Ann", "Bob"] * 4))
    inner = zipped({"_chat.txt": chat.encode()})
    (tmp_path / "phone.zip").write_bytes(zipped({"backup.tar.gz": tarred({"WhatsApp Chat - Bob.zip": inner}, "gz")}))
    project = Project(tmp_path / "project")
    _, report = drain(import_path(tmp_path / "phone.zip", project, never, Choice(me=("Ann",), private=True)))
    assert report.added > 0
    with Corpus(project.corpus) as corpus:
        assert {one.origin for one in corpus.documents()} == {
            "phone.zip/backup.tar.gz/WhatsApp Chat - Bob.zip/_chat.txt"
        }


def bomb(levels: int, fan: int = 8) -> bytes:
    """Zips of zips, of which each level unpacks to more."""
    data = zipped({"zeros.txt": b"0" * 100_000_000})
    for _ in range(levels):
        data = zipped({f"{n}.zip": data for n in range(fan)})
    return data


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_a_bomb_of_zips_in_zips_is_refused_and_what_lies_beside_it_is_read(levels: int, tmp_path: Path) -> None:
    (tmp_path / "bomb.zip").write_bytes(zipped({"bomb.zip": bomb(levels), "good.txt": b"good"}))
    with Archive(tmp_path / "bomb.zip") as archive:
        assert contents(archive) == {"good.txt": b"good"}
        assert set(reasons(archive).values()) <= {nested.BOMB, nested.TOO_DEEP}


def test_a_bomb_of_many_small_files_in_zips_in_a_zip_stops_at_what_is_bearable(tmp_path: Path) -> None:
    """Each file may be packed as tightly as it likes; all of them together may not."""
    small = zipped({f"{n}.txt": b"0" * 1_000_000 for n in range(50)})
    path = tmp_path / "many.zip"
    path.write_bytes(zipped({f"{n}.zip": small for n in range(50)}, zipfile.ZIP_DEFLATED))
    with Archive(path) as archive:
        unpacked = sum(archive.size(name) for name in archive.names)
        assert unpacked <= max(nested.ENOUGH, 200 * path.stat().st_size)
        assert nested.BOMB in reasons(archive).values()


def test_a_tar_in_a_zip_that_unpacks_to_far_more_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(
        zipped({"b.tar.gz": tarred({"zeros.txt": b"0" * 80_000_000}, "gz"), "good.txt": b"g"})
    )
    with Archive(tmp_path / "a.zip") as archive:
        assert contents(archive) == {"good.txt": b"g"}
        assert len(archive.refused) == 1


def test_more_archives_than_any_export_has_are_told(tmp_path: Path) -> None:
    one = zipped({"a.txt": b"a"})
    (tmp_path / "all.zip").write_bytes(zipped({f"{n}.zip": one for n in range(5)}))
    with Archive(tmp_path / "all.zip", limits=Limits(archives=3)) as archive:
        assert len(archive.names) == 3
        assert list(reasons(archive).values()) == [nested.TOO_MANY] * 2


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/passwd", "C:/x.txt"])
def test_a_name_that_points_out_of_an_inner_archive_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"b.tar": tarred({name: b"evil", "good.txt": b"good"})}))
    with Archive(tmp_path / "a.zip") as archive:
        assert not any(one == name or ".." in one for one in archive.names)
        assert b"good" in contents(archive).values()


@pytest.mark.parametrize("name", ["b.zip", "b.tar", "b.tar.gz", "b.gz"])
@pytest.mark.parametrize("data", [b"", b"nothing of that kind", b"PK\x03\x04 cut", b"\x1f\x8b\x08 cut"])
def test_a_broken_archive_inside_costs_only_itself(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({name: data, "good.txt": b"good"}))
    with Archive(tmp_path / "a.zip") as archive:
        assert contents(archive) == {"good.txt": b"good"}
        assert list(reasons(archive)) == [name]


def test_many_archives_inside_do_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nested, "IN_MEMORY", 3_000)
    noise = [bytes(range(256)) * 4 for _ in range(8)]
    one = [zipped({"a.txt": data}, zipfile.ZIP_STORED) for data in noise]
    (tmp_path / "a.zip").write_bytes(zipped({f"{n}.zip": data for n, data in enumerate(one)}))
    with Archive(tmp_path / "a.zip") as archive:
        assert list(contents(archive).values()) == noise


def test_a_stop_is_heard_while_an_inner_archive_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"b.zip": zipped({f"{n}.txt": b"x" * 1_000 for n in range(100)})}))
    asked = iter([False, False])
    with pytest.raises(Stopped):
        Archive(tmp_path / "a.zip", stop=lambda: next(asked, True))


@pytest.mark.parametrize("around", ["alone", "folder", "zip"])
def test_a_file_packed_by_itself_is_read_under_its_name(around: str, tmp_path: Path) -> None:
    data = gzip.compress(b"id,text\n1,hello\n")
    path = tmp_path / "all"
    path.mkdir()
    (path / "posts.csv.gz").write_bytes(data)
    if around == "zip":
        path = tmp_path / "all.zip"
        path.write_bytes(zipped({"posts.csv.gz": data}))
    with Archive(path / "posts.csv.gz" if around == "alone" else path) as archive:
        assert contents(archive) == {"posts.csv": b"id,text\n1,hello\n"}
        assert archive.size("posts.csv") == 16


def test_a_mailbox_packed_by_itself_comes_in_and_is_not_passed_over_as_a_file_too(tmp_path: Path) -> None:
    letter = b"From x Mon Jan  1 00:00:00 2024\nFrom: Ann <a@x.org>\nSubject: Hi\nTo: b@x.org\n\nHello.\n"
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / "sent.mbox.gz").write_bytes(gzip.compress(letter))
    for path in (tmp_path / "all" / "sent.mbox.gz", tmp_path / "all"):
        events, report = drain(
            import_path(path, Project(tmp_path / f"from {path.name}"), never, Choice(me=("a@x.org",), private=True))
        )
        assert (report.added, report.skipped) == (1, 0)
        assert [one for one in events if isinstance(one, Note)] == []


def test_a_packed_file_that_unpacks_to_far_more_is_refused(tmp_path: Path) -> None:
    (tmp_path / "posts.csv.gz").write_bytes(gzip.compress(b"0" * 50_000_000))
    with Archive(tmp_path / "posts.csv.gz") as archive:
        assert archive.names == ()
        assert list(reasons(archive).values()) == [nested.BOMB]
