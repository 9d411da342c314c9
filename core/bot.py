"""A bot: the best weights of a run and the tokenizer they were trained with. Knows no window.

It runs on the CPU in fp32, also where a faster device trained it: a small model is quick there, the same seed gives
the same text on every machine, and a training that is going on keeps its device to itself.
"""

from typing import Self

from core import checkpoints
from core.events import Note, Stop, Work
from core.generate.stream import opening, write
from core.models.decoder import Decoder
from core.replies import FROM_SCRATCH, Reply, Sampling
from core.runs import Run
from core.tokenizers import files
from core.tokenizers.base import Tokenizer


class Bot:
    """Goes on with a prompt. Make one with `Bot.open`."""

    label = FROM_SCRATCH

    def __init__(self, model: Decoder, tokenizer: Tokenizer, note: Note | None = None) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._note = note

    @classmethod
    def open(cls, run: Run, step: int | None = None) -> Self:
        """The bot of a run's best checkpoint that is whole, or as it was at `step`. Raises DiskTrouble without one."""
        model, tokenizer = Decoder(run.recipe().shape), files.load(run.tokenizer_file)
        checkpoint = checkpoints.best(run) if step is None else checkpoints.at(run, step)
        model.load_state_dict(checkpoint.weights)
        note = Note("The best checkpoint is damaged. The next best one answers.") if checkpoint.passed_over else None
        return cls(model, tokenizer, note)

    def reply(self, prompt: str, sampling: Sampling, stop: Stop) -> Work[Reply]:
        """Yields the reply as `Piece`s. An empty prompt is a blank page; of a long one the newest part is read."""
        if self._note:
            yield self._note
        return (yield from write(self._model, self._tokenizer, opening(self._tokenizer, prompt), sampling, stop))
