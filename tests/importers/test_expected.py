"""The exports of one made-up person, whole: what has to come in, what must not, and how much of each.

All twenty, file by file, as a folder and as a zip, and the same again adds nothing. What shared data expects of a
source is checked in full: a number that nobody counts here is an error.
"""

import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pytest

from core.corpus import Corpus
from core.documents import Document
from core.errors import WrongFile
from core.events import drain, never
from core.paths import Project
from core.sources import Choice
from importers import EXPORTS, whatsapp
from importers.archive import Archive
from importers.export import Files
from importers.intake import WhoIsIt
from importers.pull import import_path, survey
from tests.importers.fixture import own_words
from tests.importers.test_live_expected import CASES as LIVE_CASES

Counting: TypeAlias = Callable[[list[Document]], object]


def number(wanted: Callable[[Document], object]) -> Counting:
    return lambda documents: sum(bool(wanted(one)) for one in documents)


def is_public(one: Document) -> bool:
    return one.visibility == "public"


def is_private(one: Document) -> bool:
    return one.visibility == "private"


def is_pair(one: Document) -> bool:
    return any(turn.role == "other" for turn in one.context)


def parts(documents: list[Document]) -> int:
    """Posts, of which a document holds several when they are a thread."""
    return sum(one.text.count("\n\n") + 1 for one in documents)


@dataclass(frozen=True, slots=True)
class Case:
    """One source: where it is, who the user is in it, and how each expected number is counted.

    `me` is what the user has to say of the whole; `alone` what of one file, where another one says who they are.
    """

    source: str
    folder: str
    counts: dict[str, Counting]
    me: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()  # further sources in the same folder
    left_out: tuple[str, ...] = ()  # phrases that must not come in unless the private does
    above: dict[str, str] = field(default_factory=dict)  # numbers that are only bounds: their name, and "min" or "max"


