"""The voice: found between two ways to write, it says whose a text is, and moves what a model writes."""

import random
from collections.abc import Sequence

import pytest
import torch

from core import voice
from core.bot import Bot
from core.events import drain, never
from core.generate.stream import opening
from core.judge.style import told_apart
from core.models.decoder import Decoder
from core.replies import Sampling
from core.shape import Shape
from core.tokenizers.chars import CharacterTokenizer
from core.voice import Voice

MINE = ("kettle", "moss", "hums", "slowly", "cold", "amber")
THEIRS = ("ledger", "stout", "brass", "pivot", "quarry", "vector")


def text(luck: random.Random, words: Sequence[str]) -> str:
    return " ".join(luck.choices(words, k=14)) + "."


@pytest.fixture(scope="module")
def bot() -> Bot:
    """A small model that has learnt two ways to write, half of the time each."""
    luck = random.Random(1)
    texts = [text(luck, words) for _ in range(200) for words in (MINE, THEIRS)]
    tokenizer = CharacterTokenizer.train(texts, 1000)
    torch.manual_seed(1)
    shape = Shape(vocab=tokenizer.vocab, context=96, layers=3, width=48, heads=3, kv_heads=3, inner=96)
    model = Decoder(shape)
    model.initialise(1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3)
    for step in range(180):
        chosen = [texts[(step * 16 + n) % len(texts)] for n in range(16)]
        rows = [[tokenizer.end, *tokenizer.encode(each)][:80] for each in chosen]
        rows = [row + [tokenizer.end] * (80 - len(row)) for row in rows]
        ids = torch.tensor(rows)
        loss = model.loss(ids[:, :-1], ids[:, 1:]) / ids[:, 1:].numel()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
        optimizer.step()
    return Bot(model.eval(), tokenizer)


@pytest.fixture(scope="module")
def found(bot: Bot) -> Voice:
    luck = random.Random(2)
    pairs = [([bot.tokenizer.end], encoded(bot, text(luck, MINE)), encoded(bot, text(luck, THEIRS))) for _ in range(24)]
    made = voice.find(bot.model, pairs)
    assert made is not None
    return made


def encoded(bot: Bot, said: str) -> list[int]:
    return bot.tokenizer.encode(said)


def written(bot: Bot, made: Voice, added: float, *, lock: bool = False, count: int = 24) -> list[str]:
    with voice.speaking(bot.model, made, added=added, lock=lock):
        ways = [Sampling(length=70, seed=n, min_p=0.0, repetition=1.0) for n in range(count)]
        replies = [drain(bot.reply("", how, never))[1] for how in ways]
    return [reply.text for reply in replies if len(reply.text) > 10]


def test_it_tells_whose_a_text_is(bot: Bot, found: Voice) -> None:
    luck = random.Random(3)
    before = [bot.tokenizer.end]
    mine = [voice.projection(bot.model, found, before, encoded(bot, text(luck, MINE))) for _ in range(10)]
    theirs = [voice.projection(bot.model, found, before, encoded(bot, text(luck, THEIRS))) for _ in range(10)]
    assert found.told_apart > 0.95
    assert min(map(found.score, mine)) > max(map(found.score, theirs))
    assert sum(map(found.score, mine)) / 10 == pytest.approx(100, abs=20)
    assert sum(map(found.score, theirs)) / 10 == pytest.approx(0, abs=20)


def test_more_of_it_moves_the_style_score(bot: Bot, found: Voice) -> None:
    luck = random.Random(4)
    own = [text(luck, MINE)[:70] for _ in range(24)]
    towards = told_apart(written(bot, found, 6.0), own).told_apart
    away = told_apart(written(bot, found, -6.0), own).told_apart
    assert towards < away - 0.1


def test_the_floor_moves_the_style_score_of_what_is_written(bot: Bot, found: Voice) -> None:
    luck = random.Random(6)
    own = [text(luck, MINE)[:70] for _ in range(24)]
    free, held = (told_apart(written(bot, found, -4.0, lock=lock), own).told_apart for lock in (False, True))
    assert held < free - 0.1  # pushed away from the writer, it is held up


def test_the_floor_holds_a_voice_up_and_leaves_a_full_one_alone(bot: Bot, found: Voice) -> None:
    luck = random.Random(5)
    ids = encoded(bot, text(luck, THEIRS))
    direction = torch.tensor(found.direction)
    seen: list[torch.Tensor] = []

    def keep(module: object, args: object, output: torch.Tensor) -> None:
        seen.append(output[0] @ direction)

    with torch.inference_mode(), voice.speaking(bot.model, found, lock=True):
        handle = bot.model.blocks[found.layer].register_forward_hook(keep)
        bot.model(torch.tensor([ids]))
        handle.remove()
    assert float(seen[0].min()) >= found.floor - 1e-3


def test_outside_the_block_nothing_is_changed(bot: Bot, found: Voice) -> None:
    before = drain(bot.reply("moss ", Sampling(length=20, seed=1), never))[1].text
    with voice.speaking(bot.model, found, added=2.0):
        pass
    assert drain(bot.reply("moss ", Sampling(length=20, seed=1), never))[1].text == before


def test_it_is_the_same_on_disk_and_too_few_pairs_give_none(bot: Bot, found: Voice) -> None:
    assert Voice.from_json(found.to_json()) == found
    assert voice.find(bot.model, []) is None


@pytest.mark.parametrize("added", [0.0, 1.5], ids=["as it speaks", "pushed"])
def test_what_is_heard_in_a_reply_is_what_reading_it_again_finds(bot: Bot, found: Voice, added: float) -> None:
    with voice.speaking(bot.model, found, added=added) as heard:
        reply = drain(bot.reply("moss hums", Sampling(length=30, seed=4), never))[1]
    before = opening(bot.tokenizer, "moss hums")
    ids = encoded(bot, reply.text)
    read = ids if reply.ended else ids[:-1]  # the last token is written and not read, unless the end follows it
    assert heard.mean == pytest.approx(voice.projection(bot.model, found, before, read), abs=1e-4)


def test_nothing_is_heard_where_nothing_was_said(bot: Bot, found: Voice) -> None:
    with voice.speaking(bot.model, found) as heard:
        pass
    assert heard.mean is None
