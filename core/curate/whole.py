"""Reasons to leave a whole document out: nothing but links, mostly code, written by a machine, pasted from others.

Each looks at one document; what needs many is in templates.py and alike.py.
"""

import re
from collections.abc import Sequence
from typing import Final

from core.documents import Document

LINK: Final = re.compile(r"(?:https?://|www\.)\S+|\[[^\]\n]*\]\(\S+\)|<https?:[^>\s]+>")
ADORNMENT: Final = re.compile(r"[@#][\w.]+|\b(?:RT|via)\b")
LETTER: Final = re.compile(r"[^\W\d_]")

FENCED: Final = re.compile(r"^(```|~~~)[^\n]*\n.*?(?:^\1[^\n]*$|\Z)", re.MULTILINE | re.DOTALL)
CODE_LINE: Final = re.compile(
    r"^(?: {4,}|\t+)\S.*[;{}()=<>\[\]$]"
    r"|^\s*(?:\$ |>>> |\.\.\. |#include|import \w|from \w+ import|def \w+\(|class \w+[:({]|function \w*\("
    r"|(?:const|let|var) \w+ ?=|public |private |return\b.*;|if ?\(.*\) ?\{|for ?\(.*\) ?\{|</?\w+[^>]*>\s*$"
    r"|[\w.]+\(.*\);?\s*$|[\w.\[\]]+ ?[-+*/]?= ?.+;\s*$|[{}\[\]();]+,?\s*$"
    r"|(?:SELECT|INSERT|UPDATE|CREATE) |\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)"
)
MOSTLY: Final = 0.5

MACHINE: Final = re.compile(
    r"\bI(?:'m| am) (?:currently )?out of (?:the )?office\b|\bout of office\b.{0,40}\b(?:until|from|auto)"
    r"|^\s*(?:automatic|auto)[- ]?(?:reply|response)\b"
    r"|\bthis is an auto(?:matic|mated)[- ]?\w* (?:message|reply|e-?mail|response)"
    r"|\bautomatische (?:antwort|nachricht)\b|\babwesenheitsnotiz\b|\bich bin (?:derzeit |momentan )?nicht im büro\b"
    r"|\bréponse automatique\b|\bje suis absent(?:e)? du bureau\b|\brespuesta automática\b"
    r"|\bestoy fuera de la oficina\b"
    r"|\brisposta automatica\b|\bautomatisch antwoord\b"
    r"|\byour (?:\w+ ){0,3}(?:verification|security|login|one[- ]time|confirmation) (?:code|pin) (?:is|:)"
    r"|\b\d{4,8} is your \w+(?: \w+){0,3} code\b|\bdo not reply to this (?:e-?mail|message)\b"
    r"|\bundelivered mail returned to sender\b|\bmail delivery (?:failed|subsystem)\b",
    re.IGNORECASE,
)
MACHINE_SIGNS: Final = (  # without one of these nothing in MACHINE is there
    "office", "auto", "abwesenheit", "büro", "bureau", "oficina", "code", "pin", "reply to this", "undelivered",
    "mail delivery",
)  # fmt: skip
MACHINE_SPEAKS_FIRST: Final = 400  # characters within which a machine says what it is

IMPRINT: Final = re.compile(
    r"\ball rights reserved\b|^\W*(?:©|\(c\)|copyright) ?\d{4}\b|^\s*for immediate release\b|^\s*press release\b"
    r"|^[A-Z][A-Z .]+(?:, \w+\.? \d+)? ?\((?:Reuters|AP|AFP|dpa)\)|\blorem ipsum dolor sit\b"
    r"|\breprinted (?:with|by) permission\b|\blyrics (?:©|by|licensed)|\b(?:songwriters?|paroles|letra): ",
    re.IGNORECASE | re.MULTILINE,
)
IMPRINT_SIGNS: Final = (
    "rights reserved", "©", "(c)", "copyright", "release", "(reuters)", "(ap)", "(afp)", "(dpa)", "lorem ipsum",
    "reprinted", "lyrics", "songwriter", "paroles", "letra",
)  # fmt: skip
OTHERS: Final = frozenset({"forwarded", "pasted"})  # flags of importers that know
MOST_FOR_AN_IMPRINT: Final = 6_000  # characters: in a long text it may be spoken of
HEAD, TAIL = 160, 240  # characters within which an imprint stands


def only_links(text: str) -> bool:
    if "http" not in text and "www." not in text:
        return False
    return LETTER.search(ADORNMENT.sub("", LINK.sub("", text))) is None


def mostly_code(text: str) -> bool:
    """Whether more than half of the characters, space aside, stand in code."""
    fenced = [match.span() for match in FENCED.finditer(text)] if "```" in text or "~~~" in text else []
    code = sum(dense(text[start:end]) for start, end in fenced)
    rest = text
    for start, end in reversed(fenced):
        rest = rest[:start] + rest[end:]
    lines = rest.split("\n")
    code += sum(dense(line) for line in lines if CODE_LINE.match(line[:500])) if len(lines) > 2 else 0
    return code > MOSTLY * max(1, dense(text))


def dense(text: str) -> int:
    """The characters of a text that are not space."""
    return len("".join(text.split()))


def by_a_machine(text: str) -> bool:
    begins = text[:MACHINE_SPEAKS_FIRST]
    return has_any(MACHINE_SIGNS, begins) and MACHINE.search(begins) is not None


def has_any(signs: Sequence[str], text: str) -> bool:
    lower = text.casefold()
    return any(sign in lower for sign in signs)


def by_others(document: Document) -> bool:
    if OTHERS.intersection(document.flags):
        return True
    text = document.text
    ends = (text[:HEAD], text[-TAIL:]) if len(text) <= MOST_FOR_AN_IMPRINT else ()
    return any(has_any(IMPRINT_SIGNS, end) and IMPRINT.search(end) for end in ends)
