"""A list in JSON, item by item, as it is read. Knows no record.

Each item is parsed whole by Python's own scanner, which is four times as fast as a streaming parser and refuses by
itself what nests too deeply. An item that ends beyond what was read so far is tried again with twice as much.
"""

import codecs
import json
import re
from collections.abc import Iterator
from json import JSONDecodeError
from typing import BinaryIO, Final, NoReturn

CHUNK: Final = 1 << 20  # bytes
LARGEST: Final = 1 << 26  # characters of one item
NEAR: Final = 16  # characters from the end: a word or an escape may be cut there
GAP: Final = re.compile(r"[ \t\r\n]*+")


def refuse(constant: str) -> NoReturn:
    """NaN and its like are not JSON."""
    raise ValueError(constant)


SCANNER: Final = json.JSONDecoder(parse_constant=refuse)


class Text:
    """A stream as text, of which the part behind `place` is still to be read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.text, self.place, self.is_over = "", 0, False

    def more(self) -> None:
        """At least twice as much of what is left. Raises ValueError at the end, and at bytes that are no text."""
        if self.is_over or len(self.text) - self.place > LARGEST:
            raise ValueError("cut short")
        data = self._stream.read(max(CHUNK, len(self.text) - self.place))
        try:
            said = self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            said, data = error.object[: error.start].decode("utf-8"), b""  # what stands before is good
        self.is_over = not data
        self.text, self.place = self.text[self.place :] + said, 0

    def next(self) -> str:
        """The next character that is no space; the place is there. Raises ValueError when there is none."""
        while True:
            self.place = GAP.match(self.text, self.place).end()  # type: ignore[union-attr]  # it matches everywhere
            if self.place < len(self.text):
                return self.text[self.place]
            self.more()

    def item(self) -> object:
        """The value at the place. Raises ValueError and RecursionError."""
        while True:
            try:
                found, end = SCANNER.raw_decode(self.text, self.place)
                if end < len(self.text) or not isinstance(found, int | float):  # a number may go on
                    self.place = end
                    return found
            except JSONDecodeError as error:
                if not (error.msg.startswith("Unterminated") or error.pos >= len(self.text) - NEAR):
                    raise
            self.more()


def items(stream: BinaryIO) -> Iterator[object]:
    """The items of the list in `stream`. Raises ValueError or RecursionError where it breaks, after what is whole."""
    text = Text(stream)
    if text.next() != "[":
        raise ValueError("no list")
    text.place += 1
    while text.next() != "]":
        yield text.item()
        if text.next() == ",":
            text.place += 1
        elif text.text[text.place] != "]":
            raise ValueError("no comma")
    text.place += 1
    with_rest = True
    try:
        text.next()
    except ValueError:
        with_rest = False
    if with_rest:
        raise ValueError("more than one value")
