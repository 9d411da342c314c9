"""What a person types, and who reads it; lists that never end; and what is said while it goes on."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from core.documents import Document
from core.errors import NetworkTrouble, WrongFile
from core.events import Note, Progress, drain, never
from core.paths import Project
from core.sources import Choice
from importers import pull_web
from importers.intake import WhoIsIt
from importers.live import LIVE
from importers.pull_web import import_address, survey_address
from importers.web import is_address, whole
from tests.fakes.site import Answer, Asked, Reply, connection, of_folder, serving
from tests.importers.live import imported


@pytest.mark.parametrize(
    ("typed", "source"),
    [
        ("@mara.bsky.social", "bluesky"),
        ("mara.bsky.social", "bluesky"),
        ("https://bsky.app/profile/did:plc:abc/post/3k", "bluesky"),
        ("bsky:mara.example", "bluesky"),
        ("@mara@mastodon.social", "mastodon"),
        ("mara@mastodon.social", "mastodon"),
        ("https://hachyderm.io/@mara/1101", "mastodon"),
        ("https://news.ycombinator.com/user?id=mara_e", "hacker_news"),
        ("hn:mara_e", "hacker_news"),
        ("https://medium.com/@mara", "medium"),
        ("https://mara.medium.com/", "medium"),
        ("mara.substack.com", "substack"),
        ("https://www.youtube.com/@mara/videos", "youtube"),
        ("@mara", "youtube"),
        ("https://youtu.be/GJLlxj_dtq8, https://youtu.be/GJLlxj_dtq9", "youtube"),
        ("wayback:old.example", "wayback"),
        ("https://web.archive.org/web/2010*/http://old.example/", "wayback"),
        ("https://mara.example/blog", None),
        ("mara.example", None),
    ],
)
def test_what_is_typed_is_known_by_its_spelling(typed: str, source: str | None) -> None:
    assert is_address(typed)
    readers = [one.guide.source for one in LIVE if one.can_read(whole(typed))]
    assert readers[:1] == ([source] if source else [])


@pytest.mark.parametrize("typed", ["blog", "notes.md", "my blog", "tweets.zip", "C:\\blog", "./blog", "", "a/b.html"])
def test_a_file_is_not_taken_for_an_address(typed: str) -> None:
    assert not is_address(typed)


def test_an_address_of_nothing_that_is_writing_says_so(tmp_path: Path) -> None:
    picture = Reply(b"\x89PNG\r\n", headers={"Content-Type": "image/png"})
    with serving({"https://a.example/x.png": picture}) as site, pytest.raises(WrongFile, match="drop the export"):
        imported("https://a.example/x.png", tmp_path, connection(site))


def test_no_sentence_of_an_importer_names_a_command() -> None:
    """The window shows them too; what the terminal adds is in app/words/gathering.py."""
    house = Path(pull_web.__file__).parent
    code = {path.name: path.read_text("utf-8") for path in house.rglob("*.py") if "bench" not in path.parts}
    said = {name: re.findall(r"\"[^\"\n]*(?:`mynah| --\w)[^\"\n]*\"", text) for name, text in code.items()}
    assert {name: found for name, found in said.items() if found} == {}


def test_a_site_of_two_writers_asks_who_the_user_is(tmp_path: Path) -> None:
    items = [{"id": n, "content_text": f"Words {n}", "authors": [{"name": who}]} for n, who in enumerate("ABA")]
    feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})
    with serving({"https://a.example/feed": feed}) as site:
        through = connection(site)
        _, (found,) = drain(survey_address("https://a.example/feed", None, never, Choice(), through))
        assert [(one.name, one.count) for one in found.people] == [("A", 2), ("B", 1)]
        with pytest.raises(WhoIsIt):
            imported("https://a.example/feed", tmp_path, through)
        events, report, documents = imported("https://a.example/feed", tmp_path, through, Choice(me=("a",)))
    assert [one.text for one in documents] == ["Words 0", "Words 2"]
    assert (report.added, report.skipped) == (2, 1)
    assert [one for one in events if isinstance(one, Progress) and "backup" not in one.note][-1].done == 3 - 1


# ---- lists without an end: each page is the same again


def wordpress() -> tuple[str, Callable[[Asked], Reply], dict[str, Answer]]:
    post = {"id": 1, "link": "https://a.example/1", "title": {"rendered": "T"}, "content": {"rendered": "<p>W</p>"}}
    head = "<link rel='https://api.w.org/' href='https://a.example/wp-json/'>"
    return "https://a.example/", lambda _: answer([post]), {"https://a.example/": f"<html><head>{head}</head>x</html>"}


def mastodon() -> tuple[str, Callable[[Asked], Reply], dict[str, Answer]]:
    status = {"id": "9", "uri": "u", "content": "<p>W</p>", "reblog": None, "visibility": "public"}
    account = json.dumps({"id": "1", "display_name": "Mara"})
    return "@m@a.example", lambda _: answer([status]), {"https://a.example/api/v1/accounts/lookup?acct=m": account}


def hacker_news() -> tuple[str, Callable[[Asked], Reply], dict[str, Answer]]:
    hits = [{"objectID": str(n), "story_text": f"W {n}", "created_at_i": 5} for n in range(1000)]
    return "hn:m", lambda _: answer({"hits": hits}), {"https://hn.algolia.com/": ""}


def substack() -> tuple[str, Callable[[Asked], Reply], dict[str, Answer]]:
    def reply(asked: Asked) -> Reply:
        post = {"id": 1, "slug": "s", "audience": "everyone", "body_html": "<p>W</p>"}
        return answer([post] if "archive" in asked.url else post)

    return "https://m.substack.com", reply, {"https://m.substack.com/": ""}


def tumblr() -> tuple[str, Callable[[Asked], Reply], dict[str, Answer]]:
    post = {"id": "1", "type": "regular", "regular-body": "W"}
    shown = f"var x = {json.dumps({'posts': [post], 'tumblelog': {'name': 'm'}})};"
    return "https://m.tumblr.com", lambda _: Reply(shown.encode()), {"https://m.tumblr.com/": "<html>hello</html>"}


def answer(found: object) -> Reply:
    return Reply(json.dumps(found).encode(), headers={"Content-Type": "application/json"})


class Endless(dict[str, Answer]):
    """Whatever is not in the table gets the same answer."""

    def __init__(self, table: dict[str, Answer], rest: Callable[[Asked], Reply]) -> None:
        super().__init__(table)
        self.rest = rest

    def get(self, address: str, default: object = None) -> Answer:
        return Reply(b"", 404) if address.endswith("robots.txt") else super().get(address, self.rest)


@pytest.mark.parametrize("kind", [wordpress, mastodon, hacker_news, substack, tumblr])
def test_a_list_without_an_end_is_read_once(
    kind: Callable[[], tuple[str, Callable[[Asked], Reply], dict[str, Answer]]], tmp_path: Path
) -> None:
    typed, rest, table = kind()
    with serving(table) as site:
        through = connection(site)
        site.answers = Endless(table, rest)
        events, _ = drain(import_address(typed, Project(tmp_path), never, Choice(), through))
        assert len([one for one in events if isinstance(one, Document)]) == (1000 if kind is hacker_news else 1)
        assert len(site.urls) < 10


def test_nothing_of_an_import_that_failed_is_believed_later(tmp_path: Path) -> None:
    """A portal that stands before every page of a hotel answers for all of them."""
    with serving({"https://a.example/feed": "<html><body>Welcome to the hotel</body></html>"}) as site:
        with pytest.raises(WrongFile):
            imported("https://a.example/feed", tmp_path, connection(site), Choice(kind="feed"))
        site.answers["https://a.example/feed"] = json.dumps(
            {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "content_text": "Home again"}]}
        )
        _, report, _ = imported("https://a.example/feed", tmp_path, connection(site))
    assert report.added == 1


ARCHIVED = Path(__file__).resolve().parent.parent / "fixtures" / "live" / "wayback" / "given"


def test_a_blog_whose_host_is_gone_is_read_from_the_archive_by_itself(tmp_path: Path) -> None:
    with serving(of_folder(ARCHIVED)) as site:
        events, report, documents = imported("https://old.example/", tmp_path, connection(site))
        assert report.added == len(documents) == 1
        assert documents[0].source == "wayback"
        assert any(isinstance(one, Note) and one.text.startswith("Nobody answers at https://old") for one in events)
        asked = len(site.asked)
        with pytest.raises(NetworkTrouble):
            imported("mastodon:a@old.example", tmp_path, connection(site))
        assert len(site.asked) == asked  # a profile is no blog: the archive is not told


def test_a_host_that_is_gone_and_was_never_archived_is_trouble(tmp_path: Path) -> None:
    with serving({"https://web.archive.org/": b"no list"}) as site, pytest.raises(NetworkTrouble):
        imported("https://never.example/", tmp_path, connection(site))


def test_a_site_that_answers_with_an_error_is_not_told_to_the_archive(tmp_path: Path) -> None:
    with serving({**of_folder(ARCHIVED), "https://old.example/": Reply(b"no", 404)}) as site:
        with pytest.raises(NetworkTrouble):
            imported("https://old.example/", tmp_path, connection(site))
        assert not [one for one in site.urls if "archive.org" in one]
