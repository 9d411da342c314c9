"""The wire below https: a certificate that is trusted, one that is not, and one of another name."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpcore2
import pytest

from core.events import drain
from importers import wires
from importers.answers import Answers
from importers.fetch import Fetcher, Rules
from importers.page import Unreached
from tests.fakes.site import FakeClock, Reply, Site

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "tls"  # a key that opens nothing but these tests


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(FOLDER / "cert.pem"))


@contextmanager
def secure(reply: Reply, monkeypatch: pytest.MonkeyPatch, *, trusted: bool, name: str) -> Iterator[Fetcher]:
    """A fetcher for a server that speaks TLS in the name of site.example."""
    site = Site({f"https://{name}/": reply})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER / "cert.pem", FOLDER / "key.pem")
    site._server.socket = context.wrap_socket(site._server.socket, server_side=True)
    monkeypatch.setattr(site._server, "handle_error", lambda *_: None)
    if trusted:
        monkeypatch.setattr(httpcore2, "default_ssl_context", trusting)
    port = int(site.base.rpartition(":")[2])
    real = wires.connected
    monkeypatch.setattr(wires, "connected", lambda address, _, limit: real(address, port, limit))
    site.clock = FakeClock()
    fetcher = Fetcher(Answers(None), Rules(tries=1), site.clock.clock)
    monkeypatch.setattr(fetcher._peers, "_look_up", lambda host, port: ["127.0.0.1"])
    fetcher.name(f"https://{name}/")
    try:
        yield fetcher
    finally:
        fetcher.close()
        site.close()


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_a_page_comes_over_tls(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with secure(Reply(b"x" * size), monkeypatch, trusted=True, name="site.example") as fetcher:
        assert drain(fetcher.get("https://site.example/"))[1].body == b"x" * size


def test_a_drip_over_tls_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Reply(b"x" * 500, drip=1.0)
    with (
        secure(slow, monkeypatch, trusted=True, name="site.example") as fetcher,
        pytest.raises(Unreached, match="in time"),
    ):
        drain(fetcher.get("https://site.example/", service=True))


@pytest.mark.parametrize(("trusted", "name"), [(False, "site.example"), (True, "other.example")])
def test_a_certificate_that_proves_nothing_is_not_believed(
    trusted: bool, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        secure(Reply(b"words"), monkeypatch, trusted=trusted, name=name) as fetcher,
        pytest.raises(Unreached, match="prove"),
    ):
        drain(fetcher.get(f"https://{name}/"))
