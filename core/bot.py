"""A bot: weights and the tokenizer they were trained with, and how they are talked to. Knows no window and no corpus.

It runs on the CPU, also where a faster device trained it: a small model is quick there, and a training that is going on
keeps its device to itself. Large ones answer from packed weights.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

from core import checkpoints, weights
from core.assemble import trained
from core.events import Note, Stop, Work
from core.generate import templates
from core.generate.kept import Kept
from core.generate.score import surprise, surprises
from core.generate.stream import opening, write
from core.generate.templates import PLAIN
from core.models import lora
from core.models.decoder import Decoder
from core.models.packed import to_answer
from core.replies import ADAPTED, FROM_SCRATCH, UNTRAINED, Reply, Sampling, Turn
from core.runs import Run
from core.tokenizers import files, pretrained
from core.tokenizers.base import Tokenizer
from core.tokenizers.pretrained import PretrainedTokenizer

SHARE: Final = 0.5  # of the context that a reply may take at most, when the talk before it is long


class Bot:
    """Goes on with a prompt, and talks. Make one with `Bot.open` or `Bot.of_base`."""

    persona = ""  # who it is to be in a talk, unless it is told otherwise there

    def __init__(self, model: Decoder, tokenizer: Tokenizer, note: Note | None = None, label: str = "") -> None:
        self.model = model
        self.kept = Kept(model)
        self.tokenizer = tokenizer
        self.template = templates.suiting(tokenizer) if isinstance(tokenizer, PretrainedTokenizer) else None
        self.label = label or (ADAPTED if self.follows else FROM_SCRATCH)
        self._note = note

    @classmethod
    def open(cls, run: Run, step: int | None = None) -> Self:
        """The bot of a run's best checkpoint that is whole, or as it was at `step`. Raises DiskTrouble without one."""
        recipe, tokenizer = run.recipe(), files.load(run.tokenizer_file)
        checkpoint = checkpoints.best(run) if step is None else checkpoints.at(run, step)
        model = trained(recipe, checkpoint.weights)
        note = Note("The best checkpoint is damaged. The next best one answers.") if checkpoint.passed_over else None
        bot = cls(to_answer(model), tokenizer, note)
        bot.persona = run.persona
        return bot

    @classmethod
    def of_base(cls, folder: Path) -> Self:
        """A base model as its makers left it. Raises WrongFile or Unsupported for what is none."""
        source = weights.look(folder)
        tokenizer = pretrained.read(folder / weights.TOKENIZER, weights.end(source), source.shape.vocab)
        return cls(to_answer(weights.load(source)), tokenizer, label=UNTRAINED)

    @property
    def follows(self) -> bool:
        """Whether it was taught to follow what it is told: then it can be given a persona and notes."""
        return self.template not in (None, PLAIN)

    @property
    def adapted(self) -> bool:
        return self.model.adapted

    def set_strength(self, strength: float) -> None:
        """How much is heard of what adapters learnt: 0 is the base, 1 as trained. Nothing where there are none."""
        lora.set_strength(self.model, strength)

    def reply(self, prompt: str, sampling: Sampling, stop: Stop) -> Work[Reply]:
        """Go on with a text, in `Piece`s. An empty prompt is a blank page; of a long one the newest part is read."""
        yield from self._say_note()
        ids = opening(self.tokenizer, prompt)
        return (yield from write(self.model, self.tokenizer, ids, sampling, stop, self.kept))

    def answer(self, turns: Sequence[Turn], sampling: Sampling, stop: Stop) -> Work[Reply]:
        """Answer the last of `turns`, in `Piece`s. Where the talk is longer than the context its oldest turns go."""
        yield from self._say_note()
        ids, tokenizer = self.fitting(turns, sampling.length), self.ending
        return (yield from write(self.model, tokenizer, ids, sampling, stop, self.kept))

    def read_ahead(self, turns: Sequence[Turn], sampling: Sampling, stop: Stop) -> None:
        """Read what `answer` will begin with, also when the last turn is not quite said yet."""
        self.kept.read_ahead(self.fitting(turns, sampling.length), stop)

    @property
    def ending(self) -> Tokenizer:
        """The tokenizer whose end is that of a reply in a talk."""
        if self.template is None or not self.template.end or not isinstance(self.tokenizer, PretrainedTokenizer):
            return self.tokenizer
        return self.tokenizer.ended_by(self.template.end)

    def fitting(self, turns: Sequence[Turn], length: int) -> list[int]:
        """The talk as ids, without as many of its oldest turns as must go so that a reply has room."""
        context = self.model.shape.context
        room = context - min(length, int(context * SHARE))
        first = [turn for turn in turns[:1] if turn.role == "system"]
        rest = list(turns[len(first) :])
        while len(ids := self.rendered([*first, *rest])) > room and len(rest) > 1:
            rest = rest[1:]
        return ids if len(ids) <= room else ids[:1] + ids[-(room - 1) :]

    def rendered(self, turns: Sequence[Turn]) -> list[int]:
        """As the talk was shown in training: a template's marks, or each turn on lines of its own."""
        if self.template is not None and isinstance(self.tokenizer, PretrainedTokenizer):
            return templates.ids(self.template.render(turns), self.tokenizer)
        spoken = "".join(f"{turn.text}\n\n" for turn in turns if turn.role != "system")
        return [self.tokenizer.end, *self.tokenizer.encode(spoken)]

    def surprise(self, before: Sequence[int], text: str) -> float:
        """Nats of `text` after some ids."""
        return surprise(self.model, before, self.tokenizer.encode(text))

    def surprise_of(self, text: str, told: Sequence[int] = ()) -> float:
        """Nats of a whole document, its beginning included, its parts each after as much as fits before them, and all
        after what the bot was `told`."""
        ids, first, nats = self.tokenizer.encode(text), [*told] or [self.tokenizer.end], 0.0
        step = max(1, (self.model.shape.context - len(first) + 1) // 2)
        for at in range(0, len(ids), step):
            before = [*first, *ids[max(0, at - step + 1) : at]]
            nats += surprise(self.model, before, ids[at : at + step])
        return nats

    def surprises(self, before: str, texts: Sequence[str]) -> list[float]:
        """Nats of each of several short texts that may follow a beginning."""
        ids = opening(self.tokenizer, before)
        space = " " if before.endswith(" ") else ""  # which a beginning leaves to what follows
        return surprises(self.model, ids, [self.tokenizer.encode(space + text) for text in texts])

    def _say_note(self) -> Work[None]:
        if self._note:
            yield self._note
