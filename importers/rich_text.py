"""Rich text, .rtf: its words, without their looks. Knows groups, control words and old encodings; fails at nothing."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from core.documents import Item
from importers import binary
from importers.base import About
from importers.binary import BinaryFile
from importers.characters import straight, tidy

SIGN: Final = b"{\\rtf"
TOKEN: Final = re.compile(
    rb"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})?[ ]?|\\'(?P<byte>[0-9A-Fa-f]{2})|\\(?P<sign>[^A-Za-z'])"
    rb"|(?P<group>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\",
    re.DOTALL,
)
SHOWN: Final = {
    "par": "\n\n", "sect": "\n\n", "page": "\n\n", "line": "\n", "tab": " ", "cell": " | ", "row": "\n", "emdash": "—",
    "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": " ",
    "enspace": " ",
}  # fmt: skip
SIGNS: Final = {b"~": " ", b"_": "-", b"\n": "\n\n", b"\r": "\n\n", b"\\": "\\", b"{": "{", b"}": "}"}
ASIDE: Final = {  # groups that hold no words of the text
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "headerl", "headerr", "headerf", "footer",
    "footerl", "footerr", "footerf", "footnote", "annotation", "fldinst", "themedata", "listtable", "listoverridetable",
    "rsidtbl", "xmlnstbl", "generator", "filetbl", "revtbl", "tc", "xe", "nonshppict",
}  # fmt: skip


class RichText:
    about = About(title="rich text", endings=(".rtf",))

    def can_read(self, data: bytes) -> bool:
        return data[:64].lstrip().startswith(SIGN)

    def read(self, file: BinaryFile) -> Iterator[Item]:
        yield binary.item(file, tidy(straight(words(file.data)).split("\n")), {})


@dataclass(slots=True)
class Reader:
    """Where the reading of a text stands."""

    encoding: str = "cp1252"
    aside: bool = False  # whether the open group holds no words
    after: int = 1  # letters that stand after each \\u for programs that know no Unicode
    skip: int = 0  # of them, how many are still to come
    groups: list[tuple[bool, int]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    waiting: bytearray = field(default_factory=bytearray)  # bytes of an old encoding: a letter may have two

    def say(self, text: str) -> None:
        self.flush()
        if not self.aside:
            self.said.append(text)

    def flush(self) -> None:
        if self.waiting and not self.aside:
            self.said.append(self.waiting.decode(self.encoding, "replace"))
        self.waiting.clear()

    def plain(self, data: bytes) -> None:
        """Letters as they stand there, but for those that repeat a letter before."""
        left = data[self.skip :]
        self.skip = max(0, self.skip - len(data))
        self.waiting += left

    def group(self, mark: bytes) -> None:
        self.flush()
        self.skip = 0
        if mark == b"{":
            self.groups.append((self.aside, self.after))
        elif self.groups:
            self.aside, self.after = self.groups.pop()

    def word(self, name: str, number: int) -> None:
        if name == "u":
            self.say(chr(number & 0xFFFF))
            self.skip = self.after
            return
        self.flush()
        if name in ASIDE:
            self.aside = True
        elif name == "ansicpg":
            self.encoding = known(f"cp{number}")
        elif name == "uc":
            self.after = max(0, min(number, 8))
        elif name in SHOWN:
            self.say(SHOWN[name])


def words(data: bytes) -> str:
    """The text in `data`; what is broken is passed over."""
    reader, position = Reader(), 0
    while found := TOKEN.match(data, position):
        position = found.end()
        number = int(found["number"] or 0)
        if found["word"] == b"bin":
            position += max(0, number)  # bytes that are no text
        elif found["word"]:
            reader.word(found["word"].decode().lower(), number)
        elif found["group"]:
            reader.group(found["group"])
        elif found["byte"]:
            reader.plain(bytes.fromhex(found["byte"].decode()))
        elif found["text"]:
            reader.plain(found["text"])
        elif found["sign"] == b"*":
            reader.aside = True
        elif found["sign"] in SIGNS:
            reader.say(SIGNS[found["sign"]])
    reader.flush()
    return "".join(reader.said).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return "cp1252"
