"""Podcasts by their feed: what was said in each episode, from the transcripts that the feed names. Plays no sound.

Where speakers are named, the user is one of them, and what the others say is context.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Final, TypeAlias

from lxml import etree
from msgspec import structs

from core.documents import Document, Item, Skipped, Turn
from core.events import Work
from core.sources import Guide, People, Person
from importers.base import Ahead
from importers.captions import Said, shown, turns
from importers.characters import one_line, straight
from importers.chats import Message, Talk, documents
from importers.html_tree import parsed
from importers.live import entries
from importers.live.entries import Entries, Entry, Transcript
from importers.live.feed import next_page
from importers.page import Page, Parked, Unreached
from importers.records import records, text
from importers.web import Reading, Web, link

SIGN: Final = b"<podcast:transcript"
BEST: Final = ("text/vtt", "application/x-subrip", "application/srt", "application/json", "text/html", "text/plain")
SPEAKER: Final = re.compile(r"([A-Z][\w.' -]{0,30}?):?\s+(?:\d+:)?\d?\d:\d\d\s*$")  # otter and the like: Name  00:12
LOOKED_AT: Final = 5  # episodes, to learn who speaks
Episode: TypeAlias = tuple[Entry, list[Said] | Skipped]  # with what is said in it, or why nobody knows


class Podcast:
    guide = Guide(
        source="podcast",
        title="Podcast with transcripts",
        steps=(
            "Find the address of your podcast's feed; your host shows it, often as RSS.",
            "Check that it names transcripts; most hosts write them for you.",
            "Paste the address here, and say which of the speakers you are.",
        ),
    )

    def can_read(self, address: str) -> bool:
        return False

    def knows(self, page: Page) -> bool:
        return SIGN in page.body and entries.is_feed(page)

    def read(self, address: str, web: Web) -> Reading:
        page = yield from web.get(address)
        if not entries.is_feed(page):
            raise Unreached("There is no feed at this address.")
        yield Ahead(how="The transcripts that its feed names")
        every, speech = (yield from listed(page, web)), list[Episode]()
        try:
            for entry, transcript in every[:LOOKED_AT]:
                speech.append((entry, (yield from spoken(transcript, web))))
        except Parked:
            yield from self._heard(speech, web)
            raise
        me = yield from self._heard(speech, web)
        for entry, transcript in every[LOOKED_AT:]:
            yield from items(entry, (yield from spoken(transcript, web)), me)

    def _heard(self, speech: list[Episode], web: Web) -> Work[set[str]]:
        """What is said in the first few episodes, which is enough to know who speaks; returns the user's names."""
        people = speakers(speech)
        yield People(self.guide.source, self.guide.title, people)
        likeliest = [one.name for one in people if one.is_me or web.choice.guess][:1]
        me = {name.casefold() for name in web.choice.me or likeliest}
        for entry, said in speech:
            yield from items(entry, said, me)
        return me


def listed(page: Page, web: Web) -> Work[list[tuple[Entry, Transcript | None]]]:
    """Every episode of the feed, with the best of its transcripts."""
    found, seen = list[tuple[Entry, Transcript | None]](), set[str]()
    for number in range(1, 1_000):
        part: Entries = entries.read(page)
        named = transcripts(page)
        fresh = [one for one in part.entries if one.id not in seen]
        seen.update(one.id for one in fresh)
        found += ((one, best(named.get(one.id) or list(one.transcripts))) for one in fresh)
        following = next_page(page, part, number)
        if not fresh or not following:
            break
        try:
            page = yield from web.get(following)
        except Unreached:
            break
    return found


