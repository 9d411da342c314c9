"""Measures a run's bot: every meter, beside its base model, on writing that it never saw. Knows no window.

The same run and settings give the same figures: every reply has a seed of its own.
"""

import lzma
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from core import calibration, cloze, retrieval, talk
from core.asking import Ask, Speaker, voice_file
from core.atomic import disk_errors, write_file
from core.bot import Bot
from core.corpus import Corpus
from core.curate.of_project import view as clean_view
from core.documents import Document
from core.errors import Unsupported
from core.events import Progress, Stop, Work, drain
from core.examples.build import documents_of, of_view
from core.judge import ability, facts, gate, style
from core.judge.bits import Bits, Surprise, bits, surely_fewer
from core.judge.canaries import canaries, exposures
from core.judge.copies import Copies, Original
from core.judge.endings import BY_ITSELF, endings
from core.judge.listening import keep, voice_between
from core.judge.speaking import LENGTH, NO_NOTES, PIECE, SHORT, Base, Said, Writing, base_of, speak, talked, told_before
from core.judge.variety import stops, variety
from core.leaks import without_leaks
from core.meters import BASE, FILE, PROMPTED, Baseline, Copy, Meter, Meters, Pair
from core.paths import Project
from core.replies import Reply, Sampling, Turn
from core.runs import Run
from core.split import split

