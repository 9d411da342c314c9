"""The server while it runs: a socket on this computer, and a thread on which it is served. Knows no bot.

It listens on the loopback address. Only when the user wishes to talk from a phone does it listen on the network too.
"""

import asyncio
import contextlib
import json
import secrets
import socket
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn

from core.atomic import disk_errors, write_file
from core.errors import Busy
from core.paths import Home
from core.serve.connections import Patient
from core.serve.desk import Answerer
from core.serve.door import SILENT, Door
from core.serve.guard import Rules, hosts
from core.serve.routes import application

PORT: Final = 8723
LOOPBACK: Final = ("127.0.0.1", "localhost")
KEY_FILE: Final = "api.json"
VERSION: Final = 1
BACKLOG: Final = 128
GOODBYE: Final = 3  # seconds for what is being answered when the server ends


@dataclass(frozen=True, slots=True)
class Serving:
    """Where the server can be reached. `phone` is the whole address for a phone, or empty."""

    address: str
    token: str
    phone: str = ""


class Server:
    """Begun on one thread, served on another one of its own."""

    def __init__(self, answerer: Answerer, token: str, port: int = PORT, *, phone: str = "") -> None:
        """Takes the port; `phone` is this computer's address in its network, where it may be talked to from there.

        Raises Busy when another program has the port.
        """
        self._socket = _listen("0.0.0.0" if phone else LOOPBACK[0], port)
        own = self._socket.getsockname()[1]
        names = [*LOOPBACK, *([phone] if phone else [])]
        rules = Rules(token, hosts(names, own), frozenset({"/"}) if phone else frozenset())
        self.serving = Serving(f"http://{LOOPBACK[0]}:{own}", token, f"http://{phone}:{own}/#{token}" if phone else "")
        config = uvicorn.Config(
            application(answerer, rules),
            log_config=None,
            log_level="error",  # strangers' nonsense is no news
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=int(SILENT),
            timeout_graceful_shutdown=GOODBYE,
            ws="none",
            http=Patient,
            loop="asyncio",
        )
        self._server = Behind(config, self._socket)
        self._thread = threading.Thread(target=self._serve, name="mynah-server", daemon=True)

    def start(self) -> Serving:
        """Serve until `stop`; returns when requests are answered."""
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.01)
        return self.serving

    def stop(self) -> None:
        """End, also what is being answered."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(GOODBYE + 7)
        self._socket.close()

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    @property
    def thread_ids(self) -> tuple[int, int]:
        """The system's numbers of the threads on which it is served."""
        return self._thread.native_id or 0, self._server.door.thread_id

    def _serve(self) -> None:
        self._server.run(sockets=[])  # whoever comes in comes through the door


class Behind(uvicorn.Server):
    """uvicorn without a socket to listen at: it is handed connections by the door."""

    def __init__(self, config: uvicorn.Config, listening: socket.socket) -> None:
        super().__init__(config)
        self.door = Door(listening, self._enter)
        self._entering: set[Future[None]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self.door.open()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.door.close()
        await super().shutdown(sockets)

    def _enter(self, came: socket.socket, said: bytes) -> None:
        """Called on the thread of the door."""
        entering = asyncio.run_coroutine_threadsafe(self._welcome(came, said), self._loop)
        self._entering.add(entering)  # a task that nobody holds may be forgotten
        entering.add_done_callback(self._entering.discard)

    async def _welcome(self, came: socket.socket, said: bytes) -> None:
        def made() -> Patient:
            return Patient(self.config, self.server_state, self.lifespan.state, _loop=self._loop, first=said)

        with contextlib.suppress(OSError):  # gone again
            await self._loop.connect_accepted_socket(made, came)


def token_of(home: Home) -> str:
    """The token of this computer, made at the first call and kept where only its user can read."""
    path = home.root / KEY_FILE
    with disk_errors("keeping the token of the server"):
        found = _kept(path)
        if found:
            return found
        token = secrets.token_urlsafe(32)
        home.root.mkdir(parents=True, exist_ok=True)
        path.with_name(path.name + ".part").touch(mode=0o600)  # which becomes the file, and nobody else may read it
        write_file(path, json.dumps({"version": VERSION, "token": token}).encode("ascii"))
    return token


def new_token(home: Home) -> str:
    """Another token: whoever had the old one has nothing any more."""
    with disk_errors("keeping the token of the server"):
        (home.root / KEY_FILE).unlink(missing_ok=True)
    return token_of(home)


def own_address() -> str:
    """The address of this computer in its network, or nothing where there is none. Sends nothing."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # an address for documentation: a datagram socket only looks up the way
        return str(probe.getsockname()[0])
    return ""


def _kept(path: Path) -> str:
    try:
        fields = json.loads(path.read_text("utf-8"))
        token = fields["token"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return token if isinstance(token, str) and token.isascii() and len(token) >= 32 else ""


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=BACKLOG)
    except OSError as error:
        raise Busy(
            f"Port {port} is in use by another program.", fix="Choose another one: mynah serve --port NUMBER"
        ) from error
