"""Every view of a run that was really trained; and what is not as it should be."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from core import checkpoints, journal
from core.bot import Bot
from core.errors import DiskTrouble, Unsupported
from core.events import Work, drain, never
from core.inside import counter, look, milestones
from core.inside.look import Looker
from core.inside.reports import (
    MOST,
    VIEWS,
    Asked,
    Attention,
    Counter,
    Cut,
    Layers,
    Learning,
    Neighbours,
    Next,
    Pairs,
    Report,
    Step,
    Surprise,
    View,
)
from core.inside.subject import open_subject
from core.journal import Evaluated, Sampled, Stepped
from core.models.decoder import Decoder
from core.paths import Project
from core.recipe import Recipe
from core.runs import Run
from core.shape import Shape
from core.train.samples import HOW
from tests.fakes import seen

TEXT = "The kettle hums under cold moss. We sing again and the kettle hums."


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return seen.plant(Project(tmp_path / "me"))


def asked(run: Run, view: View, text: str = TEXT) -> Asked:
    return Asked(run=run, view=view, text=text)


def see(asked: Asked, looker: Looker | None = None) -> Report:
    return drain((looker or Looker()).look(asked, never))[1]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_tells_something_and_says_where_it_was_seen(run: Run, view: View) -> None:
    report = see(asked(run, view))
    best = min(
        (fact for fact in journal.read(run.journal_file) if isinstance(fact, Evaluated)), key=lambda f: f.bits_per_byte
    )
    assert report.of == f"step {best.step}, the best"
    assert all(array.values.size and array.hook and array.axes for array in report.arrays)
    assert report.arrays


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    "text",
    ["", " ", "🦜👩‍👩‍👧‍👦 é", "مرحبا بالعالم ‏abc", "x" * 100_000, "word " * 20_000, "\x00\ud800"],
    ids=["empty", "space", "emoji", "right to left", "no space", "long", "no text at all"],
)
def test_whatever_the_text_is_there_is_a_report(run: Run, view: View, text: str) -> None:
    report = see(asked(run, view, text))
    assert len(report.tokens) <= max(MOST, 2_048)
    if view in ("tokens", "attention", "layers", "sampling"):
        room = MOST if view == "tokens" else run.recipe().shape.context
        assert report.is_cut == (len(text.encode("utf-8", "replace")) >= room)
        assert len(report.tokens) <= room
        assert report.tokens[0].text == "▸"


def test_the_cut_is_the_text(run: Run) -> None:
    report = see(asked(run, "tokens"))
    assert isinstance(report, Cut)
    assert "".join(token.text for token in report.tokens[1:]).replace("·", " ") == TEXT
    assert "".join(report.gpt2).replace("·", " ") == TEXT


def test_attention_rows_sum_to_one_and_each_head_has_a_kind(run: Run) -> None:
    report = see(asked(run, "attention"))
    assert isinstance(report, Attention)
    T = len(report.tokens)
    assert report.patterns.shape == (2, 2, T, T)
    np.testing.assert_allclose(report.patterns.astype(np.float32).sum(3), 1, atol=2e-3)
    assert np.triu(report.patterns.astype(np.float32), 1).max() == 0
    assert len(report.heads) == 4


def test_the_lens_ends_with_what_sampling_shows(run: Run) -> None:
    looker = Looker()
    layers, next_ = see(asked(run, "layers"), looker), see(asked(run, "sampling"), looker)
    assert isinstance(layers, Layers)
    assert isinstance(next_, Next)
    assert layers.top[-1][-1].id == int(next_.logits.argmax())
    assert (layers.rank[-1] == 0).all()
    assert layers.leads.shape == (len(layers.rows), len(layers.leaders))
    assert {token.id for token in layers.leaders} >= {layers.top[0][-1].id, layers.top[-1][-1].id}


def test_surprise_is_the_loss_of_the_model(run: Run) -> None:
    report = see(asked(run, "writing"))
    assert isinstance(report, Surprise)
    subject = open_subject(run, None)
    ids = [token.id for token in report.tokens]
    window = ids[: subject.recipe.shape.context]
    with torch.inference_mode():
        loss = subject.model.loss(torch.tensor([window[:-1]]), torch.tensor([window[1:]])).item()
    assert float(np.nansum(report.nats[: len(window)])) == pytest.approx(loss, rel=1e-4)
    assert np.isnan(report.nats[0])
    assert all(
        (rank == 0) == (token == expected)
        for token, expected, rank in list(zip(report.tokens, report.expected, report.rank, strict=True))[1:]
    )


def test_a_branch_shares_what_was_read_and_says_the_same(run: Run) -> None:
    looker = Looker()
    first = see(asked(run, "sampling", "The kettle"), looker)
    assert isinstance(first, Next)
    branch = replace(asked(run, "sampling"), ids=(*first.ids, int(first.logits.argmax())))
    shared, alone = see(branch, looker), see(branch)
    assert isinstance(shared, Next)
    assert isinstance(alone, Next)
    np.testing.assert_allclose(shared.logits, alone.logits, atol=1e-4)
    back = see(replace(branch, ids=first.ids), looker)
    assert isinstance(back, Next)
    np.testing.assert_allclose(back.logits, first.logits, atol=1e-4)


def test_one_step_makes_the_loss_smaller_and_leaves_the_checkpoint_alone(run: Run) -> None:
    before = (checkpoints.folder(run, run.steps_to_talk_to[-1]) / checkpoints.WEIGHTS).read_bytes()
    looker = Looker()
    report = see(asked(run, "step"), looker)
    assert isinstance(report, Step)
    assert report.loss_after is not None
    assert report.loss_after < report.loss_before
    assert 0 < report.chance_before < 1
    rates = [fact.learning_rate for fact in journal.read(run.journal_file) if isinstance(fact, Stepped)]
    assert report.learning_rate == max(rates) > rates[-1]  # a step at the last rate could not be seen
    for weight in report.weights:
        moved = -report.learning_rate * np.sign(weight.gradient)
        assert weight.after - weight.before == pytest.approx(moved, rel=1e-2)
    again = see(asked(run, "step"), looker)
    assert isinstance(again, Step)
    assert again.loss_before == report.loss_before
    assert (checkpoints.folder(run, run.steps_to_talk_to[-1]) / checkpoints.WEIGHTS).read_bytes() == before


def test_pairs_and_neighbours_of_a_word(run: Run) -> None:
    pairs = see(replace(asked(run, "pairs"), word="t"))
    assert isinstance(pairs, Pairs)
    assert sum(each.count for each in pairs.followers) <= pairs.seen
    names = [mark.name for mark in pairs.ruler]
    assert names == ["guessing", "single pieces", "pairs", "your bot"]
    assert pairs.ruler[0].bits > pairs.ruler[1].bits > pairs.ruler[2].bits
    near = see(replace(asked(run, "neighbours"), word="t", other="e"))
    assert isinstance(near, Neighbours)
    assert [token.text for token in near.centre] == ["t", "e"]
    assert [each.similarity for each in near.near] == sorted((n.similarity for n in near.near), reverse=True)
    assert all(abs(each.x) <= 1 and abs(each.y) <= 1 for each in near.near)
    assert near.earlier


def test_the_story_of_a_run_is_in_its_milestones(run: Run) -> None:
    story = see(asked(run, "learning"))
    assert isinstance(story, Learning)
    steps = [milestone.step for milestone in story.milestones]
    assert steps == [0, 1, 2, 4, 8, 16, 20, 40, 60]
    first, last = (sum(sum(s.nats) for s in story.milestones[n].sentences) for n in (0, -1))
    assert last < 0.8 * first
    assert story.phases[0].first == 0
    assert story.phases[-1].last == 60


def test_a_milestone_is_what_the_checkpoint_says_again(run: Run) -> None:
    step = run.steps_to_talk_to[-1]
    subject = open_subject(run, step)
    written = json.loads((run.inside / f"step-{step:08d}.json").read_text("ascii"))
    ids = [tuple(ids) for ids, _ in written["sentences"]]
    again = milestones.measure(
        subject.model, milestones.Yardstick(tuple(ids), tuple(written["common"]), tuple(range(5)) * 2)
    )
    assert again["near"] == written["near"]
    for (_, nats), (_, expected) in zip(again["sentences"], written["sentences"], strict=True):
        np.testing.assert_allclose(nats, expected, atol=2e-3)


def test_a_sample_is_written_again_from_its_checkpoint(run: Run) -> None:
    step = run.steps_to_talk_to[-1]
    samples = [f for f in journal.read(run.journal_file) if isinstance(f, Sampled) and f.step == step]
    assert samples
    for sample in samples:
        how = replace(HOW, seed=run.recipe().seed)
        reply = drain(Bot.open(run, step).reply(sample.prompt, how, never))[1]
        assert reply.text == sample.text


def test_what_was_worked_out_is_not_worked_out_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    looker = Looker()
    first = see(asked(run, "attention"), looker)
    monkeypatch.setattr("core.inside.reading.capture", None)
    monkeypatch.setattr(look, "open_subject", None)
    second = see(asked(run, "attention"), looker)
    assert isinstance(first, Attention)
    assert isinstance(second, Attention)
    assert second.patterns is first.patterns
    with pytest.raises(TypeError):
        see(asked(run, "attention", "another text"), looker)


def test_a_run_without_checkpoints_and_a_step_that_is_gone_are_told(run: Run) -> None:
    with pytest.raises(DiskTrouble):
        see(replace(asked(run, "counter"), step=56))
    shutil.rmtree(run.checkpoints)
    shutil.rmtree(run.milestones, ignore_errors=True)
    with pytest.raises(DiskTrouble):
        see(asked(run, "counter"))


def test_short_memory_costs_the_second_model_and_then_a_kind_word(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    looker = Looker()
    see(asked(run, "counter"), looker)
    monkeypatch.setattr(look, "free_memory", lambda: 1 << 20)
    see(asked(run, "counter"), looker)  # it is open already
    with pytest.raises(Unsupported, match="not enough free memory"):
        see(replace(asked(run, "counter"), step=run.steps_to_talk_to[-1]), looker)
    monkeypatch.undo()
    assert isinstance(see(asked(run, "counter"), looker), Counter)


def test_looking_can_be_stopped(run: Run) -> None:
    work: Work[Report] = Looker().look(replace(asked(run, "writing"), lines=True), lambda: True)
    report = drain(work)[1]
    assert isinstance(report, Surprise)
    assert report.most_you == ()


SHAPES = {
    "scratch": Shape(vocab=97, context=64, layers=3, width=32, heads=4, kv_heads=4, inner=128),
    "gpt2": Shape(
        vocab=97, context=64, layers=2, width=32, heads=4, kv_heads=4, inner=128, norm="layer", position="learned",
        activation="gelu_tanh", bias=True,
    ),
    "llama": Shape(
        vocab=97, context=64, layers=2, width=32, heads=4, kv_heads=2, inner=56, activation="silu", gated=True,
        tied=False,
    ),
    "qwen": Shape(
        vocab=97, context=64, layers=2, width=32, heads=4, kv_heads=2, inner=56, activation="silu", gated=True,
        qkv_bias=True, qk_norm=True,
    ),
    "olmo": Shape(
        vocab=97, context=64, layers=2, width=32, heads=4, kv_heads=4, inner=56, activation="silu", gated=True,
        qk_norm=True, qk_norm_flat=True, norm_position="post",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_the_counter_counts_what_the_model_has(name: str) -> None:
    shape = SHAPES[name]
    model = Decoder(shape)
    parts = counter.parts(Recipe(shape=shape, tokenizer="bpe", steps=1, length=8, batch=1))
    assert sum(part.parameters for part in parts) == sum(weight.numel() for weight in model.parameters())
    assert all(part.moved == part.parameters for part in parts)


@pytest.mark.parametrize("name", ["scratch", "gpt2", "llama"])
def test_the_operations_are_those_that_torch_counts(name: str) -> None:
    shape = replace(SHAPES[name], width=64, inner=256, vocab=512)
    model = Decoder(shape)
    model.initialise(1)
    ids = torch.zeros(1, 32, dtype=torch.long)
    plain = sdpa_kernel(SDPBackend.MATH)  # torch's own counter does not know what the fused kernel does
    with FlopCounterMode(display=False) as counted, torch.no_grad(), plain:
        model.logits(model(ids))
    square = counter.last_flops(shape, 32) * 32  # torch counts the whole square of attention
    assert square == pytest.approx(counted.get_total_flops(), rel=0.05)
