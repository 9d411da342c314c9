"""The wire below HTTP: connections to addresses that were checked, which hear a stop and end at a deadline.

Names are looked up once and the connection goes to what was found, so that nobody can answer differently in between.
"""

import select
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import httpcore2

from core.events import Stop, never
from importers.members import Stopped
from importers.peers import Peers

SLICE: Final = 0.25  # seconds between two looks at whether to stop
CONNECTING: Final = 10.0  # seconds for one address


class Untrusted(Exception):
    """The other end cannot prove that it is who it says."""


@dataclass(slots=True)
class Limit:
    """Until when the request under way may take, and who asks it to stop."""

    stop: Stop = never
    seconds: Callable[[], float] = time.monotonic
    deadline: float = float("inf")  # of `seconds`

    def slice(self) -> float:
        """How long to wait for the wire now. Raises Stopped and httpcore2.ReadTimeout."""
        if self.stop():
            raise Stopped
        left = self.deadline - self.seconds()
        if left <= 0:
            raise httpcore2.ReadTimeout
        return min(SLICE, left)


class Wires(httpcore2.NetworkBackend):
    """Opens connections for httpcore."""

    def __init__(self, peers: Peers, limit: Limit) -> None:
        self._peers, self._limit = peers, limit

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Raises Private, Stopped, httpcore2.ConnectError and ConnectTimeout."""
        try:
            addresses = self._peers.addresses(host, port)
        except (OSError, UnicodeError) as error:  # UnicodeError: a label longer than names may be
            raise httpcore2.ConnectError(error) from error
        last: Exception = httpcore2.ConnectError("no address")
        for address in addresses:
            try:
                return Wire(connected(address, port, self._limit), self._limit)
            except (OSError, httpcore2.ConnectError) as error:
                last = error
        raise httpcore2.ConnectError(last) from last


def connected(address: str, port: int, limit: Limit) -> socket.socket:
    """A connection to a numeric address. Raises OSError, Stopped, httpcore2.ConnectError."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    wire = socket.socket(family, socket.SOCK_STREAM)
    try:
        wire.setblocking(False)
        target = socket.getaddrinfo(address, port, family, socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)[0][4]
        wire.connect_ex(target)
        patience = time.monotonic() + CONNECTING
        while not any(select.select([], [wire], [wire], limit.slice())):
            if time.monotonic() > patience:
                raise httpcore2.ConnectError("nobody answers")
        if failed := wire.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(failed, "no connection")
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        wire.close()
        raise
    return wire


class Wire(httpcore2.NetworkStream):
    """One connection."""

    def __init__(self, wire: socket.socket, limit: Limit) -> None:
        self._wire, self._limit = wire, limit

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        found: bytes = self._patiently(partial(self._wire.recv, max_bytes), httpcore2.ReadError)
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        view = memoryview(buffer)
        while view:
            view = view[self._patiently(partial(self._wire.send, view), httpcore2.WriteError) :]

    def _patiently(self, act: Callable[[], Any], broken: type[Exception]) -> Any:
        """Do `act` as soon as the wire lets us. Raises Stopped, httpcore2.ReadTimeout, and `broken`."""
        while True:
            self._wire.settimeout(self._limit.slice())
            try:
                return act()
            except TimeoutError:
                continue
            except OSError as error:
                raise broken(error) from error

    def close(self) -> None:
        self._wire.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        self._wire.settimeout(CONNECTING)
        try:
            return Wire(ssl_context.wrap_socket(self._wire, server_hostname=server_hostname), self._limit)
        except ssl.SSLCertVerificationError as error:
            self._wire.close()
            raise Untrusted from error
        except (OSError, ValueError) as error:
            self._wire.close()
            raise httpcore2.ConnectError(error) from error

    def get_extra_info(self, info: str) -> Any:
        if info == "socket":
            return self._wire
        if info == "is_readable":
            return bool(select.select([self._wire], [], [], 0)[0])
        return self._wire if info == "ssl_object" and isinstance(self._wire, ssl.SSLSocket) else None
