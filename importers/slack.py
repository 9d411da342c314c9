"""Slack: the export of a workspace, a folder for each channel and a file for each day."""

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from core.documents import Item
from core.sources import Guide, Person
from importers.chats import Message, Talk, documents
from importers.export import Files
from importers.markup import quotes
from importers.records import Record, identity, json_records, seconds, text
from importers.threads import Threads

USERS: Final = re.compile(rb'\s*\[\s*\{\s*"id"\s*:\s*"[UW][A-Z0-9]+"[^{}]*"(?:team_id|name)"\s*:')
CHANNELS: Final = re.compile(rb'\s*\[\s*\{\s*"id"\s*:\s*"[CGD][A-Z0-9]+"[^{}]*"created"\s*:')
MESSAGES: Final = re.compile(rb'\s*\[\s*\{(?=[\s\S]*"type"\s*:\s*"message")[\s\S]*?"ts"\s*:\s*"(\d{9,11}\.\d{1,6})"')
DIRECT: Final = re.compile(r"[DG][A-Z0-9]{8,}|mpdm-.*")  # the folders of conversations that no channel is
SPOKEN: Final = {"", "thread_broadcast", "me_message", "file_share"}  # of all subtypes, those in which people speak
UPLOADED: Final = re.compile(r"<@\w+(?:\|[^>]*)?> uploaded a file: .*", re.DOTALL)
MARK: Final = re.compile(r"<(@|#|!)?([^<>|]*)(?:\|([^<>]*))?>")


class Slack:
    guide = Guide(
        source="slack",
        title="Slack",
        steps=(
            "In a browser, an owner of the workspace opens Settings, Workspace settings, Import/Export Data.",
            "Under Export choose a range of dates, Start Export, and wait for the mail with the link.",
            "Choose the zip here and say which name is yours. What is said at work may belong to the employer.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return any(sign.match(head) for sign in (USERS, CHANNELS, MESSAGES))

    def people(self, files: Files) -> list[Person]:
        """Everybody who wrote, first who wrote most: the export does not say whose it is."""
        names = called(files)
        counts = Counter(text(one, "user") for day in days(files) for one in json_records(files, day) if is_said(one))
        return [Person(one, names.get(one, one), count) for one, count in counts.most_common() if one]

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        names = called(files)
        channels: dict[str, list[str]] = {}
        for day in days(files):
            channels.setdefault(day.rpartition("/")[0], []).append(day)
        for folder, found in channels.items():
            channel, threads = folder.rpartition("/")[2] or called_itself(files), Threads()
            is_direct = not channel or DIRECT.fullmatch(channel) is not None
            talk = Talk(
                source=self.guide.source,
                thread=(channel or "Slack") if is_direct else f"#{channel}",
                is_group=not (is_direct and channel.startswith("D")),
                visibility="private" if is_direct else "followers",
                origin=files.origin(folder or found[0]),
            )
            spoken = (message(one, names, me, threads) for day in found for one in of_day(files, day))
            for document in documents(spoken, talk):
                yield replace(document, quotes=quotes(document.text))


def called(files: Files) -> dict[str, str]:
    """What the people are called, by their ids."""
    found = {}
    for name in files.names:
        for user in json_records(files, name) if USERS.match(files.head(name)) else ():
            real = text(user, "real_name") or text(user, "profile", "real_name")
            found[identity(user, "id")] = real or text(user, "name")
    return found


def days(files: Files) -> list[str]:
    """The members with messages, the oldest first."""
    begun = {name: float(found[1]) for name in files.names if (found := MESSAGES.match(files.head(name)))}
    return sorted(begun, key=lambda name: (name.rpartition("/")[0], begun[name], name))


def called_itself(files: Files) -> str:
    """What a channel is called whose folder was chosen itself; nothing for a single file."""
    path = files.archive.path
    return path.name if path.is_dir() else ""


def of_day(files: Files, name: str) -> list[Record]:
    """What was said on one day, in order."""
    return sorted((one for one in json_records(files, name) if is_said(one)), key=lambda one: text(one, "ts"))


def is_said(record: Record) -> bool:
    """Whether somebody speaks, and not the program or a bot."""
    return text(record, "type") == "message" and text(record, "subtype") in SPOKEN and "bot_id" not in record


def message(record: Record, names: Mapping[str, str], me: frozenset[str], threads: Threads) -> Message:
    user, thread = text(record, "user"), text(record, "thread_ts")
    key = f"{user}-{text(record, 'ts')}"
    return Message(
        key=key,
        author=names.get(user, user),
        text=said(text(record, "text"), names),
        written=seconds(text(record, "ts")),
        mine=user in me,
        parent=threads.answered(thread, user, key) if thread else "",
    )


def said(words: str, names: Mapping[str, str]) -> str:
    """The words of a message with names in place of ids, and addresses by what they are called."""

    def shown(found: re.Match[str]) -> str:
        kind, what, label = found[1] or "", found[2], found[3]
        if kind == "@":
            return f"@{label or names.get(what, '')}"
        return f"{'#' if kind == '#' else '@' if kind == '!' else ''}{label or what}"

    return "" if UPLOADED.match(words) else html.unescape(MARK.sub(shown, words))
