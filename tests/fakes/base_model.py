"""Folders of pretrained models, tiny, random and complete: config, weights and a tokenizer that fits."""

from pathlib import Path
from typing import Final

from tests.core.families import oracle
from tests.fakes import foreign_tokenizers

TOKENIZERS: Final = {"gpt2": foreign_tokenizers.gpt2, "llama": foreign_tokenizers.llama3}
ENDS: Final = {"gpt2": "<|endoftext|>", "llama": "<|end_of_text|>"}


def base_model(folder: Path, name: str = "gpt2") -> Path:
    """Write the model called `name` in the oracle's list, "gpt2" or "llama", with its tokenizer."""
    tokenizer = TOKENIZERS[name]()
    end = tokenizer.token_to_id(ENDS[name])
    assert end is not None
    oracle.make(name, folder, vocab_size=tokenizer.get_vocab_size(), eos_token_id=end)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder
