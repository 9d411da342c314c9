"""Captions, .vtt and .srt: what was said in a film or a podcast, as one text, or as talk where speakers are named.

Captions that a machine made roll: each line is shown two or three times, until the next one has pushed it out.
"""

import hashlib
import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from pathlib import PurePosixPath
from typing import Final, TypeAlias

from msgspec.structs import replace

from core.documents import Document, Item
from core.sources import Guide, Person
from importers.characters import one_line
from importers.chats import Message, Talk, documents
from importers.export import Files
from importers.records import encoding, lines

Cue: TypeAlias = list[str]  # its lines
Said: TypeAlias = tuple[str, str]  # by whom, and what

ARROW: Final = re.compile(r"\s*(?:\d+:)?\d?\d:\d\d[.,]\d{1,3} +--> +(?:\d+:)?\d?\d:\d\d[.,]\d{1,3}")
SIGN: Final = re.compile(r"\ufeff?(?:WEBVTT\b|\s*(?:\d+\s*\n)?" + ARROW.pattern + ")")
VOICE: Final = re.compile(r"<v(?:\.[^\s>]*)?\s+([^<>]+)>")
STEP: Final = re.compile(r"<\d+:\d\d[\d:.]*>")  # stands between the words of rolling captions
TAG: Final = re.compile(r"</?[^<>]*>")
SOUND: Final = re.compile(r"\[[^\[\]]{1,40}\]|[♪♫][^♪♫\n]*[♪♫]|[♪♫]|^\s*>>+|\{\\[^{}]*\}")
LABEL: Final = re.compile(r"([A-Z][\w.' -]{0,30}): ")
ROLLING: Final = 0.5  # of all captions, when a machine made them, begin with the line before


class Captions:
    guide = Guide(
        source="captions",
        title="Captions (.vtt, .srt)",
        is_lone=True,
        steps=(
            "In YouTube Studio, open Subtitles, choose a video and its language.",
            "Open the menu beside the captions, choose Download, then .vtt or .srt.",
            "Choose the files here, or a folder with all of them.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return SIGN.match(head[:500].decode(encoding(head), "replace").replace("\r", "")) is not None

    def people(self, files: Files) -> list[Person]:
        """The speakers that are named; nobody where none is, for then it is the user who speaks."""
        counts = Counter(who for name in files.names for who, _ in said(cues(files, name)) if who)
        return [Person(one, one, count) for one, count in counts.most_common()]

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        for name in files.names:
            found = cues(files, name)
            spoken = turns(found)
            key = hashlib.sha256(repr(spoken).encode("utf-8", "surrogatepass")).hexdigest()[:16]
            talk = Talk(
                source=self.guide.source,
                thread=f"transcript-{key}",
                title=one_line(PurePosixPath(name).name.partition(".")[0]),
                visibility="public",
                origin=files.origin(name),
            )
            for document in documents(messages(spoken, me, key, asr=rolls(found)), talk):
                yield transcript(document, is_talk=any(who for who, _ in spoken))


def turns(found: list[Cue]) -> list[Said]:
    """What each speaker said until another spoke."""
    return [(who, " ".join(words for _, words in turn)) for who, turn in groupby(said(found), key=lambda one: one[0])]


def transcript(document: Document, *, is_talk: bool) -> Document:
    return replace(document, kind="transcript", thread=document.thread if is_talk else "")


def messages(spoken: Iterable[Said], me: frozenset[str], key: str, *, asr: bool) -> Iterator[Message]:
    for number, (who, words) in enumerate(spoken):
        yield Message(
            key=f"{key}-{number}",
            author=who,
            text=words,
            written=None,
            mine=who in me or not who,
            flags=("asr",) if asr else (),
        )


def cues(files: Files, name: str) -> list[Cue]:
    """The captions of a file, each as it is shown at one time."""
    return shown(lines(files, name))


def shown(written: Iterable[str]) -> list[Cue]:
    """The captions in the lines of a file."""
    found: list[Cue] = []
    is_open = False
    for line in written:
        line = line.rstrip("\r\n")
        if ARROW.match(line):
            found.append([])
            is_open = True
        elif not line:
            is_open = False
        elif is_open:
            found[-1].append(line)
    return found


def rolls(found: list[Cue]) -> bool:
    """Whether these captions were made by a machine."""
    if any(STEP.search(line) for cue in found for line in cue):
        return True
    plainly = [[plain(line) for line in cue if plain(line)] for cue in found]
    again = sum(later[:1] == earlier[-1:] != [] for earlier, later in pairwise(plainly))
    return again > ROLLING * len(plainly)


def said(found: list[Cue]) -> Iterator[Said]:
    """The lines in order, each once, with who says them."""
    rolling, labels = rolls(found), speakers(found)
    who, last = "", ""
    for line in (line for cue in found for line in cue):
        words = plain(line)
        if voice := VOICE.search(line):
            who = one_line(html.unescape(voice[1]))
        elif (label := LABEL.match(words)) and label[1] in labels:
            who, words = label[1], words[label.end() :]
        if words and not (rolling and words == last):
            yield who, words
        last = words or last


def speakers(found: list[Cue]) -> set[str]:
    """Names before colons; one that stands there once may be anything."""
    labels = Counter(label[1] for cue in found for line in cue if (label := LABEL.match(plain(line))))
    return {name for name, count in labels.items() if count > 1}


def plain(line: str) -> str:
    return one_line(html.unescape(SOUND.sub(" ", TAG.sub("", line))))
