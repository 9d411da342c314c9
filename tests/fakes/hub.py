"""A model hub on this computer: the two questions that a download asks, and every way in which it can be let down."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import unquote

from huggingface_hub.utils._http import close_session

COMMIT: Final = "c" * 40
LARGE: Final = 1 << 14  # bytes from which a file is kept as a large one, told by its sha256
PIECE: Final = 1 << 16


@dataclass
class FakeHub:
    """One model. What is set changes the next answers; `ranges` are the first bytes that were asked for, by name."""

    files: dict[str, bytes]
    cut_at: float | None = None  # share of a large file after which the connection breaks
    cuts: int = 1  # how often
    lies: bool = False  # about hashes
    status: int = 0  # instead of an answer
    files_status: int = 0  # instead of a file
    headers: dict[str, str] = field(default_factory=dict)
    ignores_ranges: bool = False
    token: str = ""  # without which nothing is shown
    commit: str = COMMIT
    address: str = ""
    meant: str = ""  # the server that was asked for, when this one was taken for a proxy
    ranges: list[tuple[str, int]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        siblings = []
        for name, data in self.files.items():
            entry: dict[str, Any] = {"rfilename": name, "size": len(data)}
            if len(data) >= LARGE:
                sha = hashlib.sha256(b"lie" if self.lies else data).hexdigest()
                entry["lfs"] = {"size": len(data), "sha256": sha, "pointerSize": 130}
            entry["blobId"] = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
            siblings.append(entry)
        return {"id": "a/b", "sha": self.commit, "siblings": siblings, "cardData": {"license": "mit"}}


class Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.startswith("http"):  # said to a proxy, with the name of who is meant in front
            _, _, self.hub.meant, path = self.path.split("/", 3)
            self.path = f"/{path}"
        self.hub.agents.append(self.headers.get("User-Agent", ""))
        if self.hub.token and self.headers.get("Authorization") != f"Bearer {self.hub.token}":
            self.answer(401, b"", {"X-Error-Code": "GatedRepo"})
        elif self.hub.status:
            self.answer(self.hub.status, b"", self.hub.headers)
        elif self.path.startswith("/api/models/"):
            self.answer(200, json.dumps(self.hub.told()).encode(), {"Content-Type": "application/json"})
        elif self.hub.files_status:
            self.answer(self.hub.files_status, b"", self.hub.headers)
        else:
            self.send_file(unquote(self.path.rpartition("/")[2]))

    def send_file(self, name: str) -> None:
        data = self.hub.files.get(name)
        if data is None or f"/resolve/{self.hub.commit}/" not in self.path:
            self.answer(404, b"", {"X-Error-Code": "EntryNotFound"})
            return
        asked = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")[0]
        begin = 0 if self.hub.ignores_ranges else int(asked)
        self.hub.ranges.append((name, begin))
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(data) - begin))
        self.end_headers()
        end = len(data)
        if self.hub.cut_at is not None and self.hub.cuts and len(data) >= LARGE:
            self.hub.cuts -= 1
            end = max(begin, round(len(data) * self.hub.cut_at))
        for at in range(begin, end, PIECE):
            self.wfile.write(data[at : min(at + PIECE, end)])
        if end < len(data):
            self.close_connection = True

    def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def serving(hub: FakeHub) -> Iterator[FakeHub]:
    """The hub, listening on this computer; HF_ENDPOINT is for the test to set."""
    handler = type("OneHandler", (Handler,), {"hub": hub})
    close_session()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield hub
    finally:
        close_session()  # else a connection that is kept for later holds a thread of the server
        server.shutdown()
        server.server_close()
        thread.join()
