"""Bluesky by handle: the whole repository of an account in one file, and what its posts answer. Needs no login.

The handle leads to the account, the account to the server that keeps it. Posts are read as from a file
(importers/bluesky.py), so that the two ways give the same documents.
"""

import io
import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from msgspec.structs import replace

from core.documents import Document, Skipped, Turn
from core.events import Work
from core.sources import Guide, People, Person
from importers.base import Ahead
from importers.bluesky import POST, Repository, post, take, threads
from importers.car import blocks
from importers.characters import one_line
from importers.dag_cbor import Broken
from importers.fetch import Room
from importers.page import Page, Parked, Unreached
from importers.records import Record, at, moment, records, text
from importers.web import MOST, Reading, Web

SERVICE: Final = "https://public.api.bsky.app/xrpc"
DIRECTORY: Final = "https://plc.directory"
NAMED: Final = re.compile(
    r"(?:bsky:|bluesky:)@?(?P<a>[\w.-]+)|@(?P<b>(?:[\w-]+\.)+[a-z]{2,})"
    r"|https?://bsky\.app/profile/(?P<c>[\w.:-]+)(?:/.*)?|https?://(?P<d>[\w-]+\.bsky\.social)/?",
    re.IGNORECASE,
)
LARGEST: Final = 200_000_000  # bytes of a repository: some hundred thousand posts
PATIENCE: Final = 900.0  # seconds for it
LISTED: Final = 100  # posts in one answer, where they come one by one
NO_LIST: Final = (400, 404, 405, 501)  # what a server says that has none
TOGETHER: Final = 25  # posts that the service looks up at once


class Bluesky:
    guide = Guide(
        source="bluesky",
        title="Bluesky (by handle)",
        steps=(
            "Open your profile on bsky.app.",
            "Copy your handle, such as @name.bsky.social, or the address of the profile.",
            "Paste it here. No login is needed.",
        ),
    )

    def can_read(self, address: str) -> bool:
        return NAMED.fullmatch(address) is not None

    def knows(self, page: Page) -> bool:
        return False

    def read(self, address: str, web: Web) -> Reading:
        named = NAMED.fullmatch(address)
        handle = next(filter(None, named.groups()), "") if named else ""
        yield Ahead(how="All posts of the account, in one file")
        did = handle if handle.startswith("did:") else (yield from account(handle, web))
        home = yield from server(did, web)
        trouble: Unreached | Parked | None = None
        try:
            car = yield from web.get(
                f"{home}/xrpc/com.atproto.sync.getRepo?did={quote(did)}", room=Room(LARGEST, PATIENCE), service=True
            )
            found = repository(car)
        except Unreached as error:
            if error.is_gone:
                raise
            yield Ahead(how="The posts of the account, a hundred at a time")
            try:
                found, trouble = yield from listed(did, home, web)
            except Unreached as second:
                raise (error if second.status in NO_LIST else second) from None
        name = found.name or found.did
        yield People(self.guide.source, self.guide.title, (Person(name, name, len(found.posts), is_me=True),))
        if found.broken:
            yield Skipped(handle, f"Records of the account that are damaged, and were left out: {found.broken:,}.")
        documents = sorted(threads(found, ""), key=lambda one: one.key, reverse=True)
        yield Ahead(items=len(documents), first=min((one.written for one in documents if one.written), default=None))
        for start in range(0, len(documents), TOGETHER):
            yield from answered(documents[start : start + TOGETHER], web)
        if trouble:
            raise trouble


def account(handle: str, web: Web) -> Work[str]:
    """The account behind a handle, which may change hands."""
    try:
        page = yield from web.get(
            f"{SERVICE}/com.atproto.identity.resolveHandle?handle={quote(handle.lower())}", service=True
        )
        return text(page.json(), "did")
    except Unreached as error:
        if error.status == 400:
            raise Unreached("There is no account of that name on Bluesky.", status=404) from error
        raise


def server(did: str, web: Web) -> Work[str]:
    """The server that keeps an account."""
    if did.startswith("did:web:"):
        place = f"https://{did.removeprefix('did:web:')}/.well-known/did.json"
    else:
        place = f"{DIRECTORY}/{quote(did)}"
    page = yield from web.get(place, service=True)
    for one in records(page.json(), "service"):
        if text(one, "id").endswith("#atproto_pds"):
            return text(one, "serviceEndpoint").rstrip("/")
    raise Unreached("This account is kept on no server that Mynah can find.")


def repository(car: Page) -> Repository:
    """What the file holds; what is behind a damage is lost with it."""
    found = Repository()
    try:
        for block, value in blocks(io.BytesIO(car.body)):
            take(found, block, value)
    except Broken:
        found.broken += 1
    return found


def listed(did: str, home: str, web: Web) -> Work[tuple[Repository, Unreached | Parked | None]]:
    """The same, post by post, from a server that does not hand out whole repositories; and what ended it too early."""
    found, cursor = Repository(did), ""
    while len(found.keys) < MOST:
        asked, before = f"{home}/xrpc/com.atproto.repo.listRecords?repo={quote(did)}&collection={POST}", len(found.keys)
        more = f"&cursor={quote(cursor)}" if cursor else ""
        try:
            answer = (yield from web.get(f"{asked}&limit={LISTED}{more}", service=True)).json()
        except (Unreached, Parked) as error:
            if not before:
                raise
            return found, error
        for one in records(answer, "records"):
            uri, value = text(one, "uri"), at(one, "value")
            if isinstance(value, dict) and uri.startswith(f"at://{did}/"):
                found.posts[uri.encode()] = post(value)
                found.keys[uri.encode()] = uri.removeprefix(f"at://{did}/")
        cursor = text(answer, "cursor")
        if not cursor or len(found.keys) == before:
            break
    return found, None


def answered(documents: Sequence[Document], web: Web) -> Reading:
    """Documents with what they answer, where somebody else wrote that and it is still there."""
    wanted = list(dict.fromkeys(one.parent for one in documents if one.parent))
    said: dict[str, Turn] = {}
    if wanted:
        asked = "&".join(f"uris={quote(one, safe='')}" for one in wanted)
        try:
            page = yield from web.get(f"{SERVICE}/app.bsky.feed.getPosts?{asked}", service=True)
            said = {text(one, "uri"): turn(one) for one in records(page.json(), "posts")}
        except Unreached:
            said = {}
    for one in documents:
        found = said.get(one.parent)
        yield replace(one, context=(found,)) if found and found.text else one


def turn(view: Record) -> Turn:
    """A post of somebody else."""
    record = at(view, "record")
    author = text(view, "author", "displayName") or text(view, "author", "handle")
    words = post(record).text if isinstance(record, dict) else ""
    return Turn(one_line(author), words, "other", moment(text(record, "createdAt")))