def transcripts(page: Page) -> dict[str, list[Transcript]]:
    """All transcripts of each episode; feedparser keeps only the last one."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        tree = etree.fromstring(page.body, parser)
    except etree.XMLSyntaxError:
        return {}
    named: dict[str, list[Transcript]] = {}
    for item in tree.iter("item") if tree is not None else ():
        id = one_line(item.findtext("guid") or item.findtext("link") or "")
        for one in item.iterfind("{*}transcript"):
            if address := link(page.url, one.get("url")):
                kind, language = (one.get("type") or "").lower(), (one.get("language") or "").lower()
                named.setdefault(id, []).append(Transcript(url=address, kind=kind, language=language))
    return named


def best(found: list[Transcript]) -> Transcript | None:
    return min(found, key=lambda one: BEST.index(one.kind) if one.kind in BEST else len(BEST), default=None)


def speakers(speech: Iterable[Episode]) -> tuple[Person, ...]:
    """Who speaks, the one in most episodes first; nobody where no name is said: then it is the user."""
    counts, words = Counter[str](), Counter[str]()
    for _, said in speech:
        if not isinstance(said, Skipped):
            counts.update({who for who, _ in said if who})
            words.update(who for who, _ in said if who)
    ranked = sorted(counts, key=lambda one: (-counts[one], -words[one]))
    return tuple(Person(one, one, words[one], len(ranked) == 1) for one in ranked)


def spoken(transcript: Transcript | None, web: Web) -> Work[list[Said] | Skipped]:
    """What is said in an episode, speaker by speaker; or why nobody knows."""
    if transcript is None:
        return Skipped("", "There is no transcript of this episode.")
    try:
        page = yield from web.get(transcript.url)
    except Unreached as error:
        return Skipped(transcript.url, error.reason)
    found = read(page, transcript.kind)
    return found or Skipped(transcript.url, "This transcript is empty, or of a kind that Mynah does not know.")


def read(page: Page, kind: str) -> list[Said]:
    """A transcript, by what is in it."""
    words = page.text
    if "-->" in words[:2_000]:
        cues = shown(words.split("\n"))
        return turns(cues)
    if words.lstrip().startswith("{"):
        return joined(of_json(words))
    if "html" in kind or words.lstrip().startswith("<"):
        return joined(of_html(words))
    return joined(of_lines(words.split("\n")))


def of_json(words: str) -> Iterator[Said]:
    """The segments of podcastindex.org's JSON: often one word each."""
    try:
        found = json.loads(words)
    except (ValueError, RecursionError):
        return
    for one in records(found, "segments"):
        yield one_line(text(one, "speaker")), one_line(text(one, "body") or text(one, "text"))


def of_html(words: str) -> Iterator[Said]:
    """<cite> names who speaks from there on, <p> is what they say."""
    tree, who = parsed(words), ""
    for element in tree.iter("cite", "p") if tree is not None else ():
        said = one_line("".join(str(part) for part in element.itertext()))
        if element.tag == "cite":
            who = said.rstrip(":")
        else:
            yield who, said


def of_lines(lines: Iterable[str]) -> Iterator[Said]:
    """Plain text, with or without lines that name who speaks."""
    who = ""
    for line in lines:
        if named := SPEAKER.fullmatch(line.strip()):
            who = named[1].strip()
        else:
            yield who, one_line(line)


def joined(said: Iterable[Said]) -> list[Said]:
    """What each speaker says until another speaks."""
    spoken = groupby((one for one in said if one[1]), key=lambda one: one[0])
    return [(who, " ".join(words for _, words in parts)) for who, parts in spoken]


def items(entry: Entry, said: list[Said] | Skipped, me: set[str]) -> Iterator[Item]:
    """The turns of the user in one episode, each with what was said before."""
    if isinstance(said, Skipped):
        yield replace(said, key=said.key or entry.url or entry.title)
        return
    key = hashlib.sha256(entry.id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    names = {who for who, _ in said if who}
    alone = len(names) <= 1
    talk = Talk(source=Podcast.guide.source, thread=f"episode-{key}", title=entry.title, visibility="public")
    messages = (
        Message(f"{key}-{number}", who, straight(words), None, not who or who.casefold() in me)
        for number, (who, words) in enumerate(said)
    )
    for one in documents(messages, talk):
        yield finished(one, entry, alone=alone)


def finished(document: Document, entry: Entry, *, alone: bool) -> Document:
    return structs.replace(
        document,
        kind="transcript",
        url=entry.url,
        written=entry.written,
        author=document.author or entry.author,
        thread="" if alone else document.thread,
        context=tuple(Turn(one.author, one.text, one.role) for one in document.context),
    )
