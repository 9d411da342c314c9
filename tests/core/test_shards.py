"""Tokens on disk: every text on its side, nobody else's words as targets, and no damage goes unnoticed."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from core.documents import Document
from core.errors import DiskTrouble, Unsupported
from core.events import Progress, drain, never
from core.manifest import VERSION, Manifest
from core.shards import Ids, PartName, Shard, build, id_type
from core.split import split
from tests.fakes.byte_tokenizer import ByteTokenizer

TOKENIZER = ByteTokenizer()
QUOTE = "QUOTED WORDS OF SOMEBODY"
PARTS: tuple[PartName, PartName] = ("train", "held_out")


def post(key: int) -> Document:
    text = f"Post {key} has {QUOTE} in it, and an é. " * 30
    at = [start for start in range(len(text)) if text.startswith(QUOTE, start)]
    return Document(source="s", key=str(key), text=text, quotes=tuple((n, n + len(QUOTE)) for n in at))


POSTS = [post(key) for key in range(60)]


def built(folder: Path, documents: list[Document] = POSTS) -> Manifest:
    _, manifest = drain(build(documents, TOKENIZER, folder, never))
    assert manifest is not None
    return manifest


def text_of(ids: Ids) -> str:
    return TOKENIZER.decode_bytes(ids.tolist()).decode()


def test_each_side_holds_its_documents_in_order_with_an_end_after_each(tmp_path: Path) -> None:
    built(tmp_path / "tokens")
    for held_out, name in enumerate(PARTS):
        expected = [section.document.text.encode() for section in split(POSTS) if section.held_out == held_out]
        ids = Shard.open(tmp_path / "tokens", name).ids.tolist()
        assert ids == [id_ for text in expected for id_ in [*text, TOKENIZER.end]]
        assert expected


def test_a_quotation_is_never_a_target_and_all_else_is(tmp_path: Path) -> None:
    built(tmp_path / "tokens")
    shard = Shard.open(tmp_path / "tokens", "train")
    assert QUOTE in text_of(shard.ids)
    learnt = shard.ids[shard.targets_mask]
    expected = [section.document.text.replace(QUOTE, "") for section in split(POSTS) if not section.held_out]
    assert text_of(learnt) == "".join(expected)
    assert (learnt == TOKENIZER.end).sum() == len(expected)
    assert shard.n_targets == len(learnt)
    assert shard.n_bytes == sum(len(text.encode()) for text in expected)


def test_documents_of_others_are_context_only(tmp_path: Path) -> None:
    others = [replace(post(key), key=f"other {key}", role="other") for key in range(10)]
    built(tmp_path / "tokens", [*POSTS, *others])
    shard = Shard.open(tmp_path / "tokens", "train")
    alone = built(tmp_path / "alone")
    assert shard.n_tokens > alone.train.tokens
    assert shard.n_bytes == alone.train.bytes


def test_where_a_book_goes_on_on_the_other_side_its_end_is_not_learnt(tmp_path: Path) -> None:
    book = Document(source="s", key="book", text="A paragraph of the book.\n\n" * 4000)
    built(tmp_path / "tokens", [book])
    shard = Shard.open(tmp_path / "tokens", "train")
    ends = np.flatnonzero(shard.ids == TOKENIZER.end)
    assert shard.targets_mask[ends].tolist() == [False] * (len(ends) - 1) + [True]
    assert len(ends) == 2


def test_progress_counts_characters_to_the_last(tmp_path: Path) -> None:
    events, _ = drain(build(POSTS, TOKENIZER, tmp_path / "tokens", never))
    total = sum(len(document.text) for document in POSTS)
    assert len(events) == len(POSTS)
    assert events[-1] == Progress(total, total, "")


def test_a_stopped_build_leaves_nothing(tmp_path: Path) -> None:
    asked = iter([False, False, True])
    _, manifest = drain(build(POSTS, TOKENIZER, tmp_path / "tokens", lambda: next(asked)))
    assert manifest is None
    assert list(tmp_path.glob("tokens*")) == []


def test_an_abandoned_build_leaves_nothing(tmp_path: Path) -> None:
    work = build(POSTS, TOKENIZER, tmp_path / "tokens", never)
    next(work)
    work.close()
    assert list(tmp_path.glob("tokens*")) == []


def test_too_little_own_text_to_hold_some_back_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unsupported, match="too little of your own writing"):
        built(tmp_path / "tokens", [Document(source="s", key="k", text="Short.")])
    assert list(tmp_path.glob("tokens*")) == []


def test_ids_take_two_bytes_as_long_as_they_fit() -> None:
    assert id_type(65_536) == np.uint16
    assert id_type(65_537) == np.uint32


def test_a_large_vocabulary_is_read_back_whole(tmp_path: Path) -> None:
    class Wide(ByteTokenizer):
        vocab = 70_000

        def encode(self, text: str) -> list[int]:
            return [byte + 69_000 for byte in text.encode()]

        def decode_bytes(self, ids: Sequence[int]) -> bytes:
            return b""

    drain(build(POSTS, Wide(), tmp_path / "tokens", never))
    shard = Shard.open(tmp_path / "tokens", "train")
    assert shard.ids.dtype == np.uint32
    assert shard.ids[0] == 69_000 + ord("P")


def test_a_shard_of_another_tokenizer_is_refused(tmp_path: Path) -> None:
    class Other(ByteTokenizer):
        def decode_bytes(self, ids: Sequence[int]) -> bytes:
            return super().decode_bytes(ids).upper()

    built(tmp_path / "tokens")
    Shard.open(tmp_path / "tokens", "train", TOKENIZER)
    with pytest.raises(DiskTrouble, match="belongs to another run"):
        Shard.open(tmp_path / "tokens", "train", Other())


@pytest.mark.parametrize("name", ["train.bin", "train.mask", "manifest.json"])
@pytest.mark.parametrize("damage", ["changed", "cut", "longer", "gone"])
def test_a_damaged_shard_is_refused_in_plain_words(name: str, damage: str, tmp_path: Path) -> None:
    built(tmp_path / "tokens")
    path = tmp_path / "tokens" / name
    whole = path.read_bytes()
    match damage:
        case "changed":
            path.write_bytes(whole[:20] + bytes([whole[20] ^ 1]) + whole[21:])
        case "cut":
            path.write_bytes(whole[:-1])
        case "longer":
            path.write_bytes(whole + b"\1")
        case _:
            path.unlink()
    with pytest.raises(DiskTrouble) as trouble:
        Shard.open(tmp_path / "tokens", "train")
    assert str(tmp_path) not in str(trouble.value)


def test_a_manifest_of_another_version_is_refused(tmp_path: Path) -> None:
    built(tmp_path / "tokens")
    path = tmp_path / "tokens" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": VERSION + 1}))
    with pytest.raises(DiskTrouble):
        Shard.open(tmp_path / "tokens", "train")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def full(path: Path, mode: str = "r") -> object:
        return opened(Path("/dev/full"), "wb") if path.suffix == ".bin" else opened(path, mode)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(DiskTrouble, match="disk is full while preparing"):
        built(tmp_path / "tokens")
    assert list(tmp_path.glob("tokens*")) == []
