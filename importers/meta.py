"""What the exports of Facebook and Instagram share: text in broken letters, and conversations in several files.

Every text is UTF-8 whose bytes were taken for letters; and what the program did stands among what people said.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from core.documents import Document
from core.sources import Person
from importers.characters import one_line
from importers.chats import Message, Talk, documents
from importers.export import Files
from importers.records import Record, at, fingerprint, json_records, seconds, text

MESSAGES: Final = (b'"sender_name"', b'"timestamp_ms"')
ENCRYPTED: Final = (b'"senderName"', b'"threadName"')  # of chats that are encrypted from end to end
PERSON: Final = re.compile(r"You|Du|Vous|Tu|Você|Je")
PART: Final = re.compile(r"(.*/)?message_\d+\.json")  # of a conversation that has a folder of its own
NUMBERED: Final = re.compile(r"[^/]+/[^/]+_\w{4,}/$")  # `inbox/ann_1234567890/`: what ends it is Meta's, and stays
DEEDS: Final = re.compile(  # what stands behind a name when the program speaks
    " (?:"
    + "|".join(
        (
            r"(?:sent|shared) (?:an?|the|\d+) (?:attachment|photo|video|sticker|GIF|link|voice message"
            r"|(?:live )?location|reel|post|story|album|audio)s?\b.{0,80}",
            r"missed (?:your|a|an) (?:video |audio |voice )?(?:call|chat).{0,80}",
            r"(?:started|ended) (?:a|an|the) (?:video |audio )?(?:call|chat|plan)\b.{0,80}",
            r"called you",
            r"(?:named|left|joined|created) the (?:group|call|video chat|audio chat)\b.{0,200}",
            r"(?:added|removed) .{1,200} (?:to|from) the group",
            r"created an? (?:poll|event|plan)\b.{0,200}",
            r"voted for .{1,300} in the poll.{0,200}",
            r"changed the (?:group|chat|theme|poll|event|plan)\b.{0,200}",
            r"set (?:the|your|his|her|their) (?:nickname|own nickname|emoji|quick reaction)\b.{0,200}",
            r"removed the (?:group|nickname)\b.{0,200}",
            r"waved at .{1,80}",
            r"(?:unsent|pinned) a message",
            r"(?:liked|loved) (?:your|a) message",
            r"are now connected on Messenger",
            r"can now message and call each other.{0,200}",
            r"ha(?:t|st|bt) (?:einen (?:Anhang|Link|Sticker)|(?:ein|\d+) (?:Fotos?|Videos?|GIFs?)|eine Sprachnachricht)"
            r" gesendet",
            r"hat der Gruppe den Namen .{1,200} gegeben",
            r"(?:a|avez|as) envoyé (?:une (?:pièce jointe|photo|vidéo)|un (?:lien|GIF|sticker))",
            r"(?:envió|enviaste) (?:una foto|un (?:archivo adjunto|video|enlace|GIF|sticker))",
            r"(?:ha|hai) inviato (?:una (?:foto|GIF)|un (?:allegato|video|link|adesivo))",
            r"enviou (?:uma (?:foto|figurinha)|um (?:anexo|vídeo|link|GIF))",
            r"(?:heeft|hebt) een (?:bijlage|foto|video|link|GIF|sticker) (?:verzonden|gestuurd)",
        )
    )
    + r")\.?",
    re.DOTALL,
)
ANSWERS: Final = re.compile(  # where the program leaves the name out
    r"(?:Reacted .{1,40} to your message|(?:Liked|Loved|Laughed at) a message|You unsent a message"
    r"|Missed (?:video )?call|The video chat ended|This poll is no longer available"
    r"|Hat mit .{1,40} auf deine Nachricht reagiert|Hat eine Nachricht mit .{1,20} markiert"
    r"|Reaccionó con .{1,40} a tu mensaje|(?:Le gustó|Indicó que le gusta) un mensaje"
    r"|A réagi avec .{1,40} à votre message|A aimé un message"
    r"|Ha reagito con .{1,40} al tuo messaggio|Ha messo .{1,20} a un messaggio"
    r"|Reagiu com .{1,40} à sua mensagem|Curtiu uma mensagem"
    r"|Heeft met .{1,40} gereageerd op je bericht|Vond een bericht leuk)\s*\.?\s*"
)


def mended(words: str) -> str:
    """`words` in the letters that were meant. Words that are right already stay as they are."""
    try:
        return words.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return words


def said(record: object, *path: str) -> str:
    """The text at `path`, mended; empty when there is none."""
    return mended(text(record, *path))


def is_talk(head: bytes) -> bool:
    return all(sign in head for sign in MESSAGES) or all(sign in head for sign in ENCRYPTED)


def people(files: Files, owner: frozenset[str]) -> list[Person]:
    """Everybody who wrote messages, first those who are in all conversations; `owner` are names of the account."""
    counts, chats = Counter[str](), Counter[str]()
    for names in conversations(files).values():
        chat = Counter(sender(one) for name in names for one in json_records(files, name, "messages.item"))
        counts.update(chat)
        chats.update(chat.keys())
    found = sorted(filter(None, counts), key=lambda one: (one not in owner, -chats[one], -counts[one], one))
    if not owner.intersection(found):
        found = [*sorted(owner)[:1], *found]
    return [Person(one, one, counts[one], one in owner) for one in found]


def conversations(files: Files) -> dict[str, list[str]]:
    """The members of each conversation, by the folder that they are alone in, or else by their name.

    A conversation may be split over the zips of one download: its folder ends in the number of the conversation, which
    is the same in each, wherever those lie.
    """
    found: dict[str, list[str]] = {}
    for name in files.names:
        if is_talk(files.head(name)):
            part = PART.fullmatch(name)
            folder = (part[1] or "") if part else name
            numbered = NUMBERED.search(folder)
            found.setdefault(numbered[0] if numbered else folder, []).append(name)
    return found


def messages_of(files: Files, names: list[str], me: frozenset[str]) -> list[Message]:
    """What was said in a conversation, in the order of time; what stands in two of its files was said once."""
    found: list[Message] = []
    before: set[str] = set()
    for name in names:
        here = [message(one, me) for one in json_records(files, name, "messages.item")]
        found += [one for one in here if one.key not in before]
        before.update(one.key for one in here)
    return sorted(found, key=lambda one: one.written.timestamp() if one.written else 0.0)


def talks(files: Files, source: str, me: frozenset[str]) -> Iterator[Document]:
    """The user's turns in every conversation."""
    for folder, names in conversations(files).items():
        messages = messages_of(files, names, me)
        there = {one.author for one in messages}
        there.update(said(one, "name") for one in json_records(files, names[0], "participants.item"))
        talk = Talk(
            source=source,
            thread="/".join(folder.strip("/").split("/")[-2:]) or files.origin(names[0]),
            is_group=len(there) > 2,
            origin=files.origin(names[0]),
        )
        yield from documents(messages, talk)


def sender(record: Record) -> str:
    return one_line(said(record, "sender_name") or said(record, "senderName"))


def message(record: Record, me: frozenset[str]) -> Message:
    author, words = sender(record), said(record, "content") or said(record, "text")
    stamp = at(record, "timestamp_ms") or at(record, "timestamp")
    is_unsent = at(record, "is_unsent") or at(record, "isUnsent") or at(record, "call_duration") is not None
    return Message(
        key=fingerprint(stamp, author, words),
        author=author,
        text="" if is_unsent or is_machine(words, author) else words,
        written=seconds(stamp),
        mine=author in me,
    )


def is_machine(words: str, author: str) -> bool:
    """Whether the program says what somebody did."""
    for name in (author, author.partition(" ")[0]):
        if name and words.startswith(name) and DEEDS.fullmatch(words, len(name)):
            return True
    person = PERSON.match(words)
    return ANSWERS.fullmatch(words) is not None or (
        person is not None and DEEDS.fullmatch(words, person.end()) is not None
    )
