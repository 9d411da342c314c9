"""What holds for every tokenizer: text comes back, and never turns into the end token."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import WrongFile
from core.recipe import TokenizerKind
from core.tokenizers import files
from core.tokenizers.base import Tokenizer

TEXT = "The quick brown fox, it is said, <|end|> jumps over the lazy dog; éèê 你好 don't! 123 \n\n" * 40
KINDS: tuple[TokenizerKind, ...] = ("characters", "bpe")
TRAINED: dict[TokenizerKind, Tokenizer] = {kind: files.train(kind, [TEXT], 512) for kind in KINDS}

AWKWARD = st.sampled_from(
    ["<|end|>", "<|en", "d|>", "🎉", "👩‍👩‍👧", "你好", "e\u0301\u0302", "\0", " ", "  ", "\r\n", "\u2028", "\x85", "'s"]
)
TEXTS = st.lists(AWKWARD | st.text(st.characters(codec="utf-8"), max_size=20)).map("".join)

each_kind = pytest.mark.parametrize("tokenizer", TRAINED.values(), ids=KINDS)


@each_kind
@given(text=TEXTS)
@settings(max_examples=200, deadline=None)
def test_every_text_comes_back_and_never_holds_the_end(tokenizer: Tokenizer, text: str) -> None:
    ids = tokenizer.encode(text)
    assert tokenizer.decode_bytes(ids) == text.encode()
    assert tokenizer.end not in ids
    assert all(0 <= id_ < tokenizer.vocab for id_ in ids)


@each_kind
def test_every_byte_has_an_id_of_its_own_and_the_end_has_no_bytes(tokenizer: Tokenizer) -> None:
    tokens = [tokenizer.decode_bytes([id_]) for id_ in range(tokenizer.vocab)]
    assert tokens[tokenizer.end] == b""
    assert {token for token in tokens if len(token) == 1} == {bytes([n]) for n in range(256)}


@each_kind
def test_a_lone_surrogate_becomes_a_question_mark(tokenizer: Tokenizer) -> None:
    assert tokenizer.decode_bytes(tokenizer.encode("a\ud800b")) == b"a?b"


@each_kind
@pytest.mark.parametrize("text", ["x" * 1_000_000, "你" * 300_000, " " * 1_000_000], ids=["x", "你", "blank"])
def test_a_million_characters_without_a_word_do_not_hang(tokenizer: Tokenizer, text: str) -> None:
    began = time.monotonic()
    ids = tokenizer.encode(text)
    assert (
        time.monotonic() - began < 60
    )  # seconds; a quarter of one when the machine is free, hours where time is quadratic
    assert tokenizer.decode_bytes(ids) == text.encode()


@each_kind
def test_a_saved_tokenizer_is_loaded_as_it_was(tokenizer: Tokenizer, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    tokenizer.save(path)
    loaded = files.load(path)
    assert type(loaded) is type(tokenizer)
    assert loaded.vocab == tokenizer.vocab
    awkward = TEXT + "<|end|>🎉\0"
    assert loaded.encode(awkward) == tokenizer.encode(awkward)
    loaded.save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()


@each_kind
def test_training_twice_gives_the_same_file(tokenizer: Tokenizer, tmp_path: Path) -> None:
    kind = next(kind for kind in KINDS if TRAINED[kind] is tokenizer)
    tokenizer.save(tmp_path / "first.json")
    files.train(kind, [TEXT], 512).save(tmp_path / "second.json")
    assert (tmp_path / "first.json").read_bytes() == (tmp_path / "second.json").read_bytes()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"version": 1, "kind": "bpe"}',
        b'{"version": 1, "kind": 1, "sha256": 1, "body": 1}',
    ],
)
def test_a_foreign_file_is_refused_in_plain_words(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_bytes(content)
    with pytest.raises(WrongFile, match="tokenizer of this run is damaged"):
        files.load(path)


@each_kind
def test_one_changed_letter_anywhere_is_noticed(tokenizer: Tokenizer, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    tokenizer.save(path)
    whole = path.read_bytes()
    for place in range(0, len(whole), len(whole) // 20):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(WrongFile):
            files.load(path)
