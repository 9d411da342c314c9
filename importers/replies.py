"""What a letter says itself and what it repeats: signatures, footers and the letter it answers are told apart by lines.

Knows no headers and no files. Answers between the lines of a quotation stay answers to those lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["own", "quoted", "dropped"]

WROTE: Final = (
    r"wrote|writes|schrieb|geschrieben|a écrit|escribió|ha scritto|escreveu|schreef|skrev|kirjoitti|napisał(?:\(a\)|a)?"
    r"|napsala?|написала?|пишет|писав|yazdı|έγραψε|a scris|írta|kirjutas|写道|写到|さんは書きました|님이 작성"
)
ATTRIBUTION: Final = re.compile(rf"(?=.*(?:\d|@))[^>].{{0,250}}\b(?:{WROTE})(?:\W.{{0,150}})?[:：]\s*", re.DOTALL)
UNDATED: Final = re.compile(  # `On Monday, Ann wrote:`, where it stands right above a quotation
    rf"(?:On|Am|Le|El|Il|Em|Op|Den|På|Dne)\s[^>].{{0,100}}\b(?:{WROTE})(?:\W.{{0,60}})?[:：]"
)
OPENING: Final = re.compile(  # of such a line: then it may go on in the next
    r"\s*(?:\d|(?:On|At|Am|Le|El|Il|Em|Op|Den|På|Dne|W dniu|Dnia|Ve|Vào)\s.*\d)"
)
SEPARATOR: Final = re.compile(
    r"\s*(?:-{2,}\s*(?:Original|Forwarded|Weitergeleitete|Ursprüngliche|Message|Mensaje|Messaggio|Mensagem|Doorgestuurd"
    r"|Oorspronkelijk|Vidarebefordrat|Videresendt|Переслан|Исходное)[^\n]{0,60}-{2,}|Begin forwarded message:|_{10,}"
    r"|Anfang der weitergeleiteten (?:Nachricht|E-Mail):|Début du message (?:transféré|réexpédié)\s?:)\s*",
    re.IGNORECASE,
)
RULER: Final = re.compile(r"\s*[-=*]{5,}\s*")
FROM: Final = re.compile(r"\s*\*{0,2}(?:From|Von|De|Da|Van|Från|Fra|Lähettäjä|Od|От)\s?:\*{0,2}\s.+")
SENT: Final = re.compile(
    r"\s*\*{0,2}(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado(?: el)?|Fecha|Inviato|Data|Verzonden|Skickat|Sendt|Lähetetty"
    r"|Wysłano|Отправлено|Дата)\s?:\*{0,2}\s.+"
)
SIGNATURE: Final = re.compile(r"-- ?|—{2,}|-{2,3}\s?")
FOOTED: Final = (
    r"(?:Sent from (?:my|Mail for|Yahoo|Outlook)|Sent via|Sent with|Get Outlook for|Von meinem? .{2,30} gesendet"
    r"|Gesendet (?:von|mit)|Envoyé de(?:puis)? mon|Enviado (?:desde|do) (?:mi|meu)|Inviato da(?:l mio)?|Verstuurd vanaf"
    r"|Verzonden vanaf|Skickat från min|Sendt fra min)"
)
FOOTER: Final = re.compile(rf"{FOOTED}\b.{{0,60}}", re.IGNORECASE)
FORWARD: Final = re.compile(r"\s*(?:fwd?|wg|tr|rv|enc|i|doorst|vs|vb)\s*:", re.IGNORECASE)
FOOTERS: Final = frozenset("SsſGgVvEeIiİı")  # what such lines begin with
COLONS: Final = (":", "：")
RULED: Final = frozenset("-_=*—")  # what lines begin with that part a letter from another
TELLING: Final = FOOTERS | RULED | {">"}
TELLS: Final = re.compile(  # how a line begins that may not be the writer's
    rf"\n[^\S\n]*+(?:[>{re.escape(''.join(sorted(RULED)))}]|(?=[{''.join(sorted(FOOTERS))}])(?i:{FOOTED}))"
)
BLOCK: Final = 6  # lines in which the head of a repeated letter stands
ATTRIBUTION_LINES: Final = 3
LONGEST_ATTRIBUTION: Final = 400  # characters


@dataclass(frozen=True, slots=True)
class Answer:
    """What the writer says, and the lines above it that it answers; without those it answers the letter as a whole."""

    text: str
    quoted: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    answers: tuple[Answer, ...]
    repeated: str = ""  # what stands below the answer, where nobody wrote between the lines


def read(text: str) -> Letter:
    """A letter taken apart."""
    begun = own_beginning(text)
    if begun == len(text):
        return Letter((Answer(words),) if (words := text.strip("\n")) else ())
    lines = classified(text[begun:].split("\n"))
    blocks = [(kind, block) for kind, block in together(lines, text[:begun]) if kind != "dropped"]
    answers: list[Answer] = []
    opening, quoted = "", ""
    for kind, block in blocks:
        if kind == "quoted":
            quoted = quoted or block
        elif quoted:
            answers.append(Answer(f"{opening}\n\n{block}" if opening and not answers else block, quoted))
            quoted = ""
        else:
            opening = f"{opening}\n\n{block}" if opening else block
    if not answers:
        return Letter((Answer(opening),) if opening else (), repeated=quoted)
    return Letter(tuple(answers))


def own_beginning(text: str) -> int:
    """Up to where every line is surely the writer's own: no colon, and no mark of anything else at its beginning."""
    colon = min((place for place in map(text.find, COLONS) if place >= 0), default=len(text))
    telling = TELLS.search(f"\n{text}", 0, colon + 1)
    if telling is None and colon == len(text):
        return colon
    place = (telling.start() if telling else colon) + 1
    for _ in range(ATTRIBUTION_LINES):  # a line with a colon at its end tells of those before it
        place = text.rfind("\n", 0, max(0, place - 1)) + 1
    return place


