"""Mail: the letters that the user sent, from an mbox, a folder of .eml, or Google's and Apple's exports of either.

Every letter is read for what its writer says; what it repeats is what is answered. Automatic letters, drafts and mail
that was only passed on are left out.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from lxml import etree

from core.documents import Document, Item, Turn
from core.sources import Guide, Person
from importers import letters, plain, replies, signatures
from importers.characters import one_line, straight, tidy
from importers.export import Files
from importers.html_tree import fit, in_markdown, parsed
from importers.letters import Head, Letter
from importers.replies import Answer
from importers.signatures import Signatures

SENT: Final = re.compile(
    r"\b(?:sent|gesendet|envoyés?|enviad[oa]s?|(?:posta )?inviata|verzonden|skickat|sendt|wysłane|отправленные)\b",
    re.IGNORECASE,
)
LEFT_OUT: Final = re.compile(
    r"\b(?:drafts?|entwürfe|brouillons?|borradores|bozze|rascunhos|concepten|trash|papierkorb|corbeille|papelera|cestino"
    r"|lixeira|prullenbak|spam|junk)\b",
    re.IGNORECASE,
)
ANSWERED: Final = re.compile(r"^(?:(?:re|aw|sv|antw|rv|odp|ynt|回复|回覆)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
ESCAPED: Final = re.compile(r"^>(>*From )", re.MULTILINE)  # how an mbox keeps a line that would begin a letter
QUOTED: Final = re.compile(
    r"\b(?:gmail_quote|gmail_attr|moz-cite-prefix|yahoo_quoted|protonmail_quote|OutlookMessageHeader|quotedReplyContent)\b"
)
SIGNATURES: Final = re.compile(r"\b(?:gmail_signature|moz-signature|Signature|ms-outlook-mobile-signature)\b")
TO_THE_END: Final = {"divRplyFwdMsg", "appendonsend", "stopSpelling", "OLK_SRC_BODY_SECTION"}  # what begins there
ENOUGH_TO_PASS_ON: Final = 20  # characters; "fyi" above somebody else's letter is no letter
EXAMPLES: Final = 300  # letters, from which signatures are learnt
LONGEST_PARENT: Final = 2_000  # characters of what is answered


class Mail:
    guide = Guide(
        source="mail",
        title="Mail",
        is_lone=True,
        steps=(
            "Gmail: on takeout.google.com choose Mail alone. Others: export the mailbox with what you sent.",
            "Gmail sends a link after some hours: download all parts.",
            "Choose the zip, the .mbox or a folder of .eml here, and say which addresses are yours.",
        ),
    )

    def knows(self, name: str, head: bytes) -> bool:
        return letters.is_mail(head)

    def people(self, files: Files) -> list[Person]:
        """Every sender; those of letters that a service marked as sent are the user."""
        names, counts, sent, delivered = dict[str, str](), Counter[str](), Counter[str](), Counter[str]()
        for name in files.names:
            for one in envelopes(files, name):
                delivered.update(address for _, address in one.delivered)
                for called, address in one.senders[:1]:
                    counts[address] += 1
                    sent[address] += one.is_sent
                    names[address] = called or names.get(address, "")
        ranked = sorted(counts, key=lambda one: (-sent[one], -delivered[one], -counts[one], one))
        return [Person(one, names[one] or one, counts[one], sent[one] > 0) for one in ranked]

    def read(self, files: Files, me: frozenset[str]) -> Iterator[Item]:
        parents, signed = answered(files, me), signatures.learnt(examples(files, me))
        for name in files.names:
            in_mbox = files.head(name).startswith(b"From ")
            for envelope, letter in zip(envelopes(files, name), letters.letters(files, name), strict=False):
                if is_from(envelope, me):
                    whole = letters.letter(letter)
                    if not is_left_out(whole):
                        yield from documents(whole, parents, signed, files.origin(name), in_mbox=in_mbox)


class Envelope(NamedTuple):
    """What has to be known of every letter before the first can be read: little, as a mailbox may hold a million."""

    senders: tuple[tuple[str, str], ...]
    delivered: tuple[tuple[str, str], ...]
    is_sent: bool
    id: str
    answers: str


def envelopes(files: Files, name: str) -> list[Envelope]:
    """Those of a member, read once and asked for three times."""
    kept = files.kept.get(name)
    if not isinstance(kept, list):
        files.kept[name] = kept = [envelope(letters.headers(letter)) for letter in letters.letters(files, name)]
    return kept


def envelope(head: Head) -> Envelope:
    return Envelope(
        letters.addresses(head, "from"),
        letters.addresses(head, "delivered-to"),
        is_labelled(letters.header(head, "x-gmail-labels"), SENT),
        letters.header(head, "message-id"),
        letters.header(head, "in-reply-to"),
    )


@lru_cache(letters.REMEMBERED)
def is_labelled(labels: str, name: re.Pattern[str]) -> bool:
    """Whether one of a letter's labels goes by one of these names."""
    return name.search(labels) is not None


