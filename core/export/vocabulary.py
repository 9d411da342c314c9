"""A tokenizer.json in llama.cpp's words: tokens, their kinds, merges, and the name of the pattern that parts words.

llama.cpp knows patterns by name only, so a tokenizer whose pattern has none there cannot be told. Knows no file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gguf import TokenType

from core.errors import Unsupported

LLAMA3: Final = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)
PATTERNS: Final = {  # of a Split, to the name that llama.cpp has for it (its src/llama-vocab.cpp)
    LLAMA3: "llama-bpe",
    LLAMA3.replace("{1,3}", ""): "qwen2",
    LLAMA3.replace("(?!\\S)", "(?:$|[^\\S])"): "llama-bpe",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Tokens by id; `pre` is llama.cpp's name of the pattern."""

    pre: str
    tokens: tuple[bytes, ...]
    kinds: tuple[int, ...]
    merges: tuple[str, ...]


def told(rules: Mapping[str, Any], size: int) -> Vocabulary:
    """The tokenizer for a model with `size` ids; ids without a token are filled up. Raises Unsupported."""
    model = rules["model"]
    pre = _pattern(rules)
    if model["type"] != "BPE" or model.get("byte_fallback") or pre is None:
        raise Unsupported(
            "This model cuts text into tokens in a way that llama.cpp has no name for.",
            fix="Export it as a Hugging Face folder or as one .mynah file.",
        )
    tokens = [f"[PAD{id_}]".encode() for id_ in range(size)]
    kinds = [int(TokenType.UNUSED)] * size
    for name, id_ in model["vocab"].items():
        tokens[id_], kinds[id_] = name.encode("utf-8"), int(TokenType.NORMAL)
    for token in rules["added_tokens"]:
        tokens[token["id"]] = token["content"].encode("utf-8")
        kinds[token["id"]] = int(TokenType.CONTROL if token["special"] else TokenType.USER_DEFINED)
    merges = (pair if isinstance(pair, str) else " ".join(pair) for pair in model["merges"])
    return Vocabulary(pre=pre, tokens=tuple(tokens), kinds=tuple(kinds), merges=tuple(merges))


def _pattern(rules: Mapping[str, Any]) -> str | None:
    """The name of the way in which words are parted."""
    parts = list(_parts(rules.get("pre_tokenizer")))
    match parts:
        case [{"type": "ByteLevel", "use_regex": True}]:
            return "gpt-2"
        case [{"type": "Digits", "individual_digits": True}, {"type": "ByteLevel"}]:
            return "smollm"
        case [{"type": "Split", "pattern": {"Regex": str(pattern)}}, {"type": "ByteLevel"}]:
            return PATTERNS.get(pattern)
    return None


def _parts(component: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    if component is None:
        return
    if component["type"] == "Sequence":
        for part in component["pretokenizers"]:
            yield from _parts(part)
    else:
        yield component
