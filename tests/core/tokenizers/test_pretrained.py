"""A pretrained model's tokenizer.json: the same ids as its makers', every byte back, and no control token from text."""

import json
from pathlib import Path
from typing import Any

import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Trouble, Unsupported, WrongFile
from core.tokenizers import files, pretrained, trial
from core.tokenizers.pretrained import PretrainedTokenizer
from tests.fakes import foreign_tokenizers as foreign

UNUSUAL = [
    "",
    " ",
    "a",
    "\n\n\n",
    "Ünseen ✓ wörds\u0301",
    "x  y   z",
    "\0\x1f",
    "👩‍👩‍👧",
    "1234567 + 89",
    "'s 'LL",
    "\u2581",
]
BROKEN = "This model's tokenizer.json is broken, or so slow that it would stop everything."
DAMAGED = "This model's tokenizer.json is damaged, or is none."
UNKNOWN = "This model cuts text into tokens in a way that Mynah does not know."


@pytest.fixture(scope="module", params=list(foreign.ALL))
def theirs(request: pytest.FixtureRequest) -> tokenizers.Tokenizer:
    return foreign.ALL[request.param]()


@pytest.fixture(scope="module")
def ours(theirs: tokenizers.Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> PretrainedTokenizer:
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    return pretrained.read(foreign.write(path, theirs), end=1)


@pytest.mark.parametrize("text", [*foreign.TEXT[:3], *UNUSUAL])
def test_ids_are_those_of_the_makers(text: str, theirs: tokenizers.Tokenizer, ours: PretrainedTokenizer) -> None:
    assert ours.encode(text) == theirs.encode(text, add_special_tokens=False).ids


def test_long_texts_are_cut_where_it_changes_nothing(theirs: tokenizers.Tokenizer, ours: PretrainedTokenizer) -> None:
    text = "".join(foreign.TEXT) * 20
    assert ours.encode(text) == theirs.encode(text, add_special_tokens=False).ids


@given(text=st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\u2581"), max_size=50))
@settings(max_examples=60, deadline=None)
def test_text_comes_back(text: str) -> None:
    for tokenizer in without_composing():
        assert tokenizer.decode_bytes(tokenizer.encode(text)).decode("utf-8") == text


def test_every_control_token_is_text_when_somebody_types_it(ours: PretrainedTokenizer) -> None:
    for name in controls(ours):
        text = f"a{name} {name}{name}\n{name[:-1]} {name[1:]}b"
        ids = ours.encode(text)
        assert not {ours.control(name) for name in controls(ours)} & set(ids)
        assert ours.decode_bytes(ids).decode("utf-8") == text


def test_what_looks_like_a_control_token_is_cut_like_any_text(
    theirs: tokenizers.Tokenizer, ours: PretrainedTokenizer
) -> None:
    rules = json.loads(theirs.to_str())
    without = tokenizers.Tokenizer.from_str(json.dumps({**rules, "added_tokens": []}))
    text = "".join(f"The {name} dog{name}s" for name in controls(ours))
    assert ours.encode(text) == without.encode(text, add_special_tokens=False).ids


@given(pieces=st.lists(st.sampled_from([*"<|>_/[ a", "im", "start", "end", "think", "of", "turn", "bos", "eot"])))
@settings(max_examples=200, deadline=None)
def test_no_text_becomes_a_control_token(pieces: list[str]) -> None:
    for tokenizer in without_composing():
        assert not {tokenizer.control(name) for name in controls(tokenizer)} & set(tokenizer.encode("".join(pieces)))


def test_merges_that_lead_to_a_control_token_are_undone(tmp_path: Path) -> None:
    vocab = {"<": 0, "b": 1, ">": 2, "b>": 3, "<b>": 4, "\u2581": 5}
    model = tokenizers.models.BPE(vocab=vocab, merges=[("b", ">"), ("<", "b>")], byte_fallback=True)
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.add_special_tokens(["<b>"])
    ours = pretrained.read(foreign.write(tmp_path / "tokenizer.json", tokenizer), end=4)
    assert ours.encode("b><b>b") == [3, 0, 1, 2, 1]


def test_control_tokens_have_ids_and_no_bytes() -> None:
    tokenizer = PretrainedTokenizer(foreign.qwen().to_str().encode(), end=1)
    start = tokenizer.control("<|im_start|>")
    assert start is not None
    assert tokenizer.decode_bytes([start]) == b""
    assert tokenizer.control("<|no_such_thing|>") is None
    thought = tokenizer.control("<think>")
    assert thought is not None
    assert tokenizer.decode_bytes([thought]) == b"<think>"  # an ordinary token in Qwen's file: a reader should see it


def test_a_reply_may_end_with_another_token() -> None:
    tokenizer = PretrainedTokenizer(foreign.qwen().to_str().encode(), end=1)
    other = tokenizer.ended_by("<|im_end|>")
    assert (other.end, tokenizer.end) == (tokenizer.control("<|im_end|>"), 1)


def test_it_is_kept_in_the_file_of_our_own_tokenizers(ours: PretrainedTokenizer, tmp_path: Path) -> None:
    ours.save(tmp_path / "ours.json")
    again = files.load(tmp_path / "ours.json")
    assert isinstance(again, PretrainedTokenizer)
    text = "".join(foreign.TEXT[:3])
    assert (again.encode(text), again.vocab, again.end) == (ours.encode(text), ours.vocab, ours.end)


def test_spaces_that_a_file_would_add_are_not_added(tmp_path: Path) -> None:
    rules = json.loads(foreign.gemma().to_str())
    prepend = {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "\u2581"}, rules["normalizer"]]}
    path = foreign.write(tmp_path / "tokenizer.json", foreign.gemma(), normalizer=prepend)
    assert pretrained.read(path, 1).encode("The dog") == pretrained.read(
        foreign.write(path, foreign.gemma()), 1
    ).encode("The dog")


