"""No private computer is asked: in any spelling, straight, behind a redirect, and behind a name that turns."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from core.events import drain
from importers import wires
from importers.answers import Answers
from importers.fetch import Fetcher, Rules
from importers.page import Page, Unreached
from importers.peers import Peers, Private, is_public
from importers.wires import Limit
from tests.fakes.site import FakeClock, Reply, serving

PUBLIC = "93.184.216.34"
SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "0", "0.0.0.0", "2130706433", "0x7f000001", "0x7f.1",
    "0177.0.0.1", "017700000001", "①②⑦.0.0.1", "127。0。0。1", "localhost", "LOCALHOST.", "printer.local",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    "[2001:0:7f00:1:0:0:80ff:fffe]", "[fe80::1]", "[fd00::1]", "[fec0::1]", "[ff02::1]", "10.0.0.1", "172.16.0.1",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "192.0.0.8",
    "[64:ff9b:1::a00:1]", "[::ffff:0:127.0.0.1]",
]  # fmt: skip
NAMES = {"localhost": "127.0.0.1", "localhost.": "127.0.0.1", "printer.local": "192.168.1.20"}


def look_up(host: str, port: int) -> list[str]:
    """What the system makes of numbers and of a few names, without asking anybody."""
    host = host.strip("[]").lower()
    if ":" in host:
        return [host]
    if host in NAMES:
        return [NAMES[host]]
    try:
        return [socket.inet_ntoa(socket.inet_aton(host))]
    except OSError:
        return [PUBLIC]


@contextmanager
def canary(monkeypatch: pytest.MonkeyPatch, away: str = "") -> Iterator[tuple[list[str], int]]:
    """The list of all private addresses to which a connection was tried, and a port.

    What is meant for PUBLIC goes to a server, so that something may be asked before: one page there leads `away`.
    """
    tried: list[str] = []
    real = wires.connected
    with serving({"https://public.example/": "a page"}) as site:
        port = int(site.base.rpartition(":")[2])
        site.answers["https://public.example/away"] = Reply(b"", 302, {"Location": away.replace("PORT", str(port))})

        def connected(address: str, _: int, limit: Limit) -> socket.socket:
            tried.extend([] if address == PUBLIC else [address])
            return real("127.0.0.1", port, limit)

        monkeypatch.setattr(wires, "connected", connected)
        yield tried, port


def fetcher(peers: Peers) -> Fetcher:
    return Fetcher(Answers(None), Rules(tries=1), FakeClock().clock, peers=peers)


def asked(through: Fetcher, address: str) -> Page:
    return drain(through.get(address))[1]


def test_there_are_thirty_spellings_and_more() -> None:
    assert len(set(SPELLINGS)) == len(SPELLINGS) >= 30


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_link_to_a_private_computer_is_not_followed(spelling: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with canary(monkeypatch) as (tried, port):
        through = fetcher(Peers(look_up))
        through.name("http://public.example/")
        for address in (f"http://{spelling}:{port}/", f"https://{spelling}/", f"http://{spelling}:{port}\\@1.1.1.1/"):
            with pytest.raises(Unreached):
                asked(through, address)
        through.close()
        assert tried == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_redirect_to_a_private_computer_is_not_followed(spelling: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with canary(monkeypatch, f"http://{encoded(spelling)}:PORT/") as (tried, _):
        through = fetcher(Peers(look_up))
        through.name("http://public.example/")
        with pytest.raises(Unreached, match=r"private|not an address|reached"):
            asked(through, "http://public.example/away")
        through.close()
        assert tried == []


def encoded(spelling: str) -> str:
    """As a header can hold it."""
    return spelling if spelling.isascii() else spelling.encode("idna").decode("ascii")


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_name_that_turns_to_a_private_computer_is_let_go(
    spelling: str, named: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even one that the user typed: it was public when they did."""
    (address,) = look_up(encoded(spelling), 0)
    assert address != PUBLIC
    turns = iter([[PUBLIC], [PUBLIC], [address], [address], [PUBLIC, address]])
    with canary(monkeypatch) as (tried, _):
        through = fetcher(Peers(lambda host, port: next(turns)))
        if named:
            through.name("http://public.example/")
        assert asked(through, "http://public.example/").body == b"a page"
        with pytest.raises(Unreached, match="private"):
            asked(through, "http://public.example/other")
        with pytest.raises(Unreached, match="private"):
            asked(through, "http://public.example/third")
        through.close()
        assert tried == []


def test_a_private_computer_that_the_user_typed_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with canary(monkeypatch) as (tried, _):
        through = fetcher(Peers(lambda host, port: ["192.168.1.20"]))
        through.name("http://public.example/")
        assert asked(through, "http://public.example/").body == b"a page"
        through.close()
    assert set(tried) == {"192.168.1.20"}


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_a_public_computer_is_public(address: str) -> None:
    assert is_public(address)


def test_what_is_no_address_is_not_public() -> None:
    assert not any(map(is_public, ["", "public.example", "127.0.0.1.5", "fe80::1%eth0", "::1%1"]))


def test_a_name_that_nobody_named_and_that_stands_for_a_private_computer_too_is_not_asked_at_all() -> None:
    both = [PUBLIC, "192.168.1.1"]
    with pytest.raises(Private):
        Peers(lambda host, port: both).addresses("mixed.example", 443)
    with pytest.raises(Private):
        Peers(lambda host, port: both[::-1]).addresses("mixed.example", 443)
    assert Peers(lambda host, port: [PUBLIC]).addresses("public.example", 443) == [PUBLIC]
