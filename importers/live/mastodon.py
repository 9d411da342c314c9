"""Mastodon and what speaks like it, by handle: the public posts of an account, and what they answer. Needs no login.

Who answers is kept apart from what is answered: posts of others are context. A post gets the same identity as in the
archive of the account.
"""

import re
from typing import Final
from urllib.parse import quote

from core.documents import Document, Turn, Visibility
from core.events import Work
from core.sources import Guide, People, Person
from importers.base import Ahead
from importers.characters import one_line
from importers.fragment import from_html
from importers.markup import quotes
from importers.mastodon import MENTIONS
from importers.page import Page, Unreached
from importers.records import Record, at, identity, moment, records, text
from importers.web import Reading, Web, link

NAMED: Final = re.compile(
    r"(?:mastodon:)?@?(?P<name>[\w.-]+)@(?P<server>(?:[\w-]+\.)+[a-z]{2,})"
    r"|https?://(?!(?:www\.|m\.)?(?:youtube|medium|substack|tiktok|threads|x|twitter)\.)(?P<host>[\w.-]+(?::\d+)?)/(?:web/)?@(?P<user>[\w.-]+)(?:@(?P<home>[\w.-]+))?(?:/.*)?",
    re.IGNORECASE,
)
TOGETHER: Final = 40  # posts in one answer: more are not given
NO_ACCOUNT: Final = "There is no account of that name on that server."
NOBODY: Final = (400, 404, 410)  # what a server says of a name that it does not know
VISIBLE: Final[dict[str, Visibility]] = {"public": "public", "unlisted": "unlisted", "private": "followers"}


class Mastodon:
    guide = Guide(
        source="mastodon",
        title="Mastodon (by handle)",
        steps=(
            "Open your profile on your server.",
            "Copy your handle, such as @name@mastodon.social, or the address of the profile.",
            "Paste it here. What you wrote for followers only is in your archive.",
        ),
    )

    def can_read(self, address: str) -> bool:
        return NAMED.fullmatch(address) is not None

    def knows(self, page: Page) -> bool:
        return False

    def read(self, address: str, web: Web) -> Reading:
        named = NAMED.fullmatch(address)
        if named is None:
            raise Unreached("This is not a handle.")
        name, host = named["name"] or named["user"], named["server"] or named["home"] or named["host"]
        server, account = yield from found(name, host, web)
        shown = one_line(text(account, "display_name")) or name
        yield People(self.guide.source, self.guide.title, (Person(shown, shown, 0, is_me=True),))
        total = at(account, "statuses_count")
        yield Ahead(how="The public posts of the account", items=total if isinstance(total, int) else 0)
        yield from Account(server, identity(account, "id"), shown, web).read()


def found(name: str, host: str, web: Web) -> Work[tuple[str, Record]]:
    """The server of an account, and what it says of it. A handle may be of a domain whose server is elsewhere."""
    for place in (host, None):
        server = f"https://{place}" if place else (yield from elsewhere(name, host, web))
        try:
            page = yield from web.get(f"{server}/api/v1/accounts/lookup?acct={quote(name)}", service=True)
            account = page.json()
        except Unreached as error:
            if error.is_gone or not place:
                raise
            continue
        if isinstance(account, dict) and identity(account, "id"):
            return server, account
    raise Unreached(NO_ACCOUNT, status=404)


def elsewhere(name: str, host: str, web: Web) -> Work[str]:
    """The server to which a domain sends who asks for an account (WebFinger)."""
    try:
        page = yield from web.get(
            f"https://{host}/.well-known/webfinger?resource={quote(f'acct:{name}@{host}')}", service=True
        )
    except Unreached as error:
        if error.status not in NOBODY:
            raise
        raise Unreached(NO_ACCOUNT, status=error.status) from error
    for one in records(page.json(), "links"):
        if text(one, "rel") == "self" and (address := link(page.url, text(one, "href"))):
            return "/".join(address.split("/")[:3])
    raise Unreached(NO_ACCOUNT, status=404)


class Account:
    """The posts of one account, newest first."""

    def __init__(self, server: str, number: str, name: str, web: Web) -> None:
        self._server, self._number, self._name, self._web = server, number, name, web
        self._seen: dict[str, Record] = {}

    def read(self) -> Reading:
        last, waiting = "", list[Record]()
        while True:
            listed = yield from self._page(last)
            fresh = [one for one in listed if identity(one, "id") not in self._seen]
            self._seen.update({identity(one, "id"): one for one in fresh})
            waiting += (one for one in fresh if at(one, "reblog") is None)
            for one in [one for one in waiting if not fresh or self._root(one) is not None]:
                waiting.remove(one)
                found = yield from self._document(one)
                if found.text:
                    yield found
            if not fresh:
                return
            last = identity(fresh[-1], "id")

    def _root(self, status: Record) -> Record | None:
        """Where the user's own thread begins; None as long as that may still come on a later page."""
        for _ in range(len(self._seen) + 1):
            if identity(status, "in_reply_to_account_id") != self._number:
                return status
            above = self._seen.get(identity(status, "in_reply_to_id"))
            if above is None:
                return None
            status = above
        return status  # a ring, which no honest server has

    def _page(self, last: str) -> Work[list[Record]]:
        before = f"&max_id={last}" if last else ""
        page = yield from self._web.get(
            f"{self._server}/api/v1/accounts/{self._number}/statuses?limit={TOGETHER}&exclude_reblogs=true{before}",
            service=True,
        )
        return records({"posts": page.json()}, "posts")

    def _document(self, status: Record) -> Work[Document]:
        parent = yield from self._parent(status)
        is_own = text(parent, "account", "id") == self._number
        words = from_html(text(status, "content"))
        if identity(status, "in_reply_to_id") and not is_own:
            words = MENTIONS.sub("", words, count=1) if MENTIONS.match(words) else words
        return Document(
            source=Mastodon.guide.source,
            key=text(status, "uri"),
            text=words,
            title=one_line(text(status, "spoiler_text")),
            url=text(status, "url"),
            author=self._name,
            written=moment(text(status, "created_at")),
            quotes=quotes(words),
            thread=text(self._root(parent) or parent, "uri") if is_own else "",
            parent=text(parent, "uri"),
            context=(self._turn(parent, is_own=is_own),) if text(parent, "content") else (),
            visibility=VISIBLE.get(text(status, "visibility"), "private"),
        )

    def _parent(self, status: Record) -> Work[Record]:
        """What a post answers, if its server shows it."""
        number = identity(status, "in_reply_to_id")
        if not number or number in self._seen:
            return self._seen.get(number, {})
        try:
            page = yield from self._web.get(f"{self._server}/api/v1/statuses/{quote(number)}", service=True)
            found = page.json()
        except Unreached:
            return {}
        return found if isinstance(found, dict) else {}

    def _turn(self, parent: Record, *, is_own: bool) -> Turn:
        author = one_line(text(parent, "account", "display_name") or text(parent, "account", "acct"))
        words = from_html(text(parent, "content"))
        return Turn(author, words, "me" if is_own else "other", moment(text(parent, "created_at")))
