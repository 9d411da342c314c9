"""Every kind of archive is the same table of names and bytes; what could do harm is left out and the rest is read."""

import io
import os
import stat
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from core.documents import Skipped
from core.errors import WrongFile
from importers.archive import Archive
from importers.members import Damaged, Limits, Stopped

FILES = {"chats/one.txt": b"Good morning.", "two.json": b'{"a": 1}'}
KINDS = ("folder", "zip", "tar", "tar.gz", "tar.bz2", "tar.xz")


def packed(kind: str, folder: Path, files: dict[str, bytes] = FILES) -> Path:
    """`files` as an archive of this kind."""
    path = folder / f"export.{kind}"
    if kind == "folder":
        for name, data in files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(data)
    elif kind == "zip":
        path.write_bytes(zipped(files))
    else:
        mode = f"w:{kind.partition('.')[2]}"
        with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]  # any of four modes
            for name, data in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
    return path


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as whole:
        for name, content in files.items():
            whole.writestr(name, content)
    return data.getvalue()


def contents(archive: Archive) -> dict[str, bytes]:
    return {name: archive.open(name).read() for name in archive.names}


def reasons(archive: Archive) -> dict[str, str]:
    return {one.key: one.reason for one in archive.refused}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_the_same_table(kind: str, tmp_path: Path) -> None:
    with Archive(packed(kind, tmp_path)) as archive:
        assert contents(archive) == FILES
        assert {name: archive.size(name) for name in archive.names} == {"chats/one.txt": 13, "two.json": 8}
        assert archive.head("two.json") == b'{"a": 1}'
        assert archive.origin("two.json") == f"export.{kind}/two.json"
        assert archive.refused == []


def test_a_single_file_is_an_archive_of_one(tmp_path: Path) -> None:
    (tmp_path / "chat.txt").write_bytes(b"hello")
    with Archive(tmp_path / "chat.txt") as archive:
        assert contents(archive) == {"chat.txt": b"hello"}
        assert archive.origin("chat.txt") == "chat.txt"


def test_a_document_of_a_word_processor_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "letter.docx").write_bytes(zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}))
    with Archive(tmp_path / "letter.docx") as archive:
        assert archive.names == ("letter.docx",)


def test_the_parts_of_one_export_are_one_archive(tmp_path: Path) -> None:
    (tmp_path / "takeout-20230101T000000Z-001.zip").write_bytes(zipped({"a.txt": b"a"}))
    (tmp_path / "takeout-20230101T000000Z-002.zip").write_bytes(zipped({"b.txt": b"b"}))
    (tmp_path / "takeout-20240202T000000Z-001.zip").write_bytes(zipped({"c.txt": b"c"}))
    with Archive(tmp_path / "takeout-20230101T000000Z-002.zip") as archive:
        assert contents(archive) == {"a.txt": b"a", "b.txt": b"b"}


def test_a_part_that_is_somewhere_else_or_damaged_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    for number, data in ((1, zipped({"a.txt": b"a"})), (3, zipped({"c.txt": b"c"})), (4, b"PK\x03\x04 cut off")):
        (tmp_path / f"takeout-20230101T000000Z-00{number}.zip").write_bytes(data)
    for path in (tmp_path / "takeout-20230101T000000Z-003.zip", tmp_path):
        with Archive(path) as archive:
            assert sorted(contents(archive).values()) == [b"a", b"c"]
            told = {one.key.rpartition("/")[2]: one.reason.partition(".")[0] for one in archive.skips()}
            assert told == {
                "takeout-20230101T000000Z-002.zip": "Part 2 of this export is not here",
                "takeout-20230101T000000Z-004.zip": "This zip is damaged or unfinished",
            }
    (tmp_path / "takeout-20240202T000000Z-005.zip").write_bytes(zipped({"e.txt": b"e"}))
    with Archive(tmp_path / "takeout-20240202T000000Z-005.zip") as archive:
        assert [one.reason[:38] for one in archive.skips()] == ["4 parts of this export are not here, t"]


