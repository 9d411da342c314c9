"""XML that no honest program writes: what comes of it, how fast, and that nothing outside it is opened."""

import time
from pathlib import Path

import pytest

from importers.archive import Archive
from importers.elements import elements, words
from importers.export import DAMAGED, Files

GOOD = "<item><title>A good one.</title></item>"


def titles(data: bytes, folder: Path) -> tuple[list[str], list[str]]:
    """The text of every item, and what was noted of the file."""
    (folder / "feed.xml").write_bytes(data)
    with Archive(folder / "feed.xml") as archive:
        files = Files(archive, archive.names)
        found = [words(one) for one in elements(files, "feed.xml", root="rss", tags=("item",))]
    return found, [one.reason for one in files.damage.values()]


def feed(inside: str, before: str = "") -> bytes:
    return f"{before}<rss><channel>{inside}{GOOD}</channel></rss>".encode()


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        ("<item>&nbsp;a&mdash;b</item>", "&nbsp;a&mdash;b"),
        ("<item>a\x00\x01\x0bb</item>", "a   b"),
        ("<item><![CDATA[a\x0cb & c]]></item>", "a b & c"),
        ("<item>A & B</item>", "A  B"),
        ("<item>\u200bnarrow</item>", "\u200bnarrow"),
        ("<item><!-- not said --><?nor this?>said</item>", "said"),
        ("<item><b>a</b> c</item>", "a c"),
        ("<item xmlns='urn:x'>named</item>", "named"),
    ],
)
def test_what_breaks_the_rules_and_not_the_sense_is_mended(inside: str, found: str, tmp_path: Path) -> None:
    assert titles(feed(inside), tmp_path) == ([found, "A good one."], [])


@pytest.mark.parametrize(
    "definitions",
    [
        "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(10)) + '<!ENTITY a0 "ha">',
        f'<!ENTITY a10 "{"ha" * 50_000}">',
        '<!ENTITY a10 SYSTEM "file:///etc/hostname">',
        '<!ENTITY a10 SYSTEM "http://127.0.0.1:9/x"><!ENTITY % b SYSTEM "http://127.0.0.1:9/y">',
    ],
    ids=["laughs", "quadratic", "a file", "an address"],
)
def test_no_entity_is_resolved(definitions: str, tmp_path: Path) -> None:
    inside = f'<item>{"&a10;" * 1_000}</item><item a="&a10;">x</item>'
    started = time.process_time()
    found, _ = titles(feed(inside, f"<!DOCTYPE rss [{definitions}]>"), tmp_path)
    assert time.process_time() - started < 2
    assert sum(map(len, found)) < 20_000


@pytest.mark.parametrize("depth", [200, 100_000])
def test_elements_in_elements_without_end_are_no_trouble(depth: int, tmp_path: Path) -> None:
    found, noted = titles(feed("<item>" + "<b>" * depth + "deep" + "</b>" * depth + "</item>"), tmp_path)
    assert (found[:1] == ["deep"]) == (depth == 200)
    assert noted in ([], [DAMAGED])


def test_a_file_that_ends_anywhere_gives_what_is_whole(tmp_path: Path) -> None:
    texts = [f"Number {n}, {'word ' * 300}." for n in range(40)]
    whole = feed("".join(f"<item>{one}</item>" for one in texts))
    for percent in range(1, 100):
        found, noted = titles(whole[: len(whole) * percent // 100], tmp_path)
        assert found == texts[: len(found)]
        assert len(found) > len(texts) * percent / 100 - 8
        assert noted == [DAMAGED]


def test_other_encodings_are_read(tmp_path: Path) -> None:
    text = "<?xml version='1.0' encoding='{}'?><rss><item>Grüße</item></rss>"
    for encoding in ("utf-16", "iso-8859-1", "utf-8-sig"):
        assert titles(text.format(encoding.removesuffix("-sig")).encode(encoding), tmp_path) == (["Grüße"], [])


@pytest.mark.parametrize("data", [b"<rss", b"<rss><item>", b"<", b"\x00" * 100, b"</rss>", b"<rss><item></rss></rss>"])
def test_ruins_are_told(data: bytes, tmp_path: Path) -> None:
    found, noted = titles(data, tmp_path)
    assert found in ([], [""])
    assert noted in ([DAMAGED], [])
