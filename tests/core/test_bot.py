"""A bot speaks from the best whole weights of its run, says what it is, and takes what is typed as text."""

from dataclasses import replace
from pathlib import Path

import pytest

from core import checkpoints
from core.bot import Bot
from core.checkpoints import WEIGHTS
from core.errors import DiskTrouble, WrongFile
from core.events import Note, drain, never
from core.generate.stream import opening, write
from core.recipe import TokenizerKind
from core.replies import Piece, Reply, Sampling
from core.runs import Run
from core.tokenizers import files
from tests.fakes.small_run import TEXTS, opinionated, small_run

SAMPLING = Sampling(temperature=0, length=30)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Two checkpoints: the older one was the better one."""
    return small_run(Run(tmp_path / "run"), 2.0, 3.0)


def told(run: Run, step: int) -> Reply:
    """What the weights of `step` write."""
    model, tokenizer = opinionated(run.recipe().shape, seed=step), files.load(run.tokenizer_file)
    _, reply = drain(write(model, tokenizer, opening(tokenizer, "the bird"), SAMPLING, never))
    return replace(reply, seconds=0)


def test_the_best_checkpoint_speaks_not_the_newest(run: Run) -> None:
    events, reply = drain(Bot.open(run).reply("the bird", SAMPLING, never))
    assert replace(reply, seconds=0) == told(run, step=1) != told(run, step=2)
    assert "".join(event.text for event in events if isinstance(event, Piece)) == reply.text


def test_a_damaged_best_checkpoint_is_passed_over_and_that_is_said(run: Run) -> None:
    weights = checkpoints.folder(run, 1) / WEIGHTS
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    events, reply = drain(Bot.open(run).reply("the bird", SAMPLING, never))
    assert events[0] == Note("The best checkpoint is damaged. The next best one answers.")
    assert replace(reply, seconds=0) == told(run, step=2)


def test_a_run_without_a_checkpoint_cannot_speak_yet(tmp_path: Path) -> None:
    with pytest.raises(DiskTrouble, match=r"no checkpoint yet\. Train a little longer"):
        Bot.open(small_run(Run(tmp_path / "run")))


def test_a_damaged_tokenizer_is_not_blamed_on_the_checkpoints(run: Run) -> None:
    run.tokenizer_file.write_text("{}", "utf-8")
    with pytest.raises(WrongFile, match="The tokenizer of this run is damaged"):
        Bot.open(run)


def test_a_bot_says_what_it_is(run: Run) -> None:
    assert Bot.open(run).label == (
        "This is a small model trained from scratch on your writing. "
        "It continues text in your style; it does not answer questions."
    )


@pytest.mark.parametrize("prompt", ["", "<|end|>", "日本語 the bird 😀", "the bird " * 100])
def test_any_prompt_gets_a_reply(run: Run, prompt: str) -> None:
    _, reply = drain(Bot.open(run).reply(prompt, SAMPLING, never))
    assert (reply.tokens, reply.stopped) == (SAMPLING.length, False) or reply.ended


@pytest.mark.parametrize("kind", ["characters", "bpe"])
def test_a_special_token_that_is_typed_stays_text(kind: TokenizerKind) -> None:
    tokenizer = files.train(kind, TEXTS, vocab=300)
    ids = opening(tokenizer, "<|end|>")
    assert ids.count(tokenizer.end) == 1
    assert tokenizer.decode_bytes(ids) == b"<|end|>"
