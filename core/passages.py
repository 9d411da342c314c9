"""Passages: documents cut into pieces of 120 to 220 words, and the index in which their words are looked up.

A row of the index is numbered by its document and its place there, so that one range of numbers is one document. Text
in Chinese, Japanese or Korean, where no spaces part the words, has an index of its own, of three letters each.
Knows SQLite and text; knows no question.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final

Span = tuple[int, int]

FEWEST, MOST = 120, 220  # words of a passage; a shorter document is one passage
ROOM: Final = 1 << 24  # passages that a document may have: numbers of documents are counted in these
CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
WORD: Final = re.compile(rf"[{CJK}][.!?。！？…]*|[^\s{CJK}]{{1,200}}")
HAS_CJK: Final = re.compile(f"[{CJK}]")
SEEN: Final = re.compile(r"\S")
# The words of a passage before any at which it may end, in one match; without CJK the pattern can be a simple one.
AHEAD: Final = re.compile(rf"(?:\s*+(?>{WORD.pattern})){{{FEWEST - 1}}}+")
AHEAD_IN_SPACES: Final = re.compile(rf"(?:\s*+\S{{1,200}}+){{{FEWEST - 1}}}+")
SHORT: Final = 2_000  # characters: a longer text is hardly ever one passage
NEAR: Final = MOST - FEWEST  # characters: fewer words than a passage may have beyond its fewest
REST_IN_SPACES: Final = re.compile(rf"(?:\s*+\S{{1,200}}+){{1,{MOST - FEWEST + 1}}}+")
ENDS: Final = re.compile(r"""[.!?。！？…]["'”’»)\]]*\Z""")
ENDS_IN_SPACES: Final = re.compile(r"""[.!?。！？…]["'”’»)\]]*+(?!\S)|\n\n""")
SURROGATES: Final = re.compile("[\ud800-\udfff]")
BYTES_A_TOKEN: Final = 4  # of European writing with some thousand pieces of words: good enough for "about"


def storable(text: str) -> str:
    """`text` as a file can hold it: half a character, which only a broken export has, becomes a question mark."""
    return SURROGATES.sub("\ufffd", text)


def about_tokens(text: str) -> int:
    """About how many tokens a text is."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
    return -(-size // BYTES_A_TOKEN)


def spans(text: str) -> Iterator[Span]:
    """Passages of `text`, in order; each ends with a sentence or a paragraph where one ends in time."""
    in_cjk = has_cjk(text)
    if is_short(text, in_cjk=in_cjk):
        start, last = len(text) - len(text.lstrip()), len(text.rstrip())
        if start < last:
            yield start, last
        return
    found = list(cut(text, in_cjk=in_cjk))
    if len(found) > 1:
        (start, _), (last, end) = found[-2:]
        if words(text[last:end]) < FEWEST // 2 and words(text[start:end]) <= MOST:
            found[-2:] = [(start, end)]
    yield from found


def is_short(text: str, *, in_cjk: bool) -> bool:
    """Whether a text is one passage for certain, which most messages are and is seen without looking at each word."""
    if len(text) < FEWEST or (len(text) < 2 * FEWEST - 2 and text.isascii()):
        return True
    return len(text) < SHORT and not in_cjk and len(text.split()) + len(text) // 200 < FEWEST


def words(text: str) -> int:
    """How many words there are; of longer ones every 200 characters count as one."""
    if has_cjk(text):
        return len(WORD.findall(text))
    found = text.split()
    return sum(-(-len(word) // 200) for word in found) if max(map(len, found), default=0) > 200 else len(found)


def has_cjk(text: str) -> bool:
    """Whether there is writing in it whose words no spaces part."""
    return not text.isascii() and HAS_CJK.search(text) is not None


def cut(text: str, *, in_cjk: bool) -> Iterator[Span]:
    start, last = len(text) - len(text.lstrip()), len(text.rstrip())
    ahead, end_of = (AHEAD, end_of_passage) if in_cjk else (AHEAD_IN_SPACES, end_in_spaces)
    while start < last:
        begun = ahead.match(text, start)
        end = end_of(text, begun.end()) if begun else last
        yield start, end
        following = SEEN.search(text, end)
        start = following.start() if following else last


def end_of_passage(text: str, end: int) -> int:
    """Where a passage ends whose first FEWEST - 1 words go up to `end`."""
    for words, match in enumerate(WORD.finditer(text, end), start=FEWEST):
        if words > FEWEST and "\n\n" in text[end : match.start()]:
            break
        end = match.end()
        if words >= MOST or ENDS.search(match.group()):
            break
    return end


def end_in_spaces(text: str, end: int) -> int:
    """The same where spaces part the words: nearly always the next end of a sentence, seen without counting words."""
    first = SEEN.search(text, end)
    if first is None:
        return end
    begin = first.start()
    found = ENDS_IN_SPACES.search(text, begin, begin + NEAR)
    if found is None or found.end() == begin + NEAR:
        rest = REST_IN_SPACES.match(text, end)
        last = rest.end() if rest else end
        found = ENDS_IN_SPACES.search(text, begin, last)
        if found is None:
            return last
    return begin + len(text[begin : found.end()].rstrip())


def index(database: sqlite3.Connection, document: int, title: str, text: str) -> None:
    """Make the words of a document findable."""
    index_all(database, [(document, title, text)])


def index_all(database: sqlite3.Connection, documents: Iterable[tuple[int, str, str]]) -> None:
    """The same for many: the number, title and text of each."""
    rows: list[tuple[int, str, str]] = []
    in_cjk: list[tuple[int, str, str]] = []
    for document, title, text in documents:
        first, cjk = document * ROOM, has_cjk(text)
        if len(text) < FEWEST and not cjk:
            if text and not text.isspace():
                rows.append((first, title, text))
            continue
        made = [(first + n, title, text[start:end]) for n, (start, end) in enumerate(spans(text))]
        rows += made
        in_cjk += [row for row in made if has_cjk(row[2])] if cjk else ()
    database.executemany("INSERT INTO passages (rowid, title, text) VALUES (?, ?, ?)", rows)
    if in_cjk:
        database.executemany("INSERT INTO passages_cjk (rowid, title, text) VALUES (?, ?, ?)", in_cjk)


def unindex(database: sqlite3.Connection, document: int) -> None:
    """Let go of the words of a document."""
    numbers = (document * ROOM, (document + 1) * ROOM - 1)
    database.execute("DELETE FROM passages WHERE rowid BETWEEN ? AND ?", numbers)
    database.execute("DELETE FROM passages_cjk WHERE rowid BETWEEN ? AND ?", numbers)


def reindex(database: sqlite3.Connection) -> None:
    """Build both indexes anew from the documents."""
    for table in ("passages", "passages_cjk"):
        (made_by,) = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        database.execute(f"DROP TABLE {table}")
        database.execute(made_by)
    numbers = [number for (number,) in database.execute("SELECT id FROM documents ORDER BY id")]
    for number in numbers:
        title, text = database.execute("SELECT title, text FROM documents WHERE id = ?", (number,)).fetchone()
        index(database, number, title, text)
