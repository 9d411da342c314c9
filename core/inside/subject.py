"""Who is looked at: the model of one checkpoint, on the CPU in fp32, with its tokenizer. Never a model in training."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeVar

from core import checkpoints, journal
from core.assemble import trained
from core.atomic import disk_errors
from core.inside.merges import Rules, rules
from core.inside.reports import Side, Token
from core.inside.shown import shown
from core.journal import Stepped
from core.models import lora
from core.models.decoder import Decoder
from core.recipe import Recipe
from core.runs import Run
from core.tokenizers import files
from core.tokenizers.base import Tokenizer

KEPT: Final = 64 << 20  # bytes of results
T = TypeVar("T")


@dataclass(eq=False)
class Subject:
    """A checkpoint that can be looked at. What was worked out of it is kept, the oldest let go first."""

    run: Run
    recipe: Recipe
    tokenizer: Tokenizer
    model: Decoder
    step: int
    best: bool
    side: Side = "merged"  # the one that speaks
    kept: "OrderedDict[Hashable, tuple[object, int]]" = field(default_factory=OrderedDict)

    @property
    def has_sides(self) -> bool:
        return self.model.adapted

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """All tokens of the vocabulary, as they are shown."""
        return tuple(self.text(id_) for id_ in range(self.recipe.shape.vocab))

    @cached_property
    def rules(self) -> Rules:
        """How its tokenizer cuts words."""
        return rules(self.run.tokenizer_file)

    @cached_property
    def learning_rate(self) -> float:
        """The largest by which these weights were made: the last ones of a training are too small to see."""
        rates = [
            fact.learning_rate
            for fact in journal.read(self.run.journal_file)
            if isinstance(fact, Stepped) and fact.step <= self.step
        ]
        return max(rates, default=self.recipe.learning_rate)

    def text(self, id_: int) -> str:
        return "▸" if id_ == self.tokenizer.end else shown(self.tokenizer.decode_bytes([id_]))

    def token(self, id_: int) -> Token:
        return Token(int(id_), self.text(int(id_)))

    def tokens(self, ids: Sequence[int]) -> tuple[Token, ...]:
        return tuple(self.token(id_) for id_ in ids)

    def read(self, text: str, most: int, *, at_once: bool = True) -> tuple[list[int], bool]:
        """The ids of a text as the beginning of a document, at most `most`, and whether it went on; `at_once`, no more
        than a context full. Of a long text only so much is cut into tokens as can matter.
        """
        most = min(most, self.recipe.shape.context) if at_once else most
        ids = [self.tokenizer.end, *self.tokenizer.encode(text[: most * 32])]
        return ids[:most], len(ids) > most or len(text) > most * 32

    def remember(self, key: Hashable, make: Callable[[], T], weigh: Callable[[T], int]) -> T:
        """What `make` gives, or gave for the same key before."""
        if key in self.kept:
            self.kept.move_to_end(key)
            value: T = self.kept[key][0]  # type: ignore[assignment]  # a key belongs to one kind of value
            return value
        made = make()
        self.kept[key] = made, weigh(made)
        while len(self.kept) > 1 and sum(size for _, size in self.kept.values()) > KEPT:
            self.kept.popitem(last=False)
        return made

    def set_side(self, side: Side) -> None:
        """Which side speaks: with what was learnt, or the base alone."""
        if self.has_sides:
            self.side = "base" if side == "base" else "merged"
            lora.set_strength(self.model, 0.0 if side == "base" else 1.0)


def open_subject(run: Run, step: int | None) -> Subject:
    """The model at a step, or the best. Raises DiskTrouble when there is none that is whole."""
    recipe = run.recipe()
    found = checkpoints.best(run) if step is None else checkpoints.at(run, step)
    model = trained(recipe, found.weights)
    return Subject(run, recipe, files.load(run.tokenizer_file), model.eval(), found.standing.step, step is None)


def key_of(run: Run, step: int | None) -> str:
    """Tells checkpoints apart by the seals of their manifests: a step made again is not taken for the old one."""
    digest = hashlib.sha256(str(run.root).encode("utf-8", "surrogateescape"))
    with disk_errors("looking for a checkpoint"):
        for name in [f"step-{each:08d}" for each in (run.steps_to_talk_to if step is None else (step,))]:
            for place in (run.checkpoints / name, run.milestones / name):
                manifest = place / checkpoints.MANIFEST
                digest.update(manifest.read_bytes() if manifest.exists() else b"")
    return digest.hexdigest() + str(step)
