"""Feeds as they are in the world: real ones, cut ones, odd ones."""

import json
from pathlib import Path

import pytest

from importers.live import entries
from importers.page import Page, Unreached
from tests.fakes.site import Answer, Reply, connection, serving
from tests.importers.live import imported

HOME = "https://f.example/feed"


def read(body: bytes) -> entries.Entries:
    return entries.read(Page(HOME, body))


@pytest.mark.parametrize(
    ("name", "count", "title", "author"),
    [
        ("feed1.atom", 2, "Atom-Powered Robots Run Amok", "John Doe"),
        ("feed2.rss", 1, "Example entry", ""),
        ("feed.json", 25, "Keller Rinaudo: How can delivery drones save lives?", "Manoush Zomorodi"),
        ("atom-threading.xml", 1, "", "John"),
        ("podcast-namespace.xml", 3, "Episode 3 - The Future", "John Doe"),
        ("libsyn-podcast.xml", 2, "", ""),
    ],
)
def test_real_feeds_are_read(name: str, count: int, title: str, author: str, shared_data: Path) -> None:
    page = Page(HOME, (shared_data / "samples" / "feeds" / name).read_bytes())
    assert entries.is_feed(page)
    found = entries.read(page)
    assert len(found.entries) == count
    if title:
        assert found.entries[0].title == title
    if author:
        assert found.entries[0].author == author


def test_a_comment_says_what_it_answers(shared_data: Path) -> None:
    (one,) = read((shared_data / "samples" / "feeds" / "atom-threading.xml").read_bytes()).entries
    assert one.parent == "tag:blogger.com,1999:blog-893591374313312737.post-3861663258538857954"


def rss(*items: str) -> str:
    return f"<rss version='2.0'><channel><title>F</title><link>https://f.example</link>{''.join(items)}</channel></rss>"


def item(number: int, text: str, more: str = "") -> str:
    link = f"https://f.example/{number}"
    return (
        f"<item><title>T{number}</title><link>{link}</link><guid>{link}</guid>{more}"
        f"<description><![CDATA[{text}]]></description></item>"
    )


LONG = "<p>" + "A sentence that goes on for as long as it has to. " * 20 + "</p>"


@pytest.mark.parametrize(
    ("texts", "asks"),
    [
        (["<p>The beginning […]</p>"], True),
        (["<p>The beginning… <a href='x'>Continue reading</a></p>"], True),
        (["<p>The beginning.</p>", "<p>Another.</p>"], True),  # all are short: these are summaries
        ([LONG, LONG], False),
        ([LONG, LONG, "<p>A short one, whole.</p>"], False),
    ],
)
def test_a_cut_entry_is_read_from_its_page(texts: list[str], asks: bool, tmp_path: Path) -> None:
    page = f"<html><body><nav>Menu</nav><article>{LONG}<p>The end.</p></article></body></html>"
    answers: dict[str, Answer] = {HOME: rss(*(item(n, text) for n, text in enumerate(texts)))}
    answers |= {f"https://f.example/{n}": page for n in range(len(texts))}
    with serving(answers) as site:
        _, _, documents = imported(HOME, tmp_path, connection(site))
        assert (len(site.urls) > 1) == asks
    assert len(documents) == len(texts)
    assert all(one.text.endswith("The end.") for one in documents) == asks


def test_a_cut_entry_whose_page_is_shut_is_marked_as_a_part(tmp_path: Path) -> None:
    answers: dict[str, Answer] = {HOME: rss(item(1, "The beginning […]")), "https://f.example/1": Reply(b"", 403)}
    with serving(answers) as site:
        _, _, (one,) = imported(HOME, tmp_path, connection(site))
    assert (one.flags, one.text) == (("partial",), "The beginning […]")


def test_a_feed_goes_on_as_wordpress_rfc_5005_and_json_feed_say(tmp_path: Path) -> None:
    generator = "<generator>https://wordpress.org/?v=6</generator>"
    link = "<link xmlns='http://www.w3.org/2005/Atom' rel='{}' href='https://f.example/{}'/>"
    webs: list[dict[str, Answer]] = [
        {HOME: rss(generator, item(1, LONG)), f"{HOME}?paged=2": rss(generator, item(2, LONG))},
        {HOME: rss(link.format("next", "b"), item(1, LONG)), "https://f.example/b": rss(item(2, LONG))},
        {HOME: rss(link.format("prev-archive", "b"), item(1, LONG)), "https://f.example/b": rss(item(2, LONG))},
        {HOME: json_feed(1, "https://f.example/b"), "https://f.example/b": json_feed(2)},
    ]
    for number, web in enumerate(webs):
        with serving(web) as site:
            _, report, _ = imported(HOME, tmp_path / str(number), connection(site))
        assert report.added == 2, number


def json_feed(number: int, following: str = "") -> str:
    found: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": number, "content_text": f"Words {number}"}],
    }
    return json.dumps(found | ({"next_url": following} if following else {}))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("&#55357;&#56836; ha", "😄 ha"),
        ("&#xD83D;&#xDE04; ha", "😄 ha"),
        ("&#55357; ha", "ha"),
        ("&#57344;a", "\ue000a"),
    ],
)
def test_a_character_that_was_cut_in_two_is_put_together(written: str, meant: str) -> None:
    (one,) = read(rss(item(1, LONG).replace("T1", written)).encode()).entries
    assert one.title == meant


def test_addresses_do_not_say_where_a_reader_came_from() -> None:
    assert entries.plain_address("https://a.example/p?utm_source=rss&id=3&utm_medium=x") == "https://a.example/p?id=3"
    assert entries.plain_address("https://a.example/p?utm_source=rss") == "https://a.example/p"


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel><item><title>&bad;</title>",
        b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><rss><channel><item><title>&b;</title></item></rss>",
        b"<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/hostname'>]><rss><channel><item><title>&f;</title></item></rss>",
        b"<rss>" + b"<a>" * 5_000,
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='xhtml'>" + b"<div>" * 2_000,
        b'{"version": "https://jsonfeed.org/version/1", "items": [1, null, {"id": [], "authors": 3}]}',
        b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 100_000,
    ],
)
def test_a_feed_made_to_break_its_reader_does_not(body: bytes) -> None:
    try:
        found = read(body)
    except Unreached:
        return
    host = Path("/etc/hostname")
    secret = host.read_text("utf-8").strip() if host.exists() else "secret"
    assert all(secret not in one.title for one in found.entries)
