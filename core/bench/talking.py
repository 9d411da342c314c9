"""How soon a turn of a talk begins, with 800 tokens of notes and history before it. Knows no protocol and no corpus."""

import time
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import torch

from core.events import drain, never
from core.generate.kept import Kept
from core.generate.stream import write
from core.models.decoder import Decoder
from core.replies import Piece, Sampling
from core.tokenizers.base import Tokenizer

BEFORE: Final = 800  # tokens of the prompt, all told
QUESTION: Final = 32  # of them, that nobody knew before the user asked

# "anew": nothing of the talk is known, as in a first turn. "later": the turn before was answered just now. "ahead": and
# what was said then was read while the user typed.
Known: TypeAlias = Literal["anew", "later", "ahead"]
KNOWN: Final[tuple[Known, ...]] = get_args(Known)


@dataclass(frozen=True, slots=True)
class Talking:
    """Writes one turn with the usual settings; what is known of the talk before it is made ready untimed."""

    tokenizer: Tokenizer
    known: Known

    def __call__(self, model: Decoder, new: int) -> tuple[float, float]:
        """Seconds of the turn, and until its first piece."""
        kept, how = Kept(model), Sampling(length=new, seed=1)
        ids = torch.randint(model.shape.vocab - 1, (BEFORE - QUESTION - new,)).tolist()
        said = torch.randint(model.shape.vocab - 1, (new,)).tolist()
        if self.known != "anew":
            drain(write(model, self.tokenizer, ids, how, never, kept))
        ids += said
        if self.known == "ahead":
            kept.read_ahead(ids, never)
        ids += torch.randint(model.shape.vocab - 1, (QUESTION,)).tolist()
        start, first = time.perf_counter(), 0.0
        for event in write(model, self.tokenizer, ids, how, never, kept):
            if isinstance(event, Piece):
                first = first or time.perf_counter() - start
        return time.perf_counter() - start, first
