"""Rows are read as the standard library reads them, but for a mark that is never closed: it costs one row."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import commas

CELLS = st.lists(st.lists(st.text('ab,"\n \r', max_size=6), min_size=2, max_size=4), min_size=1, max_size=5)


def written(rows: list[list[str]]) -> list[str]:
    """The lines of a table, with their ends."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().splitlines(keepends=True)


@given(CELLS)
def test_whole_tables_are_read_as_they_were_written(rows: list[list[str]]) -> None:
    told: list[str] = []
    assert list(commas.separated(written(rows), broken=told.append)) == rows
    assert told == []


@pytest.mark.parametrize("place", [0, 1, 500, 999])
def test_a_mark_that_is_never_closed_costs_one_row(place: int) -> None:
    lines = [f"{number},word {number}\n" for number in range(1_000)]
    lines[place] = f'{place},"word {place}\n'
    told: list[str] = []
    rows = list(commas.separated(lines, broken=told.append))
    assert [int(row[0]) for row in rows] == [number for number in range(1_000) if number != place]
    assert told == [commas.UNCLOSED.format(line=place + 1)]


def test_rows_in_are_rows_kept_and_rows_told() -> None:
    lines = ["a,b\n", '1,"x\n', "2,y\n", '3,"z\n', "4,w\n", '5,"v\n']
    told: list[str] = []
    rows = list(commas.separated(lines, broken=told.append))
    assert rows[0] == ["a", "b"]
    assert rows[-1] == ["4", "w"]  # lines 2 to 4 are one quotation for every reader of tables
    assert told == [commas.UNCLOSED.format(line=6)]


def test_a_field_of_any_length_ends_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commas, "LONGEST_ROW", 100)
    lines = ['1,"open\n', *(["text without an end\n"] * 20), "2,good\n"]
    told: list[str] = []
    rows = list(commas.separated(lines, broken=told.append))
    assert ["2", "good"] in rows
    assert len(told) == 1
