"""What an answer will begin with is read while the question is typed: the answer is the same, and hardly reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from core.asking import Answer, Ask
from core.bot import Bot
from core.corpus import Corpus
from core.documents import Document
from core.events import drain, never
from core.generate.reader import LEAST, STEP
from core.replies import Piece, Sampling, Turn
from core.shape import Shape
from core.talk import answer, read_ahead
from core.voice import Voice
from tests.fakes.byte_tokenizer import ByteTokenizer
from tests.fakes.instruct import instruct_model
from tests.fakes.small_run import opinionated

HOW = Sampling(temperature=1.0, length=12, seed=3)
HARBOUR = "We moved to the old house by the harbour because the rent was low and the light was good. " * 3
WHY = "Why did you move to the old house by the harbour"
KNOWN = Voice(layer=1, direction=(1.0,) + (0.0,) * 31, base=0.0, mine=1.0, deviation=0.5, floor=3.0, told_apart=0.9)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return instruct_model(tmp_path_factory.mktemp("models") / "instruct")


@pytest.fixture
def bot(folder: Path) -> Bot:
    return Bot.of_base(folder)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    with Corpus(tmp_path / "corpus.sqlite") as opened:
        opened.add(Document(source="s", key="move", title="Moving", text=HARBOUR))
    return tmp_path / "corpus.sqlite"


def ask(*said: str, **how: object) -> Ask:
    turns = tuple(Turn("user" if n % 2 == 0 else "assistant", text) for n, text in enumerate(said))
    return Ask(turns=turns, **{"sampling": HOW, **how})  # type: ignore[arg-type]  # the tests say what they mean


def said(bot: Bot, asked: Ask, corpus: Path | None, known: Voice | None = None) -> Answer:
    got = drain(answer(bot, asked, corpus, never, known=known))[1]
    return replace(got, reply=replace(got.reply, seconds=0))


@contextmanager
def counted(bot: Bot) -> Iterator[list[int]]:
    """How many tokens each pass through the model reads."""
    passes: list[int] = []
    handle = bot.model.register_forward_pre_hook(lambda _, args: passes.append(args[0].shape[1]))
    try:
        yield passes
    finally:
        handle.remove()


def test_a_question_that_was_read_while_it_was_typed_gets_the_same_answer_from_fewer_tokens(
    bot: Bot, folder: Path, corpus: Path
) -> None:
    read_ahead(bot, ask(WHY[:-8]), corpus, never)
    with counted(bot) as passes:
        got = said(bot, ask(WHY), corpus)
    assert got.notes
    assert got == said(Bot.of_base(folder), ask(WHY), corpus)
    assert passes[0] <= STEP + LEAST + 20 < got.prompt_tokens


def test_the_talk_so_far_is_read_once_where_no_notes_stand_before_it(bot: Bot, folder: Path) -> None:
    talk = ("Tell me of the sea. " * 9, "It is wide. " * 9)
    read_ahead(bot, ask(*talk, ""), None, never)
    with counted(bot) as passes:
        got = said(bot, ask(*talk, "And deep?"), None)
    assert got == said(Bot.of_base(folder), ask(*talk, "And deep?"), None)
    assert passes[0] <= STEP + LEAST + 10 < got.prompt_tokens


def test_nothing_is_read_before_a_question_whose_notes_nobody_knows_yet(bot: Bot, corpus: Path) -> None:
    with counted(bot) as passes:
        read_ahead(bot, ask(WHY, "The rent was low.", ""), corpus, never)
    assert passes == []


@pytest.mark.parametrize("how", [{"voice": 2.0}, {"lock": True}, {}])
def test_with_a_voice_added_it_is_read_as_it_will_be_answered(
    bot: Bot, folder: Path, how: dict[str, object], corpus: Path
) -> None:
    read_ahead(bot, ask(WHY, **how), corpus, never, known=KNOWN)
    with counted(bot) as passes:
        got = said(bot, ask(WHY, **how), corpus, KNOWN)
    assert passes[0] <= STEP + LEAST
    assert got == said(Bot.of_base(folder), ask(WHY, **how), corpus, KNOWN)
    assert bot.model.moved is None


def test_while_a_reply_is_written_nothing_is_read_and_no_strength_is_turned(bot: Bot, corpus: Path) -> None:
    work = answer(bot, ask(WHY), corpus, never)
    assert isinstance(next(work), Piece)
    with counted(bot) as passes:
        read_ahead(bot, ask("Something else " * 30), corpus, never)
    assert passes == []
    work.close()


def test_a_text_to_be_continued_is_read_as_it_stands() -> None:
    tokenizer = ByteTokenizer()
    shape = Shape(vocab=tokenizer.vocab, context=512, layers=2, width=32, heads=2, kv_heads=2, inner=64)
    bot, other = (Bot(opinionated(shape, seed=3), tokenizer) for _ in range(2))
    asked = ask("the bird sings " * 12, mode="continue")
    read_ahead(bot, asked, None, never)
    with counted(bot) as passes:
        assert said(bot, asked, None) == said(other, asked, None)
    assert passes[0] <= STEP + LEAST
