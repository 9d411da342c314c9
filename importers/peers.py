"""Which computers may be asked: everybody's, and of private ones only those that the user named. Opens no connection.

Judged is the address that a name stands for, never its spelling: `2130706433`, `0x7f.1` and `①②⑦.0.0.1` are all
this computer, and whoever owns a name may let it stand for anything, and for something else a moment later.
"""

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, TypeAlias

Resolve: TypeAlias = Callable[[str, int], list[str]]  # host and port to numeric addresses

WRAPPED: Final = (ip_network("64:ff9b::/96"), ip_network("::/96"))  # an IPv4 address in the last four bytes
LOCAL: Final = tuple(  # which Python 3.11 takes for public
    ip_network(net) for net in ("64:ff9b:1::/48", "192.88.99.0/24", "192.0.0.0/24", "::ffff:0:0:0/96")
)


class Private(Exception):
    """A name that stands for a computer which nobody named."""


def resolve(host: str, port: int) -> list[str]:
    """The numeric addresses of `host`. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Peers:
    """Remembers which hosts the user named, and what they stood for the first time."""

    def __init__(self, look_up: Resolve = resolve) -> None:
        self._look_up = look_up
        self._named: dict[str, bool | None] = {}  # whether a named host is private; None before it was looked up

    def name(self, host: str) -> None:
        """The user typed `host`: it may be private, if it is so from the beginning."""
        self._named.setdefault(host.lower().rstrip("."), None)

    def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of `host` to which a connection may go. Raises Private and OSError."""
        found = self._look_up(host, port)
        public = [one for one in found if is_public(one)]
        key = host.lower().rstrip(".")
        if key not in self._named:
            allowed = public if len(public) == len(found) else []
        elif self._named[key] is None:
            self._named[key] = len(public) < len(found)
            allowed = found
        else:
            allowed = found if self._named[key] else public
        if found and not allowed:
            raise Private
        return allowed


def is_public(address: str) -> bool:
    """Whether a numeric address belongs to a computer on the open internet."""
    try:
        ip = bare(ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    is_odd = ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local
    site_local = isinstance(ip, IPv6Address) and ip.is_site_local
    return ip.is_global and not is_odd and not site_local and not any(ip in net for net in LOCAL)


def bare(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address may carry inside it."""
    if isinstance(ip, IPv4Address):
        return ip
    inside = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
    if inside is None and any(ip in net for net in WRAPPED) and int(ip) > 1:
        inside = IPv4Address(int(ip) & 0xFFFFFFFF)
    return inside or ip
