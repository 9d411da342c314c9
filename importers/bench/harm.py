"""Ways to do harm to bytes: what disks, networks, editors and strangers do to exports. Pure; knows no format."""

import random
import re
from collections.abc import Callable
from typing import Final

TOKENS: Final = (
    b"\0", b'"', b"'", b"\\", b"<", b">", b"&", b"[", b"]", b"{", b"}", b",", b":", b"\n", b"\r\n", b"\xff",
    b"\xed\xa0\x80", b"\xef\xbb\xbf", b"<!--", b"]]>", b"&#0;", b"null", b"NaN", b"1e999", b"-1",
    b"99999999999999999999",    b"\\ud83d", b"../",
    b"From x 2020\n", b"=?utf-8?b?", b"\xe2\x80\xae", b"\xcc\x81" * 40, b"[" * 300, b"<b>" * 300,
)  # fmt: skip
NUMBER: Final = re.compile(rb"\d+")


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 20)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def moved(data: bytes, chance: random.Random) -> bytes:
    a, b = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[b:] + data[a:b] + data[:a]


def doubled(data: bytes, chance: random.Random) -> bytes:
    a, b = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[:b] + data[a:b] * chance.randint(1, 20) + data[b:]


def without_part(data: bytes, chance: random.Random) -> bytes:
    a = chance.randrange(len(data) + 1)
    return data[:a] + data[a + chance.randint(1, 50) :]


def with_tokens(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 5)):
        place = chance.randrange(len(data) + 1)
        data = data[:place] + chance.choice(TOKENS) + data[place:]
    return data


def renumbered(data: bytes, chance: random.Random) -> bytes:
    """Some numbers become others."""

    def other(number: re.Match[bytes]) -> bytes:
        return chance.choice((b"0", b"9" * 30, b"-5", number[0])) if chance.random() < 0.2 else number[0]

    return NUMBER.sub(other, data)


def recoded(data: bytes, chance: random.Random) -> bytes:
    encoding = chance.choice(("utf-16", "utf-16-le", "latin-1", "utf-7", "cp1252"))
    return data.decode("utf-8", "replace").encode(encoding, "replace")


def shuffled_lines(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


WAYS: Final[tuple[Callable[[bytes, random.Random], bytes], ...]] = (
    cut, flipped, moved, doubled, without_part, with_tokens, with_tokens, renumbered, recoded, shuffled_lines,
)  # fmt: skip


def harmed(data: bytes, chance: random.Random) -> bytes:
    """One to three kinds of harm, one after the other."""
    for _ in range(chance.randint(1, 3)):
        if data:
            data = chance.choice(WAYS)(data, chance)
    return data
