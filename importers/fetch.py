"""The polite fetcher: the only outgoing connections of the house. Address in, page out. Knows no service.

It asks robots.txt first, each host once a second, waits when told to, follows five redirects and checks each, reads
20 MB and 30 seconds of a page and no more, and talks to nobody's private computer but those that the user named.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import httpcore2
import httpx2

from core.events import Stop, Work, drain, never
from importers import robots
from importers.answers import Answers
from importers.archive import UNWATCHED
from importers.members import Stopped, Watch
from importers.pace import Clock, Pace, retry_after
from importers.page import Page, Parked, Unreached
from importers.peers import Peers, Private
from importers.wires import Limit, Untrusted, Wires

AGENT: Final = "Mynah/0.1 (desktop app; copies its user's own writing, at their request, one page a second)"
MOVED: Final = (301, 302, 303, 307, 308)
BUSY: Final = (429, 503)
SHAKY: Final = (*BUSY, 500, 502, 504, 520, 521, 522, 523, 524)
LOST: Final = 3  # addresses of one host in a row that nobody answers: the connection is gone, not the pages
REFUSALS: Final = 5  # in a row: the host means all of it
LOGIN: Final = re.compile(
    r"/(?:log-?in|sign-?in|sign_in|sessions?/new|users/sign_in|accounts/login|auth(?:enticate)?|sso|wp-login\.php)"
    r"(?:[/.]|$)|/m/signin",
    re.IGNORECASE,
)
DOORS: Final = re.compile(r"(?:log-?in|sign-?in|sso|accounts?|auth)\.", re.IGNORECASE)  # hosts that only let people in
SAYS: Final = {
    401: "The site wants a password for this page.",
    402: "This page is only for those who pay.",
    403: "The site does not let programs read this page.",
    404: "There is no such page any more.",
    410: "There is no such page any more.",
    451: "This page may not be shown for legal reasons.",
}
LEFT_OUT: Final = "This page cannot be read: Mynah hangs or breaks over it."
UNREACHABLE: Final = "This address cannot be reached."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the fetcher behaves. `bases` sends what is meant for a host elsewhere: to a server of the tests."""

    most: int = 20_000_000  # bytes of a page, unpacked
    deadline: float = 30.0  # seconds for one answer, from the connection to its last byte
    redirects: int = 5
    pause: float = 1.0  # seconds between two requests to one host
    longest_wait: float = 300.0  # seconds; who wants longer is left alone until another day
    tries: int = 3
    bases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event: the host is left alone for a while."""

    host: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Room:
    """What an answer may take."""

    bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Wish:
    """What is sent along, and what may come of it. With a `body` it is posted."""

    headers: Mapping[str, str]
    body: bytes | None
    room: Room


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answered, whatever that was."""

    status: int
    headers: dict[str, str]
    body: bytes