HER = "Mara Ellison"
CASES = {
    "twitter": Case(
        "x",
        "twitter",
        {
            "own_public": number(lambda one: is_public(one) and not one.parent),
            "threads": number(lambda one: is_public(one) and one.thread),
            "thread_parts": lambda documents: sum(
                one.text.count("\n\n") + 1 for one in documents if is_public(one) and one.thread
            ),
            "replies_to_others": number(lambda one: is_public(one) and one.parent),
            "dm_own": number(is_private),
            "dm_pairs": number(lambda one: is_private(one) and is_pair(one)),
        },
        alone=("7700001",),
    ),
    "mastodon": Case(
        "mastodon",
        "mastodon",
        {
            "own_public": number(is_public),
            "direct": number(is_private),
            "followers_only": number(lambda one: one.visibility == "followers"),
            "boosts": lambda documents: 9 - len(documents),  # activities in the outbox
            "replies_to_others": number(lambda one: one.parent and not one.context),
            "self_reply_threads": lambda documents: len({one.thread for one in documents if one.thread}),
        },
        left_out=("secret-4711",),
    ),
    "bluesky": Case(
        "bluesky",
        "bluesky",
        {
            "car_posts": parts,
            "own_with_text": lambda documents: parts([one for one in documents if one.kind == "post"]),
            "thread": number(lambda one: one.thread),
        },
    ),
    "reddit": Case(
        "reddit",
        "reddit",
        {
            "own_comments": number(lambda one: one.kind == "comment"),
            "own_posts_with_text": number(lambda one: one.kind == "post"),
            "message_pairs": number(lambda one: is_private(one) and is_pair(one)),
        },
        alone=("mara_e",),
    ),
    "telegram": Case(
        "telegram",
        "telegram",
        {
            "own": number(lambda one: one.role == "me"),
            "pairs": number(lambda one: one.context and one.context[-1].role == "other"),
        },
    ),
    "mail": Case(
        "mail",
        "takeout/Takeout/Mail",
        {"own_min": len, "own_max": len, "pairs": number(is_pair)},
        above={"own_min": "min", "own_max": "max"},
    ),
    "chatgpt": Case("chatgpt", "chatgpt", {"own_turns_on_current_path": number(lambda one: one.kind == "prompt")}),
    "claude": Case("claude", "claude", {"own_turns": number(lambda one: one.kind == "prompt")}),
    "discord": Case("discord", "discord", {"own": number(lambda one: one.kind == "message")}),
    "sms": Case(
        "sms",
        "sms",
        {"own": number(lambda one: one.kind == "message"), "pairs": number(is_pair)},
    ),
    "facebook": Case(
        "facebook",
        "facebook",
        {
            "posts": number(lambda one: one.kind == "post"),
            "comments": number(lambda one: one.kind == "comment"),
            "message_pairs": number(is_pair),
        },
        alone=(HER,),
    ),
    "instagram": Case(
        "instagram",
        "instagram",
        {
            "captions": number(lambda one: one.kind == "caption"),
            "comments": number(lambda one: one.kind == "comment"),
            "message_pairs": number(is_pair),
        },
        alone=(HER,),
    ),
    "linkedin": Case(
        "linkedin",
        "linkedin",
        {
            "shares": number(lambda one: one.kind == "post" and not one.title),
            "comments": number(lambda one: one.kind == "comment"),
            "articles": number(lambda one: one.kind == "post" and one.title),
            "message_pairs": number(is_pair),
        },
        alone=(HER,),
    ),
    "goodreads": Case(
        "goodreads",
        "goodreads",
        {"reviews": number(lambda one: one.kind == "review")},
        left_out=("lent to Oskar",),
    ),
    "takeout": Case(
        "blogger",
        "takeout",
        {
            "chat_pairs": number(lambda one: one.source == "google_chat" and is_pair(one)),
            "blogger_posts": number(lambda one: one.source == "blogger" and one.kind == "post"),
            "blogger_comment_pairs": number(lambda one: one.source == "blogger" and is_pair(one)),
            "youtube_comments": number(lambda one: one.source == "youtube_comments"),
        },
        me=("mara@mara.example",),
        alone=("mara@mara.example", HER),
        beside=("google_chat", "youtube_comments"),
        left_out=("Draft that was never published",),
    ),
    "whatsapp": Case(
        "whatsapp",
        "whatsapp",
        {
            "de_own": number(lambda one: one.origin.endswith("_chat.txt")),
            "en_own": number(lambda one: "Menders" in one.origin),
            "pairs_min": number(is_pair),
        },
        me=(HER,),
        above={"pairs_min": "min"},
    ),
    "youtube_vtt": Case("captions", "youtube", {"text": lambda documents: "".join(one.text for one in documents)}),
}  # fmt: skip
NO_FILES = {
    "hackernews": "answers of a service; whoever has only files of it has no export",
    "substack_api": "answers of a service; the export has another form, whose sample is in test_samples.py",
    "feeds": "feeds are read at their address, page by page",
}
ALL = sorted({*CASES, *NO_FILES})
NOT_HERS = {"ghost", "hangouts", "imessage", "keep", "medium", "signal", "slack", "substack", "table", "wordpress"}
ELSEWHERE = {  # checked by a test of their own, of what is only told live, or for people
    "must_include", "must_exclude", "must_exclude_as_own", "note", "dates", "pairs_from_feed", "reposts",
}  # fmt: skip


