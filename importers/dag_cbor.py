"""DAG-CBOR, the binary JSON of content-addressed data: bytes in, values out. Knows no file and no network.

Whatever is wrong with the bytes raises `Broken`: nothing is made of a length but what is there, every value takes a
byte at least, and nesting ends at a depth that no honest record comes near.
"""

import struct
from dataclasses import dataclass
from typing import Final, TypeAlias, Union

Value: TypeAlias = Union[bool, int, float, str, bytes, "Link", list["Value"], dict[str, "Value"], None]

DEEPEST: Final = 64  # the record of a post nests by 8
LINK: Final = 42  # the one tag there is: what follows is the name of another block
SIMPLE: Final[dict[int, bool | None]] = {0xF4: False, 0xF5: True, 0xF6: None}
DOUBLE: Final = 0xFB
UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG = range(7)  # kinds of values, the first three bits


class Broken(ValueError):
    """These bytes are no DAG-CBOR."""


@dataclass(frozen=True, slots=True)
class Link:
    """The name of another block, its CID in binary."""

    name: bytes


def decode(data: bytes) -> Value:
    """The one value that `data` holds. Raises Broken."""
    reader = Reader(data)
    value = reader.value(DEEPEST)
    if reader.place != len(data):
        raise Broken("bytes behind the end")
    return value


class Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0

    def take(self, count: int) -> bytes:
        start, self.place = self.place, self.place + count
        if self.place > len(self.data):
            raise Broken("longer than it is")
        return self.data[start : self.place]

    def value(self, depth: int) -> Value:
        if depth == 0:
            raise Broken("nested too deeply")
        first = self.take(1)[0]
        kind = first >> 5
        if kind > TAG:
            return self.simple(first)
        number = self.number(first & 0x1F)
        if kind in (UNSIGNED, NEGATIVE):
            return number if kind == UNSIGNED else -1 - number
        if kind in (BYTES, TEXT):
            return self.take(number) if kind == BYTES else self.text(number)
        if kind == ARRAY:
            return [self.value(depth - 1) for _ in range(number)]
        if kind == MAP:
            return dict(self.entry(depth - 1) for _ in range(number))
        return self.link(number, depth - 1)

    def number(self, small: int) -> int:
        """The number that a value begins with: in the first byte, or in the 1, 2, 4 or 8 after it."""
        if small < 24:
            return small
        if small > 27:
            raise Broken("a length without an end")
        return int.from_bytes(self.take(1 << (small - 24)), "big")

    def text(self, length: int) -> str:
        try:
            return self.take(length).decode("utf-8")
        except UnicodeDecodeError as error:
            raise Broken("text that is none") from error

    def entry(self, depth: int) -> tuple[str, Value]:
        key = self.value(depth)
        if not isinstance(key, str):
            raise Broken("a name that is no text")
        return key, self.value(depth)

    def link(self, tag: int, depth: int) -> Link:
        name = self.value(depth) if tag == LINK else None
        if not isinstance(name, bytes) or not name.startswith(b"\0"):
            raise Broken("a tag that nobody knows")
        return Link(name[1:])

    def simple(self, first: int) -> Value:
        if first == DOUBLE:
            return float(struct.unpack(">d", self.take(8))[0])
        if first not in SIMPLE:
            raise Broken("a value that nobody knows")
        return SIMPLE[first]
