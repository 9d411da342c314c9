"""A tokenizer.json in llama.cpp's words: tokens, their kinds, merges, and the name of the pattern that parts words.

llama.cpp knows patterns by name only, so a tokenizer whose pattern has none there cannot be told. SentencePiece's BPE
has no merges there but a score for each token, and joins whatever gives the best one: told only where our merges say
the same. Knows no file.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gguf import TokenType

from core.errors import Unsupported

LLAMA3: Final = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)
_BEFORE, _UPPER, _LOWER, _AFTER = (
    r"[^\r\n\p{L}\p{N}]?",
    r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]",
    r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
)
GPT_4O: Final = (
    rf"{_BEFORE}{_UPPER}*{_LOWER}+{_AFTER}|{_BEFORE}{_UPPER}+{_LOWER}*{_AFTER}"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
PATTERNS: Final = {  # of a Split, to the name that llama.cpp has for it (its src/llama-vocab.cpp)
    LLAMA3: "llama-bpe",
    LLAMA3.replace("{1,3}", ""): "qwen2",
    LLAMA3.replace("(?!\\S)", "(?:$|[^\\S])"): "llama-bpe",
    GPT_4O: "gpt-4o",
}
PLAIN_LLAMA3: Final = "dbrx"  # the same pattern, where a whole word in the vocabulary is made by merges all the same
SPACE: Final = "\u2581"  # SentencePiece's letter for a space
BYTE: Final = re.compile(r"<0x[0-9A-F]{2}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Tokens by id; `pre` is llama.cpp's name of the pattern. `scores` are SentencePiece's, which has no merges."""

    model: str  # "gpt2" for byte-level BPE, "llama" for SentencePiece's
    pre: str
    tokens: tuple[bytes, ...]
    kinds: tuple[int, ...]
    merges: tuple[str, ...]
    scores: tuple[float, ...] = ()
    unknown: int = 0  # the id of what cannot be spelt


def told(rules: Mapping[str, Any], size: int) -> Vocabulary:
    """The tokenizer for a model with `size` ids; ids without a token are filled up. Raises Unsupported."""
    model = rules["model"]
    pairs = [tuple(pair.split(" ", 1)) if isinstance(pair, str) else tuple(pair) for pair in model["merges"]]
    spelt = model.get("byte_fallback") is True
    pre = "default" if spelt and _is_sentence_piece(rules, pairs) else _pattern(rules)
    if model["type"] != "BPE" or pre is None or (spelt and pre != "default"):
        raise Unsupported(
            "This model cuts text into tokens in a way that llama.cpp has no name for.",
            fix="Export it as a Hugging Face folder or as one .mynah file.",
        )
    tokens, kinds = _tokens(rules, size, spelt)
    if not spelt:
        merges = tuple(" ".join(pair) for pair in pairs)
        return Vocabulary(model="gpt2", pre=pre, tokens=tokens, kinds=kinds, merges=merges)
    unknown = model["vocab"].get(model.get("unk_token") or "", 0)
    return Vocabulary(
        model="llama",
        pre=pre,
        tokens=tokens,
        kinds=kinds,
        merges=(),
        scores=_scores(rules, pairs, size),
        unknown=unknown,
    )


def _tokens(rules: Mapping[str, Any], size: int, spelt: bool) -> tuple[tuple[bytes, ...], tuple[int, ...]]:
    """All tokens and their kinds, by id."""
    tokens = [f"[PAD{id_}]".encode() for id_ in range(size)]
    kinds = [int(TokenType.UNUSED)] * size
    for name, id_ in rules["model"]["vocab"].items():
        kind = TokenType.BYTE if spelt and BYTE.fullmatch(name) else TokenType.NORMAL
        tokens[id_], kinds[id_] = name.encode("utf-8"), int(kind)
    for token in rules["added_tokens"]:
        tokens[token["id"]] = token["content"].encode("utf-8")
        kinds[token["id"]] = int(TokenType.CONTROL if token["special"] else TokenType.USER_DEFINED)
    return tuple(tokens), tuple(kinds)


def _scores(rules: Mapping[str, Any], pairs: Sequence[tuple[str, ...]], size: int) -> tuple[float, ...]:
    """The earlier something may be joined, the higher its score."""
    vocab, scores = rules["model"]["vocab"], [-float(size)] * size
    for rank, pair in reversed(list(enumerate(pairs))):
        scores[vocab["".join(pair)]] = -float(rank)
    return tuple(scores)


def _is_sentence_piece(rules: Mapping[str, Any], pairs: Sequence[tuple[str, ...]]) -> bool:
    """Whether scores say what these merges say: all ways to join two tokens into one are merges, those of one token
    follow each other, and nothing but spaces is changed before."""
    if not all(_is_of_spaces(part) for name in ("normalizer", "pre_tokenizer") for part in _parts(rules.get(name))):
        return False
    vocab: Mapping[str, int] = rules["model"]["vocab"]
    joined = [token for token, _ in itertools.groupby("".join(pair) for pair in pairs)]
    if len(joined) != len(set(joined)):
        return False
    known, special = set(pairs), {token["content"] for token in rules["added_tokens"]}
    return all(
        (token[:at], token[at:]) in known
        for token in vocab
        if token not in special and not BYTE.fullmatch(token)
        for at in range(1, len(token))
        if token[:at] in vocab and token[at:] in vocab
    )


def _is_of_spaces(part: Mapping[str, Any]) -> bool:
    """Spaces become SentencePiece's letter; one before every text is never added here, see core/tokenizers. Cutting at
    spaces changes nothing, as no token holds a space and more after it."""
    match part:
        case {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}:
            return True
        case {"type": "Prepend", "prepend": "\u2581"} | {"type": "Metaspace", "replacement": "\u2581", "split": False}:
            return True
        case {"type": "Split", "pattern": {"String": " "}}:
            return True
    return False


def _pattern(rules: Mapping[str, Any]) -> str | None:
    """The name of the way in which words are parted."""
    parts = list(_parts(rules.get("pre_tokenizer")))
    match parts:
        case [{"type": "ByteLevel", "use_regex": True}]:
            return "gpt-2"
        case [{"type": "Digits", "individual_digits": True}, {"type": "ByteLevel"}]:
            return "smollm"
        case [{"type": "Split", "pattern": {"Regex": str(pattern)}}, {"type": "ByteLevel"}]:
            found = PATTERNS.get(pattern)
            return PLAIN_LLAMA3 if found == "llama-bpe" and not rules["model"].get("ignore_merges") else found
    return None


def _parts(component: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    if component is None:
        return
    if component["type"] == "Sequence":
        for part in component.get("pretokenizers") or component["normalizers"]:
            yield from _parts(part)
    else:
        yield component
