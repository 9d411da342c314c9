"""A talk with a bot: persona, notes and examples go in, an answer with its sources comes out.

Bots stay awake between two answers. Knows no window and no server.
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeAlias

from core import calibration, persona, retrieval, voice
from core.asking import Answer, Ask, Speaker, voice_file
from core.bot import Bot
from core.corpus import Corpus
from core.embeddings import Near
from core.events import Progress, Stop, Work, drain
from core.generate.stream import opening
from core.replies import Piece, Reply, Sampling, Turn
from core.retrieval import Cited, Found
from core.voice import Voice

AWAKE: Final = 2  # bots: two side by side
SEED_LIMIT: Final = 2**31

Open: TypeAlias = Callable[[Speaker], Bot]


def open_bot(speaker: Speaker) -> Bot:
    """The bot of a speaker. Raises Trouble when there is none."""
    if speaker.run is not None:
        return Bot.open(speaker.run, speaker.step)
    return Bot.of_base(speaker.base or Path())


class Bots:
    """Bots that are awake, the newest last. A run that has learnt more is woken anew."""

    def __init__(self, opened: Open = open_bot) -> None:
        self._open = opened
        self._awake: OrderedDict[tuple[Speaker, tuple[str, ...]], Bot] = OrderedDict()

    def get(self, speaker: Speaker) -> Bot:
        folder = speaker.run.checkpoints if speaker.run else None
        standing = tuple(sorted(path.name for path in folder.iterdir())) if folder and folder.is_dir() else ()
        key = (speaker, standing)
        if key not in self._awake:
            for old in [known for known in self._awake if known[0] == speaker]:
                del self._awake[old]  # before the new one takes its memory
            while len(self._awake) >= AWAKE:
                self._awake.popitem(last=False)
            self._awake[key] = self._open(speaker)
        self._awake.move_to_end(key)
        return self._awake[key]


def voice_of(bot: Bot, speaker: Speaker, project: Path) -> Voice | None:
    """What was found out about the voice in a bot; None where nothing was, or of another model than is there now."""
    try:
        found = Voice.from_json(voice_file(speaker, project).read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    shape = bot.model.shape
    return found if len(found.direction) == shape.width and found.layer < shape.layers else None


def answer(
    bot: Bot,
    ask: Ask,
    corpus: Path | None,
    stop: Stop,
    *,
    known: Voice | None = None,
    near: Near | None = None,
) -> Work[Answer]:
    """What the bot says, in `Piece`s. `corpus` holds its notes and `known` is its writer's voice, if there are any."""
    turns, found = prompt_of(bot, ask, corpus, near)
    if bot.adapted:
        bot.set_strength(ask.strength)
    with voice.speaking(bot.model, known, added=ask.voice, lock=ask.lock) if known else nullcontext() as heard:
        talked = best(bot, ask, turns, stop) if ask.best_of > 1 else once(bot, ask, turns, ask.sampling, stop)
        reply = yield from talked
    along = heard.mean if heard is not None and ask.best_of == 1 else None  # of several replies all are heard
    if known and along is None:
        along = voice.projection(bot.model, known, *read(bot, ask, turns, reply))
    score = known.score(along) if known and along is not None else None
    return replace(finished(reply, found), prompt_tokens=len(bot.fitting(turns, ask.sampling.length)), voice=score)


def read_ahead(
    bot: Bot, ask: Ask, corpus: Path | None, stop: Stop, *, known: Voice | None = None, near: Near | None = None
) -> None:
    """Read what the answer will begin with while `ask` is still typed: the same text in the same manner. Where nothing
    is typed yet and notes will stand before the talk, there is nothing to read that stays."""
    if bot.kept.is_busy or (not ask.question and ask.notes and bot.follows and corpus is not None):
        return
    turns, _ = prompt_of(bot, ask, corpus, near)
    if bot.adapted:
        bot.set_strength(ask.strength)
    with voice.speaking(bot.model, known, added=ask.voice, lock=ask.lock) if known else nullcontext():
        if is_running_text(bot, ask):
            bot.kept.read_ahead(opening(bot.tokenizer, ask.question), stop)
        else:
            bot.read_ahead(turns, ask.sampling, stop)


