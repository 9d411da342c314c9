"""Tables of nobody's in particular: when they are taken, and what is told of them beforehand."""

import gzip
import json
import shutil
import zipfile
from pathlib import Path
from typing import Final

import pytest

from core.documents import Document
from core.errors import Trouble, WrongFile
from core.events import drain, never
from core.paths import Project
from core.sources import Choice
from importers.day_order import moment, order_of
from importers.pull import import_path, survey
from importers.table import guessed

GIVEN: Final = Path(__file__).resolve().parent.parent / "fixtures" / "table" / "given"


def read(path: Path, home: Path, choice: Choice) -> list[Document]:
    events, _ = drain(import_path(path, Project(home / "project"), never, choice))
    return [one for one in events if isinstance(one, Document)]


def test_a_survey_shows_the_first_rows_as_they_were_understood() -> None:
    _, (found,) = drain(survey(GIVEN / "posts.jsonl", never, Choice(me=("Wren",))))
    assert (found.source, found.items) == ("table", 2)
    assert [(one.author, one.title, one.text) for one in found.examples] == [
        ("Wren", "On glue", "Glue needs a night, whatever the tube says."),
        ("Wren", "On salt", "Salt is a stone that we eat."),
    ]


def test_a_survey_shows_five_and_counts_all(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("text,day\n" + "".join(f"This is line {n},2022-01-02\n" for n in range(9)), encoding="utf-8")
    _, (found,) = drain(survey(path, never))
    assert (found.items, len(found.examples)) == (9, 5)


def test_a_table_beside_other_writing_is_left_to_those_who_know_it(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    shutil.copytree(GIVEN, folder)
    (folder / "letter.md").write_text("A letter to all.", encoding="utf-8")
    assert [one.text for one in read(folder, tmp_path, Choice())] == ["A letter to all."]
    named = read(folder, tmp_path, Choice(kind="table", me=("Wren",)))
    assert {one.source for one in named} == {"table"}


def test_tables_in_a_zip_are_taken_when_nothing_else_is_in_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as whole:
        whole.write(GIVEN / "list.json", "folder/list.json")
    assert [one.url or one.text for one in read(tmp_path / "mine.zip", tmp_path, Choice())][:1] == [
        "A list of objects is a table too."
    ]


def test_where_everybody_could_be_the_user_somebody_asks(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="does not say which of its people you are"):
        read(GIVEN / "diary.csv", tmp_path, Choice())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("numbers.csv", "a,b\n1,2\n3,4\n"),
        ("names.csv", "id,name\n1,Wren\n2,Jay\n"),
        ("one-column.csv", "text\nOne column is no table at all\n"),
        ("package.json", '{"name": "x", "description": "One thing with a description, over\\nlines"'),
        ("list.json", '["just words in a list of texts", "and more words"]'),
        ("empty.csv", ""),
        ("deep.json", "[" * 5_000),
    ],
)
def test_what_holds_no_texts_in_rows_is_no_table(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(WrongFile):
        read(tmp_path / name, tmp_path, Choice(kind="table"))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.tsv", "Who\tWhen\tWhat\n", None),
        ("a.tsv", "from\tsent time\tmessage\nWren\t2022-05-01\tIs it dry, Jay?\n", ("message", "from", "sent time")),
        ("a.csv", "a,b\nOne line of words,2\nMany more words than in one line,3\n", ("a", "", "")),
        ("a.csv", "message,where\nIt is quite dry here,12 Some Very Long Street In Town\n", ("message", "", "")),
        ("a.csv", "title,story,year\nA title of words,Words of a story that goes on,1999\n", ("story", "", "")),
        ("a.csv", "text,date\n日本語の長い文章です。空白はありません。,2022-01-02\n", ("text", "", "date")),
    ],
)
def test_columns_are_guessed_from_their_names_and_fields(
    name: str, text: str, expected: tuple[str, str, str] | None
) -> None:
    found = guessed(name, text.encode())
    assert (found and (found.text, found.author, found.date)) == expected


def test_a_quotation_mark_that_never_closes_costs_no_row_before_it(tmp_path: Path) -> None:
    path = tmp_path / "cut.csv"
    path.write_text('text,day\nThis is the first line,1\n"This is the second and\nit never ends,2\n', encoding="utf-8")
    assert [one.text for one in read(path, tmp_path, Choice())][:1] == ["This is the first line"]


def test_rows_deep_in_a_file_are_a_table_only_when_somebody_says_so(tmp_path: Path) -> None:
    path = tmp_path / "app.json"
    rows = [{"author": {"name": "Wren"}, "content": f"This is what I said first, number {n}"} for n in range(3)]
    path.write_text(json.dumps({"version": 2, "data": {"messages": rows}}), encoding="utf-8")
    assert read(path, tmp_path / "one", Choice(me=("Wren",))) == []
    found = read(path, tmp_path / "two", Choice(kind="table", me=("Wren",)))
    assert [(one.author, one.text[-8:]) for one in found] == [("Wren", f"number {n}") for n in range(3)]


@pytest.mark.parametrize(
    ("written", "days"),
    [
        (["1/5/2024", "13/5/2024"], [(5, 1), (5, 13)]),
        (["1/5/2024", "1/13/2024"], [(1, 5), (1, 13)]),
        (["1/11/2023", "2/11/2023", "1/12/2023"], [(11, 1), (11, 2), (12, 1)]),  # else it would go back
        (["1/5/2024 9:00 AM"], [(1, 5)]),
        (["1.5.24"], [(5, 1)]),
        (["31.2.2024", "1-5.2024"], [None, None]),
    ],
)
def test_the_day_is_told_from_the_month_by_all_dates_together(
    written: list[str], days: list[tuple[int, int] | None]
) -> None:
    found = [moment(one, order_of(written)) for one in written]
    assert [one and (one.month, one.day) for one in found] == days


COMMAS = (
    'id,text,posted\n1,"A line, with a comma",2024-01-02\n2,Another line of words,2024-01-03\n'
    '3,"Two\nlines",2024-01-04\n'
)
PROSE = {
    "a letter": "Dear Ann, dear Bob,\n\nthank you, both, for the bread.\nIt was, as ever, rye.\n",
    "a poem": "Rye, salt, water,\nheat, time, hands,\nbread, night, sleep.\n",
    "a list": "Text, date\nWe met at noon.\nI was late, she was not, and so on.\n",
    "a diary": "Monday, my notes, and text\nI wrote, and slept, and ate\nthen, again, I wrote\n",
    "a talk": "Date: Monday | Author: me\nWe spoke | a lot\nand went\n",
}


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.tab", "a", "a.dat", "a.tsv"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_table_is_known_by_what_is_in_it_whatever_it_is_called(name: str, sign: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(COMMAS.replace("with,", "with").replace(",", sign), encoding="utf-8")
    _, (found,) = drain(survey(tmp_path / name, never))
    assert (found.source, found.items, found.all_columns) == ("table", 3, ("id", "text", "posted"))


@pytest.mark.parametrize("around", ["gz", "zip", "folder"])
def test_a_table_that_is_packed_is_offered_too(around: str, tmp_path: Path) -> None:
    path = tmp_path / ("posts.csv.gz" if around == "gz" else f"posts.{around}")
    if around == "gz":
        path.write_bytes(gzip.compress(COMMAS.encode()))
    elif around == "zip":
        with zipfile.ZipFile(path, "w") as whole:
            whole.writestr("posts.txt", COMMAS)
    else:
        path.mkdir()
        (path / "posts.csv.gz").write_bytes(gzip.compress(COMMAS.encode()))
    _, (found,) = drain(survey(path, never))
    assert (found.source, found.items, found.all_columns) == ("table", 3, ("id", "text", "posted"))
    assert [one.text for one in read(path, tmp_path, Choice())][2] == "Two\nlines"


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE)
@pytest.mark.parametrize("name", ["a.txt", "a"])
def test_writing_with_commas_in_it_is_no_table(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    _, (found,) = drain(survey(tmp_path / name, never))
    assert (found.source, found.items) == ("files", 1)


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("first", ["sep={}\n", '"sep={}"\n', "\ufeffsep={}\r\n"])
def test_a_line_for_excel_is_no_row(sign: str, first: str, tmp_path: Path) -> None:
    text = first.format(sign) + COMMAS.replace("with,", "with").replace(",", sign)
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    _, (found,) = drain(survey(tmp_path / "a.csv", never))
    assert (found.items, found.all_columns) == (3, ("id", "text", "posted"))
