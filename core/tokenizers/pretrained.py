"""The tokenizer.json of a pretrained model, which a stranger wrote. Knows no model and no template.

Byte-level BPE (GPT-2, Llama 3, Qwen) and SentencePiece's BPE with bytes for what is rare (Gemma, Mistral). Only parts
that are known to be harmless are let in, and all of it is tried in a process of its own before it is used here.

Control tokens come from `control` alone. Text becomes none, also where the file calls it an ordinary token, as Qwen's
does with <think>: whoever may write it could speak in the model's place.
"""

import json
from collections.abc import Iterator, Sequence
from copy import copy
from pathlib import Path
from typing import Any, Final, Self

import tokenizers

from core.atomic import disk_errors
from core.errors import Unsupported, WrongFile
from core.tokenizers import envelope, trial
from core.tokenizers.bpe import BYTE_LETTERS, TOGETHER, pieces

KIND: Final = "pretrained"
FILE_BYTES: Final = 48 << 20  # Gemma's, the largest, has 33 MB
IDS: Final = 1_000_000
SPACE: Final = "\u2581"  # SentencePiece's letter for a space

NORMALIZERS: Final = {"NFC", "Replace", "Prepend"}
PRE_TOKENIZERS: Final = {"ByteLevel", "Split", "Digits", "Metaspace"}
WITHOUT: Final = ("dropout", "continuing_subword_prefix", "end_of_word_suffix")  # of the model: nobody uses them


class PretrainedTokenizer:
    """`decode(encode(text)) == text`, unless the file asks for Unicode's composed form and the text has another."""

    def __init__(self, file: bytes, end: int) -> None:
        """`file` was tried before; `end` is the id that ends a text."""
        rules, silent = _rules(file)
        self._file = file
        self._inner = tokenizers.Tokenizer.from_str(json.dumps(rules))
        self._inner.encode_special_tokens = True  # what a user types stays text
        self._controls = {token["content"]: token["id"] for token in rules["added_tokens"] if token["special"]}
        self._bytes = _token_bytes(rules, silent)
        self.end = end
        misplaced = any(self._inner.token_to_id(token["content"]) != token["id"] for token in rules["added_tokens"])
        if misplaced or not 0 <= end < self.vocab:  # the library gives what is misplaced an id of its own
            raise wrong_file()

    @property
    def vocab(self) -> int:
        return len(self._bytes)

    def control(self, name: str) -> int | None:
        """The id of a control token, such as "<|im_start|>"; None where this tokenizer has no such token."""
        return self._controls.get(name)

    def ended_by(self, name: str) -> Self:
        """The same tokenizer, whose replies end with another control token."""
        other = copy(self)
        other.end = self._controls[name]
        return other

    def encode(self, text: str) -> list[int]:
        ids: list[int] = []
        waiting = list(pieces(text))
        for first in range(0, len(waiting), TOGETHER):
            together = waiting[first : first + TOGETHER]
            for encoding in self._inner.encode_batch_fast(together, add_special_tokens=False):
                ids.extend(encoding.ids)
        return self._as_text(ids)

    def decode_bytes(self, ids: Sequence[int]) -> bytes:
        """Nothing for ids without a token: a model's table may be larger, rounded up to suit a graphics chip."""
        return b"".join(self._bytes[id_] for id_ in ids if id_ < len(self._bytes))

    def save(self, path: Path) -> None:
        envelope.write(path, KIND, {"end": self.end, "file": json.loads(self._file)})

    @classmethod
    def load(cls, body: dict[str, Any]) -> Self:
        """The tokenizer whose `save` wrote `body`."""
        return cls(json.dumps(body["file"], ensure_ascii=False).encode("utf-8"), body["end"])

    def _as_text(self, ids: list[int]) -> list[int]:
        """Letters may merge into a control token where that lies among the merges: such a one is spelt instead."""
        controls = {id_: name for name, id_ in self._controls.items()}
        if controls.keys().isdisjoint(ids):
            return ids
        spelt: list[int] = []
        for id_ in ids:
            if id_ in controls:
                letters = self._inner.encode_batch_fast([*controls[id_]], add_special_tokens=False)
                spelt += [i for letter in letters for i in letter.ids if i not in controls]
            else:
                spelt.append(id_)
        return spelt


def read(path: Path, end: int, rows: int = IDS) -> PretrainedTokenizer:
    """The tokenizer.json at `path`, for a model that knows `rows` ids.

    Raises WrongFile or Unsupported: missing, broken, unknown, too slow, or made for a larger model.
    """
    if not path.is_file():
        raise WrongFile(
            "This model comes without a tokenizer.json, by which it reads.",
            fix="Get that file from where the model came and put it beside config.json, or choose another model.",
        )
    with disk_errors("reading the tokenizer"), path.open("rb") as opened:
        file = opened.read(FILE_BYTES + 1)
    if len(file) > FILE_BYTES:
        raise wrong_file()
    if not trial.passes(json.dumps(_rules(file)[0]).encode("ascii")):
        raise WrongFile(
            "This model's tokenizer.json is broken, or so slow that it would stop everything.",
            fix="Get the model's folder again from where it came, or choose another model.",
        )
    return PretrainedTokenizer(_within(file, rows), end)


