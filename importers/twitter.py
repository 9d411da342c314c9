"""X, once Twitter: the archive that the service makes of an account.

Threads become one document, edits leave the last version, posts longer than the list of posts holds come from the
file of long ones. Posts of others that were passed on, and posts that were taken back, are left out.
"""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import chain
from typing import Final

from core.documents import Document, Item
from core.sources import Guide, Person
from importers import grailbird, tweet_links, x_articles
from importers.assistants import flags as flags_of
from importers.assistants import prompts
from importers.characters import straight, tidy
from importers.chats import Message, Talk, documents
from importers.export import Files
from importers.records import Record, at, fingerprint, identity, json_records, moment, parsed, records, text

SIGN: Final = re.compile(rb"\s*window\.YTD\.(\w+)\.part\d+\s*=")
POSTS: Final = {"tweets", "tweet", "community_tweet"}
TALKS: Final = {"direct_messages", "direct_messages_group", "direct_message", "direct_message_group"}
ASSISTANT: Final = {"grok_chat_item"}
MENTIONS: Final = re.compile(r"(?:\.?@\w+\s+)+")
STATUS: Final = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/\w+(?:/\w+)?/status/\d+\S*")
LINK: Final = re.compile(r"https?://t\.co/\w+")
NEAR: Final = timedelta(seconds=2)  # between a long post and its beginning in the list of posts
UNKNOWN: Final = "?"  # whom a post answers, in archives whose threads are not looked for beforehand
BEGINNING: Final = 60  # characters by which the two are the same

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Post:
    id: str
    text: str
    written: datetime | None
    parent: str
    origin: str
    flags: tuple[str, ...] = ()