@dataclass(frozen=True, slots=True)
class Parent:
    """A letter that the user answered."""

    turn: Turn
    id: str


def is_from(envelope: Envelope, me: frozenset[str]) -> bool:
    return not me.isdisjoint([address for _, address in envelope.senders])


def is_left_out(letter: Letter) -> bool:
    """Whether a program wrote it, or the user did not send it, or threw it away."""
    automatic = letters.header(letter, "auto-submitted").lower() not in ("", "no")
    bulk = letters.header(letter, "precedence").lower() in ("bulk", "junk", "auto_reply")
    labels = letters.header(letter, "x-gmail-labels")
    return automatic or bulk or is_labelled(labels, LEFT_OUT) or letter.kind == "text/calendar"


def answered(files: Files, me: frozenset[str]) -> dict[str, Parent]:
    """The letters of others that the user answered, by their ids; only these are read."""
    wanted = {one.answers for name in files.names for one in envelopes(files, name) if is_from(one, me)} - {""}
    found: dict[str, Parent] = {}
    for name in files.names:
        known = envelopes(files, name)
        if not any(one.id in wanted for one in known):
            continue
        for one, letter in zip(known, letters.letters(files, name), strict=False):
            if one.id in wanted and not is_from(one, me):
                found[one.id] = Parent(turn(letters.letter(letter)), one.id)
    return found


def turn(letter: Letter) -> Turn:
    """What a letter of somebody else says."""
    said = taken_apart(letter, in_mbox=True)
    text = "\n\n".join(answer.text for answer in said.answers)
    sender = next(iter(letters.addresses(letter, "from")), ("", ""))
    return Turn(one_line(sender[0] or sender[1]), shortened(text), written=letters.moment(letter))


