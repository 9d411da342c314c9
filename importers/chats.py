"""Talk, from whatever program: messages in, the turns of one person out, each with what it answers.

Messages that somebody sends in one go are one turn. Knows no program and no file.
"""

from collections import Counter, OrderedDict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from core.documents import Document, Turn, Visibility
from importers.characters import straight_words

IN_ONE_GO: Final = timedelta(minutes=10)
STILL_TALKING: Final = timedelta(hours=24)  # between two people: later is a new talk
STILL_TALKING_IN_GROUP: Final = timedelta(minutes=5)  # among many: later, nobody knows what a message answers
TURNS: Final = 6  # of context
CHARACTERS: Final = 4_000  # of context, all together
REMEMBERED: Final = 10_000  # messages of a conversation that a later one may name as what it answers


class Message(msgspec.Struct, frozen=True, gc=False):  # no dataclass: exports hold millions
    """One message. Without text it is a picture, a call, a poll: nothing to learn, but somebody's turn to speak."""

    key: str  # the same at every import
    author: str
    text: str
    written: datetime | None
    mine: bool
    parent: str = ""  # the key of the message that it answers, where the program knows
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One conversation: what its messages have in common."""

    source: str
    thread: str
    title: str = ""
    is_group: bool = False
    kind: str = "message"
    visibility: Visibility = "private"
    zone_known: bool = True
    origin: str = ""


class Spoken(msgspec.Struct, gc=False):
    """A turn: what somebody said in one go."""

    first: Message
    text: str
    last: datetime | None
    turn: Turn | None = None

    def goes_on_with(self, message: Message) -> bool:
        """Whether a message of the same author belongs to what was said before it."""
        same = message.flags == self.first.flags and not message.parent
        return same and soon(self.last, message.written, IN_ONE_GO)

    def as_turn(self) -> Turn:
        """What others answer, asked for when it is over: most turns are context several times."""
        if self.turn is None:
            first = self.first
            self.turn = Turn(first.author, self.text, "me" if first.mine else "other", first.written)
        return self.turn


def chat_with(others: Sequence[str]) -> str:
    """What a chat without a name of its own is called."""
    return f"Chat with {', '.join(others[:3])}{' and others' if len(others) > 3 else ''}"


def told_apart(key: str, keys: Counter[str]) -> str:
    """`key`, with a number from the second message on that is the same in every way; `keys` counts them."""
    count = keys[key] = keys.get(key, 0) + 1
    return key if count == 1 else f"{key}-{count}"


def documents(messages: Iterable[Message], talk: Talk) -> Iterator[Document]:
    """The user's turns in a conversation whose messages come in the order in which they were written."""
    before: deque[Spoken] = deque(maxlen=TURNS)  # each soon after the one before it
    answered = OrderedDict[str, Spoken]()  # by the keys of their messages: what an explicit answer may name
    for turn in turns(messages, answered):
        if not turn.text:
            continue
        first = turn.first
        if before and not soon(before[-1].last, first.written, STILL_TALKING):
            before.clear()
        if first.mine:
            yield document(turn, context(turn, before, answered, talk), talk)
        before.append(turn)


def turns(messages: Iterable[Message], spoken: OrderedDict[str, Spoken]) -> Iterator[Spoken]:
    """Each turn, when it is over; `spoken` keeps the latest by their messages."""
    open_turn: Spoken | None = None
    author = ""
    for message in messages:
        words = straight_words(message.text)
        if open_turn is None or message.author != author or not open_turn.goes_on_with(message):
            if open_turn is not None:
                yield open_turn
            open_turn, author = Spoken(message, words, message.written), message.author
        else:
            if not open_turn.text:
                open_turn.first = message  # what comes before the words is a picture: it would tell another time
            if words:
                open_turn.text = f"{open_turn.text}\n{words}" if open_turn.text else words
            open_turn.last = message.written
        if message.key:
            spoken[message.key] = open_turn
            if len(spoken) > REMEMBERED:
                spoken.popitem(last=False)
    if open_turn is not None:
        yield open_turn


def context(turn: Spoken, before: Sequence[Spoken], spoken: Mapping[str, Spoken], talk: Talk) -> tuple[Turn, ...]:
    """What was said before `turn` and belongs to it, the oldest first."""
    named = spoken.get(turn.first.parent) if turn.first.parent else None
    if named is not None and named is not turn and named.text:
        return (named.as_turn(),)
    if talk.is_group and before and not soon(before[-1].last, turn.first.written, STILL_TALKING_IN_GROUP):
        return ()
    kept = [one.turn or one.as_turn() for one in before]
    while sum([len(one.text) for one in kept]) > CHARACTERS:
        del kept[0]
    return tuple(kept) if any(one.role == "other" for one in kept) else ()


def document(turn: Spoken, said_before: tuple[Turn, ...], talk: Talk) -> Document:
    return Document(
        source=talk.source,
        key=turn.first.key,
        text=turn.text,
        author=turn.first.author,
        kind=talk.kind,
        written=turn.first.written,
        zone_known=talk.zone_known,
        thread=talk.thread,
        parent=turn.first.parent,
        context=said_before,
        visibility=talk.visibility,
        flags=turn.first.flags,
        origin=talk.origin,
        title=talk.title,
    )


def soon(earlier: datetime | None, later: datetime | None, near: timedelta) -> bool:
    """Whether two things happened near each other; without a date they did, because nothing speaks against it."""
    return earlier is None or later is None or abs(later - earlier) <= near
