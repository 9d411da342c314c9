"""The seven posts of tests/fakes/seven.py where people talk, film and speak: profiles, channels and podcasts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from importers.bluesky import POST
from importers.dag_cbor import Value
from tests.fakes import car
from tests.fakes.seven import ALL, BLOGS, HOME, NAME, PAGES, Way, day, of_json, rss, words
from tests.fakes.site import Answer, Reply
from tests.fakes.youtube import SITE, Tube

DID: Final = car.DID
API: Final = "https://public.api.bsky.app/xrpc"
CAR: Final = "application/vnd.ipld.car"
PDS: Final = "https://pds.mara.example/xrpc"
REPOSITORY: Final = f"{PDS}/com.atproto.sync.getRepo?did={quote(DID)}"


def medium() -> Way:
    feed = "https://medium.com/feed/@mara"
    return Way(
        typed="https://medium.com/@mara", source="medium",
        pages=lambda number, numbers, more: {}, asking="at once", breaks=feed,
        before=(), around={feed: rss(ALL)}, no_pages="Medium shows the ten newest in one answer",
    )  # fmt: skip


def record(number: int) -> dict[str, Value]:
    return {"$type": POST, "text": words(number), "createdAt": day(number)}


def account() -> dict[str, Answer]:
    service = {"id": "#atproto_pds", "serviceEndpoint": PDS.removesuffix("/xrpc")}
    return {
        f"{API}/com.atproto.identity.resolveHandle?handle=mara.example": of_json({"did": DID}),
        f"https://plc.directory/{quote(DID)}": of_json({"id": DID, "service": [service]}),
    }


def bluesky() -> Way:
    whole = car.repository({f"{POST}/3k{n}": record(n) for n in range(1, 8)})
    return Way(
        typed="@mara.example", source="bluesky",
        pages=lambda number, numbers, more: {}, asking="at once", breaks=REPOSITORY, before=(),
        around={**account(), REPOSITORY: Reply(whole, headers={"Content-Type": CAR})},
        no_pages="the repository comes in one answer",
    )  # fmt: skip


def bluesky_listed() -> Way:
    """From a server that does not hand out whole repositories."""

    def at(number: int) -> str:
        first = f"{PDS}/com.atproto.repo.listRecords?repo={quote(DID)}&collection={POST}&limit=100"
        return first if number == 1 else f"{first}&cursor=c{number}"

    def pages(number: int, numbers: Sequence[int], more: bool) -> Mapping[str, Answer]:
        found = [{"uri": f"at://{DID}/{POST}/3k{n}", "value": record(n)} for n in numbers]
        return {at(number): of_json({"records": found, **({"cursor": f"c{number + 1}"} if more else {})})}

    around = {**account(), REPOSITORY: Reply(b"", 404)}
    return Way(
        typed="@mara.example", source="bluesky",
        pages=pages, asking="a list", breaks=at(2), before=(7, 6, 5), around=around,
        end=of_json({"records": []}),
    )  # fmt: skip


def mastodon() -> Way:
    server = "https://social.example/api/v1"
    last = {1: "", 2: "&max_id=5", 3: "&max_id=2", 4: "&max_id=1"}

    def pages(number: int, numbers: Sequence[int], more: bool) -> Mapping[str, Answer]:
        found = [
            {
                "id": str(n), "uri": f"https://social.example/{n}", "content": f"<p>{words(n)}</p>", "reblog": None,
                "visibility": "public", "created_at": day(n), "account": {"id": "1"},
            }
            for n in numbers
        ]  # fmt: skip
        before = last.get(number) or (f"&max_id={1_000 + number - 1}" if number > 1 else "")
        return {f"{server}/accounts/1/statuses?limit=40&exclude_reblogs=true{before}": of_json(found)}

    return Way(
        typed="@mara@social.example", source="mastodon",
        pages=pages, asking="a list", before=(7, 6, 5), end=of_json([]),
        breaks=f"{server}/accounts/1/statuses?limit=40&exclude_reblogs=true&max_id=5",
        around={f"{server}/accounts/lookup?acct=mara": of_json({"id": "1", "display_name": NAME})},
    )  # fmt: skip


def hacker_news() -> Way:
    """The next page of the search is asked for by time, and repeats the oldest. `hitsPerPage` is two in the tests."""

    def at(number: int) -> str:
        oldest = {1: "", 2: "5", 3: "2", 4: "1"}.get(number, str(1_000 + number - 1))
        first = "https://hn.algolia.com/api/v1/search_by_date?tags=author_mara&hitsPerPage=2"
        return f"{first}&numericFilters=created_at_i%3C%3D{oldest}" if oldest else first

    def pages(number: int, numbers: Sequence[int], more: bool) -> Mapping[str, Answer]:
        again = {1: (), 2: (5,), 3: (2,), 4: (1,)}.get(number, (1_000 + number - 1,))
        found = [
            {"objectID": str(n), "story_text": f"<p>{words(n)}</p>", "title": f"Brief {n}", "created_at_i": n}
            for n in (*again, *numbers)
        ]
        return {at(number): of_json({"hits": found, "nbHits": 7})}

    return Way(
        typed="hn:mara",
        source="hacker_news",
        pages=pages,
        asking="a list",
        breaks=at(2),
        before=(7, 6, 5),
        end=of_json({"hits": []}),
    )


def film(number: int) -> str:
    return f"film{number:07d}"


SAID: Final = {film(n): words(n) for n in (*ALL, *range(1_000, 1_100))}


def tube(further: Callable[[int], list[str]] | None = None) -> Tube:
    """The channel of the writer. Its pages are asked for by what stands in the question, not by an address."""
    return Tube([film(n) for n in ALL], said=SAID, further=further)


def youtube() -> Way:
    return Way(
        typed=f"{SITE}/@mara", source="youtube",
        pages=lambda number, numbers, more: {}, asking="one by one",
        breaks=f"{SITE}/watch?v={film(5)}", before=(7, 6), around=tube().site(),
        no_pages="the last page of a channel names no other",
    )  # fmt: skip


def podcast() -> Way:
    def at(number: int) -> str:
        return f"{HOME}/podcast.xml" if number == 1 else f"{HOME}/podcast.xml?page={number}"

    def item(number: int) -> str:
        return f"<podcast:transcript url='{HOME}/said/{number}.txt' type='text/plain'/>"

    def pages(number: int, numbers: Sequence[int], more: bool) -> Mapping[str, Answer]:
        said = {
            f"{HOME}/said/{n}.txt": Reply(words(n).encode(), headers={"Content-Type": "text/plain"}) for n in numbers
        }
        return {at(number): rss(numbers, at(number + 1) if more else "", item=item), **said}

    return Way(
        typed=at(1), source="podcast", pages=pages, asking="one by one", breaks=f"{HOME}/said/5.txt", before=(7, 6)
    )


WAYS: Final[dict[str, Way]] = {
    **BLOGS,
    "Medium": medium(),
    "Bluesky": bluesky(),
    "Bluesky, post by post": bluesky_listed(),
    "Mastodon": mastodon(),
    "Hacker News": hacker_news(),
    "YouTube": youtube(),
    "podcast": podcast(),
}


def endless(name: str, number: Callable[[int], int], most: int) -> dict[str, Answer]:
    """The web of a way in which there is always one more page: `number` says which post is on it. Ends after `most`."""
    if name == "YouTube":
        further = Tube([film(number(page)) for page in range(most)], said=SAID).site()
        return {**further, **tube(lambda page: [film(number(page))]).site()}
    way = WAYS[name]
    answers = way.web(more=True)
    for page in range(len(PAGES) + 1, most):
        answers |= way.pages(page, (number(page),), True)
    return answers
