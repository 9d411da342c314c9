"""Live sources and answers that no server means: bytes lost, doubled, swapped. No traceback, and no hang.

The seeds are few here; `python -m tests.importers.test_live_fuzz SECONDS` goes on for as long as it is told.
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import Trouble
from tests.fakes.site import Asked, Reply
from tests.importers.test_live_fixtures import NAMES
from tests.importers.test_live_hostile import Spoilt

SEEDS = 6  # of each source, in the tests
ODD = (
    b"", b"\x00", b"null", b"[]", b"{}", b'""', b"-1", b"1e999", b"<", b"&#55357;", b"\xff", b"]]>", b"true",
    b"\\ud800", b"[" * 200, b"<div>" * 200, b"9" * 400, "„ü“".encode(), b"http://[", b"javascript:1", b"//",
    b"0001-01-01T00:00:00Z",
)  # fmt: skip


def mutated(data: bytes, chance: random.Random) -> bytes:
    """`data` with some things wrong."""
    for _ in range(chance.randint(1, 4)):
        place, length = chance.randrange(len(data) + 1), chance.choice((1, 2, 8, 60, 500))
        match chance.randrange(5):
            case 0:
                data = data[:place] + data[place + length :]
            case 1:
                data = data[:place] + chance.choice(ODD) + data[place:]
            case 2:
                data = data[:place] + chance.choice(ODD) + data[place + length :]
            case 3:
                data = data[:place] + data[place : place + length] * 2 + data[place + length :]
            case _:
                data = between_marks(data, chance)
    return data


def between_marks(data: bytes, chance: random.Random) -> bytes:
    """`data` with one value replaced, where it has values between quotation marks or tags."""
    mark = chance.choice((b'"', b">", b":", b","))
    parts = data.split(mark)
    parts[chance.randrange(len(parts))] = chance.choice(ODD)
    return mark.join(parts)


def tried(name: str, seed: int, home: Path) -> None:
    """One import of a web in which some answers are wrong."""
    chance = random.Random(f"{name} {seed}")

    def spoil(asked: Asked, good: Reply) -> Reply:
        return replace(good, body=mutated(good.body, chance)) if chance.random() < 0.5 else good

    with suppress(Trouble):
        Spoilt(name, spoil).run(home)


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("name", NAMES)
def test_answers_that_are_wrong_cost_no_more_than_themselves(name: str, seed: int, tmp_path: Path) -> None:
    tried(name, seed, tmp_path)


def campaign(seconds: float) -> Iterator[str]:
    """Seeds one after the other; what went wrong with which."""
    end, seed = time.monotonic() + seconds, 1_000
    while time.monotonic() < end:
        for name in NAMES:
            began = time.monotonic()
            with tempfile.TemporaryDirectory() as home:
                try:
                    tried(name, seed, Path(home))
                except Exception as error:  # noqa: BLE001  # whatever it is, it is what is looked for
                    yield f"{name} {seed}: {type(error).__name__} {error}"
            if time.monotonic() - began > 5:
                yield f"{name} {seed}: {time.monotonic() - began:.1f} seconds"
        seed += 1
    yield f"{seed - 1_000} seeds of each source"


if __name__ == "__main__":
    for line in campaign(float(sys.argv[1])):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
