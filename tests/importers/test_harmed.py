"""What harm to exports was found to break once: each is read now, or costs only itself."""

import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from lxml import etree

from core.documents import Document
from core.events import drain, never
from core.sources import Choice
from importers.base import Step
from importers.bench.fuzzer import trial
from importers.bench.harm import harmed
from importers.extraction import in_html
from importers.html_tree import in_markdown, parsed
from importers.pull import events
from importers.telegram_pages import messages

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


@pytest.mark.parametrize(
    ("kind", "trials"),
    [
        ("mail", (1606, 5551, 7504, 8403, 11478)),  # control characters in a tree
        ("imessage", (2590,)),  # a column of another name
        ("web_page", (4278, 6352, 10712, 11117, 13463)),  # tags with names that no tag has
    ],
)
def test_what_broke_in_the_campaign_of_five_minutes_a_kind(kind: str, trials: tuple[int, ...]) -> None:
    given = {
        path.relative_to(FIXTURES / kind / "given"): path.read_bytes()
        for path in sorted((FIXTURES / kind / "given").rglob("*"))
        if path.is_file()
    }
    for number in trials:
        chance = random.Random(f"{kind} 51 {number}")
        victim = chance.choice(sorted(given))
        assert harmed(given[victim], chance) != given[victim]
        trial(given, random.Random(f"{kind} 51 {number}"))


def test_a_tag_with_a_broken_name_is_a_part_of_a_line() -> None:
    tree = parsed('<article><p>one</p><h1">two</h1"></article>')
    assert tree is not None
    odd = [element for element in tree.iter(etree.Element) if not str(element.tag).isalnum()]
    assert [str(element.tag) for element in odd] == ['h1"']
    for element in odd:
        element.tag = in_html(element)
    assert "two" in in_markdown(tree, frozenset())


def test_a_table_of_messages_whose_key_has_a_name_of_its_own_is_read(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "chat.db")) as database:
        database.executescript(
            "CREATE TABLE handle (number INTEGER PRIMARY KEY, id TEXT);"
            "CREATE TABLE message (guid TEXT, text TEXT, is_from_me INT, date INT, handle_id INT, attributedBody BLOB);"
            "INSERT INTO handle VALUES (1, 'Oskar');"
            "INSERT INTO message VALUES ('a', 'Are you coming?', 0, 1, 1, NULL), ('b', 'I am coming.', 1, 2, 1, NULL);"
        )
    told, _ = drain(events(tmp_path / "chat.db", Choice(private=True, guess=True), never))
    items = [item for event in told if isinstance(event, Step) for item in event.items]
    assert [item.text for item in items if isinstance(item, Document)] == ["I am coming."]


def test_messages_of_telegram_in_messages_are_each_read_once() -> None:
    """As a page has them whose ends of boxes are gone: reading all that follows for each took time with the square."""
    count = 900
    box = "<div class='message default' id='message{0}'><div class='from_name'>Mara</div><div class='text'>Number {0}."
    tree = parsed("".join(box.format(number) for number in range(count)))
    assert tree is not None
    started = time.process_time()
    found = list(messages(tree, ""))
    assert [one["text"] for one in found] == [f"Number {number}." for number in range(count)]
    assert time.process_time() - started < 30  # a guard: the square took minutes
