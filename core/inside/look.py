"""One look inside: opens the checkpoint that is asked about, or has it open still, and makes the report.

The models are copies of saved checkpoints on the CPU. Two are kept, so that going back and forth costs nothing, and
one where memory is short. Knows no window.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeVar

import numpy as np
import psutil

from core import journal
from core.errors import Unsupported
from core.events import Progress, Stop, Work
from core.generate.stream import write
from core.inside import counter, learning, merges, milestones, pairs
from core.inside.attention import attention
from core.inside.capture import capture
from core.inside.layers import layers
from core.inside.neighbours import first_token, neighbours
from core.inside.next_token import next_token
from core.inside.one_step import one_step
from core.inside.reports import (
    FREQUENT,
    MOST,
    Array,
    Asked,
    Counter,
    Cut,
    Follower,
    Learning,
    Mark,
    Merge,
    Pairs,
    Report,
    View,
)
from core.inside.shown import shown
from core.inside.subject import Subject, key_of, open_subject
from core.inside.surprise import surprise
from core.inside.threads import Company
from core.journal import Evaluated, Stepped
from core.replies import Sampling
from core.runs import Run
from core.shards import Shard

R = TypeVar("R")

OPEN: Final = 2  # models at once
SPARE: Final = 512 << 20  # bytes that must stay free for everybody else
WRITTEN: Final = 40  # tokens of a sample by counting, and by the model
SEED: Final = 7
HOW: Final = Sampling(temperature=0.8, length=WRITTEN, seed=SEED)


class Looker:
    """Keeps what was opened. Belongs to one thread."""

    def __init__(self) -> None:
        self._company = Company()
        self._open: OrderedDict[str, Subject] = OrderedDict()
        self._counts: tuple[str, pairs.Counts] | None = None
        self._lessons: tuple[str, tuple[Merge, ...]] | None = None

    def look(self, asked: Asked, stop: Stop) -> Work[Report]:
        """The report, and before it, as a fact, a first one where a part of it takes longer.

        Raises DiskTrouble where the checkpoint is gone, Unsupported where memory is short.
        """
        yield Progress(0, 0, "Opening the model")
        subject = self._subject(asked.run, asked.step)
        subject.set_side("merged" if asked.side == "difference" else asked.side)
        yield Progress(0, 0, "Looking")
        with self._company.threads(subject.recipe.shape.parameters):
            report = yield from self._report(subject, asked, stop)
        subject.set_side("merged")
        return replace(report, of=named(subject))

    def forget_results(self) -> None:
        """Keep the models open, and nothing that was worked out of them: for measuring."""
        for subject in self._open.values():
            subject.kept.clear()

    def _report(self, subject: Subject, asked: Asked, stop: Stop) -> Work[Report]:
        match asked.view:
            case "tokens":
                return (yield from self._cut(subject, asked, stop))
            case "pairs":
                return (yield from self._pairs(subject, asked, stop))
            case "writing":
                return (yield from surprise(subject, asked, stop))
            case "layers":
                return (yield from layers(subject, asked, stop))
            case "step":
                return (yield from one_step(subject, asked))
            case "learning":
                return (yield from self._learning(subject))
            case view:
                return AT_ONCE[view](subject, asked)

    def _subject(self, run: Run, step: int | None) -> Subject:
        key = key_of(run, step)
        if key in self._open:
            self._open.move_to_end(key)
            return self._open[key]
        needed = 4 * run.recipe().shape.parameters
        while self._open and (len(self._open) >= OPEN or free_memory() < 2 * needed + SPARE):
            self._open.popitem(last=False)
        if free_memory() < 2 * needed + SPARE:  # the file and the model, for a moment both
            raise Unsupported(
                "There is not enough free memory to open this model for looking inside.",
                fix="Close other programs or wait for a training to end, then try again. Nothing was changed.",
            )
        self._open[key] = open_subject(run, step)
        return self._open[key]

    def _cut(self, subject: Subject, asked: Asked, stop: Stop) -> Work[Cut]:
        ids, is_cut = subject.read(asked.text, MOST, at_once=False)
        rules = subject.rules
        text = subject.tokenizer.decode_bytes(ids[1:]).decode("utf-8", "ignore")
        word = (
            " " + (asked.word or longest_word(text))[:40] if rules.merges else (asked.word or longest_word(text))[:40]
        )
        stages = list(merges.played(word, rules))
        cut = Cut(
            of=named(subject),
            tokens=subject.tokens(ids),
            is_cut=is_cut,
            arrays=(Array("tokens", "tokens", np.array(ids, np.int64)),),
            spelling=rules.kind,
            vocab=subject.tokenizer.vocab,
            n_bytes=len(text.encode("utf-8")),
            gpt2=tuple(shown(piece) for piece in merges.cut_by_gpt2(text)),
            word=word,
            stages=tuple(tuple(shown(merges.as_text(piece, rules)) for piece in pieces) for pieces, _ in stages),
            numbers=tuple(rank for _, rank in stages[1:]),
            learned=(),
        )
        if rules.kind != "bpe":
            return cut
        if not self._has_lessons(subject):
            yield cut
        return replace(cut, learned=(yield from self._learned(subject, rules, stop)))

    def _has_lessons(self, subject: Subject) -> bool:
        return self._lessons is not None and self._lessons[0] == str(subject.run.tokenizer_file)

    def _learned(self, subject: Subject, rules: merges.Rules, stop: Stop) -> Work[tuple[Merge, ...]]:
        key = str(subject.run.tokenizer_file)
        if self._lessons is None or not self._has_lessons(subject):
            train = Shard.open(subject.run.tokens, "train")
            text = subject.tokenizer.decode_bytes(train.ids[: merges.TEXT // 2].tolist()).decode("utf-8", "ignore")
            lessons = yield from merges.learned(text, rules, shown, stop)
            if stop():
                return lessons
            self._lessons = key, lessons
        return self._lessons[1]

    def _counted(self, run: Run) -> Work[pairs.Counts]:
        key = str(run.tokens)
        if self._counts is None or self._counts[0] != key:
            yield Progress(0, 0, "Counting pairs in your writing")
            self._counts = key, pairs.Counts.of(Shard.open(run.tokens, "train"))
        return self._counts[1]

    def _ruler(self, subject: Subject) -> Work[tuple[Mark, ...]]:
        """Bits per byte of guessing, of single tokens, of pairs, and of the model where it was measured."""
        counts = yield from self._counted(subject.run)
        held_out = Shard.open(subject.run.tokens, "held_out")
        n_bytes = len(subject.tokenizer.decode_bytes(pairs.own_ids(held_out)))
        names = ("guessing", "single pieces", "pairs")
        marks = [
            Mark(name, nats / np.log(2) / max(n_bytes, 1))
            for name, nats in zip(names, pairs.nats(counts, held_out), strict=True)
        ]
        looks = [f for f in journal.read(subject.run.journal_file) if isinstance(f, Evaluated)]
        here = [look.bits_per_byte for look in looks if look.step <= subject.step]
        return (*marks, *([Mark("your bot", min(here))] if here else []))

    def _pairs(self, subject: Subject, asked: Asked, stop: Stop) -> Work[Pairs]:
        counts = yield from self._counted(subject.run)
        ruler = yield from self._ruler(subject)
        given = first_token(subject, asked.word or asked.text)
        ids, seen = counts.after(given)
        single = counts.single.copy()
        single[subject.tokenizer.end] = 0
        frequent = np.argsort(-single, kind="stable")[: min(FREQUENT, int((single > 0).sum()))]
        table = counts.table(frequent)
        told = Pairs(
            of=named(subject),
            arrays=(Array("pair counts", "first token × second token", table),),
            given=subject.token(given),
            seen=int(counts.single[given]),
            followers=tuple(
                Follower(subject.token(id_), int(n), float(n / seen.sum()))
                for id_, n in zip(ids[:12], seen[:12], strict=True)
            ),
            model_says=model_says(subject, given),
            frequent=subject.tokens(frequent.tolist()),
            counts=table,
            by_counting=as_text(subject, counts.write(given, WRITTEN, SEED, subject.tokenizer.end)),
            by_model="",
            ruler=ruler,
        )
        yield told
        work = write(subject.model, subject.tokenizer, [subject.tokenizer.end, given], HOW, stop)
        reply = yield from quietly(work)
        return replace(told, by_model=reply.text)

    def _learning(self, subject: Subject) -> Work[Learning]:
        ruler = yield from self._ruler(subject)
        run = subject.run
        facts = tuple(journal.read(run.journal_file))
        kept = tuple(milestones.read(run, subject.tokenizer))
        jump = learning.jump(kept)
        train = Shard.open(run.tokens, "train")
        losses = [(fact.step, fact.loss) for fact in facts if isinstance(fact, Stepped)]
        return Learning(
            of="",
            arrays=(Array("loss of each step", "steps × (step, nats a token)", np.array(losses, np.float64)),),
            facts=facts,
            steps=subject.recipe.steps,
            bits_per_nat=train.n_targets / max(train.n_bytes, 1) / float(np.log(2)),
            ruler=ruler,
            milestones=kept,
            phases=learning.phases(facts, ruler, jump),
            jump=jump,
        )


def quietly(work: Work[R]) -> Work[R]:
    """The same work, of whose pieces nobody hears but that it goes on."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: R = end.value
            return result
        yield Progress(0, 0, "Looking")