class Fetcher:
    """Asks for pages. `mine`: the sites are the user's own, who may pass over their own robots.txt."""

    def __init__(
        self,
        answers: Answers,
        rules: Rules = Rules(),  # frozen
        clock: Clock = Clock(),  # noqa: B008  # frozen
        *,
        stop: Stop = never,
        peers: Peers | None = None,
        mine: bool = False,
    ) -> None:
        self.rules, self.clock, self.stop = rules, clock, stop
        self._answers, self._mine = answers, mine
        self.watch: Watch = UNWATCHED  # who is told of every page before it is read
        self._peers = peers or Peers()
        self.requests = 0  # that went out
        self._last = ""  # what was asked for
        self._usual = Room(rules.most, rules.deadline)
        self._limit = Limit(stop, clock.seconds)
        self._pace = Pace(clock, rules.pause)
        self._robots: dict[str, robots.Robots] = {}
        self._lost, self._refused = Counter[str](), Counter[str]()
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpcore2.default_ssl_context(),
            max_connections=4,
            keepalive_expiry=10.0,
            network_backend=Wires(self._peers, self._limit),
        )
        for base in rules.bases.values():
            self.name(base)

    def close(self) -> None:
        self._pool.close()

    def name(self, address: str) -> None:
        """The user typed this address: its host may be a private computer."""
        self._peers.name(httpx2.URL(address).host)

    def slow_down(self, address: str, pause: float) -> None:
        """Leave `pause` seconds between two requests to the host of `address`."""
        self._pace.slow_down(httpx2.URL(address).host, pause)

    def get(
        self,
        address: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        room: Room | None = None,
        version: str = "",
        service: bool = False,
    ) -> Work[Page]:
        """The page at `address`; with a `body`, what comes of posting it.

        `room`: what the answer may take, where it is known to be large.
        `version`: what a list of the site says of the page; while it says the same, the page is not asked for again.
        `service`: an interface made for programs, where robots.txt, which is for pages, is not asked. Yields Waiting.
        Raises Unreached, Parked and Stopped.
        """
        asked = self._last = spelled(address) if body is None else f"{address} {body.hex()}"
        if address in self.watch.left_out:
            raise Unreached(LEFT_OUT)
        kept = self._answers.find(asked)
        if kept and (kept.is_fresh or (version and kept.version == version)):
            return self._shown(address, kept.page)
        sent = {**(headers or {}), **(kept.conditions if kept and body is None else {})}
        wish = Wish(sent, body, room or self._usual)
        url, answer = yield from self._hops(address, wish, service=service)
        page = kept.page if kept and answer.status == 304 else Page(url, answer.body, answer.headers)
        if same_site(address, url):  # what lies elsewhere may be a portal that stands before every page
            self._answers.keep(asked, page, version)
        return self._shown(address, page)

    def _shown(self, address: str, page: Page) -> Page:
        """`page`, of which whoever watches knows that it is read next."""
        self.watch.opened(address, len(page.body))
        return page

    def forget_last(self) -> None:
        """The last answer was none, whatever its number said: the next import asks again."""
        self._answers.forget(self._last)

    def now(self, address: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Page:
        """The same for code of others that cannot wait step by step."""
        return drain(self.get(address, body=body, headers=headers, service=True))[1]

    def robots(self, address: str) -> Work[robots.Robots]:
        """The rules of the host of `address`. Raises Unreached when nobody answers there."""
        url = httpx2.URL(address)
        origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        if origin not in self._robots:
            rules = f"{origin}/robots.txt"
            try:
                if rules in self.watch.left_out:
                    raise Unreached(LEFT_OUT, status=500)
                place, answer = yield from self._hops(rules, Wish({}, None, self._usual), service=True)
                found = robots.of(self._shown(rules, Page(place, answer.body, answer.headers)))
            except Unreached as error:
                if not error.status:
                    raise  # there was no answer at all
                found = robots.of(error)
            self._robots[origin] = found
            self._pace.slow_down(url.host, found.pause)
        return self._robots[origin]

    def _hops(self, address: str, wish: Wish, *, service: bool) -> Work[tuple[str, Answer]]:
        """Where `address` leads in the end, and what is there."""
        url = address
        for _ in range(self.rules.redirects + 1):
            checked(url)
            if not service and not self._mine and not (yield from self.robots(url)).allow(url):
                raise Unreached("The site asks programs not to read this page (robots.txt).")
            answer = yield from self._patiently(url, wish)
            location = answer.headers.get("location")
            if answer.status not in MOVED or not location:
                return url, self._believed(url, answer)
            url = joined(url, location)
            if is_login(checked(url)) and not is_login(address):
                raise self._refusal(address, Unreached("The site wants a login before it shows this page.", status=401))
        raise Unreached("This address leads from one page to the next without an end.")

    def _believed(self, url: str, answer: Answer) -> Answer:
        """An answer that is a page. Raises Unreached for others, and Parked when there have been too many of them."""
        host = httpx2.URL(url).host
        if answer.status in (200, 203, 206, 304):
            self._refused[host] = 0
            return answer
        reason = SAYS.get(answer.status, f"The site answered with an error (number {answer.status}).")
        raise self._refusal(url, Unreached(reason, status=answer.status))

    def _refusal(self, url: str, error: Unreached) -> Unreached | Parked:
        """`error`, or that the host has refused too often."""
        host = httpx2.URL(url).host
        self._refused[host] += error.status in (401, 403)
        if self._refused[host] < REFUSALS:
            return error
        return Parked(f"{host} does not let us read any more. Go on tomorrow: what was read stays.")

    def _patiently(self, url: str, wish: Wish) -> Work[Answer]:
        """One answer, after as many tries as are decent."""
        host = httpx2.URL(url).host
        for failures in range(1, self.rules.tries + 1):
            yield from self._wait(host)
            try:
                answer = self._once(url, wish)
            except Unreached as error:
                if not error.is_gone or failures == self.rules.tries:
                    raise self._counted(host, error) from error
                self._pace.back_off(host, failures, None)
                continue
            self._lost[host] = 0
            if answer.status not in SHAKY:
                return answer
            wished = retry_after(answer.headers.get("retry-after", ""), self.clock.now())
            if wished is not None and wished > self.rules.longest_wait:
                raise self._parked(host, wished)
            self._pace.back_off(host, failures, wished)
        if answer.status in BUSY:
            raise self._parked(host, None)
        return answer

    def _counted(self, host: str, error: Unreached) -> Unreached | Parked:
        """`error`, or that the whole host is lost."""
        self._lost[host] += error.is_gone
        if self._lost[host] < LOST:
            return error
        sentence = f"The connection to {host} was lost. Import the same again later: what was read stays."
        return Parked(sentence, is_gone=True)

    def _parked(self, host: str, wished: float | None) -> Parked:
        """`host` wants to be left alone for longer than anybody would wait."""
        if wished is None:
            return Parked(f"{host} is too busy to answer. Import the same again in an hour: it goes on where it ended.")
        until = self.clock.now() + timedelta(seconds=min(wished, 366 * 86_400.0))
        when = "another day" if wished > 86_400 else f"after {until.astimezone():%H:%M}"
        return Parked(f"{host} asks to be left alone. Import the same again {when}: it goes on where it ended.", until)

    def _wait(self, host: str) -> Work[None]:
        """Until `host` may be asked. Raises Stopped."""
        seconds = self._pace.wait(host)
        if seconds > 2 * self.rules.pause:
            yield Waiting(host, seconds)
        while seconds > 0:
            if self.stop():
                raise Stopped
            self.clock.sleep(min(seconds, 0.25))
            seconds = self._pace.wait(host)
        self._pace.asked(host)

    def _once(self, url: str, wish: Wish) -> Answer:
        """Ask one address once. Raises Unreached and Stopped."""
        self._limit.deadline = self.clock.seconds() + wish.room.seconds
        self.requests += 1
        said = httpx2.URL(url)
        sent = {
            "Host": said.netloc.decode("ascii"),
            "User-Agent": AGENT,
            "Accept": "*/*",
            "Accept-Encoding": "gzip, deflate",
            **wish.headers,
            **({} if wish.body is None else {"Content-Length": str(len(wish.body))}),
        }
        try:
            with self._pool.stream(
                "GET" if wish.body is None else "POST",
                self._placed(said),
                headers=list(sent.items()),
                content=wish.body,
            ) as response:
                found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                if response.status in MOVED or response.status in SHAKY or response.status >= 400:
                    return Answer(response.status, found, b"")
                packed = found.get("content-encoding", "identity").strip().lower()
                return Answer(response.status, found, b"".join(capped(response.iter_stream(), packed, wish.room.bytes)))
        except Private as error:
            raise Unreached("This address leads to a private computer, which nobody chose to read.") from error
        except Untrusted as error:
            raise Unreached("The site cannot prove that it is the one that was asked for (its certificate).") from error
        except httpcore2.TimeoutException as error:
            raise Unreached("The site did not answer in time.", is_gone=True) from error
        except httpcore2.NetworkError as error:
            raise Unreached(UNREACHABLE, is_gone=True) from error
        except (httpcore2.ProtocolError, httpcore2.UnsupportedProtocol) as error:
            raise Unreached("The answer of the site was broken off or makes no sense.", is_gone=True) from error

    def _placed(self, url: httpx2.URL) -> str:
        """Where a request for `url` really goes."""
        base = self.rules.bases.get(url.host)
        return base.rstrip("/") + url.raw_path.decode("ascii") if base else str(url.copy_with(fragment=None))


def capped(parts: Iterable[bytes], packed: str, most: int) -> Iterator[bytes]:
    """The body unpacked, at most `most` bytes of it. Raises Unreached beyond, and for packings nobody asked for."""
    if packed in ("identity", ""):
        unpack = None
    elif packed in ("gzip", "x-gzip", "deflate"):
        unpack = zlib.decompressobj(wbits=47)  # either of the two
    else:
        raise Unreached("The site packed its answer in a way that we did not ask for.")
    size = 0
    for part in parts:
        try:
            data = unpack.decompress(part, most + 1 - size) if unpack else part
        except zlib.error as error:
            raise Unreached("The answer of the site is damaged.") from error
        size += len(data)
        if size > most:
            raise Unreached(f"This page is larger than {most // 1_000_000} MB, which no writing is.")
        yield data
    if unpack and not unpack.eof:
        raise Unreached("The answer of the site was broken off.", is_gone=True)


def checked(address: str) -> str:
    """`address`, which is one of the web. Raises Unreached."""
    try:
        url = httpx2.URL(address)
    except (httpx2.InvalidURL, UnicodeError, ValueError) as error:
        raise Unreached("This is not an address.") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise Unreached("This is not an address of the web.")
    if url.userinfo:
        raise Unreached("This address holds a name and a password, which Mynah does not send.")
    return address


def joined(base: str, link: str) -> str:
    """The address that `link` on the page `base` leads to, without its #part. Raises Unreached."""
    try:
        return str(httpx2.URL(base).join(link.strip()).copy_with(fragment=None))
    except (httpx2.InvalidURL, UnicodeError, ValueError) as error:
        raise Unreached("This is not an address.") from error


def spelled(address: str) -> str:
    """`address` as all who mean it write it: the first page of a host has a slash behind it, or has not."""
    return re.sub(r"(https?://[^/?#]+)/?", r"\1/", address) if address.count("/") < 4 else address


def is_login(address: str) -> bool:
    """Whether this is where a site asks who one is."""
    url = httpx2.URL(address)
    return bool(LOGIN.search(url.path) or DOORS.match(url.host))


def same_site(one: str, other: str) -> bool:
    """Whether two addresses have one host, with or without www."""
    return site(one) == site(other)


def site(address: str) -> str:
    return httpx2.URL(address).host.removeprefix("www.")
