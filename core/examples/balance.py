"""Fair shares among examples: no one contact fills a bot's head, and "ok" is not its whole vocabulary."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from core.examples.example import Example

ONE_CONTACT: Final = 0.25  # of the dialogues at most; with fewer than four contacts, an equal share
SHORT_REPLIES: Final = 0.03  # of all examples may be answers of one word
TALK: Final = ("dialogue", "reply")


def balanced(examples: Sequence[Example]) -> list[Example]:
    """The examples with both shares kept, in their order. The newest of a contact stay."""
    return without_short_replies(without_too_much_of_one(examples))


def without_too_much_of_one(examples: Sequence[Example]) -> list[Example]:
    people = Counter(one.person for one in examples if one.kind in TALK and one.person)
    most = limit(list(people.values()))
    by_person: dict[str, list[int]] = defaultdict(list)
    for n, one in enumerate(examples):
        if one.kind in TALK and people[one.person] > most:
            by_person[one.person].append(n)
    gone: set[int] = set()
    for members in by_person.values():
        members.sort(key=lambda n: (age(examples[n]), n))
        gone.update(members[: len(members) - most])
    return [one for n, one in enumerate(examples) if n not in gone]


def age(one: Example) -> float:
    return one.written.timestamp() if one.written else 0.0


def limit(counts: Sequence[int]) -> int:
    """The largest number of examples of one contact that is no larger a share than it may be of what then is left."""
    if not counts:
        return 0
    share = max(ONE_CONTACT, 1 / len(counts))
    low, high = 1, max(counts)
    while low < high:
        middle = (low + high + 1) // 2
        if middle <= share * sum(min(count, middle) for count in counts):
            low = middle
        else:
            high = middle - 1
    return low


def without_short_replies(examples: Sequence[Example]) -> list[Example]:
    """Answers of one word thinned to their share, chosen by a hash: a new example moves no other."""
    short = [n for n, one in enumerate(examples) if one.kind in TALK and len(one.answer.split()) <= 1]
    may = int(SHORT_REPLIES * (len(examples) - len(short)) / (1 - SHORT_REPLIES))
    short.sort(key=lambda n: hashlib.sha256(f"{examples[n].source}\0{examples[n].key}".encode()).digest())
    gone = set(short[may:])
    return [one for n, one in enumerate(examples) if n not in gone]
