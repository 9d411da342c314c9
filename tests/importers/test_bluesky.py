"""Repositories that no honest service would write: what is bad costs itself, and nothing beside it."""

import json
from pathlib import Path

import pytest

from core.documents import Document, Skipped
from core.events import drain, never
from core.paths import Project
from importers import dag_cbor
from importers.dag_cbor import Broken, Link, Value
from importers.pull import import_path
from tests.fakes import car


def post(text: str, **more: Value) -> Value:
    return {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2024-03-01T08:00:00.000Z", **more}


GOOD: dict[str, Value] = {f"app.bsky.feed.post/3k{n}": post(f"A good post, number {n}.") for n in range(5)}
TEXTS = [f"A good post, number {n}." for n in range(5)]
LEFT_OUT = "Records of this file that are damaged, and were left out: 1."
ENDS_EARLY = "This file is damaged or ends too early. What stands before the damage was read."


def outcome(data: bytes, folder: Path) -> tuple[list[str], list[str]]:
    (folder / "repo.car").write_bytes(data)
    events, _ = drain(import_path(folder / "repo.car", Project(folder / "project"), never))
    return (
        [one.text for one in events if isinstance(one, Document)],
        [one.reason for one in events if isinstance(one, Skipped)],
    )


@pytest.mark.parametrize(
    "content",
    [
        b"\x81" * 4_394 + b"\x80",  # arrays in arrays, as in a record that was really published
        b"\x81" * 200_000,
        b"\xa1\x61a" * 100_000,
        b"\xd8\x2a" * 100_000,
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",  # an array of 2^64 - 1 values
        b"\xbb\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"\x5b\x00\x00\x00\xff\xff\xff\xff\xff",
        b"\x7a\xff\xff\xff\xffshort",
        b"\x9f\x01\xff",  # no length at all
        b"\x62\xff\xfe",  # text that is none
        b"\xa1\x01\x01",  # a name that is a number
        b"\xc1\x1a\x00\x00\x00\x00",  # a tag for dates
        b"\xd8\x2a\x01",  # a link to a number
        b"\xf7",
        b"\xf9\x7e\x00",
        b"\x01\x02",  # bytes behind the end
        b"",
    ],
)
def test_a_broken_record_costs_only_itself(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(Broken):
        dag_cbor.decode(content)
    assert outcome(car.repository(GOOD, [car.block(content)]), tmp_path) == (TEXTS, [LEFT_OUT])


def test_a_record_under_the_name_of_another_is_left_out(tmp_path: Path) -> None:
    """Else whoever stands on the way could put words into somebody's mouth."""
    wrong = car.block(car.encode(post("Never said.")), car.named(car.encode(post("Something else."))))
    assert outcome(car.repository(GOOD, [wrong]), tmp_path) == (TEXTS, [LEFT_OUT])


def test_a_tree_that_bites_its_own_tail_does_no_harm(tmp_path: Path) -> None:
    loop = car.encode({"l": Link(car.named(car.commit())), "e": []})
    assert outcome(car.repository(GOOD, [car.block(loop), car.block(loop)]), tmp_path) == (TEXTS, [])


def test_a_post_that_answers_itself_hangs_nothing(tmp_path: Path) -> None:
    def answer(key: str) -> Value:
        return {"parent": {"cid": "x", "uri": f"at://{car.DID}/app.bsky.feed.post/{key}"}}

    records = {
        **GOOD,
        "app.bsky.feed.post/4a": post("Me to me.", reply=answer("4a")),
        "app.bsky.feed.post/4b": post("Me to c.", reply=answer("4c")),
        "app.bsky.feed.post/4c": post("Me to b.", reply=answer("4b")),
    }
    texts, skipped = outcome(car.repository(records), tmp_path)
    assert (texts, skipped) == (TEXTS, [])


def test_keys_after_one_that_cannot_be_read_are_not_guessed(tmp_path: Path) -> None:
    """Each leaves out what it shares with the one before; a post under a wrong key would be another post."""
    texts = [car.encode(post(f"Number {n}.")) for n in range(3)]
    entries: list[Value] = [
        {"p": 0, "k": b"app.bsky.feed.post/3a", "v": Link(car.named(texts[0])), "t": None},
        {"p": 20, "k": "no bytes", "v": Link(car.named(texts[1])), "t": None},
        {"p": 20, "k": b"c", "v": Link(car.named(texts[2])), "t": None},
    ]
    node = car.encode({"l": None, "e": entries})
    data = car.repository({}, [car.block(one) for one in (node, *texts)])
    assert outcome(data, tmp_path) == (["Number 0."], [])


@pytest.mark.parametrize(
    "end",
    [
        b"\xff\xff\xff\xff\x07",  # a block of 2 GB
        b"\xff\xff\xff\xff\x7f",  # a block of 32 GB
        b"\xff" * 12,
        b"\x80",
        car.block(car.encode(post("cut short")))[:-5],
    ],
)
def test_a_length_that_lies_costs_what_comes_after_it(end: bytes, tmp_path: Path) -> None:
    assert outcome(car.repository(GOOD) + end, tmp_path) == (TEXTS, [ENDS_EARLY])


def test_a_file_that_ends_anywhere_gives_what_stands_before(tmp_path: Path) -> None:
    whole = car.repository(GOOD)
    told = 0
    for percent in range(1, 100):
        folder = tmp_path / str(percent)
        folder.mkdir()
        cut = whole[: len(whole) * percent // 100]
        if dag_cbor_is_named(cut):
            texts, _ = outcome(cut, folder)
            assert texts == TEXTS[: len(texts)]
            assert len(texts) >= told
            told = len(texts)
    assert told == len(TEXTS) - 1


def dag_cbor_is_named(data: bytes) -> bool:
    return b"gversion" in data


@pytest.mark.parametrize(
    "odd",
    [
        post("Facets of the wrong kind.", facets=[{"index": {"byteStart": -5, "byteEnd": 1 << 62}, "features": [{}]}]),
        post("Facets of the wrong kind.", facets=["x", 3, None, {"index": 7}, {"features": "y"}]),
        post("Facets of the wrong kind.", reply="not a reply", embed=5),
    ],
)
def test_fields_of_the_wrong_kind_cost_nothing(odd: Value, tmp_path: Path) -> None:
    texts, skipped = outcome(car.repository({**GOOD, "app.bsky.feed.post/3z": odd}), tmp_path)
    assert (texts, skipped) == ([*TEXTS, "Facets of the wrong kind."], [])


def test_values_come_back_as_they_were_written() -> None:
    value: Value = {
        "a": [0, 23, 24, 255, 256, 65_536, 1 << 40, -1, -500, 1.5, True, False, None],
        "b": b"\x00\xff",
        "ü": {"link": Link(car.named(b"x"))},
    }
    assert dag_cbor.decode(car.encode(value)) == value


def test_the_fixture_is_what_its_writer_writes() -> None:
    """The binary file of the fixture can be made again, so that it can be changed."""
    records = json.loads((Path(__file__).resolve().parent.parent / "fixtures" / "bluesky" / "records.json").read_text())
    given = Path(__file__).resolve().parent.parent / "fixtures" / "bluesky" / "given" / "repo.car"
    assert given.read_bytes() == car.repository(records, [car.block(b"\x81" * 4_394 + b"\x80")])