REPLIES: Final = 40
BYTES: Final = 60_000  # of held-out text
QUESTIONS, UNKNOWN = 40, 20
LEAST_PAIRS: Final = 40  # of the writer's own texts, to tell her from herself
LIKELIEST: Final = Sampling(temperature=0.0, length=LENGTH // 2, seed=0)  # of what is right or wrong
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
    base = base_of(bot, run)
    meters = [language(bot, base, writing)]
    yield Progress(1, 8, "Surprise measured")
    said = yield from talked(bot, base, writing, replies, stop)
    if said is None:
        return None
    if base is not None and run is not None:
        found = voice_between(base, said)
        if found is not None:
            keep(found, voice_file(Speaker(run=run), run.root))
    copies = Copies(Original(document.key, document.text) for document in writing.learnt)
    ended = (yield from endings(bot, base, writing, stop)) if bot.follows else {}
    if ended is None:
        return None
    meters += [*sounds(said, writing), *habits(said), copied(said, copies), *stopping(ended)]
    yield Progress(5, 8, "Voice measured")
    meters += remembered(bot, writing, base)
    yield Progress(6, 8, "Memory measured")
    if bot.follows:
        more = yield from answers(bot, base, writing, corpus, stop)
        if more is None:
            return None
        meters += more
    texts = [reply.text for reply in said.bot]
    spans = [Copy(text=text[span.start : span.end], name=span.name) for text in texts for span in copies.find(text)]
    pairs = [Pair(prompt=p, mine=m, bot=t) for p, m, t in zip(said.prompts, said.mine, texts, strict=True) if t.strip()]
    return Meters(run="", meters=tuple(meters), copies=tuple(spans[:50]), pairs=tuple(pairs))


def language(bot: Bot, base: Base | None, writing: Writing) -> Meter:
    """Bits per byte on unseen text; beside it the base, or for a model from nothing the best of old compression."""
    texts, size = list[str](), 0
    for document in writing.unseen:
        if document.text.strip() and size < BYTES:
            texts.append(document.text)
            size += len(document.text.encode("utf-8", "replace"))
    own = surprise(bot, texts)
    if base is None:
        return gate.language(own.value, [Baseline(name="xz", value=xz(writing.learnt, texts))], surely_fewer=None)
    beside = {BASE: base.do(lambda it: surprise(it, texts))}
    if bot.follows:
        beside[PROMPTED] = base.do(lambda it: surprise(it, texts, told_before(it, writing)))
    surely = all(surely_fewer(other, own) for other in beside.values())
    return gate.language(own.value, baselines({name: one.value for name, one in beside.items()}), surely_fewer=surely)


def baselines(values: Mapping[str, float]) -> list[Baseline]:
    return [Baseline(name=name, value=value) for name, value in values.items()]


def surprise(bot: Bot, texts: Sequence[str], told: Sequence[int] = ()) -> Bits:
    return bits([Surprise(bot.surprise_of(text, told), len(text.encode("utf-8", "replace"))) for text in texts])


def xz(learnt: Sequence[Document], texts: Sequence[str]) -> float:
    """Bits a byte of packing the texts after everything that was learnt, as a stranger to both would."""
    before = "\n\n".join(document.text for document in learnt).encode("utf-8", "replace")
    new = "\n\n".join(texts).encode("utf-8", "replace")
    packed = len(lzma.compress(before + new, preset=6)) - len(lzma.compress(before, preset=6))
    return 8 * packed / max(1, len(new))


def sounds(said: Said, writing: Writing) -> list[Meter]:
    """How often a classifier finds the bot out; and where there is a base to start from, the style score."""
    pieces = own_pairs(writing, len(said.mine))
    own = told_apart(said.bot, said.mine)
    if own is None or len(pieces) < style.FOLDS:
        return []
    me = style.oneself(pieces).told_apart
    areas = {name: told_apart(replies, said.mine) for name, replies in beside(said).items()}
    known = {name: area for name, area in areas.items() if area is not None}
    found = [gate.told_apart(own, me, baselines({name: 100 * area for name, area in known.items()}))]
    if BASE in known:
        scores = {name: style.score(known[BASE], area, me) for name, area in known.items()}
        found.insert(0, gate.style(style.score(known[BASE], own, me), baselines(scores)))
    return found


def told_apart(replies: Sequence[Reply], mine: Sequence[str]) -> float | None:
    """The area under the curve between replies and the writer's own to the same prompts; None for too few."""
    theirs, own = style.of_one_length([reply.text for reply in replies], mine)
    return style.told_apart(theirs, own).told_apart if len(theirs) >= style.FOLDS else None


def beside(said: Said) -> dict[str, list[Reply]]:
    """The replies of what the bot came from."""
    return {name: replies for name, replies in ((BASE, said.base), (PROMPTED, said.prompted)) if replies}


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
    others = beside(said)
    distinct = {name: 100 * variety([one.text for one in heard], said.mine).distinct for name, heard in others.items()}
    return [gate.distinct(100 * bot.distinct, 100 * bot.repeated, 100 * own.distinct, baselines(distinct))]


def stopping(ended: Mapping[str, Sequence[bool]]) -> list[Meter]:
    """Of a bot that answers; one that goes on with a text is not asked to end."""
    shares = {name: 100 * stops(each) for name, each in ended.items()}
    own = shares.pop(BY_ITSELF, None)
    return [] if own is None else [gate.stops(own, baselines(shares))]


def copied(said: Said, copies: Copies) -> Meter:
    shares = {name: 100 * copies.share([one.text for one in heard]) for name, heard in beside(said).items()}
    shares["you repeat yourself"] = 100 * copies.share(said.mine)
    return gate.copied(100 * copies.share([reply.text for reply in said.bot]), baselines(shares))


def remembered(bot: Bot, writing: Writing, base: Base | None = None) -> list[Meter]:
    """Of canaries, where some were planted in what was learnt."""
    text = "\n".join(document.text for document in writing.learnt)
    planted = [canary for canary in canaries() if canary.text in text]
    if not planted:
        return []

    def exposed(it: Bot) -> Mapping[int, float]:
        return exposures(planted, lambda before, texts: it.surprises(before, list(texts)), REFERENCES)

    known = base.do(exposed) if base is not None else {}
    return [
        gate.exposed(repeats, value, baselines({BASE: known[repeats]} if known else {}))
        for repeats, value in exposed(bot).items()
    ]


def answers(bot: Bot, base: Base | None, writing: Writing, corpus: Corpus, stop: Stop) -> Work[list[Meter] | None]:
    """Kept ability and knowledge: only of a bot that follows what it is told."""
    wishes = ability.tasks()
    own, plain, prompted = list[bool](), list[bool](), list[bool]()
    for n, task in enumerate(wishes):
        ask = Ask(turns=(Turn("user", task.prompt),), notes=False)
        own.append(task.passes(speak(bot, ask, LIKELIEST, stop).text))
        if base is not None:
            plain.append(task.passes(base.do(lambda it: speak(it, ask, LIKELIEST, stop, is_told=False)).text))  # noqa: B023
            prompted.append(task.passes(base.do(lambda it: speak(it, ask, LIKELIEST, stop)).text))  # noqa: B023
        if stop():
            return None
        yield Progress(n + 1, len(wishes), "Asking what everybody knows")
    meters = []
    if base is not None:
        kept = {BASE: 100.0, PROMPTED: 100 * ability.kept(plain, prompted)}
        meters.append(gate.ability(100 * ability.kept(plain, own), 100 * sum(own) / len(own), baselines(kept)))
    known = yield from knowledge(bot, base, writing, corpus, stop)
    return None if known is None else [*meters, *known]


def knowledge(bot: Bot, base: Base | None, writing: Writing, corpus: Corpus, stop: Stop) -> Work[list[Meter] | None]:
    """With its notes and without; of the base with notes, as it would be without any training."""
    asked = [*cloze.questions(writing.learnt, QUESTIONS), *(cloze.Question(each, "") for each in NEVER_WRITTEN)]
    fit = yield from calibration.calibrate(corpus, writing.learnt, stop, without=writing.hidden)
    if fit is None:
        return None
    heard: dict[str, list[tuple[cloze.Question, str]]] = {"": [], "without notes": [], PROMPTED: []}
    for n, question in enumerate(asked):
        found = retrieval.find(corpus, question.asked, least=fit.least, without=writing.hidden)
        heard[""].append((question, informed(bot, question, found, stop)))
        heard["without notes"].append((question, informed(bot, question, NO_NOTES, stop)))
        if base is not None:
            heard[PROMPTED].append((question, base.do(lambda it: informed(it, question, found, stop))))  # noqa: B023
        if stop():
            return None
        yield Progress(n + 1, len(asked), "Asking what you wrote")
    known = {name: facts.knowledge(results) for name, results in heard.items() if results}
    bot_knows = known.pop("")
    refused = {name: 100 * one.refused for name, one in known.items()}
    refused["refused although you wrote about it"] = 100 * bot_knows.refused_wrongly
    return [
        gate.facts(100 * bot_knows.right, baselines({name: 100 * one.right for name, one in known.items()})),
        gate.refused(100 * bot_knows.refused, baselines(refused)),
    ]


def informed(bot: Bot, question: cloze.Question, notes: retrieval.Found, stop: Stop) -> str:
    """What a bot says to a question about the writing, with these notes before it."""
    text = f"{question.asked} What belongs in the gap?" if question.answer else question.asked
    ask = Ask(turns=(Turn("user", text),), sampling=LIKELIEST)
    return drain(talk.once(bot, ask, talk.told(bot, ask, notes), ask.sampling, stop))[1].text
