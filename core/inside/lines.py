"""A line of the writer's own, to look at. Knows no model and no torch."""

import re
from typing import Final

import numpy as np

from core.events import Progress, Work
from core.runs import Run
from core.shards import Shard
from core.tokenizers import files

WINDOW: Final = 200  # tokens in which to look for sentences
LONGEST: Final = 240  # characters
SHORTEST: Final = 40
SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+|\n+")
TRIES: Final = 20


def a_line(run: Run, seed: int) -> Work[str]:
    """Whole sentences out of the training text; empty where there is none."""
    yield Progress(0, 0, "Looking for a line of yours")
    tokenizer = files.load(run.tokenizer_file)
    shard = Shard.open(run.tokens, "train")
    luck = np.random.default_rng(seed)
    best = ""
    for _ in range(TRIES):
        start = int(luck.integers(0, max(shard.n_tokens - WINDOW, 1)))
        place = slice(start, start + WINDOW)
        ids = shard.ids[place][np.asarray(shard.targets_mask[place])].tolist()
        text = tokenizer.decode_bytes([id_ for id_ in ids if id_ != tokenizer.end]).decode("utf-8", "ignore")
        line = sentences(text)
        if SHORTEST <= len(line) <= LONGEST:
            return line
        best = max(best, line[:LONGEST], key=len)
    return best


def sentences(text: str) -> str:
    """Whole sentences from the middle of a text, as many as are short enough together."""
    whole = [each.strip() for each in SENTENCE.split(text)[1:-1]]
    line = ""
    for each in whole:
        if len(line) + len(each) > LONGEST:
            break
        line = f"{line} {each}".strip()
    return line
