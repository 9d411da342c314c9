"""The members of a zip. Knows no other kind of archive, and none inside another."""

import stat
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import IO, Final

from core.documents import Skipped
from importers.members import Limits, Member, is_rubbish, tidy_name

MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
ENCRYPTED: Final = 0x1
IN_UTF8: Final = 0x800
HEADER: Final = 30  # bytes before the name of a member
DOCUMENTS: Final = {"[Content_Types].xml", "mimetype"}  # these make a zip a .docx, .odt or .epub


def is_zip(head: bytes) -> bool:
    return head.startswith(MAGIC)


def is_document(path: Path) -> bool:
    """Whether a zip is one text, as programs for writing store it. Raises nothing: a damaged one is no document."""
    try:
        with zipfile.ZipFile(path) as whole:
            return not DOCUMENTS.isdisjoint(whole.namelist())
    except zipfile.BadZipFile:
        return False


def members(place: Path | IO[bytes], prefix: str, limits: Limits, opened: ExitStack) -> Iterator[Member | Skipped]:
    """Everything in the zip at `place`. Raises zipfile.BadZipFile when it is none.

    `opened` keeps it open, and closes it.
    """
    whole = opened.enter_context(zipfile.ZipFile(place))
    growth, end = 0, 0
    for info in sorted(whole.infolist(), key=lambda info: info.header_offset):
        name = prefix + plain_name(info)
        if info.is_dir() or is_rubbish(name):
            continue
        growth += max(0, info.file_size - info.compress_size)
        reason = refusal(info, end, growth, limits)
        end = max(end, info.header_offset + HEADER + len(info.filename) + info.compress_size)
        if reason:
            yield Skipped(name, reason)
        else:
            yield Member(name, info.file_size, partial(whole.open, info))


def plain_name(info: zipfile.ZipInfo) -> str:
    """The name as it was meant: many programs write UTF-8 and do not say so."""
    name = info.filename
    if not info.flag_bits & IN_UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return tidy_name(name)


def refusal(info: zipfile.ZipInfo, end: int, growth: int, limits: Limits) -> str:
    """Why a member is not read; empty when it is. `end` is where the members before it end."""
    if info.flag_bits & ENCRYPTED:
        return "It is locked with a password. Unlock it, or export again without one."
    if stat.S_ISLNK(info.external_attr >> 16):
        return "It is a link to another place, which no export needs."
    if info.header_offset < end:
        return "It lies on top of another file of the archive, as in archives made to do harm."
    if info.file_size > max(limits.small, limits.ratio * info.compress_size) or growth > limits.growth:
        return "It would unpack to far more than any writing, as archives made to do harm do."
    return ""
