"""Measures a run's bot: every meter, beside its base model, on writing that it never saw. Knows no window.

The same run and settings give the same figures: every reply has a seed of its own.
"""

import lzma
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from core import retrieval, talk, voice
from core.asking import Ask
from core.atomic import disk_errors, write_file
from core.bot import Bot
from core.corpus import Corpus
from core.curate.of_project import view as clean_view
from core.documents import Document
from core.errors import Unsupported
from core.events import Progress, Stop, Work, drain, never
from core.examples.build import documents_of, of_view
from core.examples.example import Example
from core.judge import ability, facts, gate, style
from core.judge.bits import Bits, Surprise, bits, surely_fewer
from core.judge.canaries import canaries, exposures
from core.judge.copies import Copies, Original
from core.judge.gate import Baseline, Copy, Meter, Meters, Pair
from core.judge.variety import stops, variety
from core.leaks import without_leaks
from core.paths import Project
from core.replies import Reply, Sampling, Turn
from core.runs import Run
from core.split import split

T = TypeVar("T")

FILE: Final = "meters.json"
REPLIES: Final = 40
LENGTH: Final = 120  # tokens of a reply
BYTES: Final = 60_000  # of held-out text
QUESTIONS, UNKNOWN = 40, 20
PIECE: Final = 500  # characters of a text that is compared
OPENING: Final = 80  # characters that a text is begun with
SHORT: Final = 40  # characters below which a text has no style
LEAST_PAIRS: Final = 40  # of the writer's own texts, to tell her from herself
REFERENCES: Final = 512  # numbers that a canary is compared with