# ---- strangers


def split(pattern: str) -> dict[str, Any]:
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}


def byte_level(part: dict[str, Any]) -> dict[str, Any]:
    letters = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    return {"type": "Sequence", "pretokenizers": [part, letters]}


@pytest.mark.parametrize(
    ("changes", "kind", "said"),
    [
        ({"pre_tokenizer": byte_level(split("(a+)+$"))}, WrongFile, BROKEN),
        ({"pre_tokenizer": byte_level(byte_level(split(r"(\s+)+$")))}, WrongFile, BROKEN),
        ({"pre_tokenizer": byte_level(split("("))}, WrongFile, BROKEN),
        ({"pre_tokenizer": {"type": "UnicodeScripts"}}, Unsupported, UNKNOWN),
        ({"normalizer": {"type": "Precompiled", "precompiled_charsmap": "x"}}, Unsupported, UNKNOWN),
        ({"normalizer": {"type": "Replace", "pattern": {"Regex": "(a+)+$"}, "content": ""}}, Unsupported, UNKNOWN),
        ({"model": {"type": "Unigram", "vocab": [["a", 0.0]]}}, Unsupported, UNKNOWN),
        ({"model": {"type": "BPE", "vocab": {"a": 2**31}, "merges": []}}, WrongFile, DAMAGED),
        ({"model": {"type": "BPE", "vocab": {"a": -1}, "merges": []}}, WrongFile, DAMAGED),
        ({"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a b"]}}, WrongFile, BROKEN),
        ({"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [], "dropout": 0.5}}, Unsupported, UNKNOWN),
        (
            {"pre_tokenizer": {"type": "Digits", "individual_digits": True}},
            Unsupported,
            UNKNOWN,
        ),  # letters and no bytes
        ({"model": None}, WrongFile, DAMAGED),
        ({"added_tokens": [{"id": 10**9, "content": "<x>", "special": True}]}, WrongFile, DAMAGED),
        ({"added_tokens": {}}, WrongFile, BROKEN),
    ],
)
def test_a_strangers_file_is_refused(changes: dict[str, Any], kind: type[Trouble], said: str, tmp_path: Path) -> None:
    path = foreign.write(tmp_path / "tokenizer.json", foreign.gpt2(), **changes)
    with pytest.raises(kind) as caught:
        pretrained.read(path, end=0)
    assert caught.value.what == said


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b"[" * 100_000, b'{"model": {}}'])
def test_what_is_no_tokenizer_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_bytes(data)
    with pytest.raises(WrongFile, match="damaged"):
        pretrained.read(tmp_path / "tokenizer.json", end=0)


