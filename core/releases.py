"""Whether there is a newer Mynah: one small question, asked only when its button is pressed. Fetches and runs nothing.

What is answered is a number, a sentence and a page on the same server. It is believed only as far as it can be shown.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

from core import download
from core.doctor import Finding
from core.download import Broken
from core.errors import NetworkTrouble, WrongFile

ADDRESS: Final = "https://mynah.example/releases.json"  # a name that is kept for examples: Mynah has no page yet
FORMAT: Final = 1
LARGEST: Final = 1 << 14  # bytes of the answer
LONGEST: Final = 200  # letters of the sentence
PATH: Final = r"[\w./-]{0,200}"
NUMBER: Final = re.compile(r"\d{1,4}(\.\d{1,4}){1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The newest version: its number, what is new in a sentence, and the page that has it."""

    number: str
    news: str
    page: str

    def is_newer_than(self, own: str) -> bool:
        return parts(self.number) > parts(own)


def own() -> str:
    """The number of this Mynah."""
    return version("mynah")


def finding(address: str = "") -> Finding:
    """Ask, and say what came of it. Raises NetworkTrouble and WrongFile."""
    newest, mine = ask(address or ADDRESS), own()
    if not newest.is_newer_than(mine):
        return Finding(about="Version", level="fine", what=f"This is Mynah {mine}, and there is none newer.")
    return Finding(
        about="Version",
        level="note",
        what=f"Mynah {newest.number} is out; this is {mine}. {newest.news}".strip(),
        fix=f"Get its set-up from {newest.page} and install it over this one: your writing and your bots stay.",
    )


def ask(address: str) -> Release:
    """The newest version that the server at `address` knows. Tells it no more than that this is Mynah."""
    try:
        with download.reading(address, {"User-Agent": "mynah"})(0) as body:
            data = b""
            for piece in body.pieces:
                data += piece
                if len(data) > LARGEST:
                    raise wrong()
    except (Broken, NetworkTrouble) as error:
        raise NetworkTrouble(
            "The list of versions cannot be reached.", fix="Nothing depends on it: Mynah works on. Try another day."
        ) from error
    return understood(data, address)


def understood(data: bytes, address: str) -> Release:
    """The answer as a release. Raises WrongFile for anything that is not one, or leads to another server."""
    try:
        told: Mapping[str, Any] = json.loads(data)
        if told["version"] != FORMAT:
            raise wrong()
        number, news, page = str(told["newest"]), str(told["news"]), str(told["page"])
    except (ValueError, KeyError, TypeError) as error:
        raise wrong() from error
    server = re.match(r"https?://[^/]+/", address)
    if not NUMBER.fullmatch(number) or server is None or not re.fullmatch(re.escape(server[0]) + PATH, page):
        raise wrong()
    return Release(number=number, news="".join(filter(str.isprintable, news))[:LONGEST], page=page)


def parts(number: str) -> tuple[int, ...]:
    """A number to compare: 0.10 is after 0.9, and 1.0 is 1.0.0. What stands behind the digits does not count."""
    found = [int(part) for part in re.findall(r"\d+", number.partition("+")[0])[:4]]
    return tuple(found + [0] * (4 - len(found)))


def wrong() -> WrongFile:
    return WrongFile(
        "The list of versions is not one that Mynah understands.", fix="Nothing depends on it. Try another day."
    )
