"""What an import tells survives as a line, and nothing else comes out of one."""

from datetime import UTC, datetime

import msgspec
import pytest
from msgspec.structs import replace

from core.documents import Document, Skipped, Turn
from core.errors import DiskTrouble, MemoryTrouble, NetworkTrouble, Trouble, WrongFile
from core.events import Note, Progress
from core.sources import AS_IT_IS, Choice, Columns, People, Person, Sheet
from importers import parcels
from importers.base import Ahead, Step
from importers.fetch import Rules
from importers.intake import WhoIsIt
from importers.parcels import Alive, Bug, End, Garbled, Opened

WRITTEN = datetime(2024, 3, 1, 9, 30, 15, 250_000, UTC)
FULL = Document(
    source="mastodon", key="1", text="> What now?\n\nI mend.", title="Mending", url="https://mara.example/1",
    author="Mara", role="me", kind="reply", written=WRITTEN, zone_known=False, quotes=((0, 11),), thread="t",
    parent="0", context=(Turn("Oskar", "What now?", "other", WRITTEN), Turn("Ann", "Yes?")), visibility="followers",
    flags=("forwarded", "partial"), origin="outbox.json", language="en",
)  # fmt: skip
HALF = replace(FULL, key="2", text="A half \ud83d of a character.", quotes=(), context=(Turn("\ude00", "Hm \ud83d"),))
EVENTS = [
    Step("mastodon", [FULL, Skipped("b.md", "There are no words in this file."), FULL], Progress(1, 3, "megabytes")),
    Step("files", [HALF, Skipped("half \udc80.md", "This is not text.")], Progress(0, 0)),
    Step("files", [Document(source="files", key="k", text='Line\nbreaks, "marks", \u2028 and \x00.')], Progress(2, 2)),
    Progress(1, 2, note="Looking"),
    Note("It was done differently."),
    People("x", "X", (Person("77", "Mara", 3, is_me=True), Person("88", "Oskar"))),
    Sheet(Columns("words", date="day"), ("words", "day", "mood")),
    Ahead("from a feed", 41, WRITTEN),
    Ahead(),
    Opened("half \udc80.md", 12),
    Alive(),
    Bug("Traceback\n  in a file"),
    End(),
    End(is_stopped=True),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_is_one_line_and_comes_back_as_it_was(event: object) -> None:
    line = parcels.packed(event)
    assert b"\n" not in line
    assert parcels.unpacked(line + b"\n") == event


@pytest.mark.parametrize("kind", [WhoIsIt, WrongFile, NetworkTrouble, DiskTrouble])
def test_trouble_keeps_its_kind_and_its_sentences(kind: type[Trouble]) -> None:
    came = parcels.unpacked(parcels.packed(kind("It broke.", fix="Mend it.")))
    assert (type(came), str(came)) == (kind, "It broke. Mend it.")


def test_trouble_that_no_reader_has_is_a_file_that_cannot_be_read() -> None:
    assert isinstance(parcels.unpacked(parcels.packed(MemoryTrouble("Full.", fix="Close something."))), WrongFile)


def test_what_nobody_unpacks_is_not_packed() -> None:
    with pytest.raises(TypeError, match="nobody unpacks object"):
        parcels.packed(object())


def spoiled(event: object, part: bytes, other: bytes) -> bytes:
    line = parcels.packed(event)
    assert part in line
    return line.replace(part, other)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"[]",
        b"Step {}",
        b"Progress",
        b'Progress {"done": 1',
        b'Progress {"done": "one", "total": 2}',
        b'Note {"text": 5}',
        b'Opened {"name": "\\ud83d", "size": "a"}',
        parcels.packed(EVENTS[0])[:-40],
        spoiled(EVENTS[0], b'"quotes":[[0,11]]', b'"quotes":[[0,110]]'),
        spoiled(EVENTS[0], b'"visibility":"followers"', b'"visibility":"everybody"'),
        spoiled(EVENTS[0], b'Z","zone_known"', b'","zone_known"'),
        spoiled(EVENTS[3], b"Looking", b"\xff"),
    ],
)
def test_a_line_that_no_reader_of_ours_wrote_is_told_apart(line: bytes) -> None:
    with pytest.raises(Garbled):
        parcels.unpacked(line)


@pytest.mark.parametrize("choice", [AS_IT_IS, Choice(me=("a", "b"), columns=Columns("t", id="n"), without=("x",))])
def test_a_wish_survives_as_json(choice: Choice) -> None:
    assert msgspec.convert(msgspec.json.decode(msgspec.json.encode(choice)), Choice) == choice


def test_the_rules_of_a_fetcher_survive_as_json() -> None:
    rules = Rules(pause=0.5, bases={"a.example": "http://127.0.0.1:9"})
    assert msgspec.convert(msgspec.json.decode(msgspec.json.encode(rules)), Rules) == rules