def prompt_of(bot: Bot, ask: Ask, corpus: Path | None, near: Near | None) -> tuple[list[Turn], Found]:
    """The talk as the bot is given it, and the notes in it."""
    with ExitStack() as stack:
        opened = stack.enter_context(Corpus(corpus)) if corpus is not None and corpus.is_file() else None
        found = look_up(bot, ask, opened, near)
        examples = retrieval.own_replies(opened, ask.question) if opened and bot.follows and not bot.adapted else []
    return told(bot, ask, found, examples), found


def is_running_text(bot: Bot, ask: Ask) -> bool:
    """Whether a text to be continued goes in as it is, as no template is in the way."""
    return ask.mode == "continue" and not bot.follows


def read(bot: Bot, ask: Ask, turns: Sequence[Turn], reply: Reply) -> tuple[list[int], list[int]]:
    """The ids before a reply, and those of the reply."""
    return bot.fitting(turns, ask.sampling.length), bot.tokenizer.encode(reply.text)


def look_up(bot: Bot, ask: Ask, corpus: Corpus | None, near: Near | None = None) -> Found:
    """The notes for what was asked; none for a bot that could not follow them."""
    if corpus is None or not ask.notes or not bot.follows or ask.mode != "talk":
        return Found((), 0.0, asked=False)
    before = next((turn.text for turn in reversed(ask.turns[:-1]) if turn.role == "user"), "")
    least, close = calibration.threshold(corpus), calibration.closeness(corpus, near)
    for asked in retrieval.in_context(ask.question, before):
        found = retrieval.find(corpus, asked, least=least, near=near, close=close)
        if found.notes:
            break
    return found


def told(bot: Bot, ask: Ask, found: Found, examples: Sequence[tuple[str, str]] = ()) -> list[Turn]:
    """The talk as the bot is given it."""
    said = list(ask.turns)
    if ask.mode == "rewrite":
        said = [Turn("user", persona.rewriting(ask.question))]
    if ask.mode == "continue":
        said = [Turn("user", persona.going_on(ask.question))]
    if not bot.follows:
        return said
    first = persona.system(ask.name, ask.persona or bot.persona, found.notes, unknown=found.is_unknown)
    return [first, *persona.shots(examples), *said]


def once(bot: Bot, ask: Ask, turns: Sequence[Turn], sampling: Sampling, stop: Stop) -> Work[Reply]:
    """One reply."""
    if is_running_text(bot, ask):
        return (yield from bot.reply(ask.question, sampling, stop))
    return (yield from bot.answer(turns, sampling, stop))


def best(bot: Bot, ask: Ask, turns: Sequence[Turn], stop: Stop) -> Work[Reply]:
    """Of some replies the one that what was learnt makes likeliest, compared with the base where there is one."""
    seed = ask.sampling.seed
    tried: list[Reply] = []
    for n in range(ask.best_of):
        yield Progress(n, ask.best_of, "Trying")
        sampling = replace(ask.sampling, seed=None if seed is None else (seed + n) % SEED_LIMIT)
        tried.append(drain(once(bot, ask, turns, sampling, stop))[1])
        if tried[-1].stopped:
            break
    chosen = max((reply for reply in tried if reply.text.strip()), key=_fitness(bot, ask, turns), default=tried[0])
    yield Piece(chosen.text)
    return replace(chosen, seconds=sum(reply.seconds for reply in tried))


def finished(reply: Reply, found: Found) -> Answer:
    """The reply, and which of its sentences come from which note."""
    notes: tuple[Cited, ...] = found.notes
    supports = tuple(retrieval.supports(reply.text, notes)) if notes else ()
    return Answer(reply=reply, notes=notes, supports=supports, unknown=found.is_unknown)


def _fitness(bot: Bot, ask: Ask, turns: Sequence[Turn]) -> Callable[[Reply], float]:
    """log p of what was learnt, less log p of the base, for each token; where there is no base, the first alone."""
    before = bot.fitting(turns, ask.sampling.length)

    def of(reply: Reply) -> float:
        tokens = max(1, reply.tokens)
        learnt = -bot.surprise(before, reply.text) / tokens
        if not bot.adapted:
            return learnt if math.isfinite(learnt) else -math.inf
        bot.set_strength(0.0)
        base = -bot.surprise(before, reply.text) / tokens
        bot.set_strength(ask.strength)
        return learnt - base

    return of
