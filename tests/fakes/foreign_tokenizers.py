"""Small tokenizer.json files, built as those of the great families are."""

import json
from pathlib import Path
from typing import Any, Final

import tokenizers
from tokenizers import AddedToken, Regex, decoders, models, normalizers, pre_tokenizers, trainers

TEXT: Final = [
    "The quick brown fox jumps over the lazy dog, and I've seen 123 of them; they're all gone.\n\n",
    "If the doors of perception were cleansed every thing would appear to man as it is, infinite.\n",
    "Größe, naïve café, 世界 and 🙂.  Two spaces, <b>bold</b>\tand a tab.\n",
] * 20

# The patterns by which Llama 3 and Qwen part words.
LLAMA3: Final = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)
QWEN: Final = LLAMA3.replace("{1,3}", "")
GPT_4O: Final = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def gpt2() -> tokenizers.Tokenizer:
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return _trained(tokenizer, ["<|endoftext|>"])


def llama3() -> tokenizers.Tokenizer:
    tokenizer = tokenizers.Tokenizer(models.BPE(ignore_merges=True))
    tokenizer.pre_tokenizer = _split(LLAMA3)
    names = ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
    return _trained(tokenizer, names)


def qwen() -> tokenizers.Tokenizer:
    """With <think> as an ordinary token, as in Qwen's own file."""
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = _split(QWEN)
    tokenizer = _trained(tokenizer, ["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    tokenizer.add_tokens([AddedToken(name, normalized=False) for name in ("<think>", "</think>")])
    return tokenizer


def granite() -> tokenizers.Tokenizer:
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    return _trained(tokenizer, ["<|end_of_text|>", "<|start_of_role|>", "<|end_of_role|>"])


def gemma() -> tokenizers.Tokenizer:
    """SentencePiece's BPE; the control tokens lie in the vocabulary too, and runs of line ends are ordinary tokens."""
    tokenizer = tokenizers.Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Replace(" ", "\u2581")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    names = ["<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"]
    alphabet = sorted({letter for text in TEXT for letter in text.replace(" ", "\u2581")} - set("世界🙂"))
    trainer = trainers.BpeTrainer(
        vocab_size=700,
        special_tokens=names + [f"<0x{byte:02X}>" for byte in range(256)],
        initial_alphabet=alphabet,
        limit_alphabet=len(alphabet),
        show_progress=False,
    )
    tokenizer.train_from_iterator([" " + word for text in TEXT for word in text.split(" ")], trainer)
    rules = json.loads(tokenizer.to_str())
    rules["added_tokens"] = [token for token in rules["added_tokens"] if not token["content"].startswith("<0x")]
    tokenizer = tokenizers.Tokenizer.from_str(json.dumps(rules))
    tokenizer.add_tokens([AddedToken("\n\n", normalized=False)])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse()])
    return tokenizer


def sentence_piece() -> tokenizers.Tokenizer:
    """Gemma's again, with all the merges that SentencePiece's own files turn into: each way to join two tokens."""
    rules = json.loads(gemma().to_str())
    vocab = rules["model"]["vocab"]
    ordinary = [token for token in vocab if token not in {added["content"] for added in rules["added_tokens"]}]
    rules["model"]["merges"] = [
        [token[:at], token[at:]]
        for token in ordinary
        if not token.startswith("<0x")
        for at in range(1, len(token))
        if token[:at] in vocab and token[at:] in vocab
    ]
    return tokenizers.Tokenizer.from_str(json.dumps(rules))


def gpt_4o() -> tokenizers.Tokenizer:
    """With the pattern of GPT-4o, which Phi-4-mini has too."""
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = _split(GPT_4O)
    return _trained(tokenizer, ["<|endoftext|>"])


def phi4() -> tokenizers.Tokenizer:
    tokenizer = gpt_4o()
    tokenizer.add_special_tokens(["<|endofprompt|>", "<|assistant|>", "<|end|>", "<|user|>", "<|system|>"])
    return tokenizer


def smollm3() -> tokenizers.Tokenizer:
    """Llama 3's, with marks of ChatML and of thoughts."""
    tokenizer = llama3()
    tokenizer.add_special_tokens(["<|im_start|>", "<|im_end|>", "<think>", "</think>"])
    return tokenizer


def olmo2() -> tokenizers.Tokenizer:
    """With marks of ChatML that its models do not use: they know roles by words that are no tokens."""
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = _split(LLAMA3)
    return _trained(tokenizer, ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|endofprompt|>", "<|pad|>"])


def mistral() -> tokenizers.Tokenizer:
    """SentencePiece's, as Gemma's, with marks in square brackets."""
    tokenizer = gemma()
    rules = json.loads(tokenizer.to_str())
    names = {"<bos>": "<s>", "<eos>": "</s>", "<start_of_turn>": "[INST]", "<end_of_turn>": "[/INST]"}
    rules["model"]["vocab"] = {names.get(token, token): id_ for token, id_ in rules["model"]["vocab"].items()}
    for token in rules["added_tokens"]:
        token["content"] = names.get(token["content"], token["content"])
    return tokenizers.Tokenizer.from_str(json.dumps(rules))


ALL: Final = {"gpt2": gpt2, "llama3": llama3, "qwen": qwen, "granite": granite, "gemma": gemma}
MORE: Final = {"phi4": phi4, "smollm3": smollm3, "olmo2": olmo2, "mistral": mistral}


def write(path: Path, tokenizer: tokenizers.Tokenizer, **changes: Any) -> Path:
    """Save a tokenizer.json, with parts of it changed."""
    path.write_text(json.dumps({**json.loads(tokenizer.to_str()), **changes}), encoding="utf-8")
    return path


def _split(pattern: str) -> pre_tokenizers.PreTokenizer:
    parts = [pre_tokenizers.Split(Regex(pattern), "isolated"), pre_tokenizers.ByteLevel(False, use_regex=False)]
    return pre_tokenizers.Sequence(parts)


def _trained(tokenizer: tokenizers.Tokenizer, names: list[str]) -> tokenizers.Tokenizer:
    """A byte-level tokenizer; the control tokens come last, as in files of large models."""
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=500, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(TEXT, trainer)
    tokenizer.add_special_tokens(names)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer
