"""WhatsApp's files in the spellings of many countries: dates, senders, and what the program says in people's place."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.documents import Document
from core.events import drain, never
from core.paths import Project
from core.sources import Choice, People
from importers import pull, records, whatsapp
from importers.base import Step
from importers.pull import import_path


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("[06.03.23, 09:00:10] Ann: x", "06 03 23 9:00:10"),
        ("\u200e[06/03/2023, 21:00:10] Ann: x", "06 03 2023 21:00:10"),
        ("3/7/24, 9:05\u202fPM - Ann: x", "03 07 24 21:05:00"),
        ("01/01/2019, 11:25 a. m. - Ann: x", "01 01 2019 11:25:00"),
        ("06/20/2020, 00:08 a. m. - Ann: x", "06 20 2020 0:08:00"),
        ("12/5/20, 12:00 AM - Ann: x", "12 05 20 0:00:00"),
        ("2019/01/20, 24:10 - Ann: x", "2019 01 20 0:10:00"),
        ("13. 6. 2018. 21:25 - Ann: x", "13 06 2018 21:25:00"),
        ("6.3.2023 klo 9.05 - Ann: x", "06 03 2023 9:05:00"),
        ("1/23/23, 3:22_AM - Ann: x", "01 23 23 3:22:00"),
        ("2018-06-13, 21.25 - Ann: x", "2018 06 13 21:25:00"),
    ],
)
def test_a_message_begins_in_many_ways(line: str, read: str) -> None:
    _, _, date, time, sender, text = whatsapp.BEGINNING.split(f"\n{line}")
    day = " ".join(f"{number:02}" for number in whatsapp.numbers(date))
    assert f"{day} {whatsapp.since_midnight(time)}" == read
    assert (sender, text) == ("Ann", "x")


LINES = (
    "[06.03.23, 09:00:10] Ann: x", "\u200e[06/03/2023, 21:00:10] Ann: x", "3/7/24, 9:05\u202fPM - Ann: x: y",
    "01/01/2019, 11:25 a. m. - Ann:b: x", "[12/5/20, 12:00 AM] Ann: x", "2019/01/20, 24:10 - Ann was here.",
    "13. 6. 2018. 21:25 - Ann: x", "6.3.2023 klo 9.05 - Ann: x", "1/23/23, 3:22_AM - Ann: x",
    "12.1234.12, 9:05 - Ann: x", "[6.3.23, 09:00:10] \nAnn: x", "[٠٦.03.23, 09:00:10] Ann: x", "6.3.2023 9:05 - ",
    "12.12.12, 9:05 - Ann: x", "Only words. [6.3.23, 09:00:10] A: x", "",
)  # fmt: skip


@pytest.mark.parametrize("first", LINES)
def test_what_begins_as_usual_is_found_as_everything_is(first: str) -> None:
    block = "\n".join((first, *LINES, *(f"{one}\nand more" for one in LINES), first, ""))
    usual = whatsapp.usual_beginning(block)
    whole = whatsapp.BEGINNING.split(f"\n{block}")
    del whole[1::5]  # whether there was a bracket
    assert whatsapp.begun(block, usual) == whatsapp.begun(block, whatsapp.BEGINNING) == whole
    assert whatsapp.begun(block * 200, usual) == whatsapp.begun(block * 200, whatsapp.BEGINNING)


@pytest.mark.parametrize("hour", ["0", "9", "09", "19", "24", "99", "٠٩"])
@pytest.mark.parametrize("rest", [":05", ".05", ":60", ":05:06", ":05.75", ".05:06", ":05:60", ":05 PM", ":05:06_am"])
def test_a_moment_is_its_midnight_and_what_has_passed_since(hour: str, rest: str) -> None:
    midnight = datetime(2024, 11, 9, tzinfo=UTC)
    written = midnight + whatsapp.since_midnight(hour + rest)
    assert whatsapp.moment(midnight, "2024-11-09", hour + rest) == (written, str(written))
    assert whatsapp.moment(None, "", hour + rest) == (None, "None")


@pytest.mark.parametrize(
    "line", ["2023 was a good year - Ann: x", "[1] Ann: x", "- Ann: x", "10:20 - Ann: x", "3/7/24 - Ann: x"]
)
def test_other_lines_begin_no_message(line: str) -> None:
    assert whatsapp.BEGINNING.match(f"\n{line}") is None


@pytest.mark.parametrize(
    ("days", "order"),
    [
        ([(13, 1, 20), (2, 2, 20)], "dmy"),
        ([(1, 13, 20), (2, 2, 20)], "mdy"),
        ([(2020, 1, 13)], "ymd"),
        ([(2020, 13, 1)], "ydm"),
        ([(5, 1, 20), (1, 2, 20), (2, 2, 20)], "dmy"),  # as months first, it would go back in time
        ([(1, 5, 20), (2, 1, 20), (2, 2, 20)], "mdy"),
        ([(9, 5, 20), (10, 5, 20), (11, 5, 20)], "dmy"),  # three days, not three months
    ],
)
def test_the_order_of_dates_is_the_one_in_which_a_chat_makes_sense(days: list[whatsapp.Numbers], order: str) -> None:
    assert whatsapp.date_order(days) == whatsapp.ORDERS[order]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<Media omitted>", ""), ("<Medien ausgeschlossen>", ""), ("\u200eimage omitted", ""), ("image omitted", ""),
        ("null", ""), ("This message was deleted", ""), ("Diese Nachricht wurde gelöscht.", ""), ("POLL:\nA?", ""),
        ("location: https://maps.google.com/?q=1,2", ""), ("Missed voice call", ""),
        ("IMG-20210513-WA0001.jpg (file attached)\nThe loaf", "The loaf"), ("x.pdf (Datei angehängt)", ""),
        ("Sunday <This message was edited>", "Sunday"), ("null and void", "null and void"),
        ("a < b and b > a", "a < b and b > a"), ("See me at 9 (or later)", "See me at 9 (or later)"),
    ],
)  # fmt: skip
def test_only_words_of_people_are_kept(text: str, words: str) -> None:
    assert whatsapp.said(text) == words


@pytest.mark.parametrize("name", ["test_ddmmyy_24hrs", "test_mmddyyyy_12hrs", "test_yyyymmdd_24hrs"])
def test_one_chat_is_the_same_documents_in_every_form(name: str, shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "samples" / "whatsapp" / "chatminer" / f"{name}.txt"
    events, _ = drain(import_path(path, Project(tmp_path / "p"), never, Choice(me=("John Doe",), private=True)))
    documents = [one for one in events if isinstance(one, Document)]
    assert [(one.key, str(one.written), one.text) for one in documents] == [
        ("f0d5812aa56d2f9a", "2019-01-01 11:25:00+00:00", "Lorem ipsum dolor sit amet."),
        (
            "75bb4ca3ae7bfcbc",
            "2021-12-30 22:01:00+00:00",
            "Lorem ipsum dolor sit amet,\nconsectetur adipiscing elit. Duis libero.",
        ),
    ]


def test_a_message_goes_on_from_one_block_of_lines_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"[06.03.23, 09:{n:02}:10] {'Ann' if n % 2 else 'Bob'}: Line {n}\nand more\n\nof it." for n in range(30)]
    chat = tmp_path / "chat.txt"
    chat.write_text("\r\n".join(line.replace("\n", "\r\n") for line in lines), "utf-8", newline="")

    def words(block: int) -> list[str]:
        monkeypatch.setattr(records, "BLOCK", block)
        events, _ = drain(pull.events(chat, Choice(me=("Ann",), private=True), never))
        return [
            one.text for event in events if isinstance(event, Step) for one in event.items if isinstance(one, Document)
        ]

    whole = words(1 << 18)
    assert whole == [f"Line {n}\nand more\n\nof it." for n in range(1, 30, 2)]
    assert [words(size) for size in (1, 7, 40, 200)] == [whole] * 4


def test_nobody_is_without_a_name(tmp_path: Path) -> None:
    """Lines of the program, and lines that begin with a colon, are no person's."""
    chat = tmp_path / "chat.txt"
    said = ("Ann: One.", "Messages are encrypted.", ": Two.", "~\u200e: Three.", "Bob: Four.", "Ann: Five.")
    chat.write_text("".join(f"[06.03.23, 09:00:1{n}] {one}\n" for n, one in enumerate(said)), "utf-8")
    events, _ = drain(pull.events(chat, Choice(me=("Ann",), private=True), never))
    assert [one.name for event in events if isinstance(event, People) for one in event.people] == ["Ann", "Bob"]
