"""Passages: documents cut into pieces of 120 to 220 words, and the index in which their words are looked up.

A row of the index is numbered by its document and its place there. It keeps no text: what a passage says is cut anew
from its document, and letting go of it takes the words that it had. So whoever changes where passages end must index
every corpus anew, by a new version of the file. Text in Chinese, Japanese or Korean, where no spaces part the words,
has an index of its own, of three letters each. Knows SQLite and text; knows no question.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

Span = tuple[int, int]
Tell = Callable[[int, int], None]  # is told how many of how many are done
Indexed = tuple[int, str, str]  # the number of a passage, the title of its document, and what it says

FEWEST, MOST = 120, 220  # words of a passage; a shorter document is one passage
ROOM: Final = 1 << 24  # passages that a document may have: numbers of documents are counted in these
CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
WORD: Final = re.compile(rf"[{CJK}][.!?。！？…]*|[^\s{CJK}]{{1,200}}")
HAS_CJK: Final = re.compile(f"[{CJK}]")
SEEN: Final = re.compile(r"\S")
# The words of a passage before any at which it may end, in one match; without CJK the pattern can be a simple one.
AHEAD: Final = re.compile(rf"(?:\s*+(?>{WORD.pattern})){{{FEWEST - 1}}}+")
AHEAD_IN_SPACES: Final = re.compile(rf"(?: *+[^ ]{{1,200}}+){{{FEWEST - 1}}}+")  # where all white space is spaces
SHORT: Final = 2_000  # characters: a longer text is hardly ever one passage
NEAR: Final = MOST - FEWEST  # characters: fewer words than a passage may have beyond its fewest
REST_IN_SPACES: Final = re.compile(rf"(?: *+[^ ]{{1,200}}+){{1,{MOST - FEWEST + 1}}}+")
WHITE: Final = (  # space but for the usual one
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
ENDS: Final = re.compile(r"""[.!?。！？…]["'”’»)\]]*\Z""")
ENDS_IN_SPACES: Final = re.compile(r"""[.!?。！？…]["'”’»)\]]*+(?!\S)|\n\n""")
ASCII: Final = bytes(range(128))
SURROGATES: Final = re.compile("[\ud800-\udfff]")
TABLES: Final = {"passages": "porter unicode61 remove_diacritics 2", "passages_cjk": "trigram"}
RARELY: Final = {"automerge": 0, "crisismerge": 64}  # parts of an index are merged when so many have gathered
TOGETHER: Final = 500  # documents that are indexed in one go
BYTES_A_TOKEN: Final = 4  # of European writing with some thousand pieces of words: good enough for "about"


def tell_nobody(done: int, total: int) -> None:
    """Hears how far a long piece of work is."""


def storable(text: str) -> str:
    """`text` as a file can hold it: half a character, which only a broken export has, becomes a question mark."""
    return SURROGATES.sub("\ufffd", text)


