"""A bot speaks from the best whole weights of its run, says what it is, and takes what is typed as text."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core import checkpoints
from core.bot import Bot
from core.checkpoints import WEIGHTS, Standing
from core.errors import DiskTrouble
from core.events import Note, drain, never
from core.generate.stream import opening, write
from core.models.decoder import Decoder
from core.recipe import Recipe, TokenizerKind
from core.replies import Piece, Reply, Sampling
from core.runs import Run
from core.shape import Shape
from core.tokenizers import files
from core.tokenizers.base import Tokenizer

TEXTS = ["the bird repeats what it has heard <|end|>", "it says no more than it knows"]
SAMPLING = Sampling(temperature=0, length=30)


@pytest.fixture
def tokenizer() -> Tokenizer:
    return files.train("characters", TEXTS, vocab=64)


@pytest.fixture
def run(tmp_path: Path, tokenizer: Tokenizer) -> Run:
    """Two checkpoints: the older one was the better one."""
    run = Run(tmp_path / "run")
    run.root.mkdir()
    shape = Shape(vocab=tokenizer.vocab, context=32, layers=1, width=16, heads=2, kv_heads=2, inner=32)
    recipe = Recipe(shape=shape, tokenizer="characters", steps=2, length=16, batch=1)
    run.recipe_file.write_text(recipe.to_json(), "utf-8")
    tokenizer.save(run.tokenizer_file)
    for step, bits_per_byte in ((1, 2.0), (2, 3.0)):
        tensors = {f"model.{name}": weight for name, weight in model_of(run, seed=step).state_dict().items()}
        checkpoints.save(run, Standing(step=step, bits_per_byte=bits_per_byte), tensors)
    return run


def model_of(run: Run, seed: int) -> Decoder:
    model = Decoder(run.recipe().shape)
    model.initialise(seed)
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(8)  # from even odds to opinions, so that other weights write another text
    return model


def told(run: Run, tokenizer: Tokenizer, seed: int) -> Reply:
    """What the model made from `seed` writes."""
    _, reply = drain(write(model_of(run, seed), tokenizer, opening(tokenizer, "the bird"), SAMPLING, never))
    return replace(reply, seconds=0)


def test_the_best_checkpoint_speaks_not_the_newest(run: Run, tokenizer: Tokenizer) -> None:
    events, reply = drain(Bot.open(run).reply("the bird", SAMPLING, never))
    assert replace(reply, seconds=0) == told(run, tokenizer, seed=1) != told(run, tokenizer, seed=2)
    assert "".join(event.text for event in events if isinstance(event, Piece)) == reply.text


def test_a_damaged_best_checkpoint_is_passed_over_and_that_is_said(run: Run, tokenizer: Tokenizer) -> None:
    weights = checkpoints.folder(run, 1) / WEIGHTS
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    events, reply = drain(Bot.open(run).reply("the bird", SAMPLING, never))
    assert events[0] == Note("The best checkpoint is damaged. The next best one answers.")
    assert replace(reply, seconds=0) == told(run, tokenizer, seed=2)


def test_a_run_without_a_checkpoint_cannot_speak_yet(tmp_path: Path) -> None:
    with pytest.raises(DiskTrouble, match=r"no checkpoint yet\. Train a little longer"):
        Bot.open(Run(tmp_path))


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