def test_parts_in_a_folder_are_one_tree_as_they_were_before_they_were_parted(tmp_path: Path) -> None:
    (tmp_path / "takeout-20230101T000000Z-001.zip").write_bytes(zipped({"Chat/group.json": b"a"}))
    (tmp_path / "takeout-20230101T000000Z-002.zip").write_bytes(zipped({"Chat/messages.json": b"b"}))
    with Archive(tmp_path) as archive:
        assert len({name.rpartition("/")[0] for name in archive.names}) == 1
        assert archive.opened == {".zip": 2}


def test_zips_inside_a_zip_are_opened_like_folders(tmp_path: Path) -> None:
    bottom = zipped({"deep.txt": b"deep"})
    files = {"Chat.zip": zipped({"_chat.txt": b"hello", "more.zip": bottom}), "broken.zip": b"PK\x03\x04 no"}
    for kind in ("zip", "folder"):
        with Archive(packed(kind, tmp_path, files)) as archive:
            assert contents(archive) == {"Chat.zip/_chat.txt": b"hello", "Chat.zip/more.zip/deep.txt": b"deep"}
            assert list(reasons(archive)) == ["broken.zip"]


@pytest.mark.parametrize(
    ("kind", "called"), [("zip", "mara.bin"), ("zip", "mara"), ("tar.gz", "mara.tar.gz"), ("tar", "mara.old")]
)
def test_archives_in_a_folder_are_known_by_what_is_in_them(kind: str, called: str, tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    packed(kind, tmp_path).rename(folder / called)
    (folder / "letter.docx").write_bytes(zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}))
    (folder / "letter.bin").write_bytes((folder / "letter.docx").read_bytes())
    with Archive(folder) as archive:
        inside = {f"{called}/{name}": data for name, data in FILES.items()}
        assert {name: data for name, data in contents(archive).items() if "letter" not in name} == inside
        assert {"letter.docx", "letter.bin"} <= set(archive.names)
        assert (archive.box(f"{called}/two.json"), archive.box("letter.docx")) == (f"{called}/", "")


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("../evil.txt", "points out"), ("/etc/passwd", "points out"), ("a/../../b", "points out"),
        ("C:/windows.txt", "points out"), ("..\\evil.txt", "points out"), ("good.txt", "same name"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_could_do_harm_is_refused_and_the_rest_is_read(name: str, word: str, tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as whole:
        whole.writestr("good.txt", b"good")
        whole.writestr(name, b"bad")
    (tmp_path / "a.zip").write_bytes(data.getvalue())
    with Archive(tmp_path / "a.zip") as archive:
        assert contents(archive) == {"good.txt": b"good"}
        assert [word in reason for reason in reasons(archive).values()] == [True]


def test_links_in_archives_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as whole:
        whole.writestr(link, "/etc/passwd")
        whole.writestr("good.txt", b"good")
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        info = tarfile.TarInfo("link.txt")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
        tar.addfile(tarfile.TarInfo("good.txt"))
    for name in ("a.zip", "a.tar"):
        with Archive(tmp_path / name) as archive:
            assert archive.names == ("good.txt",)
            assert reasons(archive) == {"link.txt": "It is a link to another place, which no export needs."}


@pytest.mark.skipif(os.name == "nt", reason="making links needs rights on Windows")
def test_links_in_folders_are_not_followed(tmp_path: Path) -> None:
    folder = packed("folder", tmp_path)
    (tmp_path / "outside.txt").write_bytes(b"secret")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "round").symlink_to(folder)
    with Archive(folder) as archive:
        assert contents(archive) == FILES


def test_a_bomb_is_refused_and_what_lies_beside_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"bomb.txt": bytes(10_000_000), "good.txt": b"good"}))
    with Archive(tmp_path / "a.zip") as archive:
        assert contents(archive) == {"good.txt": b"good"}
        assert "unpack to far more" in reasons(archive)["bomb.txt"]


