"""From which prompts, and how, a model writes samples while it learns. Knows no model and no step."""

import re
from typing import Final

import numpy as np

from core.replies import Sampling
from core.shards import Shard
from core.tokenizers.base import Tokenizer

COUNT: Final = 5
SEARCHED: Final = 200_000  # tokens of the held-out text, from its beginning
OPENING: Final = 40  # tokens that hold three words and a little more
WORDS: Final = 3  # of a document's opening: enough to see how it is taken up, too little to give it away
PLAIN: Final = re.compile(r"[\w'’-]*[^\W\d_][\w'’-]*[,;:.!?]?")  # not a heading, a link or a line of code
COMMON: Final = ("I", "The", "It was", "When", "There is")  # where the held-out text offers too few openings; no space
# at their end: pieces bring their own, and after a lone one a model has seldom read anything
HOW: Final = Sampling(temperature=0.7, length=80)  # a sample shows the usual, so a little cooler than chat


def prompts(held_out: Shard, tokenizer: Tokenizer) -> tuple[str, ...]:
    """Five prompts: how pieces begin that the writer wrote and the model never sees."""
    starts = [0, *(np.flatnonzero(held_out.ids[:SEARCHED] == tokenizer.end) + 1)]
    found = [opening_words(held_out, tokenizer, start) for start in starts]
    return tuple(dict.fromkeys([*filter(None, found), *COMMON]))[:COUNT]


def opening_words(held_out: Shard, tokenizer: Tokenizer, start: int) -> str:
    """The first words from token `start` on; empty where they are few, no plain words, or somebody else's."""
    place = slice(start, start + OPENING)
    ids = held_out.ids[place].tolist()
    if not held_out.targets_mask[place].all() or tokenizer.end in ids:
        return ""
    words = tokenizer.decode_bytes(ids).decode("utf-8", "ignore").split(None, WORDS)
    plain = len(words) > WORDS and all(PLAIN.fullmatch(word) for word in words[:WORDS])
    return " ".join(words[:WORDS]) if plain else ""
