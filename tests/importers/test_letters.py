"""Letters are taken apart as the standard library does it, which is slower and here the judge."""

import email
from datetime import UTC, timedelta
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from importers import letters

POEM = "Zwei Zeilen, ganz kurz —\nund ein Wort: naïve.\n" * 3


def by_the_library(raw: bytes) -> list[tuple[str, bytes]]:
    """The kind and the decoded bytes of every text in a letter."""
    found: list[tuple[str, bytes]] = []
    whole: Message = email.message_from_bytes(raw)
    for part in whole.walk():
        if part.get_content_maintype() == "text":
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            found.append((part.get_content_type(), data.strip()))
    return found


def by_us(part: letters.Letter) -> list[tuple[str, bytes]]:
    if part.kind.startswith("multipart/"):
        return [one for inner in part.parts for one in by_us(inner)]
    packing = (part.get("content-transfer-encoding") or "").strip().lower()
    return [(part.kind, letters.unpacked(part.body, packing).strip())] if part.kind.startswith("text/") else []


def made(cte: str, charset: str) -> bytes:
    letter = EmailMessage()
    letter["Subject"] = "A poem"
    letter.set_content(POEM, cte=cte, charset=charset)
    letter.add_alternative(f"<p>{POEM}</p>", subtype="html", cte=cte, charset=charset)
    letter.add_attachment(b"\x00\x01", maintype="image", subtype="png", filename="a.png")
    return letter.as_bytes()


@pytest.mark.parametrize("charset", ["utf-8", "cp1252"])
@pytest.mark.parametrize("cte", ["quoted-printable", "base64", "8bit"])
def test_every_way_of_packing_is_unpacked(cte: str, charset: str) -> None:
    raw = made(cte, charset)
    assert by_us(letters.letter(raw)) == by_the_library(raw)
    assert POEM.strip() in letters.body(letters.letter(raw))[0]


def test_samples_are_taken_apart_alike(shared_data: Path) -> None:
    for path in sorted((shared_data / "samples" / "mail").rglob("*.eml")):
        raw = path.read_bytes()
        assert by_us(letters.letter(raw)) == by_the_library(raw), path.name


@pytest.mark.parametrize(
    ("raw", "texts"),
    [
        (b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b1\ntwo\n--b--\n", ["one\n--b1\ntwo"]),
        (b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nnever closed", ["never closed"]),
        (b"Content-Type: multipart/mixed; boundary=b\n\nno parts", ["no parts"]),
        (b"Content-Type: multipart/mixed\n\nno boundary", ["no boundary"]),
        (b"Content-Type: nonsense\n\nplain after all", ["plain after all"]),
        (b"\nno headers", ["no headers"]),
        (b"Content-Type: text/plain; charset=klingon\n\nna\xc3\xafve", ["naïve"]),
    ],
)
def test_broken_letters_give_what_can_be_read(raw: bytes, texts: list[str]) -> None:
    assert [text for _, text in letters.texts(letters.letter(raw))] == texts


@pytest.mark.parametrize("zone", ["+0000", "-0000", "+0530", "-1200", "+1459", "+2359", "GMT"])
@pytest.mark.parametrize(
    "day", ["Sat, 9 Nov 2024 12:14:18", "31 Dec 1999 23:59:59", "30 Feb 2024 1:02:03", "1 Jan 2024 24:00:00"]
)
def test_dates_are_read_as_the_library_reads_them(day: str, zone: str) -> None:
    try:
        by_library = parsedate_to_datetime(f"{day} {zone}").replace(tzinfo=None)
        ahead = parsedate_to_datetime(f"{day} {zone}").utcoffset() or timedelta()
    except ValueError:
        assert letters.moment(letters.letter(f"Date: {day} {zone}\n\n".encode())) is None
        return
    assert letters.moment(letters.letter(f"Date: {day} {zone}\n\n".encode())) == (by_library - ahead).replace(
        tzinfo=UTC
    )