@pytest.fixture(scope="session")
def expected(shared_data: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads((shared_data / "synthetic" / "expected.json").read_text("utf-8"))
    return found


def zipped(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as whole:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                whole.write(file, file.relative_to(folder).as_posix())
    return path


def read(paths: list[Path], project: Project, me: tuple[str, ...]) -> list[Document]:
    """The documents after importing each of `paths`, and then all of them once more."""
    first, second = (imported(paths, project, me) for _ in range(2))
    assert (second[1], second[2]) == (0, first[1] + first[2])
    with Corpus(project.corpus) as corpus:
        return list(corpus.documents())


def imported(paths: list[Path], project: Project, me: tuple[str, ...]) -> tuple[int, int, int]:
    """How many files were refused in a sentence, and how many documents were new, and there already."""
    refused = added = already = 0
    for path in paths:
        try:
            _, report = drain(import_path(path, project, never, Choice(me=me, private=True)))
        except (WrongFile, WhoIsIt):
            assert len(paths) > 1
            refused += 1
        else:
            assert report.changed == 0
            added, already = added + report.added, already + report.already
    return refused, added, already


# What a file alone cannot know: what only those beside it say. The numbers that are less, and phrases that are lost.
ALONE: dict[str, tuple[dict[str, int], tuple[str, ...]]] = {
    # whose the group's talk is, and that two posts are the beginning and the whole of one
    "twitter": ({"dm_own": 2, "dm_pairs": 1}, ("The wobble has never once been wrong & that is all I know.",)),
}


@pytest.mark.parametrize("form", ["file by file", "folder", "zip"])
@pytest.mark.parametrize("name", ALL)
def test_a_source_gives_what_is_expected_of_it(
    name: str, form: str, shared_data: Path, expected: dict[str, dict[str, object]], tmp_path: Path
) -> None:
    """File by file: dropped in any order; those that hold nothing or nobody known are refused in a sentence."""
    if name in NO_FILES:
        assert name in LIVE_CASES  # checked there
        return
    case, wanted = CASES[name], expected[name]
    folder = shared_data / "synthetic" / case.folder
    less, lost = ALONE.get(name, ({}, ())) if form == "file by file" else ({}, ())
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    if form == "file by file":
        documents = read(files, Project(tmp_path / "project"), case.alone or case.me)
    else:
        path = folder if form == "folder" else zipped(folder, tmp_path / "export.zip")
        every = read([path], Project(tmp_path / "project"), case.me)
        documents = [one for one in every if one.source in (case.source, *case.beside)]
    counted = {key: count(documents) for key, count in case.counts.items()}
    assert {key: bounded(counted[key], wanted[key], case.above.get(key)) for key in counted} == {
        key: less.get(key, value) for key, value in wanted.items() if key not in ELSEWHERE
    }
    words = [own_words(one) for one in documents if one.role == "me"]
    assert missing(wanted.get("must_include"), words) == list(lost)
    assert tuple(present(wanted.get("must_exclude"), words)) == case.left_out
    assert present(wanted.get("must_exclude_as_own"), words) == []


def bounded(found: object, wanted: object, bound: str | None) -> object:
    """`found`, or the bound itself when it is kept."""
    if bound is None:
        return found
    assert isinstance(found, int)
    assert isinstance(wanted, int)
    kept = (bound == "min" and found >= wanted) or (bound == "max" and found <= wanted)
    return wanted if kept else found


def missing(phrases: object, words: Iterable[str]) -> list[str]:
    return [phrase for phrase in as_phrases(phrases) if not any(phrase in text for text in words)]


def present(phrases: object, words: Iterable[str]) -> list[str]:
    return [phrase for phrase in as_phrases(phrases) if any(phrase in text for text in words)]


def as_phrases(phrases: object) -> list[str]:
    return [str(phrase) for phrase in phrases] if isinstance(phrases, list) else []


@pytest.mark.parametrize("name", CASES)
def test_a_survey_tells_beforehand_what_will_come(name: str, shared_data: Path, tmp_path: Path) -> None:
    case = CASES[name]
    folder = shared_data / "synthetic" / case.folder
    choice = Choice(me=case.me, private=True)
    _, found = drain(survey(folder, never, choice))
    _, report = drain(import_path(folder, Project(tmp_path / "project"), never, choice))
    told = next(one for one in found if one.source == case.source)
    assert sum(one.items for one in found) == report.added
    assert told.private == 0
    dates = (told.first, told.last)
    assert dates == (None, None) if name == "youtube_vtt" else dates == tuple(sorted(filter(None, dates)))


def test_without_a_wish_nothing_private_comes_in(shared_data: Path, tmp_path: Path) -> None:
    for number, case in enumerate(CASES.values()):
        project = Project(tmp_path / str(number))
        drain(import_path(shared_data / "synthetic" / case.folder, project, never, Choice(me=case.me)))
        with Corpus(project.corpus) as corpus:
            documents = list(corpus.documents())
        assert {one.visibility for one in documents} <= {"public", "unlisted"}
        assert present(list(case.left_out), [one.text for one in documents]) == []


def test_all_twenty_are_checked(expected: dict[str, object]) -> None:
    assert sorted(expected) == ALL
    assert len(ALL) == 20


def test_every_importer_of_exports_is_checked_here() -> None:
    """But for what the made-up person does not use; samples and fixtures check that."""
    assert {one for case in CASES.values() for one in (case.source, *case.beside)} | NOT_HERS == {
        importer.guide.source for importer in EXPORTS
    }


def test_dates_of_telephones_are_read_in_the_order_of_their_country(
    shared_data: Path, expected: dict[str, dict[str, dict[str, str]]]
) -> None:
    with Archive(shared_data / "synthetic" / "whatsapp") as archive:
        chats = {}
        for name in archive.names:
            files = Files(archive, (name,))
            date, time, *_ = next(whatsapp.entries(files, name, whatsapp.BEGINNING))
            day = whatsapp.day(whatsapp.numbers(date), whatsapp.overview(files, name).order)
            assert day is not None
            language = "de" if name.endswith("_chat.txt") else "en"
            chats[f"{language}_first"] = (day + whatsapp.since_midnight(time)).replace(tzinfo=None).isoformat()
    assert chats == expected["whatsapp"]["dates"]
