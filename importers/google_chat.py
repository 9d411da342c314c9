"""Google Chat, as Takeout gives it: a folder for each conversation, with dates in the language of the account."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from core.documents import Item
from core.sources import Guide, Person
from importers.characters import straight
from importers.chats import Message, Talk, documents
from importers.export import Files
from importers.records import Record, json_object, json_records, records, text
from importers.threads import Threads

ACCOUNT: Final = re.compile(rb'\s*\{\s*"user"\s*:\s*\{[^{}]*"user_type"\s*:')
NAMED: Final = rb'(?:\s*"name"\s*:\s*"(?:[^"\\]|\\.)*"\s*,)?'
GROUP: Final = re.compile(rb"\s*\{" + NAMED + rb'\s*"members"\s*:\s*\[\s*\{[^{}]*"user_type"\s*:')
MESSAGES: Final = re.compile(rb'\s*\{\s*"messages"\s*:\s*\[\s*\{\s*"creator"\s*:')
TIME: Final = re.compile(r"(\d{1,2})[:.](\d\d)[:.](\d\d)(?:\s*([ap])\.?\s?m\.?)?", re.IGNORECASE)
YEAR: Final = re.compile(r"\b(\d{4})\b")
DAY: Final = re.compile(r"\b(\d{1,2})\b")
WORD: Final = re.compile(r"[^\W\d_]{3,}")
MONTHS: Final = {  # how the names begin in English, German, Dutch, French, Spanish, Portuguese and Italian
    "jan": 1, "jän": 1, "ene": 1, "gen": 1, "feb": 2, "fev": 2, "fév": 2, "mar": 3, "mär": 3, "maa": 3, "mrt": 3,
    "apr": 4, "avr": 4, "abr": 4, "may": 5, "mai": 5, "mei": 5, "mag": 5, "jun": 6, "juin": 6, "giu": 6, "jul": 7,
    "juil": 7, "lug": 7, "aug": 8, "aoû": 8, "ago": 8, "sep": 9, "set": 9, "oct": 10, "okt": 10, "out": 10, "ott": 10,
    "nov": 11, "dec": 12, "dez": 12, "déc": 12, "dic": 12,
}  # fmt: skip


class GoogleChat:
    guide = Guide(
        source="google_chat",
        title="Google Chat",
        steps=(
            "On takeout.google.com, choose Deselect all, then tick Google Chat.",
            "Choose Next step, Create export, and wait for the mail with the link.",
            "Choose the zip here, or all of its parts in one folder.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return any(sign.match(head) for sign in (MESSAGES, GROUP, ACCOUNT))

    def people(self, files: Files) -> list[Person]:
        """The account; else everybody, first those who are in most conversations."""
        for name in members(files, ACCOUNT):
            user = json_object(files, name)
            return [Person(text(user, "user", "email"), text(user, "user", "name"), is_me=True)]
        counts, talks, names = Counter[str](), Counter[str](), dict[str, str]()
        for name in members(files, MESSAGES):
            present = Counter[str]()
            for record in json_records(files, name, "messages.item"):
                present[text(record, "creator", "email")] += 1
                names[text(record, "creator", "email")] = text(record, "creator", "name")
            counts.update(present)
            talks.update(present.keys())
        ranked = sorted(counts, key=lambda one: (-talks[one], -counts[one], one))
        return [Person(one, names[one], counts[one]) for one in ranked]

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        groups = {folder(name): json_object(files, name) for name in members(files, GROUP)}
        for name in members(files, MESSAGES):
            group = groups.get(folder(name), {})
            others = [one for one in records(group, "members") if text(one, "email") not in me]
            named = text(group, "name") or ", ".join(text(one, "name") for one in others[:3])
            talk = Talk(
                source=self.guide.source,
                thread=f"{named} ({folder(name).rpartition('/')[2]})" if named else folder(name),
                is_group=len(others) > 1,
                origin=files.origin(name),
            )
            threads = Threads()
            found = json_records(files, name, "messages.item")
            yield from documents((message(one, me, threads) for one in found), talk)


def members(files: Files, sign: re.Pattern[bytes]) -> Iterator[str]:
    return (name for name in files.names if sign.match(files.head(name)))


def folder(name: str) -> str:
    return name.rpartition("/")[0]


def message(record: Record, me: frozenset[str], threads: Threads) -> Message:
    key, author = text(record, "message_id"), text(record, "creator", "email")
    is_bot = text(record, "creator", "user_type") == "Bot"
    return Message(
        key=key,
        author=text(record, "creator", "name") or author,
        text="" if is_bot else text(record, "text"),
        written=stamped(text(record, "created_date")),
        mine=author in me,
        parent=threads.answered(text(record, "topic_id"), author, key),
    )


def stamped(words: str) -> datetime | None:
    """`Thursday, November 3, 2016 at 11:59:50 AM UTC`, `Donnerstag, 3. November 2016 um 11:59:50 UTC` and so on."""
    words = straight(words).lower()
    time, year = TIME.search(words), YEAR.search(words)
    if not time or not year:
        return None
    date = words[: year.start()]
    months = [MONTHS.get(word[:4]) or MONTHS.get(word[:3]) for word in WORD.findall(date)]
    found, days = [month for month in months if month], DAY.findall(date)
    hour = int(time[1]) % 12 + 12 * (time[4] == "p") if time[4] else int(time[1])
    try:
        return datetime(int(year[1]), found[-1], int(days[0]), hour, int(time[2]), int(time[3]), tzinfo=UTC)
    except (ValueError, IndexError):
        return None
