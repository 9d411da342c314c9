"""A package index on this computer, with the smallest of wheels, that can be cut off in the middle of a file.

Cut off means what a pulled cable means: the file under way breaks off, and nobody listens any more until `mend`.
"""

import base64
import hashlib
import io
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import unquote

ANYTHING: Final = "py3-none-any"
WHEEL: Final = "application/octet-stream"


def wheel_name(name: str, version: str) -> str:
    return f"{name}-{version}-{ANYTHING}.whl"


def wheel(name: str, version: str, files: dict[str, bytes], needs: tuple[str, ...] = ()) -> bytes:
    """A wheel of those files, as pip wants it: with its metadata and a list of hashes."""
    about = f"{name}-{version}.dist-info"
    metadata = [
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}",
        *(f"Requires-Dist: {each}" for each in needs),
    ]
    inside = {
        **files,
        f"{about}/METADATA": "\n".join([*metadata, ""]).encode(),
        f"{about}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {ANYTHING}\n".encode(),
    }
    record = [f"{path},sha256={_record_hash(data)},{len(data)}" for path, data in inside.items()]
    inside[f"{about}/RECORD"] = "\n".join([*record, f"{about}/RECORD,,", ""]).encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for path, data in inside.items():
            file.writestr(path, data)
    return made.getvalue()


def link(name: str, data: bytes) -> str:
    return f'<a href="/wheels/{name}#sha256={hashlib.sha256(data).hexdigest()}">{name}</a>'


def _record_hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


class FakeIndex:
    """Projects by name, each with one wheel. `sent` are the names of the wheels that went out whole."""

    def __init__(self, wheels: dict[str, bytes]) -> None:
        self.wheels, self.cut_in, self.asked = wheels, "", 0
        self.sent: list[str] = []
        self._port = 0
        self.mend()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}/simple"

    def mend(self) -> None:
        """Listen, from now on at the same address as before."""
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), type("Here", (Handler,), {"index": self}))
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def cut(self) -> None:
        """Listen no more."""
        self.cut_in = ""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Handler(BaseHTTPRequestHandler):
    index: FakeIndex

    def do_GET(self) -> None:
        self.index.asked += 1
        kind, _, name = unquote(self.path).strip("/").partition("/")
        if kind == "simple":
            links = [link(each, data) for each, data in self.index.wheels.items() if each.startswith(f"{name}-")]
            self.answer(200 if links else 404, "".join(links).encode(), "text/html")
        elif name == self.index.cut_in:
            self.index.cut()
            self.answer(200, self.index.wheels[name], WHEEL, share=0.5)
        else:
            self.index.sent.append(name)
            self.answer(200, self.index.wheels[name], WHEEL)

    def answer(self, status: int, body: bytes, kind: str, share: float = 1.0) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "max-age=86400" if kind == WHEEL else "no-cache")  # as PyPI has it
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: round(len(body) * share)])

    def log_message(self, format: str, *args: Any) -> None:
        pass
