"""The benches of replies and of tokenizers: who comes, how they are asked, and what becomes of their speeds."""

import io
import json
import sys
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.asking import Answer
from core.bench import cut_worker, cutting, replies, reply_worker, talking
from core.bench.reports import CutRow, ReplyRow, Setup
from core.bench.turns import PROMPT, Contender, Speed
from core.bot import Bot
from core.events import Stop, Work, drain, never
from core.models.integers import Int4, Int8
from core.replies import Sampling
from core.shape import Shape

SHAPE = Shape(vocab=64, context=640, layers=1, width=32, heads=2, kv_heads=2, inner=64)
LONG = replace(SHAPE, context=1024)
SPEED = Speed(
    median=50.0, lowest=40.0, highest=60.0, turns=3, other_load=0.25, per_cpu_second=25.0, prompt=800.0, first=0.25
)


class Stadium:
    """Stands in for the real turns: all come as fast as each other."""

    def __init__(self) -> None:
        self.came: list[Contender] = []

    def take_turns(
        self, contenders: Sequence[Contender], rounds: int, stop: Stop
    ) -> Generator[object, None, dict[str, Speed]]:
        self.came += contenders
        yield from ()
        return {each.name: SPEED for each in contenders}


@pytest.fixture
def stadium(monkeypatch: pytest.MonkeyPatch) -> Stadium:
    stadium = Stadium()
    monkeypatch.setattr(replies, "take_turns", stadium.take_turns)
    monkeypatch.setattr(cutting, "take_turns", stadium.take_turns)
    return stadium


def test_replies_are_measured_in_every_form(stadium: Stadium) -> None:
    _, rows = drain(replies.decode(Setup(shape="qwen", seconds=2.0), never))
    assert [row.contender for row in rows] == [
        f"ours/{kind}" for kind in ("int8", "chat", "metered", "int4", "bf16", "fp32")
    ]
    assert rows[0] == ReplyRow(
        contender="ours/int8",
        tokens_per_second=50.0,
        lowest=40.0,
        highest=60.0,
        prompt_tokens_per_second=800.0,
        first_ms=250.0,
        lead=1.0,
        turns=3,
        other_load=0.25,
        per_cpu_second=25.0,
    )
    assert stadium.came[0].command == (
        sys.executable, "-m", "core.bench.reply_worker", "int8", "qwen", "48", "2.0",
    )  # fmt: skip


def test_peers_write_as_many_tokens_with_a_model_of_the_same_shape(stadium: Stadium, tmp_path: Path) -> None:
    drain(replies.decode(Setup(beside=tmp_path / "peers.py", python="theirs", shape="qwen", seconds=2.0), never))
    peer = next(each for each in stadium.came if each.name == "llama.cpp/q8_0")
    assert peer.command == (
        "theirs", str(tmp_path / "peers.py"), "--worker", "llama.cpp/q8_0",
        "--shape", "qwen", "--new", "48", "--secs", "2.0",
    )  # fmt: skip


def test_learning_and_cutting_are_measured_apart(stadium: Stadium, tmp_path: Path) -> None:
    _, rows = drain(cutting.tokenize(Setup(beside=tmp_path / "peers.py", megabytes=3.0), never))
    assert [(row.part, row.contender) for row in rows] == [
        ("learn", "ours/learn"),
        ("learn", "hf-tokenizers/train-8192"),
        ("learn", "rustbpe/train-8192"),
        ("cut", "ours/cut"),
        ("cut", "hf-tokenizers/encode_batch"),
        ("cut", "tiktoken/batch"),
        ("cut", "rustbpe/encode"),
    ]
    assert isinstance(rows[0], CutRow)
    assert (rows[0].megabytes_per_second, rows[0].lead) == (50.0, 1.0)
    assert stadium.came[1].command[-2:] == ("--mb", "3.0")


@pytest.mark.parametrize("how", [reply_worker.likeliest, reply_worker.Saying()])
def test_a_worker_writes_replies_and_reads_prompts(how: reply_worker.Replier) -> None:
    orders, told = io.StringIO("go\n"), io.StringIO()
    reply_worker.answer(orders, told, reply_worker.prepared("fp32", SHAPE), 3, 1e-9, how)
    ready, turn = [json.loads(line) for line in told.getvalue().splitlines()]
    assert ready == {"ready": True}
    assert (turn["n"], len(turn["times"]), len(turn["ptimes"])) == (3, 1, 1)
    assert 0 < turn["firsts"][0] <= turn["times"][0]
    assert SHAPE.context > PROMPT


def test_a_later_turn_reads_less_before_it_begins_and_says_as_much() -> None:
    model, tokens = reply_worker.prepared("anew", LONG), list[int]()
    handle = model.register_forward_pre_hook(lambda _, args: tokens.append(args[0].shape[1]))
    reads: dict[str, int] = {}
    for known in talking.KNOWN:
        talking.Talking(reply_worker.Numbers(LONG.vocab), known)(model, 5)
        reads[known], *rest = tokens[-5:]
        assert rest == [1, 1, 1, 1]
    handle.remove()
    assert reads["anew"] == talking.BEFORE > 8 * reads["later"]
    assert reads["ahead"] <= reads["later"]


def test_a_reply_as_people_get_it_is_as_long_as_asked() -> None:
    bot = Bot(reply_worker.prepared("fp32", SHAPE), reply_worker.Numbers(SHAPE.vocab))
    _, said = drain(bot.reply("m" * 5, Sampling(length=7, seed=1), never))
    assert (said.tokens, said.text) == (7, "so, " * 7)


def test_a_worker_replies_from_the_form_it_is_named_after() -> None:
    kinds = {type(module) for module in reply_worker.prepared("int4", SHAPE).modules()}
    assert Int4 in kinds
    assert Int4 not in {type(module) for module in reply_worker.prepared("int8", SHAPE).modules()}
    assert Int8 in {type(module) for module in reply_worker.prepared("int8", SHAPE).modules()}


def test_the_text_that_is_cut_is_as_much_as_was_asked() -> None:
    amount, cut = cut_worker.prepared("cut", 0.3)
    assert 0.3 <= amount < 0.4
    cut()


def test_a_reply_with_meters_looks_notes_up_and_is_the_same_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Answer] = []
    until_first = reply_worker.until_first

    def kept(work: Work[Answer], start: float) -> tuple[float, Answer]:
        first, answer = until_first(work, start)
        answers.append(answer)
        return first, answer

    monkeypatch.setattr(reply_worker, "until_first", kept)
    model = reply_worker.prepared("chat", SHAPE)
    with reply_worker.metered() as metered:
        metered(model, 5)
    reply_worker.Saying()(model, 5)
    assert (len(answers[0].notes) >= 3, answers[0].voice is not None) == (True, True)
    assert (answers[1].notes, answers[1].voice) == ((), None)
    assert [answer.reply.tokens for answer in answers] == [5, 5]
    assert answers[0].prompt_tokens == answers[1].prompt_tokens == reply_worker.SHORT