def named(subject: Subject) -> str:
    best = ", the best" if subject.best else ""
    return f"step {subject.step:,}{best}"


def free_memory() -> int:
    return int(psutil.virtual_memory().available)


def longest_word(text: str) -> str:
    """What is worth taking apart."""
    return max(text.split() or ["understanding"], key=len).strip(".,;:!?\"'()[]“”‘’")[:40] or "understanding"


def as_text(subject: Subject, ids: Sequence[int]) -> str:
    return subject.tokenizer.decode_bytes(ids).decode("utf-8", "replace")


def model_says(subject: Subject, given: int) -> tuple[Follower, ...]:
    """The likeliest tokens after one token at the beginning of a document."""
    shares = capture(subject.model, [subject.tokenizer.end, given], ["logits"])["logits"][-1].softmax(0)
    best = shares.topk(min(12, len(shares)))
    return tuple(
        Follower(subject.token(int(id_)), 0, float(share)) for id_, share in zip(best.indices, best.values, strict=True)
    )


def count(subject: Subject, asked: Asked) -> Counter:
    """What the model is made of, and what it took so far."""
    shape, recipe = subject.recipe.shape, subject.recipe
    parts = counter.parts(recipe, adapter_sizes(subject) if recipe.adapts else ())
    total = sum(part.parameters for part in parts)
    seen = subject.step * recipe.tokens_per_step
    training = 3 * counter.forward_flops(shape, recipe.length)
    return Counter(
        of="",
        arrays=(Array("parameters", "parts", np.array([part.parameters for part in parts], np.int64)),),
        parts=parts,
        parameters=total,
        n_bytes=4 * total,
        context=shape.context,
        forward_flops=counter.forward_flops(shape, shape.context),
        last_flops=counter.last_flops(shape, shape.context),
        training_flops=training,
        cache_bytes=counter.cache_bytes(shape),
        tokens_seen=seen,
        total_flops=seen * training,
    )


def adapter_sizes(subject: Subject) -> list[int]:
    """How many weights learn in each layer."""
    return [sum(w.numel() for w in block.parameters() if w.requires_grad) for block in subject.model.blocks]


AT_ONCE: Final[Mapping[View, Callable[[Subject, Asked], Report]]] = {
    "neighbours": neighbours,
    "attention": attention,
    "sampling": next_token,
    "counter": count,
}
