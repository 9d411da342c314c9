"""A web of one server on this computer: it answers for every host in its table, and remembers who asked what."""

import json
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from importers.fetch import Rules
from importers.pace import Clock
from importers.peers import Peers
from importers.web import Connection

KINDS = {
    ".html": "text/html; charset=utf-8", ".json": "application/json", ".xml": "application/xml",
    ".txt": "text/plain", ".vtt": "text/vtt", ".srt": "application/x-subrip", ".gz": "application/gzip",
    ".car": "application/vnd.ipld.car",
}  # fmt: skip
LONG = 60  # bytes of an answer that drip while whoever asked still waits


@dataclass(frozen=True)
class Reply:
    """What the server says.

    `drip` sends the body byte by byte, with so many seconds of the site's clock between two; `cut` breaks the
    connection off after so many bytes, and where it `is_reset` as a computer that has crashed does.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: float = 0.0
    cut: int | None = None
    is_reset: bool = False


Answer: TypeAlias = Reply | bytes | str | Callable[["Asked"], "Reply"]


@dataclass(frozen=True)
class Asked:
    """One request, as the server saw it."""

    url: str
    headers: Mapping[str, str]
    body: bytes


class Site:
    """Answers by address. Addresses without a scheme in the table stand for both."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = dict(answers)
        self.asked: list[Asked] = []
        self.clock: FakeClock | None = None  # of those who ask; without one, drips take real time
        self.is_closed = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), name="site")
        self._thread.start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def bases(self) -> dict[str, str]:
        """Every host of the table, and where it is served."""
        return {host: self.base for address in self.answers if (host := urlsplit(address).hostname)}

    @property
    def urls(self) -> list[str]:
        """What was asked, but for robots.txt."""
        return [one.url for one in self.asked if not one.url.endswith("/robots.txt")]

    def close(self) -> None:
        self.is_closed.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                host = self.headers.get("Host", "")
                own = host == f"127.0.0.1:{site._server.server_port}"
                asked = Asked(
                    f"{'http' if own else 'https'}://{host}{self.path}", dict(self.headers), self.rfile.read(size)
                )
                site.asked.append(asked)
                self._send(site.answer(asked))

            do_POST = do_GET

            def _send(self, reply: Reply) -> None:
                self.send_response(reply.status)
                headers = {"Content-Type": "text/html", "Content-Length": str(len(reply.body)), **reply.headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    if reply.drip:
                        drip(self.wfile, self.connection, reply, site)
                    else:
                        self.wfile.write(reply.body[: reply.cut])
                    if reply.is_reset:
                        reset(self.connection)
                except OSError:
                    pass  # who asked has gone: that is what some tests are about

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler

    def answer(self, asked: Asked) -> Reply:
        bare = asked.url.replace(self.base, "")
        found = self.answers.get(asked.url, self.answers.get(bare, Reply(b"nothing here", 404)))
        if isinstance(found, Reply):
            return found
        if callable(found):
            return found(asked)
        return Reply(found.encode() if isinstance(found, str) else found)


def drip(out: BufferedIOBase, wire: socket.socket, reply: Reply, site: Site) -> None:
    """Send a reply byte by byte. By the clock of the site, whoever asked has had enough after a while."""
    for place in range(len(reply.body)):
        while site.clock and place == LONG and not select.select([wire], [], [], 0.01)[0]:
            site.clock.passed += reply.drip
        out.write(reply.body[place : place + 1])
        out.flush()
        if site.clock:
            site.clock.passed += reply.drip
        elif site.is_closed.wait(reply.drip):
            return


def reset(wire: socket.socket) -> None:
    """Hang up as a computer that has crashed does."""
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.close()


@contextmanager
def serving(answers: Mapping[str, Answer]) -> Iterator[Site]:
    site = Site(answers)
    try:
        yield site
    finally:
        site.close()


class FakeClock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds

    @property
    def clock(self) -> Clock:
        start = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
        return Clock(
            seconds=lambda: self.passed,
            sleep=self.sleep,
            chance=lambda: 0.5,
            now=lambda: start + timedelta(seconds=self.passed),
        )


def connection(site: Site, clock: FakeClock | None = None, **rules: float) -> Connection:
    """A way to this web and no other, in which nothing takes time."""
    made = Rules(bases=site.bases, **rules)  # type: ignore[arg-type]  # numbers
    site.clock = clock or FakeClock()
    return Connection(made, site.clock.clock, Peers(only_here))


def only_here(host: str, port: int) -> list[str]:
    """The names of this computer; there are no others."""
    if host != "127.0.0.1":
        raise OSError("no such name")
    return [host]


def of_folder(folder: Path) -> dict[str, Answer]:
    """The web that `routes.json` in a folder describes: addresses, and the files that are there."""
    routes: dict[str, object] = json.loads((folder / "routes.json").read_text(encoding="utf-8"))
    return {address: of_file(folder, route) for address, route in routes.items()}


def of_file(folder: Path, route: object) -> Reply:
    """A route is the name of a file, or that with `status` and `headers`."""
    said: dict[str, Any] = route if isinstance(route, dict) else {"file": route}
    file = folder / str(said.get("file", ""))
    body = file.read_bytes() if said.get("file") else b""
    kind = {"Content-Type": KINDS.get(file.suffix, "text/html")} if said.get("file") else {}
    return Reply(body, int(said.get("status", 200)), {**kind, **said.get("headers", {})})
