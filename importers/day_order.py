"""Dates as people and spreadsheets write them: `31.12.2023 10:00`, `12/31/2023 10:00 PM`. Knows no table.

What is the day and what the month is told by all dates of a column together, never by one: `1/5/2024` may be both.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final, TypeAlias

Order: TypeAlias = str  # "dmy" or "mdy"

DATE: Final = re.compile(
    r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d\d),?(?:[ T]+(\d{1,2}):(\d\d)(?::(\d\d))?(?:\s?([AaPp])\.?\s?[Mm]\.?)?)?"
)


def order_of(values: Sequence[str]) -> Order:
    """The order in which most dates exist, else the one that goes back least, else how such dates mostly are."""
    return min(("dmy", "mdy"), key=lambda order: (*fitness(values, order), likely(values) != order))


def fitness(values: Sequence[str], order: Order) -> tuple[int, int]:
    """How badly an order fits: dates that do not exist in it, and changes of direction: tables go up or down."""
    found = [moment(value, order) for value in values if DATE.fullmatch(value.strip())]
    real = [one for one in found if one is not None]
    up = sum(later > earlier for earlier, later in pairwise(real))
    down = sum(later < earlier for earlier, later in pairwise(real))
    return len(found) - len(real), min(up, down)


def likely(values: Sequence[str]) -> Order:
    """With dots the day is first; with a clock of twelve hours and slashes, the month."""
    first = next((found for value in values if (found := DATE.fullmatch(value.strip()))), None)
    return "mdy" if first and first[2] == "/" and first[8] else "dmy"


def moment(value: str, order: Order) -> datetime | None:
    """The moment on a clock on a wall, as if it were in UTC; None when there is no such day."""
    found = DATE.fullmatch(value.strip())
    if not found:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    day, month = (first, second) if order == "dmy" else (second, first)
    hour, minute, second = (int(part or 0) for part in found.groups()[4:7])
    if found[8]:
        hour = hour % 12 + 12 * (found[8] in "Pp")
    try:
        return datetime(year + 2000 * (year < 100), month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
