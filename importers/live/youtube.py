"""YouTube: what was said in the films of a channel, a playlist or a list, from their captions. Loads no film.

Slowly, one film after the other, each saved before the next: YouTube shuts out whoever asks for many. When it does,
or after as many films as are decent in a day, the import ends, and the next one goes on from there.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from youtube_transcript_api import Transcript, TranscriptList, YouTubeTranscriptApi
from youtube_transcript_api import _errors as errors

from core.documents import Document, Item, Skipped
from core.events import Note, Work
from core.sources import Guide, People, Person
from importers.base import Ahead
from importers.captions import plain
from importers.characters import one_line
from importers.dates import from_words
from importers.live.borrowed import MISREAD, MOST, Listing, session
from importers.page import Page, Parked, Unreached
from importers.records import Record, identity, text
from importers.web import TOO_MUCH, Reading, Web

SITE: Final = "https://www.youtube.com"
CHANNEL: Final = re.compile(
    r"(?:youtube:|@)(?P<name>[\w.-]+)"
    r"|https?://(?:www\.|m\.)?youtube\.com/(?P<path>@[\w.%-]+|channel/[\w-]+|c/[\w.%-]+|user/[\w.%-]+)(?:/.*)?",
    re.IGNORECASE,
)
PLAYLIST: Final = re.compile(r"https?://(?:www\.|m\.)?youtube\.com/playlist\?(?:.*&)?list=([\w-]+).*")
FILM: Final = re.compile(
    r"https?://(?:www\.|m\.)?(?:youtube\.com/(?:watch\?(?:.*&)?v=|shorts/|live/)|youtu\.be/)([\w-]{11})\S*"
)
TABS: Final = ("videos", "streams", "shorts")
PAUSE: Final = 4.0  # seconds between two requests; a film takes three
IN_A_DAY: Final = 80  # films: homes that asked for 150 in one go were shut out
TOMORROW: Final = "YouTube lets us read no more today. Continue tomorrow: the same import goes on where it ended."
ENOUGH: Final = f"{IN_A_DAY} videos are enough for one day, or YouTube shuts us out. Continue tomorrow."
DATE: Final = re.compile(r'"(?:publishDate|uploadDate)":\s*"([\dT:+-]{10,30})"')
CHANGED: Final = "YouTube has changed something. A newer version of Mynah will know what."
WHY_NOT: Final[dict[type[Exception], str]] = {
    errors.TranscriptsDisabled: "This video has no captions.",
    errors.NoTranscriptFound: "This video has no captions.",
    errors.VideoUnavailable: "This video is not there any more, or it is private.",
    errors.AgeRestricted: "This video is shown to grown-ups with a login only.",
    errors.VideoUnplayable: "This video cannot be played.",
    errors.InvalidVideoId: "There is no such video.",
    errors.YouTubeRequestFailed: "YouTube does not let programs read what is said in this video.",
}


@dataclass(frozen=True, slots=True)
class Film:
    id: str
    title: str
    author: str


class YouTube:
    guide = Guide(
        source="youtube",
        title="YouTube (what you said in your videos)",
        steps=(
            "Open your channel on youtube.com, or a playlist of your videos.",
            "Copy its address; of single videos, several addresses with spaces between them.",
            "Paste it here. It takes about 12 seconds a video, and at most 80 videos a day.",
        ),
    )

    def can_read(self, address: str) -> bool:
        one = CHANNEL.fullmatch(address) or PLAYLIST.fullmatch(address)
        is_bluesky = address.startswith("@") and "." in address
        return bool(one and not is_bluesky) or bool(films_in(address))

    def knows(self, page: Page) -> bool:
        return False

    def read(self, address: str, web: Web) -> Reading:
        web.fetcher.slow_down(SITE, PAUSE)
        films = listed(address, web)
        yield Ahead(how="The captions of each video", items=len(films))
        if len(films) >= MOST:
            yield Note(TOO_MUCH.format(MOST))
        if films[0].author:
            yield People(self.guide.source, self.guide.title, writers(films))
        api, asked = YouTubeTranscriptApi(http_client=session(web.fetcher)), 0
        for film in films:
            if asked >= IN_A_DAY:
                raise Parked(ENOUGH)
            before = web.fetcher.requests
            yield (yield from spoken(film, api, web))
            asked += web.fetcher.requests > before


def films_in(address: str) -> list[str]:
    """The films that a list of addresses names; empty when anything else stands in it."""
    found = [FILM.fullmatch(one) for one in re.split(r"[\s,]+", address.strip())]
    return [one[1] for one in found if one] if all(found) else []


def listed(address: str, web: Web) -> list[Film]:
    """The films at an address, newest first as the channel shows them. Raises Unreached when there are none."""
    if single := films_in(address):
        return [Film(one, "", "") for one in dict.fromkeys(single)]
    lists = Listing(web.fetcher)
    found: dict[str, Film] = {}
    why = Unreached("YouTube shows no videos at this address.", status=404)
    for place in places(address):
        try:
            name, entries = lists.entries(place)
        except Unreached as error:
            if error.is_gone:
                raise
            why = why if error.status else error
            continue  # a channel without streams has no such page
        for one in entries:
            if id := identity(one, "id"):
                found.setdefault(id, Film(id, one_line(text(one, "title")), author(one, name)))
    if not found:
        raise why
    return list(found.values())


def places(address: str) -> list[str]:
    if playlist := PLAYLIST.fullmatch(address):
        return [f"{SITE}/playlist?list={playlist[1]}"]
    named = CHANNEL.fullmatch(address)
    path = (named["path"] or f"@{named['name']}") if named else ""
    return [f"{SITE}/{path}/{tab}" for tab in TABS]


def author(entry: Record, name: str) -> str:
    return one_line(text(entry, "channel") or text(entry, "uploader") or name)


def writers(films: Iterable[Film]) -> tuple[Person, ...]:
    names = dict.fromkeys(film.author for film in films if film.author)
    return tuple(Person(name, name, sum(film.author == name for film in films), len(names) == 1) for name in names)


def spoken(film: Film, api: YouTubeTranscriptApi, web: Web) -> Work[Item]:
    """What is said in one film. Raises Parked when YouTube has had enough."""
    watch = f"{SITE}/watch?v={film.id}"
    try:
        chosen = best(api.list(film.id))
        snippets = [plain(one.text.replace("\n", " ")) for one in chosen.fetch()]
        page = yield from web.get(watch, headers={"Accept-Language": "en-US"}, service=True)
    except (errors.RequestBlocked, errors.PoTokenRequired) as error:
        web.fetcher.forget_last()
        raise Parked(TOMORROW) from error
    except Parked as error:
        if error.is_gone:
            raise
        raise Parked(TOMORROW, error.until) from error
    except errors.CouldNotRetrieveTranscript as error:
        return Skipped(watch, WHY_NOT.get(type(error), CHANGED))
    except MISREAD:
        return Skipped(watch, CHANGED)
    except Unreached as error:
        return Skipped(watch, error.reason)
    words = " ".join(filter(None, snippets))
    if not words:
        return Skipped(watch, "Nobody says anything in this video.")
    return Document(
        source=YouTube.guide.source,
        key=film.id,
        text=words,
        title=film.title or titled(page),
        url=watch,
        author=film.author,
        kind="transcript",
        written=published(page),
        flags=("asr",) if chosen.is_generated else (),
    )


def best(found: TranscriptList) -> Transcript:
    """Captions that a person made before those of a machine, in the language that is spoken."""
    every = list(found)
    generated = [one for one in every if one.is_generated]
    made = [one for one in every if not one.is_generated]
    spoken_language = generated[0].language_code.partition("-")[0] if generated else ""
    same = [one for one in made if one.language_code.partition("-")[0] == spoken_language]
    ranked = same or generated if spoken_language else made
    if not ranked:
        raise errors.TranscriptsDisabled("")
    return ranked[0]


def titled(page: Page) -> str:
    found = re.search(r"<title>([^<]{1,300})</title>", page.text)
    return one_line(found[1].removesuffix(" - YouTube")) if found else ""


def published(page: Page) -> datetime | None:
    found = DATE.search(page.text)
    return from_words(found[1]) if found else None
