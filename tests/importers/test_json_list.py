"""A list is read item by item, however it is cut into pieces, and up to where it breaks."""

import io
import json

import pytest

from importers import json_list

ITEMS = [{"a": "é😀\n", "n": 1.5}, [True, False, None], {"deep": [[[{}]]]}, {"long": "x" * 500}, "words", -12]


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64, 10_000])
@pytest.mark.parametrize("indent", [None, 1])
def test_where_it_is_cut_makes_no_difference(chunk: int, indent: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_list, "CHUNK", chunk)
    data = json.dumps(ITEMS, indent=indent, ensure_ascii=False).encode()
    assert list(json_list.items(io.BytesIO(data + b" \n"))) == ITEMS
    assert list(json_list.items(io.BytesIO(b"[]"))) == []


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b'{"a": ',
        b'{"a": NaN}',
        b'"\xff"',
        b"[" * 100_000,
        b"9" * 10_000,
        b"{} {}",
        b'{"a": "b}, {',
        b"{}]]",
        b"tru",
    ],
)
def test_what_is_whole_before_a_damage_is_kept(broken: bytes) -> None:
    found: list[object] = []
    items = json_list.items(io.BytesIO(b'[{"good": 1}, {"good": 2},' + broken))
    with pytest.raises((ValueError, RecursionError)):
        found.extend(items)
    assert found[:2] == [{"good": 1}, {"good": 2}]


def test_an_item_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_list, "LARGEST", 1_000)
    monkeypatch.setattr(json_list, "CHUNK", 100)
    stream = io.BytesIO(b'["' + b"x" * 1_000_000)
    with pytest.raises(ValueError, match="cut short"):
        list(json_list.items(stream))
    assert stream.tell() < 10_000