def test_many_members_that_share_bytes_are_refused(tmp_path: Path) -> None:
    """The bomb of David Fifield: many entries of the directory over the same bytes (CVE-2024-0450)."""
    data = zipped({"a.txt": b"the same bytes"}, zipfile.ZIP_STORED)
    directory = data.rindex(b"PK\x01\x02")
    entry = data[directory : data.rindex(b"PK\x05\x06")]
    entries = b"".join(entry.replace(b"a.txt", name) for name in (b"a.txt", b"b.txt", b"c.txt"))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3, 3, len(entries), directory, 0)
    (tmp_path / "a.zip").write_bytes(data[:directory] + entries + end)
    with Archive(tmp_path / "a.zip") as archive:
        assert archive.names == ("a.txt",)
        assert ["on top of" in reason for reason in reasons(archive).values()] == [True, True]


def test_a_tar_that_grows_without_end_is_read_up_to_there(tmp_path: Path) -> None:
    path = packed("tar.gz", tmp_path, {"good.txt": b"good", "bomb.txt": bytes(10_000_000), "after.txt": b"x"})
    with Archive(path) as archive:
        assert contents(archive) == {"good.txt": b"good"}
        assert list(reasons(archive)) == ["bomb.txt"]


def test_an_archive_of_too_many_files_is_read_up_to_there(tmp_path: Path) -> None:
    with Archive(packed("zip", tmp_path, FILES), limits=Limits(members=1)) as archive:
        assert len(archive.names) == 1
        assert archive.refused == [Skipped("two.json", "The archive holds more than 1 files.")]


def test_a_locked_member_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped(FILES))
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    with Archive(tmp_path / "a.zip") as archive:
        assert archive.names == ("two.json",)
        assert "password" in reasons(archive)["chats/one.txt"]


def flipped(data: bytes) -> bytes:
    place = data.index(b"Good morning.") + 3
    return data[:place] + b"!" + data[place + 1 :]


def test_damage_comes_out_as_one_kind_of_error_and_only_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(flipped(zipped(FILES, zipfile.ZIP_STORED)))
    with Archive(tmp_path / "a.zip") as archive:
        with pytest.raises(Damaged):
            archive.open("chats/one.txt").read()
        assert archive.open("two.json").read() == FILES["two.json"]


def test_a_tar_that_was_cut_off_gives_what_came_before(tmp_path: Path) -> None:
    noise = os.urandom(200_000)
    path = packed("tar.gz", tmp_path, {"good.txt": b"good", "noise.txt": noise, "after.txt": b"x"})
    path.write_bytes(path.read_bytes()[:100_000])
    with Archive(path) as archive:
        assert archive.open("good.txt").read() == b"good"
        assert list(reasons(archive)) == ["export.tar.gz"]


def test_a_zip_that_was_cut_off_says_what_to_do(tmp_path: Path) -> None:
    path = packed("zip", tmp_path)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(WrongFile, match="not downloaded to its end"):
        Archive(path)


@pytest.mark.parametrize("kind", KINDS)
def test_reading_ends_as_soon_as_somebody_asks(kind: str, tmp_path: Path) -> None:
    asked = False
    with Archive(packed(kind, tmp_path), lambda: asked) as archive:
        stream = archive.open("two.json")
        asked = True
        with pytest.raises(Stopped):
            stream.read()


def test_what_systems_put_in_is_passed_over(tmp_path: Path) -> None:
    files = {"__MACOSX/._a.txt": b"x", ".DS_Store": b"x", "a/.hidden": b"x", "a.txt": b"a"}
    with Archive(packed("zip", tmp_path, files)) as archive:
        assert contents(archive) == {"a.txt": b"a"}


def test_names_in_utf_8_are_read_even_when_the_zip_does_not_say_so(tmp_path: Path) -> None:
    data = zipped({"Gr\u00fc\u00dfe.txt": b"hello"})
    plain = data.replace(b"\x00\x08", b"\x00\x00")  # the flag that says UTF-8
    (tmp_path / "a.zip").write_bytes(plain)
    with Archive(tmp_path / "a.zip") as archive:
        assert archive.names == ("Gr\u00fc\u00dfe.txt",)