def test_a_file_without_end_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "tokenizer.json").open("wb") as file:
        file.truncate(10 << 30)
    with pytest.raises(WrongFile, match="damaged"):
        pretrained.read(tmp_path / "tokenizer.json", end=0)


def test_an_end_that_is_no_token_is_refused(tmp_path: Path) -> None:
    path = foreign.write(tmp_path / "tokenizer.json", foreign.gpt2())
    with pytest.raises(WrongFile, match="damaged"):
        pretrained.read(path, end=10_000)


def added(content: str, id_: int, special: bool) -> dict[str, Any]:
    marks = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {"id": id_, "content": content, "special": special, **marks}


def with_one_more(tmp_path: Path, token: dict[str, Any]) -> Path:
    told = json.loads(foreign.gpt2().to_str())["added_tokens"]
    return foreign.write(tmp_path / "tokenizer.json", foreign.gpt2(), added_tokens=[*told, token])


def test_a_control_token_without_a_row_is_no_token(tmp_path: Path) -> None:
    """Gemma's file has one for pictures, for which its smaller models have no row."""
    rows = foreign.gpt2().get_vocab_size()
    path = with_one_more(tmp_path, added("<image>", rows, special=True))
    assert pretrained.read(path, 0).control("<image>") == rows
    within = pretrained.read(path, 0, rows)
    assert (within.vocab, within.control("<image>")) == (rows, None)
    assert within.decode_bytes(within.encode("a<image>b")) == b"a<image>b"


def test_a_word_without_a_row_is_refused(tmp_path: Path) -> None:
    rows = foreign.gpt2().get_vocab_size()
    path = with_one_more(tmp_path, added("zebra", rows, special=False))
    assert rows in pretrained.read(path, 0, rows + 1).encode("a zebra")
    with pytest.raises(WrongFile, match="more tokens than the model knows"):
        pretrained.read(path, 0, rows)


@pytest.mark.parametrize("id_", [3, 5_000])
def test_a_token_at_a_place_where_it_cannot_be_is_refused(id_: int, tmp_path: Path) -> None:
    """The library would give it another id than the one that its file tells."""
    with pytest.raises(WrongFile, match="damaged"):
        pretrained.read(with_one_more(tmp_path, added("<x>", id_, special=True)), 0)


def test_a_trial_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "SECONDS", 0.001)
    assert not trial.passes(foreign.gpt2().to_str().encode())


def controls(tokenizer: PretrainedTokenizer) -> list[str]:
    names = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>", "<bos>", "<eos>", "<start_of_turn>"]
    return [name for name in [*names, "<|eot_id|>", "<|start_header_id|>"] if tokenizer.control(name) is not None]


MADE: list[PretrainedTokenizer] = []


def without_composing() -> list[PretrainedTokenizer]:
    """One of each, made once; Qwen's composes letters, so that a text may come back in another form."""
    if not MADE:
        for make in foreign.ALL.values():
            rules = json.loads(make().to_str())
            if rules["normalizer"] == {"type": "NFC"}:
                rules["normalizer"] = None
            MADE.append(PretrainedTokenizer(json.dumps(rules).encode(), end=1))
    return MADE
