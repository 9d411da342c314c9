"""When something was written, in all the ways that people and programs put it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.dates import from_name, from_words


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("2018-03-22", (2018, 3, 22)),
        ("2021-9-1", (2021, 9, 1)),
        ("2021/09/01", (2021, 9, 1)),
        ("2018-03-22T16:08:12+11:00", (2018, 3, 22, 5, 8, 12)),
        ("2018-03-22T16:08:12Z", (2018, 3, 22, 16, 8, 12)),
        ("2018-03-22T16:08:12.123Z", (2018, 3, 22, 16, 8, 12)),
        ("2018-03-22 16:08:12 -0700", (2018, 3, 22, 23, 8, 12)),
        ("2018-03-22 6:08", (2018, 3, 22, 6, 8)),
        ("2018-03-22 16:08:12 UTC", (2018, 3, 22, 16, 8, 12)),
        ("Thu, 22 Mar 2018 16:08:12 +1100", (2018, 3, 22, 5, 8, 12)),
    ],
)
def test_a_date_is_read_with_its_zone(words: str, moment: tuple[int, ...]) -> None:
    assert from_words(words) == datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type, misc] # numbers in order


@pytest.mark.parametrize("words", ["", "soon", "2021-13-45", "0000-00-00", "0001-01-01T00:00:00+14:00", "20180322"])
def test_what_is_no_date_is_absent(words: str) -> None:
    assert from_words(words) is None


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/x/2019-11-11-slug.md", (2019, 11, 11)),
        ("/x/2019-11-11-slug/index.md", (2019, 11, 11)),
        ("/x/2019-1-2.md", (2019, 1, 2)),
        ("/2001-01-01/2019-11-11.md", (2019, 11, 11)),
    ],
)
def test_a_name_gives_the_day(path: str, day: tuple[int, int, int]) -> None:
    assert from_name(Path(path)) == datetime(*day, tzinfo=UTC)


@pytest.mark.parametrize("path", ["/x/slug.md", "/x/2019-11-111.md", "/x/2019-99-99-slug.md", "/x/about-2019-11-11.md"])
def test_a_name_without_a_day_gives_none(path: str) -> None:
    assert from_name(Path(path)) is None


@given(st.text())
def test_nothing_raises(words: str) -> None:
    moment = from_words(words)
    assert moment is None or moment.tzinfo is UTC


@given(st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.timezones()))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_what_python_writes_is_read_back(moment: datetime) -> None:
    offset = moment.utcoffset()
    if offset is None or offset.total_seconds() % 60:
        return  # zones of the 19th century had seconds, which no header writes
    whole = moment.replace(microsecond=0)
    assert from_words(whole.isoformat()) == whole.astimezone(UTC)
