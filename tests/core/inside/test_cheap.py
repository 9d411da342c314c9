"""What makes the views quick changes nothing that they say: small maps, ranks without tables, parts shown first."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.events import drain, never
from core.inside import layers, reshape, threads
from core.inside.attention import mapped, small, without_first
from core.inside.capture import capture, points
from core.inside.directions import alike, directions, lengths
from core.inside.layers import in_turn
from core.inside.look import Looker
from core.inside.one_step import one_step, turned
from core.inside.ranks import ranked
from core.inside.reports import COLUMNS, Asked, Attention, Layers, Next, Report, Step, Surprise, View
from core.inside.subject import open_subject
from core.inside.threads import Company
from core.models.decoder import Decoder
from core.paths import Project
from core.replies import Sampling
from core.runs import Run
from core.shape import Shape
from tests.fakes import seen

TEXT = "The kettle hums under cold moss."
SHAPE = Shape(vocab=97, context=256, layers=2, width=32, heads=4, kv_heads=2, inner=64)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return seen.plant(Project(tmp_path / "me"))


def model() -> Decoder:
    made = Decoder(SHAPE)
    made.initialise(1)
    return made


def reports(asked: Asked, looker: Looker | None = None) -> list[Report]:
    """All that was shown on the way, and the last one."""
    events, last = drain((looker or Looker()).look(asked, never))
    return [*(event for event in events if isinstance(event, Report)), last]


def test_ranks_and_chances_are_those_of_the_whole_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.inside.ranks.AT_ONCE", 5 * SHAPE.vocab)  # so that 23 rows take several rounds
    hidden = torch.randn(23, SHAPE.width, generator=torch.Generator().manual_seed(1)) * 20
    told = torch.arange(23)
    found = ranked(model(), hidden, told)
    logits = model().logits(hidden[None])[0].detach()
    logs = logits.log_softmax(1)
    assert torch.equal(found.best, logits.argmax(1))
    torch.testing.assert_close(found.best_chance, logs.exp().max(1).values, atol=1e-6, rtol=1e-4)
    torch.testing.assert_close(found.told_log, logs[told, told], atol=1e-4, rtol=1e-4)
    assert torch.equal(found.rank, (logits > logits[told, told][:, None]).sum(1))
    assert torch.equal(ranked(model(), hidden).rank, torch.zeros(23, dtype=torch.long))


def test_neighbours_without_a_second_table_are_as_near() -> None:
    table = torch.randn(50, 8, generator=torch.Generator().manual_seed(2)) + 0.5
    mean, length = lengths(table)
    unit = directions(table, table.mean(0))
    middle = unit[[3, 7]].mean(0)
    torch.testing.assert_close(
        alike(table, middle, mean, length), unit @ (middle / middle.norm()), atol=1e-5, rtol=1e-4
    )


def test_small_pictures_keep_what_is_bright() -> None:
    ids = torch.randint(0, SHAPE.vocab, (200,), generator=torch.Generator().manual_seed(3)).tolist()
    maps = mapped(model(), capture(model(), ids, points(SHAPE.layers)))
    assert maps.patterns.shape == (2, 4, 200, 200)
    assert maps.small.shape == (2, 2, 4, 67, 67)  # three dots become one
    assert maps.small.max(axis=(3, 4)).min() == 255
    brightest = np.unravel_index(maps.patterns[1, 2].argmax(), (200, 200))
    assert maps.small[0, 1, 2, brightest[0] // 3, brightest[1] // 3] == 255


def test_without_the_parking_place_the_rest_is_a_whole() -> None:
    pattern = torch.tensor([[[1.0, 0, 0], [0.5, 0.5, 0], [0.8, 0.1, 0.1]]])
    torch.testing.assert_close(without_first(pattern)[0, 2], torch.tensor([0, 0.5, 0.5]))
    assert small(without_first(pattern))[0, 2].tolist() == [0, 180, 180]  # the root of a half of the most


def test_another_view_of_a_text_reads_nothing_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    views: tuple[View, ...] = ("layers", "sampling", "writing")
    looker, text = Looker(), TEXT[:20]
    alone = {view: reports(Asked(run=run, view=view, text=text)) for view in views}
    reports(Asked(run=run, view="attention", text=text), looker)
    monkeypatch.setattr(Decoder, "forward", None)
    for view, before in alone.items():
        after = reports(Asked(run=run, view=view, text=text), looker)[-1]
        for one, other in zip(before[-1].arrays, after.arrays, strict=True):
            np.testing.assert_allclose(one.values, other.values, atol=1e-4)
    with pytest.raises(TypeError):
        reports(Asked(run=run, view="writing", text="Another text."), looker)


def test_the_layers_begin_at_the_position_and_end_with_all_columns(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = reports(Asked(run=run, view="layers", text=TEXT, position=3))[-1]
    monkeypatch.setattr(layers, "most_columns", lambda _model: 5)
    shown = reports(Asked(run=run, view="layers", text=TEXT, position=3))
    assert isinstance(whole, Layers)
    widths = []
    for each in shown:
        assert isinstance(each, Layers)
        widths.append(len(each.columns))
        assert 3 in each.columns
        assert each.columns == tuple(sorted(each.columns))
    assert widths == [5, 10, 12]
    last = shown[-1]
    assert isinstance(last, Layers)
    assert (last.columns, last.top) == (whole.columns, whole.top)
    np.testing.assert_array_equal(last.rank, whole.rank)


@pytest.mark.parametrize(("position", "length", "most"), [(0, 40, 5), (39, 40, 5), (20, 40, 12), (2, 3, 1), (0, 1, 7)])
def test_every_column_is_looked_at_once(position: int, length: int, most: int) -> None:
    parts = list(in_turn(position, length, most))
    assert position in parts[0]
    columns = sorted(column for part in parts for column in part)
    assert columns == list(range(columns[0], columns[0] + min(COLUMNS, length)))
    assert max(map(len, parts)) <= most


def test_one_step_is_shown_first_as_far_as_it_was_read(run: Run) -> None:
    first, last = reports(Asked(run=run, view="step", text=TEXT))
    assert isinstance(first, Step)
    assert isinstance(last, Step)
    assert (first.loss_after, first.gradients, first.weights) == (None, (), ())
    assert first.loss_before == last.loss_before
    assert [name for name, _ in last.gradients] == ["embedding", "layer 1", "layer 2", "norm"]


def test_what_muon_trained_moves_as_muon_moves_it(run: Run) -> None:
    subject = open_subject(run, None)
    subject.recipe = replace(subject.recipe, optimizer="muon")
    report = drain(one_step(subject, Asked(run=run, view="step", text=TEXT)))[1]
    assert report.loss_after is not None
    assert report.loss_after < report.loss_before
    for weight in report.weights:  # the table moves by AdamW, at its own share of the rate
        expected = -report.learning_rate * subject.recipe.table_rate * np.sign(weight.gradient)
        assert weight.after - weight.before == pytest.approx(expected, rel=1e-2)


def test_a_step_of_muon_has_no_favourite_direction() -> None:
    gradient = torch.randn(16, 16, generator=torch.Generator().manual_seed(5)) * torch.logspace(0, 2, 16)
    weight = torch.zeros(16, 16)
    strengths = torch.linalg.svdvals(turned(weight, gradient, 0.1))
    assert torch.linalg.svdvals(gradient).max() > 20 * torch.linalg.svdvals(gradient).min()
    assert 0.05 < strengths.min() <= strengths.max() < 0.15
    assert weight.abs().max() == 0


def test_a_branch_that_is_grown_again_with_its_seeds_is_the_same(run: Run) -> None:
    def grow(looker: Looker) -> list[int]:
        report = reports(Asked(run=run, view="sampling", text=TEXT), looker)[-1]
        assert isinstance(report, Next)
        ids = list(report.ids)
        for seed in range(8):
            shaped = reshape.shape(report.logits, ids[len(TEXT) :], Sampling(temperature=1.2))
            ids.append(int(reshape.draw(shaped, 1, seed).argmax()))
            report = reports(Asked(run=run, view="sampling", ids=tuple(ids)), looker)[-1]
            assert isinstance(report, Next)
        return ids

    looker = Looker()
    once = grow(looker)
    assert once == grow(looker) == grow(Looker())


def test_a_long_text_is_read_in_stretches_and_says_the_same_at_its_beginning(run: Run) -> None:
    short = reports(Asked(run=run, view="writing", text=TEXT[:20]))[-1]
    long = reports(Asked(run=run, view="writing", text=TEXT[:20] + "x" * 200))[-1]
    assert isinstance(short, Surprise)
    assert isinstance(long, Surprise)
    np.testing.assert_allclose(short.nats[1:], long.nats[1 : len(short.nats)], atol=1e-4)


def test_threads_leave_room_for_others_and_are_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([(0.0, 0.0, 0.0), (10.0, 0.0, 10.0 * 1.0), (20.0, 20.0, 10.0)])
    monkeypatch.setattr(threads, "_now", lambda: next(times))
    monkeypatch.setattr("psutil.cpu_count", lambda: 2)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        company = Company()
        with company.threads(100_000_000):  # for ten seconds: one core ours, one somebody else's
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
        with company.threads(100_000_000):  # then nobody's
            assert torch.get_num_threads() == 2
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_the_kinds_of_heads_do_not_depend_on_the_text_being_read_before(run: Run) -> None:
    looker = Looker()
    reports(Asked(run=run, view="writing", text=TEXT), looker)
    after = reports(Asked(run=run, view="attention", text=TEXT), looker)[-1]
    alone = reports(Asked(run=run, view="attention", text=TEXT))[-1]
    assert isinstance(after, Attention)
    assert isinstance(alone, Attention)
    assert after.heads == alone.heads
