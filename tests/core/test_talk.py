"""A talk: what a bot is told, which of its replies is taken, and what of it is remembered between two answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core import talk
from core.asking import Answer, Ask, Speaker
from core.bot import Bot
from core.corpus import Corpus
from core.documents import Document
from core.documents import Turn as Said
from core.events import drain, never
from core.replies import FROM_SCRATCH, UNTRAINED, Piece, Sampling, Turn
from core.runs import Run
from core.talk import Bots, answer, told
from core.voice import Voice
from tests.fakes.instruct import instruct_bot, instruct_model
from tests.fakes.small_run import small_run

SHORT = Sampling(temperature=1.0, length=12, seed=3)
QUESTION = "Why did you move to the house by the harbour?"
HARBOUR = "We moved to the old house by the harbour because the rent was low and the light was good in the morning."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return instruct_model(tmp_path_factory.mktemp("models") / "instruct")


@pytest.fixture(scope="module")
def bot(folder: Path) -> Bot:
    return Bot.of_base(folder)


@pytest.fixture
def scratch(tmp_path: Path) -> Bot:
    return Bot.open(small_run(Run(tmp_path / "run"), 2.0))


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus(tmp_path / "corpus.sqlite") as opened:
        opened.add(Document(source="s", key="move", title="Moving", text=HARBOUR))
        said = (Said("Ann", "Do you like the harbour?"),)
        opened.add(Document(source="s", key="a", kind="reply", text="Oh yes, I like it a lot!", context=said))
        yield opened


def ask(*said: str, **how: object) -> Ask:
    turns = tuple(Turn("user" if n % 2 == 0 else "assistant", text) for n, text in enumerate(said))
    return Ask(turns=turns, **{"sampling": SHORT, **how})  # type: ignore[arg-type]  # the tests say what they mean


def texts(bot: Bot, asked: Ask, corpus: Corpus | None) -> str:
    found = talk.look_up(bot, asked, corpus)
    return "\n".join(turn.text for turn in told(bot, asked, found))


def test_an_instruct_model_is_told_who_it_is_and_what_was_written(bot: Bot, corpus: Corpus) -> None:
    said = texts(bot, ask(QUESTION, name="Ann"), corpus)
    assert "Ann's writing twin" in said
    assert f"[1] Moving\n{HARBOUR}" in said
    assert said.endswith(QUESTION)


def test_of_what_was_not_written_about_it_is_told_to_say_so(bot: Bot, corpus: Corpus) -> None:
    said = texts(bot, ask("Which synthesizer do you recommend?"), corpus)
    assert "has not written about what is asked" in said
    assert "Notes" not in said


@pytest.mark.parametrize("then", ["Why?", "And do you like it?", "Which synthesizer stood there?"])
def test_a_question_that_points_back_gets_the_notes_of_what_it_points_at(bot: Bot, corpus: Corpus, then: str) -> None:
    said = texts(bot, ask(QUESTION, "The rent was low.", then), corpus)
    assert f"[1] Moving\n{HARBOUR}" in said


def test_another_subject_does_not(bot: Bot, corpus: Corpus) -> None:
    said = texts(bot, ask(QUESTION, "The rent was low.", "Which synthesizer do you recommend?"), corpus)
    assert "has not written about what is asked" in said


def test_notes_are_off_by_one_switch(bot: Bot, corpus: Corpus) -> None:
    said = texts(bot, ask(QUESTION, notes=False), corpus)
    assert "rent" not in said
    assert "has not written" not in said


def test_a_persona_takes_the_usual_ones_place(bot: Bot) -> None:
    said = texts(bot, ask("Hi there, who are you?", persona="You are a pirate."), None)
    assert said.startswith("You are a pirate.")
    assert "twin" not in said


def test_rewriting_and_going_on_say_what_is_wanted(bot: Bot) -> None:
    assert texts(bot, ask("It rains.", mode="rewrite"), None).endswith("add nothing.\n\nIt rains.")
    assert texts(bot, ask("It rains", mode="continue"), None).endswith("in your own voice:\nIt rains")


def test_a_model_from_scratch_is_told_nothing_it_could_not_follow(scratch: Bot, corpus: Corpus) -> None:
    asked = ask("the bird", "sings", "why")
    assert told(scratch, asked, talk.look_up(scratch, asked, corpus)) == list(asked.turns)
    assert scratch.label == FROM_SCRATCH


def test_an_answer_comes_in_pieces_with_its_notes(bot: Bot, corpus: Corpus, tmp_path: Path) -> None:
    events, got = drain(answer(bot, ask(QUESTION), tmp_path / "corpus.sqlite", never))
    assert "".join(event.text for event in events if isinstance(event, Piece)) == got.reply.text
    assert got.notes[0].key == "move"
    assert got.reply.tokens <= 12
    assert bot.label == UNTRAINED


def test_the_same_seed_gives_the_same_answer(bot: Bot) -> None:
    one, other = (drain(answer(bot, ask("Hello you"), None, never))[1] for _ in range(2))
    assert one.reply.text == other.reply.text


def test_of_three_replies_the_likeliest_is_taken(bot: Bot) -> None:
    _, got = drain(answer(bot, ask("Hello you", best_of=3), None, never))
    tries = [Sampling(temperature=1.0, length=12, seed=3 + n) for n in range(3)]
    alone = [drain(answer(bot, ask("Hello you", sampling=how), None, never))[1] for how in tries]
    turns = told(bot, ask("Hello you"), talk.look_up(bot, ask("Hello you"), None))
    before = bot.fitting(turns, 12)
    best = min(alone, key=lambda each: bot.surprise(before, each.reply.text) / each.reply.tokens)
    assert got.reply.text == best.reply.text
    assert len({each.reply.text for each in alone}) > 1


def test_a_stopped_answer_is_what_was_said_until_then(bot: Bot) -> None:
    calls = iter([False, False, False, True])
    _, got = drain(answer(bot, ask("Hello you"), None, lambda: next(calls, True)))
    assert got.reply.stopped
    assert got.reply.tokens <= 3


def test_a_long_talk_loses_its_oldest_turns_and_keeps_who_it_is(tmp_path: Path) -> None:
    small = instruct_bot(tmp_path / "small", context=128)
    turns = [Turn("system", "You are Ann."), *[Turn("user", f"number {n} " + "word " * 8) for n in range(30)]]
    ids = small.fitting(turns, 40)
    said = small.tokenizer.decode_bytes(ids).decode()
    assert len(ids) <= 128 - 40
    assert "You are Ann." in said
    assert "number 29" in said
    assert "number 0 " not in said


def test_a_talk_that_is_one_endless_turn_still_fits(bot: Bot) -> None:
    assert len(bot.fitting([Turn("user", "word " * 5000)], 40)) <= bot.model.shape.context - 40


def test_surprise_is_the_same_alone_and_in_a_batch(bot: Bot) -> None:
    together = bot.surprises("My number is ", ["12345", "9", "abc def"])
    before = [bot.tokenizer.end, *bot.tokenizer.encode("My number is")]
    alone = [bot.surprise(before, text) for text in (" 12345", " 9", " abc def")]
    assert together == pytest.approx(alone, rel=1e-4)


def test_the_surprise_of_a_text_longer_than_the_context_counts_all_of_it(tmp_path: Path) -> None:
    small = instruct_bot(tmp_path / "small", context=64)
    text = "the quick brown fox jumps over the lazy dog " * 20
    assert small.surprise_of(text) > 5 * small.surprise_of(text[:120])


class Opened:
    """Counts how often bots are woken."""

    def __init__(self, bot: Bot) -> None:
        self.bot, self.asked = bot, list[str]()

    def __call__(self, speaker: Speaker) -> Bot:
        self.asked.append(speaker.name)
        return self.bot


def test_two_bots_stay_awake(bot: Bot) -> None:
    opened = Opened(bot)
    bots = Bots(opened)
    for name in ("a", "b", "a", "b", "c", "b", "a"):
        bots.get(Speaker(base=Path(name)))
    assert opened.asked == ["a", "b", "c", "a"]


def test_a_run_that_learnt_more_is_woken_anew(bot: Bot, tmp_path: Path) -> None:
    run = small_run(Run(tmp_path / "run"), 2.0)
    opened = Opened(bot)
    bots = Bots(opened)
    bots.get(Speaker(run=run))
    bots.get(Speaker(run=run))
    (run.checkpoints / "step-00000009").mkdir()
    bots.get(Speaker(run=run))
    assert len(opened.asked) == 2


def test_an_answer_says_nothing_of_notes_that_it_had_not(bot: Bot) -> None:
    _, got = drain(answer(bot, ask("Hello you"), None, never))
    assert got == Answer(reply=got.reply, prompt_tokens=got.prompt_tokens)
    assert got.prompt_tokens > 5


def test_a_talk_ends_with_the_user_and_settings_have_limits() -> None:
    with pytest.raises(ValueError, match="the last turn"):
        Ask(turns=(Turn("assistant", "Hi"),))
    with pytest.raises(ValueError, match="out of range"):
        Ask(turns=(Turn("user", "Hi"),), best_of=9)
    with pytest.raises(ValueError, match="either a run"):
        Speaker()


def test_a_voice_that_is_known_is_measured_and_can_be_held_up(bot: Bot) -> None:
    width = bot.model.shape.width
    direction = tuple([1.0] + [0.0] * (width - 1))
    known = Voice(layer=1, direction=direction, base=0.0, mine=1.0, deviation=0.5, floor=3.0, told_apart=0.9)
    plain = drain(answer(bot, ask("Hello you"), None, never, known=known))[1]
    locked = drain(answer(bot, ask("Hello you", lock=True), None, never, known=known))[1]
    assert plain.voice is not None
    assert plain.reply.text != locked.reply.text
    assert drain(answer(bot, ask("Hello you"), None, never))[1].voice is None
