"""Which posts of an X archive belong to others, seen in its bytes alone before any of them is read.

So a post that stands alone can be told at once, while the threads wait for what may come at the end of the file.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

from importers.export import Files
from importers.members import Damaged

PIECE: Final = 1 << 18  # bytes that are looked at together
OVERLAP: Final = 1 << 9  # bytes of the piece before: a key may be cut in two, and is looked at twice without harm
ANSWERED: Final = b'"in_reply_to_status_id'
NUMBER: Final = re.compile(rb'(?:_str)?"\s*:\s*"?(\d+)')
EDITED: Final = b'"editTweetIds"'
VERSIONS: Final = re.compile(rb"\s*:\s*\[([^]]*,[^]]*)")
NUMBERS: Final = re.compile(rb"\d+")


def linked(files: Files, names: Iterable[str]) -> set[str]:
    """The ids of all posts in these members that are answered, by whomever, or have several versions."""
    found: set[bytes] = set()
    before = files.archive.meter.bytes
    for name in names:
        for piece in pieces(files, name):
            for part in piece.split(ANSWERED)[1:]:
                if number := NUMBER.match(part):
                    found.add(number[1])
            for part in piece.split(EDITED)[1:]:
                if versions := VERSIONS.match(part):
                    found.update(NUMBERS.findall(versions[1]))
    files.archive.meter.bytes = before  # a glance is no progress
    return {number.decode() for number in found}


def pieces(files: Files, name: str) -> Iterator[bytes]:
    """What a member holds as far as it can be read, in pieces that overlap."""
    end = b""
    with suppress(Damaged), files.open(name) as stream:  # who reads it afterwards tells
        while piece := stream.read(PIECE):
            known = end + piece
            yield known
            end = known[-OVERLAP:]
