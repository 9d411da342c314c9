"""Documents of programs for writing: what damage and malice do to them."""

import io
import json
import random
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

from core.documents import Document
from importers.binary import Unreadable
from importers.encodings import NotText
from importers.files import understood
from importers.rich_text import words
from tests.importers.fixture import as_json

FIXTURES: Final = Path(__file__).resolve().parent.parent / "fixtures"
KINDS: Final = ("word", "open_document", "epub", "rich_text", "pdf")
WORD: Final = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{}</w:document>'


def read(name: str, data: bytes) -> list[str]:
    """The texts that come of a file; none when it says why not."""
    with suppress(Unreadable, NotText):
        return [one.text for one in understood(Path(name), data) if isinstance(one, Document)]
    return []


@pytest.mark.parametrize(
    "name", ["test.docx", "test_with_comment.docx", "test.pdf", "test.epub", "test.rtf", "fake.odt"]
)
def test_a_real_document_gives_exactly_what_is_expected(name: str, shared_data: Path) -> None:
    expected = json.loads((FIXTURES / "samples" / f"docs-{name}.json").read_text("utf-8"))
    assert [as_json(one, "") for one in found(shared_data / "samples" / "docs" / name)] == expected


def found(path: Path) -> list[Document]:
    return [one for one in understood(Path(path.name), path.read_bytes()) if isinstance(one, Document)]


def packed(**parts: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, part in parts.items():
            whole.writestr(name.replace("__", "/").replace("_xml", ".xml"), part)
    return data.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_bytes_that_are_wrong_raise_nothing(kind: str) -> None:
    chance = random.Random(kind)
    for path in sorted((FIXTURES / kind / "given").iterdir()):
        whole = path.read_bytes()
        for turn in range(40):
            data = bytearray(whole[: max(1, len(whole) * (turn + 1) // 40)])
            for _ in range(turn % 4):
                data[chance.randrange(len(data))] = chance.randrange(256)
            read(path.name, bytes(data))


def test_a_document_that_unpacks_to_far_too_much_is_refused() -> None:
    bomb = packed(word__document_xml=b"<x>" + b" " * (1 << 27) + b"</x>")
    assert len(bomb) < 1 << 18
    with pytest.raises(Unreadable, match="far larger than any writing"):
        list(understood(Path("bomb.docx"), bomb))


def test_entities_are_neither_multiplied_nor_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret", encoding="utf-8")
    laughs = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    declared = f'<!DOCTYPE x [<!ENTITY a0 "ha"><!ENTITY f SYSTEM "{secret.as_uri()}">{laughs}]>'
    body = WORD.format("<w:body><w:p><w:r><w:t>seen &a9; &f;</w:t></w:r></w:p></w:body>")
    assert all(
        "ha" not in text and "secret" not in text
        for text in read("a.docx", packed(word__document_xml=(declared + body).encode()))
    )


def test_paragraphs_in_paragraphs_without_end_are_read_to_some_depth() -> None:
    deep = WORD.format("<w:body>" + "<w:sdt>" * 5_000 + "<w:p/>" + "</w:sdt>" * 5_000 + "</w:body>")
    assert read("deep.docx", packed(word__document_xml=deep.encode())) == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (rb"{\rtf1\ansicpg932 \'82\'a0}", "あ"),
        (rb"{\rtf1\uc2\u12354\'82\'a0!}", "あ!"),
        (rb"{\rtf1 \u55357?\u56836?}", "😄"),
        (rb"{\rtf1 a{\*\x b}c{\footnote d}e}", "ace"),
        (b"{\\rtf1 a\\bin3 x{yb}", "ab"),
        (rb"{\rtf1\ansicpg99999 caf\'e9}", "café"),
    ],
)
def test_rich_text_gives_its_words(given: bytes, expected: str) -> None:
    assert words(given) == expected