NEVER_WRITTEN: Final = (
    "What did you think of the Tarnwick ferry strike?", "How long did your walk along the Ollerby canal take?",
    "Which tuba teacher in Velkopan did you like best?", "Why did you sell your share in the Brindle salt works?",
    "What was wrong with the glass organ of Sint Maur?", "Who repaired your grandfather's heliograph?",
    "What do you remember of the Quorrow eel festival?", "When did you give up breeding Marl Island goats?",
    "How did the Pennyfold tramway lawsuit end for you?", "What did you pay for the Dunmere lighthouse lamp?",
    "Which verse of the Skelvik anthem did you translate?", "Why did your zeppelin club leave Harrowgard?",
    "What did you plant behind the Osterby observatory?", "Who taught you to thatch in Lower Wessering?",
    "How many moths did you count at Cragmoor abbey?", "What was your part in the Thistlewaite opera?",
    "Where did you lose the Kelpen amber chess set?", "What did you say at the Vorland beekeepers' inquiry?",
    "Which ghost did you look for in the Aldermouth mint?", "Why was your marzipan recipe banned in Trullsund?",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What a run may be measured on: the writer's own, by side."""

    learnt: Sequence[Document]
    unseen: Sequence[Document]
    asked: Sequence[Example]  # held-out replies of the writer, with what was said before

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What retrieval must not find meanwhile."""
        return sorted({(document.source, document.key) for document in self.unseen})


@dataclass(slots=True)
class Said:
    """Prompts, what the writer said to them, and what the bot and its base say."""

    prompts: list[str] = field(default_factory=list)
    mine: list[str] = field(default_factory=list)
    bot: list[Reply] = field(default_factory=list)
    base: list[Reply] = field(default_factory=list)


def measure(project: Project, run: Run, stop: Stop, replies: int = REPLIES) -> Work[Meters | None]:
    """All meters of a run, kept in its folder; None, and nothing kept, when stopped."""
    with Corpus(project.corpus) as corpus:
        writing = yield from read(corpus, stop)
        if writing is None:
            return None
        yield Progress(0, 0, "Waking the model")
        bot = Bot.open(run)
        meters = yield from measured(bot, writing, corpus, stop, replies, run)
    if meters is None:
        return None
    found = replace(meters, run=run.name)
    with disk_errors("keeping the meters"):
        write_file(run.root / FILE, found.to_json().encode("utf-8", "replace"))
    return found


def kept(run: Run) -> Meters | None:
    """The meters that were measured last; None where there are none that can be read."""
    try:
        return Meters.from_json((run.root / FILE).read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read(corpus: Corpus, stop: Stop) -> Work[Writing | None]:
    """The clean view of a corpus by the sides that training gives it."""
    view = yield from clean_view(corpus, stop)
    if view is None:
        return None
    sections = without_leaks(split(view.learnt()))
    unseen = [*documents_of(sections, "held_out"), *documents_of(sections, "test")]
    sides = of_view(view, "talk")
    asked = [example for example in (*sides.held_out, *sides.test) if example.kind in ("dialogue", "reply")]
    own = [document for document in unseen if document.role == "me"]
    if not own:
        raise Unsupported("Nothing of your writing is held back to measure on.", fix="Add more of your writing first.")
    return Writing(learnt=documents_of(sections, "train"), unseen=own, asked=asked)


def measured(
    bot: Bot, writing: Writing, corpus: Corpus, stop: Stop, replies: int, run: Run | None = None
) -> Work[Meters | None]:
    """The meters one after the other; what a bot cannot be asked is left out. The voice is kept in the run's folder."""
    meters = [language(bot, writing)]
    yield Progress(1, 8, "Surprise measured")
    said = yield from talked(bot, writing, replies, stop)
    if said is None:
        return None
    if said.base and run is not None:
        keep_voice(bot, said, run)
    copies = Copies(Original(document.key, document.text) for document in writing.learnt)
    meters += [*sounds(said, writing, bot), *habits(said), copied(said, copies, bot)]
    yield Progress(5, 8, "Voice measured")
    meters += remembered(bot, writing)
    yield Progress(6, 8, "Memory measured")
    if bot.follows:
        more = yield from (answers(bot, writing, corpus, stop))
        if more is None:
            return None
        meters += more
    texts = [reply.text for reply in said.bot]
    spans = [Copy(text=text[span.start : span.end], name=span.name) for text in texts for span in copies.find(text)]
    pairs = [Pair(prompt=p, mine=m, bot=t) for p, m, t in zip(said.prompts, said.mine, texts, strict=True) if t.strip()]
    return Meters(run="", meters=tuple(meters), copies=tuple(spans[:50]), pairs=tuple(pairs))


def language(bot: Bot, writing: Writing) -> Meter:
    """Bits per byte on unseen text; beside it the base, or for a model from nothing the best of old compression."""
    texts, size = list[str](), 0
    for document in writing.unseen:
        if document.text.strip() and size < BYTES:
            texts.append(document.text)
            size += len(document.text.encode("utf-8", "replace"))
    own = surprise(bot, texts)
    if not bot.adapted:
        return gate.language(own.value, [Baseline(name="xz", value=xz(writing.learnt, texts))], surely_fewer=None)
    base = with_strength(bot, 0.0, lambda: surprise(bot, texts))
    return gate.language(
        own.value, [Baseline(name="base model", value=base.value)], surely_fewer=surely_fewer(base, own)
    )


def surprise(bot: Bot, texts: Sequence[str]) -> Bits:
    return bits([Surprise(bot.surprise_of(text), len(text.encode("utf-8", "replace"))) for text in texts])


def xz(learnt: Sequence[Document], texts: Sequence[str]) -> float:
    """Bits a byte of packing the texts after everything that was learnt, as a stranger to both would."""
    before = "\n\n".join(document.text for document in learnt).encode("utf-8", "replace")
    new = "\n\n".join(texts).encode("utf-8", "replace")
    packed = len(lzma.compress(before + new, preset=6)) - len(lzma.compress(before, preset=6))
    return 8 * packed / max(1, len(new))


def talked(bot: Bot, writing: Writing, count: int, stop: Stop) -> Work[Said | None]:
    """Replies to what the writer was asked, or where that is little, texts gone on with from their beginnings."""
    said = Said()
    asks = [*questions(writing, count)] if bot.follows else []
    if len(asks) < count // 2:
        asks = beginnings(writing, count)
    for n, (ask, mine) in enumerate(asks):
        if stop():
            return None
        said.prompts.append(ask.question)
        said.mine.append(mine)
        said.bot.append(speak(bot, ask, n))
        if bot.adapted:
            said.base.append(with_strength(bot, 0.0, lambda: speak(bot, ask, n)))  # noqa: B023  # called at once
        yield Progress(n + 1, len(asks), "Listening to it")
    return said


def questions(writing: Writing, count: int) -> list[tuple[Ask, str]]:
    fitting = [one for one in writing.asked if len(one.answer) >= SHORT and one.turns[-1].role == "user"]
    return [(Ask(turns=one.turns, notes=False), one.answer[:PIECE]) for one in fitting[:count]]


def beginnings(writing: Writing, count: int) -> list[tuple[Ask, str]]:
    """Unseen texts in pieces, from all documents in turn: the beginning is given, the rest is compared."""
    found: list[tuple[Ask, str]] = []
    depth = 0
    while len(found) < count and any(len(document.text) > depth * (PIECE + OPENING) for document in writing.unseen):
        for document in writing.unseen:
            at = depth * (PIECE + OPENING)
            begin = document.text.rfind(" ", at, at + OPENING)
            rest = document.text[begin + 1 : begin + 1 + PIECE]
            if begin > at and len(rest) >= PIECE // 2 and len(found) < count:
                turns = (Turn("user", document.text[at:begin].strip()),)
                found.append((Ask(turns=turns, mode="continue", notes=False), rest))
        depth += 1
    return found


def speak(bot: Bot, ask: Ask, seed: int, *, greedy: bool = False, length: int = LENGTH) -> Reply:
    how = Sampling(temperature=0.0 if greedy else 0.8, length=length, seed=seed)
    asked = replace(ask, sampling=how)
    turns = talk.told(bot, asked, retrieval.Found((), 0.0, asked=False))
    return drain(talk.once(bot, asked, turns, how, never))[1]


def with_strength(bot: Bot, strength: float, what: Callable[[], T]) -> T:
    bot.set_strength(strength)
    try:
        return what()
    finally:
        bot.set_strength(1.0)


def keep_voice(bot: Bot, said: Said, run: Run) -> None:
    """The direction from the base's replies to the writer's, as the base reads both."""

    def pair(prompt: str, mine: str, base: Reply) -> voice.Read:
        encode = bot.tokenizer.encode
        return bot.fitting([Turn("user", prompt)], LENGTH), encode(mine), encode(base.text)

    pairs = [pair(*each) for each in zip(said.prompts, said.mine, said.base, strict=True) if each[2].text.strip()]
    found = with_strength(bot, 0.0, lambda: voice.find(bot.model, pairs))
    if found is not None:
        with disk_errors("keeping the voice"):
            write_file(run.root / talk.VOICE, found.to_json().encode("ascii"))


def sounds(said: Said, writing: Writing, bot: Bot) -> list[Meter]:
    """The style score where there is a base to start from, else how often a classifier finds the bot out."""
    pieces = own_pairs(writing, len(said.mine))
    theirs, mine = style.of_one_length([reply.text for reply in said.bot], said.mine)
    if min(len(pieces), len(theirs)) < style.FOLDS:
        return []
    me = style.oneself(pieces).told_apart
    own = style.told_apart(theirs, mine).told_apart
    if not said.base:
        return [gate.told_apart(own, me)]
    base_texts, base_mine = style.of_one_length([reply.text for reply in said.base], said.mine)
    if len(base_texts) < style.FOLDS:
        return [gate.told_apart(own, me)]
    base = style.told_apart(base_texts, base_mine).told_apart
    told = [Baseline(name="told apart from you", value=100 * own), Baseline(name="base model", value=100 * base)]
    return [gate.style(style.score(base, own, me), told)]


def own_pairs(writing: Writing, count: int) -> list[tuple[str, str]]:
    """Neighbouring pieces of the writer's own texts, of unseen ones first; a short text is halved."""
    pairs: list[tuple[str, str]] = []
    for document in (*writing.unseen, *(each for each in writing.learnt if each.role == "me")):
        size = min(PIECE, len(document.text) // 2)
        if size >= SHORT:
            text = document.text
            pairs += [(text[at : at + size], text[at + size : at + 2 * size])
                      for at in range(0, len(text) - 2 * size + 1, 2 * size)]  # fmt: skip
        if len(pairs) >= max(count, LEAST_PAIRS):
            break
    return pairs[: max(count, LEAST_PAIRS)]


def habits(said: Said) -> list[Meter]:
    own = variety(said.mine, said.mine)
    bot = variety([reply.text for reply in said.bot], said.mine)
    ended = [reply.ended for reply in said.bot]
    return [gate.distinct(100 * bot.distinct, 100 * bot.repeated, 100 * own.distinct), gate.stops(100 * stops(ended))]


def copied(said: Said, copies: Copies, bot: Bot) -> Meter:
    texts = [reply.text for reply in said.bot]
    own = [Baseline(name="you repeat yourself", value=100 * copies.share(said.mine))]
    base = [reply.text for reply in said.base]
    more = [Baseline(name="base model", value=100 * copies.share(base))] if base else []
    return gate.copied(100 * copies.share(texts), [*own, *more])


def remembered(bot: Bot, writing: Writing) -> list[Meter]:
    """Of canaries, where some were planted in what was learnt."""
    text = "\n".join(document.text for document in writing.learnt)
    planted = [canary for canary in canaries() if canary.text in text]
    if not planted:
        return []
    found = exposures(planted, lambda before, texts: bot.surprises(before, list(texts)), REFERENCES)
    return [gate.exposed(repeats, value) for repeats, value in found.items()]


def answers(bot: Bot, writing: Writing, corpus: Corpus, stop: Stop) -> Work[list[Meter] | None]:
    """Kept ability and knowledge: only of a bot that follows what it is told."""
    wishes = ability.tasks()
    own, base = list[bool](), list[bool]()
    for n, task in enumerate(wishes):
        if stop():
            return None
        ask = Ask(turns=(Turn("user", task.prompt),), notes=False)
        own.append(task.passes(speak(bot, ask, 0, greedy=True, length=60).text))
        if bot.adapted:
            base.append(with_strength(bot, 0.0, lambda: task.passes(speak(bot, ask, 0, greedy=True, length=60).text)))  # noqa: B023
        yield Progress(n + 1, len(wishes), "Asking what everybody knows")
    meters = []
    if bot.adapted:
        told = [Baseline(name="base model", value=100 * sum(base) / len(base)),
                Baseline(name="bot", value=100 * sum(own) / len(own))]  # fmt: skip
        meters.append(gate.ability(100 * ability.kept(base, own), told))
    known = yield from knowledge(bot, writing, corpus, stop)
    return None if known is None else [*meters, *known]


def knowledge(bot: Bot, writing: Writing, corpus: Corpus, stop: Stop) -> Work[list[Meter] | None]:
    asked = [*facts.questions(writing.learnt, QUESTIONS), *(facts.Question(each, "") for each in NEVER_WRITTEN)]
    least = retrieval.calibrate(corpus, [question.asked for question in facts.questions(writing.learnt, 60, seed=3)])
    with_notes, without = list[tuple[facts.Question, str]](), list[tuple[facts.Question, str]]()
    for n, question in enumerate(asked):
        if stop():
            return None
        text = f"{question.asked} What belongs in the gap?" if question.answer else question.asked
        ask = Ask(turns=(Turn("user", text),), sampling=Sampling(temperature=0.0, length=60))
        found = retrieval.find(corpus, question.asked, least=least, without=writing.hidden)
        for notes, results in ((found, with_notes), (retrieval.Found((), 0.0, asked=False), without)):
            turns = talk.told(bot, ask, notes)
            results.append((question, drain(talk.once(bot, ask, turns, ask.sampling, never))[1].text))
        yield Progress(n + 1, len(asked), "Asking what you wrote")
    known, blind = facts.knowledge(with_notes), facts.knowledge(without)
    return [
        gate.facts(100 * known.right, 100 * blind.right),
        gate.refused(100 * known.refused, 100 * known.refused_wrongly),
    ]