def about_tokens(text: str) -> int:
    """About how many tokens a text is."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
    return -(-size // BYTES_A_TOKEN)


def spans(text: str) -> Iterator[Span]:
    """Passages of `text`, in order; each ends with a sentence or a paragraph where one ends in time."""
    return spans_of(text, in_cjk=has_cjk(text))


def spans_of(text: str, *, in_cjk: bool) -> Iterator[Span]:
    """The same where it is known whether there is writing in it whose words no spaces part."""
    if is_short(text, in_cjk=in_cjk):
        start, last = len(text) - len(text.lstrip()), len(text.rstrip())
        if start < last:
            yield start, last
        return
    found = list(cut(text, in_cjk=in_cjk))
    if len(found) > 1:
        (start, _), (last, end) = found[-2:]
        if words(text[last:end], in_cjk=in_cjk) < FEWEST // 2 and words(text[start:end], in_cjk=in_cjk) <= MOST:
            found[-2:] = [(start, end)]
    yield from found


def is_short(text: str, *, in_cjk: bool) -> bool:
    """Whether a text is one passage for certain, which most messages are and is seen without looking at each word."""
    if len(text) < FEWEST or (len(text) < 2 * FEWEST - 2 and text.isascii()):
        return True
    return len(text) < SHORT and not in_cjk and len(text.split()) + len(text) // 200 < FEWEST


def words(text: str, *, in_cjk: bool) -> int:
    """How many words there are; of longer ones every 200 characters count as one."""
    if in_cjk:
        return len(WORD.findall(text))
    found = text.split()
    return sum(-(-len(word) // 200) for word in found) if max(map(len, found), default=0) > 200 else len(found)


def has_cjk(text: str) -> bool:
    """Whether there is writing in it whose words no spaces part."""
    if text.isascii():
        return False
    rest = text.encode("utf-8", "surrogatepass").translate(None, ASCII)  # next to nothing, of a western text
    return HAS_CJK.search(rest.decode("utf-8", "surrogatepass")) is not None


def cut(text: str, *, in_cjk: bool) -> Iterator[Span]:
    start, last = len(text) - len(text.lstrip()), len(text.rstrip())
    spaced = "" if in_cjk else in_spaces(text)
    while start < last:
        begun = AHEAD.match(text, start) if in_cjk else AHEAD_IN_SPACES.match(spaced, start)
        if begun is None:
            end = last
        else:
            end = end_of_passage(text, begun.end()) if in_cjk else end_in_spaces(text, spaced, begun.end())
        yield start, end
        following = SEEN.search(text, end)
        start = following.start() if following else last


def in_spaces(text: str) -> str:
    """The text with a space for every white space, so that words can be looked for by one character: three times as
    fast as by a class."""
    for white in WHITE:
        text = text.replace(white, " ")
    return text


def end_of_passage(text: str, end: int) -> int:
    """Where a passage ends whose first FEWEST - 1 words go up to `end`."""
    for words, match in enumerate(WORD.finditer(text, end), start=FEWEST):
        if words > FEWEST and "\n\n" in text[end : match.start()]:
            break
        end = match.end()
        if words >= MOST or ENDS.search(match.group()):
            break
    return end


def end_in_spaces(text: str, spaced: str, end: int) -> int:
    """The same where spaces part the words: nearly always the next end of a sentence, seen without counting words."""
    first = SEEN.search(text, end)
    if first is None:
        return end
    begin = first.start()
    found = ENDS_IN_SPACES.search(text, begin, begin + NEAR)
    if found is None or found.end() == begin + NEAR:
        rest = REST_IN_SPACES.match(spaced, end)
        last = rest.end() if rest else end
        found = ENDS_IN_SPACES.search(text, begin, last)
        if found is None:
            return last
    return begin + len(text[begin : found.end()].rstrip())


def passages(document: int, title: str, text: str, *, in_cjk: bool) -> list[Indexed]:
    """The rows of the index for a document."""
    first = document * ROOM
    return [(first + n, title, text[start:end]) for n, (start, end) in enumerate(spans_of(text, in_cjk=in_cjk))]


def index_all(database: sqlite3.Connection, documents: Iterable[Indexed]) -> None:
    """Make the words of documents findable: the number, title and text of each."""
    rows: list[Indexed] = []
    in_cjk: list[Indexed] = []
    for document, title, text in documents:
        is_in_cjk = has_cjk(text)
        made = passages(document, title, text, in_cjk=is_in_cjk)
        rows += made
        if is_in_cjk:
            in_cjk += [row for row in made if has_cjk(row[2])]
    database.executemany("INSERT INTO passages (rowid, title, text) VALUES (?, ?, ?)", rows)
    if in_cjk:
        database.executemany("INSERT INTO passages_cjk (rowid, title, text) VALUES (?, ?, ?)", in_cjk)


def unindex(database: sqlite3.Connection, documents: Sequence[int]) -> None:
    """Let go of the words of documents, while these are as they were indexed."""
    for number in documents:
        found = database.execute("SELECT title, text FROM documents WHERE id = ?", (number,)).fetchall()
        for row in (row for title, text in found for row in passages(number, title, text, in_cjk=has_cjk(text))):
            for table in TABLES if has_cjk(row[2]) else ("passages",):
                database.execute(f"INSERT INTO {table} ({table}, rowid, title, text) VALUES ('delete', ?, ?, ?)", row)


def reindex(database: sqlite3.Connection, tell: Tell = tell_nobody) -> None:
    """Build both indexes anew from the documents."""
    for table, tokens in TABLES.items():
        database.execute(f"DROP TABLE IF EXISTS {table}")
        database.execute(f"CREATE VIRTUAL TABLE {table} USING fts5 (title, text, content = '', tokenize = '{tokens}')")
        for name, value in RARELY.items():
            database.execute(f"INSERT INTO {table} ({table}, rank) VALUES (?, ?)", (name, value))
    numbers = [number for (number,) in database.execute("SELECT id FROM documents ORDER BY id")]
    for start in range(0, len(numbers), TOGETHER):
        some = numbers[start : start + TOGETHER]
        asked = "SELECT id, title, text FROM documents WHERE id BETWEEN ? AND ?"
        index_all(database, database.execute(asked, (some[0], some[-1])))
        tell(start + len(some), len(numbers))