def together(lines: Iterator[tuple[Kind, str]], own: str) -> Iterator[tuple[Kind, str]]:
    """Neighbouring lines of one kind as one block, without blank ends; blocks of nothing are left out. `own` is what
    stands before them, with the end of its last line."""
    kind: Kind = "own"
    block = [own.removesuffix("\n")] if own else []
    for new, line in lines:
        if new != kind and line.strip():
            if words := "\n".join(block).strip("\n"):
                yield kind, words
            kind, block = new, []
        block.append(line)
    if words := "\n".join(block).strip("\n"):
        yield kind, words


def classified(lines: list[str]) -> Iterator[tuple[Kind, str]]:
    """Every line with its kind; quoted ones without their mark, and without what they quote themselves."""
    number, in_signature = 0, False
    telling = [line.rstrip()[-1:] in COLONS for line in lines]  # the end of `On Monday, Ann wrote:`
    while number < len(lines):
        line = lines[number]
        if not line:  # half of all lines
            yield "dropped" if in_signature else "own", line
        elif (
            not in_signature
            and ":" not in line
            and line.lstrip()[:1] not in TELLING
            and True not in telling[number : number + ATTRIBUTION_LINES]
        ):  # nearly all others
            yield "own", line
        elif line.startswith(">"):
            in_signature = False
            yield from quoted(line)
        elif True in telling[number : number + ATTRIBUTION_LINES] and (length := attribution(lines, number)):
            in_signature = False
            yield from (("dropped", one) for one in lines[number : number + length])
            number += length
            if not marked(lines, number):
                yield from (("quoted", one) for one in lines[number:])
                return
            continue
        elif (":" in line or line.lstrip()[:1] in RULED) and repeats(lines, number):
            yield from (("quoted", one) for one in without_head(lines[number:]))
            return
        elif in_signature or is_signature(line) or is_footer(line.strip()):
            in_signature = in_signature or is_signature(line)
            yield "dropped", line
        else:
            yield "own", line
        number += 1


def is_signature(line: str) -> bool:
    return line[:1] in RULED and SIGNATURE.fullmatch(line) is not None


def is_footer(line: str) -> bool:
    return line[:1] in FOOTERS and FOOTER.fullmatch(line) is not None


def quoted(line: str) -> Iterator[tuple[Kind, str]]:
    words = line[1:].removeprefix(" ")
    said = words.strip()
    is_dropped = words.startswith(">") or (said[-1:] in COLONS and ATTRIBUTION.fullmatch(said))
    yield ("dropped" if is_dropped else "quoted"), words


def attribution(lines: list[str], number: int) -> int:
    """How many lines from here on say who wrote what follows: `On Monday, Ann <ann@example.org> wrote:`"""
    most = ATTRIBUTION_LINES if OPENING.match(lines[number]) else 1
    words = ""
    for length, line in enumerate(lines[number : number + most], start=1):
        words = f"{words} {line.strip()}".strip()
        if not line.strip() or line.startswith(">") or len(words) > LONGEST_ATTRIBUTION:
            return 0
        if words.endswith((":", "：")):
            known = ATTRIBUTION.fullmatch(words) or (UNDATED.fullmatch(words) and marked(lines, number + length))
            return length if known else 0
    return 0


def marked(lines: list[str], number: int) -> bool:
    """Whether the next line that says something is marked as quoted."""
    return next((line.startswith(">") for line in lines[number:] if line.strip()), False)


def repeats(lines: list[str], number: int) -> bool:
    """Whether the letter that is answered, or passed on, stands from here to the end."""
    if SEPARATOR.fullmatch(lines[number]):
        return True
    if RULER.fullmatch(lines[number]):
        number = next((place for place in range(number + 1, len(lines)) if lines[place].strip()), number)
    return bool(FROM.fullmatch(lines[number])) and any(
        SENT.fullmatch(line) for line in lines[number + 1 : number + BLOCK]
    )


def without_head(lines: list[str]) -> list[str]:
    """A repeated letter without the lines that say who sent it."""
    for number, line in enumerate(lines[: 2 * BLOCK]):
        if FROM.fullmatch(line):
            blank = next((place for place in range(number, len(lines)) if not lines[place].strip()), len(lines))
            return lines[blank:]
    return lines[1:]
