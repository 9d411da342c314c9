"""Bytes of every origin, and bytes that are no text."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.encodings import NotText, decode

GERMAN = "Über allen Gipfeln ist Ruh, in allen Wipfeln spürest du kaum einen Hauch – “so”, heißt’s. "
RUSSIAN = "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему. "
POLISH = "Zażółć gęślą jaźń. Wszyscy ludzie rodzą się wolni i równi pod względem swej godności. "
JAPANESE = "これは日本語の文章です。今日はいい天気ですね。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN + RUSSIAN + JAPANESE + "🐦", "utf-8"),
        (GERMAN + "🐦", "utf-8-sig"),
        (GERMAN + JAPANESE, "utf-16"),
        (GERMAN, "utf-16-le"),
        (GERMAN, "utf-16-be"),
        ("Hej", "utf-16-le"),
        (JAPANESE, "utf-32"),
        (GERMAN, "cp1252"),
        ("Café", "latin-1"),
        ("¿Qué pasó, señor? " * 5, "latin-1"),
        (GERMAN, "mac_roman"),
        (POLISH, "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN * 5, "koi8-r"),
        (JAPANESE * 5, "shift_jis"),
        (JAPANESE * 5, "euc-jp"),
    ],
)
def test_a_text_in_any_common_encoding_is_read(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_first_strange_letter_far_inside_is_found() -> None:
    text = "plain words " * 20_000 + GERMAN
    assert decode(text.encode("cp1252")) == text


def test_an_empty_file_is_an_empty_text() -> None:
    assert decode(b"") == ""


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"PK\x03\x04\x14\0\x06\0",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0",
        b"\x7fELF\x02\x01\x01" + bytes(9),
        random.Random(1).randbytes(4_000),
        random.Random(2).randbytes(4_000).replace(b"\0", b""),
        b"\xff\xfe\x00\xd8",
    ],
    ids=["png", "zip", "jpeg", "program", "noise", "noise-without-zeros", "half-a-pair"],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(NotText):
        decode(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode(data)
    except NotText:
        return
    assert isinstance(text, str)


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufeff\ufffe")))
def test_utf_8_is_read_to_the_letter(text: str) -> None:
    assert decode(text.encode("utf-8")) == text