class Twitter:
    guide = Guide(
        source="x",
        title="X (Twitter)",
        steps=(
            "On x.com, open Settings, Your account, Download an archive of your data, and ask for it.",
            "Wait for the mail that says it is ready (a day or more), then download the zip.",
            "Choose the zip here as it is.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return kind_of(head) != "" or grailbird.is_known(head)

    def people(self, files: Files) -> list[Person]:
        """The account, else whoever takes part in every conversation."""
        for record in of_kind(files, {"account"}):
            account = at(record, "account")
            name = f"{text(account, 'accountDisplayName')} (@{text(account, 'username')})"
            return [Person(identity(account, "accountId"), name, is_me=True)]
        if older := grailbird.account(files):
            name = f"{text(older, 'full_name')} (@{text(older, 'screen_name')})"
            return [Person(identity(older, "id"), name, is_me=True)]
        talks = [at(record, "dmConversation", "conversationId") for record in of_kind(files, TALKS)]
        ids = Counter(one for talk in talks if isinstance(talk, str) for one in talk.split("-"))
        return [Person(one, one, count, count == len(talks)) for one, count in ids.most_common(2)] if ids else []

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        accounts = (text(one, "account", "accountDisplayName") for one in of_kind(files, {"account"}))
        author = next(accounts, "") or text(grailbird.account(files), "full_name")
        yield from posted(files, author)
        for name in members(files, TALKS):
            for record in json_records(files, name, after=b"="):
                yield from talk(record, me, author, files.origin(name))
        yield from asked(files, author)
        long = (
            (files.origin(name), one)
            for name in members(files, x_articles.KINDS)
            for one in json_records(files, name, after=b"=")
        )
        yield from x_articles.articles(long, author)


def kind_of(head: bytes) -> str:
    """`tweets` for a member that begins `window.YTD.tweets.part0 =`; empty for any other file."""
    sign = SIGN.match(head.removeprefix(b"\xef\xbb\xbf"))
    return sign[1].decode() if sign else ""


def members(files: Files, kinds: set[str]) -> Iterator[str]:
    return (name for name in files.names if kind_of(files.head(name)) in kinds)


def of_kind(files: Files, kinds: set[str]) -> Iterator[Record]:
    for name in members(files, kinds):
        yield from json_records(files, name, after=b"=")


def posted(files: Files, author: str) -> Iterator[Document]:
    """Posts that stand alone as soon as they are read, and then those that may belong to a thread or to an edit."""
    own = next((identity(one, "account", "accountId") for one in of_kind(files, {"account"})), "")
    long, linked = long_posts(files), tweet_links.linked(files, members(files, POSTS))
    told, kept, held = set[str](), set[str](), list[tuple[Post, tuple[str, ...]]]()
    for post, ids, answered in posts(files):
        if post.id in told:
            continue
        is_open = post.parent and (not own or answered in ("", own))
        if is_open or answered == UNKNOWN or len(ids) > 1 or post.id in linked or post.id in kept:
            kept.add(post.id)
            held.append((post, ids))
        else:
            told.add(post.id)
            yield from as_one([whole(post, long)], author)
    yield from threads({id: whole(post, long) for id, post in last_versions(held).items()}, author)


def posts(files: Files) -> Iterator[tuple[Post, tuple[str, ...], str]]:
    """Every post by the user, with the ids of its versions, the last one last, and the id of whom it answers."""
    newer = ((name, one, True) for name in members(files, POSTS) for one in json_records(files, name, after=b"="))
    older = ((name, one, False) for name, one in grailbird.tweets(files))
    for name, record, is_new in chain(newer, older):
        tweet = at(record, "tweet") or record
        full = text(tweet, "full_text") or text(tweet, "text")
        if full.startswith("RT @"):
            continue
        words, flags = cleaned(full, tweet)
        post = Post(
            id=identity(tweet, "id_str") or identity(tweet, "id"),
            text=words,
            written=parsed(stamped, text(tweet, "created_at")),
            parent=identity(tweet, "in_reply_to_status_id_str"),
            origin=files.origin(name),
            flags=flags,
        )
        yield post, versions(tweet), identity(tweet, "in_reply_to_user_id_str") if is_new else UNKNOWN


def stamped(words: str) -> datetime:
    """`Sat Nov 09 12:14:18 +0000 2024`, whatever language this computer speaks; `2013-05-14 10:22:33 +0000`.

    Raises ValueError.
    """
    if words[:4].isdecimal():
        return datetime.strptime(words, "%Y-%m-%d %H:%M:%S %z")
    _, month, day, time, zone, year = words.split()
    if zone == "+0000" and month in MONTHS and len(time) == 8:
        hour, minute, second = int(time[:2]), int(time[3:5]), int(time[6:])
        return datetime(int(year), MONTHS.index(month) + 1, int(day), hour, minute, second, tzinfo=UTC)
    return parsedate_to_datetime(f"{day} {month} {year} {time} {zone}")


def versions(tweet: object) -> tuple[str, ...]:
    info = at(tweet, "edit_info")
    ids = at(info, "initial", "editTweetIds") or at(info, "edit", "editControlInitial", "editTweetIds")
    return tuple(one for one in ids if isinstance(one, str)) if isinstance(ids, list) else ()


def cleaned(full: str, tweet: object) -> tuple[str, tuple[str, ...]]:
    """The words of a post, and `quote_removed` when it showed a post of somebody else.

    Addresses are put in before entities are resolved: their places count the escaped text.
    """
    for link in records(tweet, "entities", "urls"):
        full = full.replace(text(link, "url") or "\0", text(link, "expanded_url"))
    quoted = "://" in full and STATUS.search(full) is not None
    full = LINK.sub("", STATUS.sub("", full)) if "://" in full else full
    if identity(tweet, "in_reply_to_status_id_str") or identity(tweet, "in_reply_to_user_id_str"):
        full = MENTIONS.sub("", full, count=1) if MENTIONS.match(full) else full
    return plain(html.unescape(full)), ("quote_removed",) if quoted else ()


def plain(words: str) -> str:
    words = straight(words)
    return tidy(" ".join(line.split()) for line in words.split("\n")) if "\n" in words else " ".join(words.split())


def last_versions(found: Iterable[tuple[Post, tuple[str, ...]]]) -> dict[str, Post]:
    """Posts by their ids, without those that a later version replaces."""
    kept, replaced = dict[str, Post](), dict[str, str]()
    for post, ids in found:
        kept.setdefault(post.id, post)
        replaced.update(dict.fromkeys(ids[:-1], ids[-1] if ids else ""))
    return {
        id: replace(post, parent=replaced[post.parent]) if post.parent in replaced else post
        for id, post in kept.items()
        if replaced.get(id) not in kept
    }


def long_posts(files: Files) -> dict[str, list[tuple[datetime, str]]]:
    """The texts of long posts by how they begin. Their own ids are never those of the posts."""
    found: dict[str, list[tuple[datetime, str]]] = {}
    for record in of_kind(files, {"note_tweet"}):
        note = at(record, "noteTweet")
        words, written = text(note, "core", "text"), moment(text(note, "createdAt"))
        for link in records(note, "core", "urls"):
            words = words.replace(text(link, "shortUrl") or "\0", text(link, "expandedUrl"))
        if written is not None:
            words = plain(LINK.sub("", words))
            found.setdefault(words[:BEGINNING], []).append((written, words))
    return found


def whole(post: Post, long: dict[str, list[tuple[datetime, str]]]) -> Post:
    """A post with all its words, where it was one of the long ones."""
    for written, words in long.get(post.text[:BEGINNING], []):
        if post.written is not None and abs(written - post.written) <= NEAR:
            return replace(post, text=words, flags=())
    return post


def threads(found: dict[str, Post], author: str) -> Iterator[Document]:
    """One document for each chain of posts in which the user answers themself."""
    answers: dict[str, list[Post]] = {}
    for post in found.values():
        answers.setdefault(post.parent if post.parent in found else "", []).append(post)
    for first in sorted(answers.pop("", []), key=by_time):
        chain = [first]
        for post in chain:  # grows while it is walked
            chain += sorted(answers.get(post.id, []), key=by_time)
        yield from as_one(chain, author)


def as_one(chain: list[Post], author: str) -> Iterator[Document]:
    """A chain of posts as a document, unless none of them says anything."""
    first, words = chain[0], "\n\n".join(post.text for post in chain if post.text)
    if words:
        yield Document(
            source=Twitter.guide.source,
            key=first.id,
            text=words,
            author=author,
            written=first.written,
            url=f"https://x.com/i/status/{first.id}",
            thread=first.id if len(chain) > 1 else "",
            parent=f"https://x.com/i/status/{first.parent}" if first.parent else "",
            flags=tuple(sorted({flag for post in chain for flag in post.flags})),
            origin=first.origin,
        )


def by_time(post: Post) -> tuple[float, int, str]:
    return (post.written.timestamp() if post.written else 0.0, len(post.id), post.id)


def talk(record: Record, me: frozenset[str], author: str, origin: str) -> Iterator[Document]:
    """The user's turns in one conversation."""
    conversation = at(record, "dmConversation")
    id = identity(conversation, "conversationId")
    messages = [message(one, me, author) for one in records(conversation, "messages") if at(one, "messageCreate")]
    messages.sort(key=lambda one: (one.written.timestamp() if one.written else 0.0, len(one.key), one.key))
    is_group = len({one.author for one in messages}) > 2 or "-" not in id
    yield from documents(messages, Talk(source="x", thread=f"dm-{id}", is_group=is_group, origin=origin))


def message(record: Record, me: frozenset[str], author: str) -> Message:
    create = at(record, "messageCreate")
    words = text(create, "text")
    for link in records(create, "urls"):
        words = words.replace(text(link, "url") or "\0", text(link, "expanded"))
    sender = identity(create, "senderId")
    return Message(
        key=f"dm-{identity(create, 'id')}",
        author=author if sender in me else sender,
        text=LINK.sub("", words),
        written=moment(text(create, "createdAt")),
        mine=sender in me,
    )


def asked(files: Files, author: str) -> Iterator[Document]:
    """What the user asked Grok, X's program that answers, talk by talk."""
    talks: dict[str, list[Message]] = {}
    for record in of_kind(files, ASSISTANT):
        item = at(record, "grokChatItem")
        talks.setdefault(identity(item, "chatId"), []).append(said_to_grok(item, author))
    origin = files.origin(next(members(files, ASSISTANT), ""))
    for id, messages in talks.items():
        messages.sort(key=lambda one: one.written.timestamp() if one.written else 0.0)
        yield from prompts(messages, Talk(source="x", thread=f"grok-{id}", title="Talk with Grok", origin=origin))


def said_to_grok(item: object, author: str) -> Message:
    mine = (text(item, "sender", "originalName") or text(item, "sender", "name")).lower() == "user"
    words = text(item, "message")
    return Message(
        key=f"grok-{fingerprint(identity(item, 'chatId'), text(item, 'createdAt'), mine)}",
        author=author if mine else "Grok",
        text=words,
        written=moment(text(item, "createdAt")),
        mine=mine,
        flags=flags_of(words) if mine else (),
    )
