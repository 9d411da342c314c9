"""What is too deep is refused before a parser sees it, wherever the pieces are cut; what is not passes unchanged."""

import io
import json
import random

import pytest

from importers.nesting import DEEPEST, Shallow, TooDeep


def through(data: bytes, size: int) -> bytes:
    stream = Shallow(io.BytesIO(data))
    return b"".join(iter(lambda: stream.read(size), b""))


@pytest.mark.parametrize("size", [1, 2, 7, 1 << 18])
@pytest.mark.parametrize(
    "data",
    [
        b"[" * 201,
        b'{"a":' * 100_000,
        b'[{"a":' * 101,
        b'["]]]]",' * 201,
        b'["\\"]\\\\",' * 201,
        b"[[]," * 201,
        b"[" * 300 + b"]" * 300,
    ],
)
def test_what_is_too_deep_is_refused(data: bytes, size: int) -> None:
    with pytest.raises(TooDeep):
        through(data, size)


@pytest.mark.parametrize("size", [1, 2, 7, 1 << 18])
@pytest.mark.parametrize(
    "data",
    [
        b"[" * DEEPEST,
        b"[]" * 10_000,
        b'"' + b"[" * 10_000 + b'"',
        b'["' + b"[" * 10_000 + b'\\"' + b"{" * 10_000 + b'"]',
        b'["' + b"\\" * 2_000 + b'",' + b"[],[" + b'"' + b"[{" * 300 + b'"',
        b"]" * 10_000,
        b'[{"a": ["\\u00e9[", {"b[": []}]}]',
        b"",
    ],
)
def test_what_is_not_passes_unchanged(data: bytes, size: int) -> None:
    assert through(data, size) == data


def test_depth_is_that_of_the_data() -> None:
    """Against a count by hand, for data with every kind of string in it."""
    chance = random.Random(7)
    for _ in range(200):
        depth = chance.choice([chance.randrange(150, DEEPEST + 1), chance.randrange(2 * DEEPEST + 1, 500)])
        inside: object = '[{\\"' * chance.randrange(9)
        for _ in range(depth):
            around = ["[", 'say "[[" \\', "]\\"]
            inside = [chance.choice(around), inside] if chance.random() < 0.5 else {chance.choice(around): inside}
        data = json.dumps(inside).encode()
        size = chance.choice([1, 3, 50, 1_000])
        if depth > DEEPEST:
            with pytest.raises(TooDeep):
                through(data, size)
        else:
            assert through(data, size) == data