def examples(files: Files, me: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Some of the user's letters, evenly spread: by whom, and what they say. From them their signatures are learnt."""
    own = sum(is_from(one, me) for name in files.names for one in envelopes(files, name))
    step, number = max(1, own // EXAMPLES), 0
    for name in files.names if own >= signatures.LEAST else ():
        known = envelopes(files, name)
        if not any(is_from(one, me) for one in known):
            continue
        in_mbox = files.head(name).startswith(b"From ")
        for one, letter in zip(known, letters.letters(files, name), strict=False):
            number += is_from(one, me)
            if is_from(one, me) and number % step == 0:
                said = taken_apart(letters.letter(letter), in_mbox=in_mbox).answers
                if said:
                    yield one.senders[0][1], said[-1].text


def documents(
    letter: Letter, parents: dict[str, Parent], signed: Signatures, origin: str, *, in_mbox: bool
) -> Iterator[Document]:
    """A letter of the user's; answers between the lines of what they answer are one document each."""
    said = taken_apart(letter, in_mbox=in_mbox)
    subject = ANSWERED.sub("", letters.header(letter, "subject"))
    forwards = replies.FORWARD.match(subject) is not None
    answers = letters.header(letter, "in-reply-to")
    parent = parents.get(answers)
    id = letters.header(letter, "message-id") or letters.header(letter, "date") + subject
    sender = next(iter(letters.addresses(letter, "from")), ("", ""))
    for number, answer in enumerate(said.answers):
        is_last = number == len(said.answers) - 1
        text = tidy(plain.unwrapped(signed.cut(sender[1], answer.text) if is_last else answer.text))
        if forwards and len(text) < ENOUGH_TO_PASS_ON:
            continue
        yield Document(
            source=Mail.guide.source,
            key=id if number == 0 else f"{id}#{number + 1}",
            text=text,
            title=subject,
            author=one_line(sender[0] or sender[1]),
            kind="mail",
            written=letters.moment(letter),
            thread=thread(letter),
            parent=parent.id if parent else answers,
            context=() if forwards else context(answer, said.repeated, parent, letter),
            visibility="private",
            flags=("forwarded",) if forwards else (),
            origin=origin,
        )


def context(answer: Answer, repeated: str, parent: Parent | None, letter: Letter) -> tuple[Turn, ...]:
    """What an answer answers: the lines above it, else the letter itself, else what stands below."""
    if parent and not answer.quoted:
        return (parent.turn,) if parent.turn.text else ()
    receiver = next(iter(letters.addresses(letter, "to")), ("", ""))
    author = parent.turn.author if parent else one_line(receiver[0] or receiver[1])
    words = shortened(tidy(plain.unwrapped(answer.quoted or repeated)))
    return (Turn(author, words, written=parent.turn.written if parent else None),) if words else ()


def shortened(text: str) -> str:
    if len(text) <= LONGEST_PARENT:
        return text
    return text[:LONGEST_PARENT].rpartition("\n")[0] or text[:LONGEST_PARENT]


def thread(letter: Letter) -> str:
    """What ties the letters of one talk together: Google's mark, else the first letter of it."""
    first = letters.header(letter, "references").split(" ")[0] or letters.header(letter, "in-reply-to")
    return letters.header(letter, "x-gm-thrid") or first or letters.header(letter, "message-id")


def taken_apart(letter: Letter, *, in_mbox: bool) -> replies.Letter:
    """What a letter says and what it repeats."""
    text, kind = letters.body(letter)
    if kind == "html":
        own, quoted = without_quotes(text)
        said = replies.read(own)
        return replies.Letter(said.answers, said.repeated or quoted)
    text = straight(text)
    return replies.read(ESCAPED.sub(r"\1", text) if in_mbox and ">From " in text else text)


def without_quotes(html: str) -> tuple[str, str]:
    """The words of a letter in HTML, and those that mail programs marked as somebody else's."""
    tree = parsed(html)
    if tree is None:
        return "", ""
    quoted: list[str] = []
    for element in list(tree.iter()):
        marks = f"{element.get('class', '')} {element.get('id', '')}"
        is_quote = QUOTED.search(marks) or (element.tag == "blockquote" and element.get("type") == "cite")
        if is_quote or SIGNATURES.search(marks) or not TO_THE_END.isdisjoint(marks.split()):
            if is_quote and element.getparent() is not None:
                quoted += [in_markdown(one, frozenset()) for one in islice(element.iter("blockquote"), 1)]
            remove(element, with_rest=not TO_THE_END.isdisjoint(marks.split()))
    return in_markdown(tree, set()), next((words.replace("> ", "") for words in quoted if words), "")


def remove(element: etree._Element, *, with_rest: bool) -> None:
    """Take an element out, and all that follows it in its parent if it opens somebody else's letter."""
    parent = element.getparent()
    if parent is None:
        return
    for follower in list(element.itersiblings()) if with_rest else ():
        parent.remove(follower)
    if element.tail and not with_rest:
        before = element.getprevious()
        if before is None:
            parent.text = fit((parent.text or "") + element.tail)
        else:
            before.tail = fit((before.tail or "") + element.tail)
    parent.remove(element)