def wrong_file() -> WrongFile:
    return WrongFile(
        "This model's tokenizer.json is damaged, or is none.",
        fix="Get the model's folder again from where it came: the download may have ended early.",
    )


def _within(file: bytes, rows: int) -> bytes:
    """The file without the control tokens that its model has no rows for, as Gemma's of a picture: no text becomes one.
    WrongFile where text could."""
    rules = json.loads(file)
    beyond = {token["content"] for token in rules["added_tokens"] if token["special"] and token["id"] >= rows}
    vocab = {token: id_ for token, id_ in rules["model"]["vocab"].items() if token not in beyond}
    added = [token for token in rules["added_tokens"] if token["content"] not in beyond]
    if max([*vocab.values(), *(token["id"] for token in added)], default=0) >= rows:
        raise WrongFile(
            "This model's tokenizer.json has more tokens than the model knows.",
            fix="Get the model's folder again from where it came: its files belong to different models.",
        )
    within = {**rules, "added_tokens": added, "model": {**rules["model"], "vocab": vocab}}
    return json.dumps(within).encode("ascii") if beyond else file


def _unknown() -> Unsupported:
    return Unsupported(
        "This model cuts text into tokens in a way that Mynah does not know.", fix="Choose another model."
    )


def _rules(file: bytes) -> tuple[dict[str, Any], set[int]]:
    """The file as the library gets it, and the ids that decode to nothing.

    It has no part that we do not know, adds no tokens and no spaces, and takes what is in brackets for a control token.
    """
    try:
        rules = json.loads(file)
        _check_model(rules["model"], _is_byte_level(rules))
        for part in _parts(rules.get("normalizer"), "normalizers"):
            _check_normalizer(part)
        for part in _parts(rules.get("pre_tokenizer"), "pretokenizers"):
            _check_pre_tokenizer(part)
        silent = {token["id"] for token in rules["added_tokens"] if token["special"]}
        for token in rules["added_tokens"]:
            token["special"] = token["special"] is True or _is_bracketed(token["content"])
            _check_id(token["id"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise wrong_file() from error
    return {**rules, "post_processor": None, "decoder": None, "truncation": None, "padding": None}, silent


def _check_model(model: dict[str, Any], byte_level: bool) -> None:
    """BPE that can spell every text: by its alphabet, or by falling back to bytes."""
    if model["type"] != "BPE" or any(model.get(name) for name in WITHOUT):
        raise _unknown()
    if not byte_level and model.get("byte_fallback") is not True:
        raise _unknown()
    for id_ in model["vocab"].values():
        _check_id(id_)


def _check_id(id_: object) -> None:
    if type(id_) is not int or not 0 <= id_ < IDS:
        raise wrong_file()


def _parts(component: Any, inside: str) -> Iterator[dict[str, Any]]:
    """The parts of a component, in whatever order: those of sequences, and of sequences in sequences."""
    waiting = [component] if component is not None else []
    while waiting:
        part = waiting.pop()
        if part["type"] == "Sequence":
            waiting += part[inside]
        else:
            yield part


def _is_byte_level(rules: dict[str, Any]) -> bool:
    return any(part["type"] == "ByteLevel" for part in _parts(rules.get("pre_tokenizer"), "pretokenizers"))


def _check_normalizer(part: dict[str, Any]) -> None:
    if part["type"] not in NORMALIZERS or (part["type"] == "Replace" and "String" not in part["pattern"]):
        raise _unknown()
    if part["type"] == "Prepend":  # a space before every text: where one is meant, the template writes it
        part["prepend"] = ""


def _check_pre_tokenizer(part: dict[str, Any]) -> None:
    if part["type"] not in PRE_TOKENIZERS:
        raise _unknown()
    if part["type"] == "ByteLevel":
        part["add_prefix_space"] = False
    if part["type"] == "Metaspace":
        part.pop("add_prefix_space", None)
        part["prepend_scheme"] = "never"


def _is_bracketed(content: str) -> bool:
    return content.startswith(("<", "[")) and content.endswith((">", "]"))


def _token_bytes(rules: dict[str, Any], silent: set[int]) -> list[bytes]:
    """The bytes of each token, by id."""
    spell = _byte_level if _is_byte_level(rules) else _sentence_piece
    known = {id_: spell(token) for token, id_ in rules["model"]["vocab"].items()}
    for token in rules["added_tokens"]:
        known[token["id"]] = b"" if token["id"] in silent else token["content"].encode("utf-8", "replace")
    return [known.get(id_, b"") for id_ in range(max(known, default=-1) + 1)]


def _byte_level(token: str) -> bytes:
    if all(letter in BYTE_LETTERS for letter in token):
        return bytes(BYTE_LETTERS[letter] for letter in token)
    return token.encode("utf-8", "replace")


def _sentence_piece(token: str) -> bytes:
    if len(token) == 6 and token.startswith("<0x") and token.endswith(">"):
        return bytes.fromhex(token[3:5])
    return token.replace(SPACE, " ").encode("utf-8", "replace")
