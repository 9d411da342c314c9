"""Looking into models that began as somebody else's: GPT-2's and Llama's kin, whole or with adapters."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.device import processor
from core.events import drain, never
from core.inside.look import Looker
from core.inside.reports import VIEWS, Asked, Attention, Counter, Cut, Neighbours, Next, Report, Step, Surprise
from core.inside.subject import open_subject
from core.plan import Wish
from core.recipe import Method
from core.runs import Run
from core.train import loop
from core.train.on_base import prepare_on_base
from tests.fakes import tiny
from tests.fakes.base_model import base_model

TEXT = "The kettle hums under cold moss, and we sing again."
WAYS: list[tuple[str, Method]] = [("gpt2", "lora"), ("llama", "lora"), ("gpt2", "full")]


@pytest.fixture(scope="module", params=WAYS, ids=lambda way: "-".join(way))
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    name, method = request.param
    root: Path = tmp_path_factory.mktemp("based")
    project = tiny.project(root / "me", tiny.documents(count=60))
    base = base_model(root / name, name)
    made = drain(prepare_on_base(project, Wish(steps=6, base=base, method=method), base, processor(), never))[1]
    assert made is not None
    small = replace(made.recipe(), length=32, batch=2, evaluate_every=6, save_every=6, learning_rate=3e-2)
    made.recipe_file.write_text(small.to_json(), "utf-8")
    drain(loop.resume(project, made, never))
    return made


def see(asked: Asked, looker: Looker) -> Report:
    return drain(looker.look(asked, never))[1]


def test_every_view_shows_both_sides_and_the_difference(run: Run) -> None:
    looker = Looker()
    for view in VIEWS:
        for side in ("merged", "base", "difference"):
            report = see(Asked(run=run, view=view, text=TEXT, side=side), looker)
            assert report.arrays


def test_what_your_writing_changed_is_the_difference_of_both_sides(run: Run) -> None:
    looker = Looker()
    merged, base, difference = (
        see(Asked(run=run, view="writing", text=TEXT, side=side), looker) for side in ("merged", "base", "difference")
    )
    assert isinstance(merged, Surprise)
    assert isinstance(base, Surprise)
    assert isinstance(difference, Surprise)
    assert difference.is_difference == run.recipe().adapts
    if run.recipe().adapts:
        np.testing.assert_allclose(difference.nats[1:], (base.nats - merged.nats)[1:], atol=1e-4)
        assert np.abs(difference.nats[1:]).max() > 0.01
        told = see(Asked(run=run, view="sampling", text=TEXT, side="difference"), looker)
        ours, theirs = (see(Asked(run=run, view="sampling", text=TEXT, side=s), looker) for s in ("merged", "base"))
        assert isinstance(told, Next)
        assert isinstance(ours, Next)
        assert isinstance(theirs, Next)
        np.testing.assert_allclose(told.logits, ours.logits - theirs.logits, atol=1e-3)


def test_heads_in_groups_and_places_are_told(run: Run) -> None:
    looker = Looker()
    attention = see(Asked(run=run, view="attention", text=TEXT), looker)
    near = see(Asked(run=run, view="neighbours", text=TEXT), looker)
    cut = see(Asked(run=run, view="tokens", text=TEXT), looker)
    assert isinstance(attention, Attention)
    assert isinstance(near, Neighbours)
    assert isinstance(cut, Cut)
    shape = run.recipe().shape
    assert attention.groups == shape.heads // shape.kv_heads
    assert near.has_positions == (shape.position == "learned")
    assert (cut.spelling, cut.learned) == ("pretrained", ())
    assert "".join(cut.stages[-1]) == "".join(cut.stages[0]) == "·kettle"


def test_the_counter_counts_what_moves(run: Run) -> None:
    model, report = open_subject(run, None).model, see(Asked(run=run, view="counter"), Looker())
    assert isinstance(report, Counter)
    parts = report.parts
    assert sum(part.parameters for part in parts) == sum(weight.numel() for weight in model.parameters())
    if run.recipe().adapts:
        assert sum(part.moved for part in parts) == sum(w.numel() for w in model.parameters() if w.requires_grad)


def test_one_step_moves_only_what_learns(run: Run) -> None:
    report = see(Asked(run=run, view="step", text=TEXT), Looker())
    assert isinstance(report, Step)
    assert report.loss_after != report.loss_before
    parts = [name for name, _ in report.gradients]
    assert ("embedding" in parts) != run.recipe().adapts
    assert {"layer 1", "layer 2"} <= set(parts)
    assert all(("lora_" in weight.name) == run.recipe().adapts for weight in report.weights)
