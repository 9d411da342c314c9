"""What the shared data expects of the made-up person's live sources, from webs that are made of that data."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from core.corpus import Corpus
from core.documents import Document
from core.paths import Project
from tests.fakes.site import Reply, connection, serving
from tests.importers.fixture import own_words
from tests.importers.live import imported, of_fixture
from tests.importers.test_live_fixtures import FIXTURES

Counting: TypeAlias = Callable[[list[Document]], object]
NOTES = {"must_include", "must_exclude", "must_exclude_as_own", "note"}


def pairs(documents: list[Document]) -> int:
    return sum(any(turn.role == "other" for turn in one.context) for one in documents)


def kinds(kind: str) -> Counting:
    return lambda documents: sum(one.kind == kind for one in documents)


def parts(documents: list[Document]) -> int:
    return sum(one.text.count("\n\n") + 1 if one.thread else 1 for one in documents)


CASES: dict[str, tuple[str, dict[str, Counting]]] = {
    "hackernews": ("hacker_news", {"comments": kinds("comment"), "stories": kinds("post"), "pairs": pairs}),
    "substack_api": ("substack", {"own_posts": len}),
    "bluesky": (
        "bluesky",
        {
            "car_posts": parts,
            "own_with_text": lambda documents: parts([one for one in documents if one.kind == "post"]),
            "pairs_from_feed": pairs,
            "thread": lambda documents: sum(bool(one.thread) for one in documents),
            "reposts": lambda documents: 1 - sum("when is a shelf" in one.text for one in documents),
        },
    ),
    "mastodon": (
        "mastodon",
        {
            "own_public": len,
            "boosts": lambda documents: 1 - sum("boosted" in one.text for one in documents),
            "direct": lambda documents: 1 - sum(one.visibility == "private" for one in documents),
            "followers_only": lambda documents: 1 - sum(one.visibility == "followers" for one in documents),
            "replies_to_others": pairs,
            "self_reply_threads": lambda documents: len({one.thread for one in documents if one.thread}),
        },
    ),
    "feeds": ("feed", {}),
}


def json_feed(file: Path, home: Path) -> None:
    address = "https://mara.example/feed.json"
    with serving({address: file.read_bytes(), f"{address}?page=2": Reply(b"", 404)}) as site:
        _, report, documents = imported(address, home, connection(site))
    assert (report.added, [one.title for one in documents]) == (2, ["Hinges", ""])


@pytest.mark.parametrize("name", CASES)
def test_a_live_source_gives_what_is_expected_of_it(name: str, shared_data: Path, tmp_path: Path) -> None:
    wanted = json.loads((shared_data / "synthetic" / "expected.json").read_text("utf-8"))[name]
    fixture, counts = CASES[name]
    of_fixture(FIXTURES / fixture, tmp_path)
    if name == "feeds":
        json_feed(shared_data / "synthetic" / "feeds" / "feed.json", tmp_path)
    with Corpus(Project(tmp_path).corpus) as corpus:
        documents = list(corpus.documents())
    assert set(wanted) <= set(counts) | NOTES
    assert {key: count(documents) for key, count in counts.items()} == {key: wanted[key] for key in counts}
    own = "\n".join(own_words(one) for one in documents).replace("*", "")  # emphasis is Markdown's
    assert [
        one for one in (*wanted.get("must_exclude", ()), *wanted.get("must_exclude_as_own", ())) if one in own
    ] == []
    assert [one for one in wanted["must_include"] if one not in own] == []
