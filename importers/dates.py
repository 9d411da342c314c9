"""When something was written: from the words in a header, or from the name of a file. Knows no clock and no file.

A day without an hour becomes midnight UTC of that day, an hour without a zone is taken as UTC; anything else that
cannot be read is None: the time a file was last touched says nothing about its writing.
"""

import re
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

DAY: Final = r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
STAMP: Final = re.compile(
    DAY + r"(?:(?:T|\s{1,4})(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d{1,9})?\s{0,4}(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?(?!\d)"
)
BEFORE_CHRIST: Final = re.compile(r"\s-\d{4}\s")  # what WordPress makes of no date: `Mon, 30 Nov -0001`
NAMED: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")


def from_words(words: str) -> datetime | None:
    """The moment that a header names: `2018-03-22T16:08:12+11:00`, `2021-9-1`, `Thu, 22 Mar 2018 16:08:12 +1100`."""
    if len(words) == 19 and words[4] == words[7] == "-" and words[10] == " " and words[13] == words[16] == ":":
        with suppress(ValueError):  # as databases write it
            return datetime.fromisoformat(words).replace(tzinfo=UTC)
    match = STAMP.match(words.strip())
    try:
        if match is None and BEFORE_CHRIST.search(words):
            return None
        if match is None:
            return in_utc(parsedate_to_datetime(words))
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
        return in_utc(datetime(year, month, day, hour, minute, second, tzinfo=zone(match[7])))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None  # no such day, a year at the edge of the calendar, or other words


@lru_cache(1_000)
def zone(words: str | None) -> tzinfo | None:
    """`+11:00`, `Z`; nothing is UTC. Raises ValueError."""
    return datetime.strptime((words or "Z").replace("UTC", "Z").replace("GMT", "Z"), "%z").tzinfo


def from_name(path: Path) -> datetime | None:
    """The day that the file, or else its folder, is named after: `2019-11-11-slug.md`, `2019-11-11-slug/index.md`."""
    for name in (path.name, path.parent.name):
        if match := NAMED.match(name):
            return from_words(match[0])
    return None


def in_utc(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
