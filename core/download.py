"""One large file from the internet: resumed where it broke off, and believed only when its hash is right.

Together with core/hub this is the second of the two places from which Mynah reaches out (the other is importers/fetch),
and only when the user pressed a button for it. It goes through huggingface_hub's session, which honours proxies and
HF_HUB_OFFLINE. That library's own downloads begin again after every break (2.4), hence this file.
"""

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

import httpx2
from huggingface_hub import constants
from huggingface_hub.errors import OfflineModeIsEnabled
from huggingface_hub.utils._http import get_session

from core.atomic import PIECE, disk_errors, swap, sync_folder
from core.errors import NetworkTrouble, WrongFile
from core.events import Progress, Stop, Work

constants.HF_HUB_DISABLE_TELEMETRY = True  # else the library tells the hub more of this computer, and asks it more

Hash: TypeAlias = Literal["sha256", "git"]  # git: sha1 of "blob <size>\0" and the content, as git names small files

PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 16.0)  # seconds before a broken connection is tried again; any byte starts anew
TIMEOUT: Final = 30.0  # seconds without a byte
LONGEST_WAIT: Final = 60.0  # seconds that a server may ask us to wait; for longer the user is told
USUAL_WAIT: Final = 300.0  # seconds over which the model hub counts requests, for when it does not say how long to wait
KEPT: Final = "What has arrived is kept, and the download goes on from there."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file that is to come: its size in bytes, and what it must hash to."""

    name: str
    size: int
    digest: str
    hash: Hash = "sha256"


@dataclass(frozen=True, slots=True)
class Body:
    """What a server sends: from which byte on, and the bytes."""

    begins: int
    pieces: Iterator[bytes]


class Broken(Exception):
    """The connection broke, or the server asks to wait so many seconds; `told` is what to say when it stays so.

    Never leaves this file and core/hub.
    """

    def __init__(self, seconds: float | None = None, told: NetworkTrouble | None = None) -> None:
        super().__init__()
        self.seconds, self.told = seconds, told


Reading: TypeAlias = Callable[[int], AbstractContextManager[Body]]


@dataclass(frozen=True, slots=True)
class Span:
    """Where a file stands among all that are fetched: bytes before it, and bytes of all."""

    before: int
    total: int


def fetch(
    wanted: Wanted, folder: Path, reading: Reading, stop: Stop, span: Span, pauses: Sequence[float] = PAUSES
) -> Work[bool]:
    """Get one file into `folder`, going on with what is there. False when stopped; what arrived stays.

    Raises NetworkTrouble when the connection stays broken, WrongFile when what came is not what was promised.
    """
    part, target = folder / (wanted.name + ".part"), folder / wanted.name
    if target.is_file() and target.stat().st_size == wanted.size:
        return True  # it was hashed before it got this name
    with disk_errors("saving a download"):
        arrival = Arrival(part, wanted)
        with arrival:
            yield from arrival.read_again(span)
            failures = 0
            while not arrival.is_full:
                if stop():
                    return False
                before = arrival.have
                try:
                    yield from arrival.receive(reading, stop, span)
                except Broken as broken:
                    failures = 1 if arrival.have > before else failures + 1
                    if failures > len(pauses):
                        raise broken.told or unreachable() from broken
                    yield from _pause(broken.seconds or pauses[failures - 1], arrival, stop, span)
        arrival.check()
        swap(part, target)
        sync_folder(folder)
    return True


class Arrival:
    """A file on its way: bytes on disk and the hash of them. Use it as a context manager."""

    def __init__(self, part: Path, wanted: Wanted) -> None:
        self._part, self._wanted = part, wanted
        self._digest = _digest(wanted)
        self.have = 0

    def __enter__(self) -> None:
        self._part.touch()
        self._file = self._part.open("r+b")

    def __exit__(self, *_: object) -> None:
        with self._file as file:
            file.flush()
            os.fsync(file.fileno())

    @property
    def is_full(self) -> bool:
        return self.have == self._wanted.size

    def read_again(self, span: Span) -> Iterator[Progress]:
        """Hash what an earlier try left."""
        if self._part.stat().st_size > self._wanted.size:
            self._begin_again()
        while piece := self._file.read(PIECE):
            self._digest.update(piece)
            self.have += len(piece)
            yield self.progress(span, "checking what is here")

    def receive(self, reading: Reading, stop: Stop, span: Span) -> Iterator[Progress]:
        """Read on until the file is full, the connection breaks (Broken) or stop is asked for."""
        with reading(self.have) as body:
            if body.begins == 0 and self.have:
                self._begin_again()  # the server cannot go on in the middle
            elif body.begins != self.have:
                raise Broken
            for piece in body.pieces:
                if self.have + len(piece) > self._wanted.size:
                    self._begin_again()
                    raise self._wrong()
                self._file.write(piece)
                self._digest.update(piece)
                self.have += len(piece)
                yield self.progress(span, self._wanted.name)
                if stop():
                    return
        if not self.is_full:
            raise Broken

    def progress(self, span: Span, note: str) -> Progress:
        return Progress(span.before + self.have, span.total, note)

    def check(self) -> None:
        """Raise WrongFile, and forget the bytes, unless they are those that were promised."""
        if self._digest.hexdigest() != self._wanted.digest:
            self._part.unlink()
            raise self._wrong()

    def _begin_again(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._digest, self.have = _digest(self._wanted), 0

    def _wrong(self) -> WrongFile:
        return WrongFile(
            f"{self._wanted.name} arrived damaged: it is not the file that was promised.",
            fix="Start the download again: only this file is fetched anew. If it happens twice, another program on the "
            "way, such as a virus scanner, changes it.",
        )


def reading(url: str, headers: dict[str, str]) -> Reading:
    """How to read `url` from a byte on."""

    @contextlib.contextmanager
    def open_at(begin: int) -> Iterator[Body]:
        asked = {**headers, "Accept-Encoding": "identity", **({"Range": f"bytes={begin}-"} if begin else {})}
        with network_errors(), get_session().stream("GET", url, headers=asked, timeout=TIMEOUT) as response:
            refuse(response.status_code, response.headers.get("Retry-After", ""))
            begins = begin if response.status_code == httpx2.codes.PARTIAL_CONTENT else 0
            yield Body(begins, response.iter_raw())

    return open_at


@contextlib.contextmanager
def network_errors() -> Iterator[None]:
    """Turn what the library raises on a bad line into Broken, and a line that cannot work into Trouble."""
    try:
        yield
    except OfflineModeIsEnabled as error:
        raise offline() from error
    except (httpx2.ProxyError, httpx2.UnsupportedProtocol) as error:
        raise refused_by_proxy() from error
    except httpx2.ConnectError as error:
        if "CERTIFICATE" in str(error):
            raise NetworkTrouble(
                "The connection is not safe: somebody between you and the server shows a false identity.",
                fix="Check the date of this computer. If a virus scanner reads along, let it except Mynah.",
            ) from error
        raise Broken from error
    except httpx2.TransportError as error:
        raise Broken from error


def refuse(status: int, retry_after: str = "") -> None:
    """Raise what an answer with that status means, if it is none; `retry_after` is the header of that name."""
    if status == httpx2.codes.TOO_MANY_REQUESTS:
        seconds = float(retry_after) if retry_after.isdecimal() else 0.0
        if seconds > LONGEST_WAIT:
            raise too_many(seconds)
        raise Broken(seconds or None, too_many(seconds or USUAL_WAIT))
    if status == httpx2.codes.PROXY_AUTHENTICATION_REQUIRED:
        raise refused_by_proxy()
    if status in (httpx2.codes.UNAUTHORIZED, httpx2.codes.FORBIDDEN):
        raise locked()
    if status in (httpx2.codes.NOT_FOUND, httpx2.codes.GONE):
        raise NetworkTrouble(
            "The server does not have this file any more.",
            fix="Choose another model, or ask whether a newer version of Mynah knows its new place.",
        )
    if status >= httpx2.codes.INTERNAL_SERVER_ERROR:
        raise Broken(told=sick(status))
    if status >= httpx2.codes.BAD_REQUEST:
        raise NetworkTrouble(f"The server refuses this download (answer {status}).", fix=f"Try again later. {KEPT}")


def offline() -> NetworkTrouble:
    return NetworkTrouble(
        "Mynah is told to stay offline (HF_HUB_OFFLINE is set).",
        fix="Use a model that is here already, or start Mynah without that setting to download one.",
    )


def refused_by_proxy() -> NetworkTrouble:
    return NetworkTrouble(
        "The proxy that this computer is set to use refuses the connection.",
        fix="Check the proxy in the system's settings (HTTPS_PROXY), then try again.",
    )


def sick(status: int) -> NetworkTrouble:
    return NetworkTrouble(
        f"The server is in trouble itself (answer {status}).", fix=f"Try again in a few minutes. {KEPT}"
    )


def locked() -> NetworkTrouble:
    return NetworkTrouble(
        "The model hub gives this model only to people it knows.",
        fix="Open the model's page on huggingface.co, accept its terms, make an access token there, and give it to "
        "Mynah on the Models page (or: mynah models token).",
    )


def too_many(seconds: float) -> NetworkTrouble:
    minutes = max(1, round(seconds / 60))
    return NetworkTrouble(
        "The server has had too many requests from this connection and asks to wait.",
        fix=f"Start the download again in {minutes} minute{'s' if minutes > 1 else ''}. {KEPT}",
    )


def unreachable() -> NetworkTrouble:
    return NetworkTrouble(
        "The connection to the internet breaks off again and again.",
        fix=f"Check the connection, then start the download again. {KEPT}",
    )


def _pause(seconds: float, arrival: Arrival, stop: Stop, span: Span) -> Iterator[Progress]:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and not stop():
        yield arrival.progress(span, f"waiting for the network, {left:.0f} s")
        time.sleep(min(0.1, left))


def _digest(wanted: Wanted) -> "hashlib._Hash":
    if wanted.hash == "sha256":
        return hashlib.sha256()
    return hashlib.sha1(b"blob %d\0" % wanted.size, usedforsecurity=False)
