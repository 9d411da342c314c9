"""A small model of the shape that instruct models have, random and complete: what no build machine could download."""

from pathlib import Path

from core.bot import Bot
from tests.core.families import oracle
from tests.fakes import foreign_tokenizers


def instruct_model(folder: Path, context: int = 1024) -> Path:
    """The folder of a Llama with the chat marks of Llama 3."""
    tokenizer = foreign_tokenizers.llama3()
    end = tokenizer.token_to_id("<|end_of_text|>")
    assert end is not None
    oracle.make(
        "llama", folder, vocab_size=tokenizer.get_vocab_size(), eos_token_id=end, max_position_embeddings=context
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def instruct_bot(folder: Path, context: int = 1024) -> Bot:
    return Bot.of_base(instruct_model(folder, context))
