"""Archives that no honest service would write (T27), as bytes. See hostile.py."""

import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping

GOOD = "# Good\n\nThese words are good.\n"
STAMP = (2020, 1, 1, 0, 0, 0)


def zipped(members: Mapping[str, bytes | str], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with the same bytes in every run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as whole:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = packing
            whole.writestr(info, data)
    return buffer.getvalue()


def beside(name: str, data: bytes | str = "# Bad\n\nThese words are bad.\n") -> bytes:
    return zipped({"good.md": GOOD, name: data})


def patched(data: bytes, old: bytes, new: bytes, count: int = -1) -> bytes:
    assert old in data
    return data.replace(old, new, count)


def linked() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as whole:
        whole.writestr(zipfile.ZipInfo("good.md", STAMP), GOOD)
        info = zipfile.ZipInfo("link.md", STAMP)
        info.external_attr = 0o120777 << 16
        whole.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def overlapping() -> bytes:
    """Two names for the bytes of one member, as in the bombs of David Fifield."""
    data = zipped({"good.md": GOOD, "bad.md": "# Bad\n\nx"}, zipfile.ZIP_STORED)
    start = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", start + 4)
    entry = bytearray(data[second : data.index(b"PK\x05\x06")])
    entry[42:46] = struct.pack("<I", 0)
    return data[:second] + bytes(entry) + data[data.index(b"PK\x05\x06") :]


def flagged(bit: int, method: int | None = None) -> bytes:
    """The last member with a bit of its flags set, or another way of packing."""
    data = bytearray(beside("bad.md"))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.rindex(mark)
        data[place + at] |= bit
        if method is not None:
            data[place + at + 2 : place + at + 4] = struct.pack("<H", method)
    return bytes(data)


def sized(claimed: int) -> bytes:
    """The last member says that it is so large."""
    data = bytearray(beside("bad.md"))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.rindex(mark)
        data[place + at : place + at + 4] = struct.pack("<I", claimed)
    return bytes(data)


def wrong_sum() -> bytes:
    data = bytearray(zipped({"good.md": GOOD, "bad.md": "# Bad\n\nThese words are bad.\n"}, zipfile.ZIP_STORED))
    data[data.index(b"words are bad")] ^= 1
    return bytes(data)


def tarred(*members: tuple[str, bytes, bytes, str]) -> bytes:
    """A tar of (name, data, kind, where it links to), after a good file."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as whole:
        for name, data, kind, target in (("good.md", GOOD.encode(), tarfile.REGTYPE, ""), *members):
            info = tarfile.TarInfo(name)
            info.size, info.type, info.linkname = len(data), kind, target
            whole.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def in_itself(depth: int) -> bytes:
    data = zipped({"good.md": GOOD})
    for _ in range(depth):
        data = zipped({"good.md": GOOD, "inner.zip": data})
    return data


BAD = ("bad.md", b"# Bad\n\nThese words are bad.\n", tarfile.REGTYPE, "")
ARCHIVES: dict[str, Callable[[], bytes]] = {
    "slip.zip": lambda: beside("../bad.md"),
    "slip-deep.zip": lambda: beside("a/../../bad.md"),
    "absolute.zip": lambda: beside("/etc/bad.md"),
    "drive.zip": lambda: beside("C:/bad.md"),
    "backslash.zip": lambda: beside("..\\bad.md"),
    "share.zip": lambda: beside("//server/share/bad.md"),
    "link.zip": linked,
    "overlap.zip": overlapping,
    "bomb.zip": lambda: beside("bad.md", b"0" * 40_000_000),
    "zip-in-zip.zip": lambda: in_itself(1),
    "zip-in-zip-in-zip.zip": lambda: in_itself(2),
    "bomb-in-zip.zip": lambda: beside("inner.zip", zipped({"bad.md": b"0" * 40_000_000})),
    "broken-inner.zip": lambda: beside("inner.zip", zipped({"a.md": GOOD})[:60]),
    "locked.zip": lambda: flagged(1),
    "unknown-packing.zip": lambda: flagged(0, 99),
    "packing-is-text.zip": lambda: flagged(0, 0),
    "cut-half.zip": lambda: (lambda data: data[: len(data) // 2])(beside("bad.md")),
    "cut-end.zip": lambda: beside("bad.md")[:-5],
    "no-directory.zip": lambda: beside("bad.md")[: beside("bad.md").index(b"PK\x01\x02")],
    "empty.zip": lambda: zipped({}),
    "only-a-mark.zip": lambda: b"PK\x03\x04",
    "nothing.zip": lambda: b"",
    "nul-in-name.zip": lambda: patched(beside("baXd.md"), b"baXd", b"ba\0d"),
    "long-name.zip": lambda: beside("b" * 4_096 + ".md"),
    "same-name.zip": lambda: patched(beside("xood.md"), b"xood", b"good"),
    "case-twins.zip": lambda: beside("GOOD.md"),
    "composed-twins.zip": lambda: zipped({"n\u00e9.md": GOOD, "ne\u0301.md": "# Bad\n\nThese words are bad.\n"}),
    "device-name.zip": lambda: beside("nul.md"),
    "trailing-dot.zip": lambda: beside("bad.md. "),
    "turned-name.zip": lambda: beside("dm.\u202edab.md"),
    "name-in-no-encoding.zip": lambda: patched(beside("bXXd.md"), b"bXXd", b"b\xff\xfed"),
    "claims-more.zip": lambda: sized(4_000_000_000),
    "claims-less.zip": lambda: sized(3),
    "wrong-sum.zip": wrong_sum,
    "junk-before.zip": lambda: b"MZ" + bytes(500) + beside("bad.md"),
    "junk-behind.zip": lambda: beside("bad.md") + bytes(500),
    "twice.zip": lambda: beside("bad.md") + beside("bad.md"),
    "many-empty.zip": lambda: zipped({**{f"{n}.md": b"" for n in range(300)}, "good.md": GOOD}),
    "slip.tar": lambda: tarred(("../bad.md", b"x", tarfile.REGTYPE, "")),
    "link.tar": lambda: tarred(("bad.md", b"", tarfile.SYMTYPE, "/etc/passwd")),
    "hard-link.tar": lambda: tarred(("bad.md", b"", tarfile.LNKTYPE, "good.md")),
    "below-a-link.tar": lambda: tarred(("up", b"", tarfile.SYMTYPE, ".."), ("up/bad.md", b"x", tarfile.REGTYPE, "")),
    "device.tar": lambda: tarred(("bad", b"", tarfile.CHRTYPE, "")),
    "pipe.tar": lambda: tarred(("bad.md", b"", tarfile.FIFOTYPE, "")),
    "cut.tar": lambda: tarred(BAD)[:1_300],
    "wrong-size.tar": lambda: patched(tarred(BAD), b"00000000034", b"77777777777"),
    "cut.tar.gz": lambda: packed(tarred(BAD))[:-40],
    "wrong-sum.tar.gz": lambda: packed(tarred(BAD))[:-8] + bytes(8),
    "bomb.tar.gz": lambda: packed(tarred(("bad.md", bytes(30_000_000), tarfile.REGTYPE, ""))),
    "cut.tar.xz": lambda: lzma.compress(tarred(BAD))[:-30],
    "text.gz": lambda: packed(GOOD.encode()),
    "stream.z": lambda: zlib.compress(GOOD.encode()),
}
