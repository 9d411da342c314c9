"""mynah inside: every view in a terminal and for programs; mynah bench inside: a row for each thing that was timed."""

import json
from collections.abc import Callable

import pytest

from app.command import main
from app.words import inside as words
from app.work import inside
from core.bench import inside as bench
from core.bench.inside import InsideRow
from core.bench.task import training
from core.events import Progress
from core.inside.reports import VIEWS, View
from core.paths import home
from core.recipe import Recipe
from core.shape import Shape
from tests.fakes import seen
from tests.fakes.tasks import scripted

TEXT = "The kettle hums."
KINDS = {
    "tokens": "Cut",
    "pairs": "Pairs",
    "neighbours": "Neighbours",
    "attention": "Attention",
    "layers": "Layers",
    "sampling": "Next",
    "learning": "Learning",
    "writing": "Surprise",
    "counter": "Counter",
    "step": "Step",
}
ROW = InsideRow(what="27M: layers", median=158.4, worst=170, processor=137, aim=300, times=5)
TINY = Shape(vocab=8192, context=256, layers=2, width=16, heads=2, kv_heads=2, inner=16)


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_is_told_in_a_terminal_with_its_reason_and_its_limit(
    view: View, capsys: pytest.CaptureFixture[str]
) -> None:
    seen.plant(home().project())
    assert main(["inside", view, "--text", TEXT]) == 0
    out = capsys.readouterr().out
    about = words.VIEWS[view]
    assert out.startswith(f"{about.name}, seen at step ")
    assert about.why in out
    assert out.endswith(f"What it does not say: {about.limit}\n")
    assert len(out.splitlines()) > 5


@pytest.mark.parametrize("view", VIEWS)
def test_a_program_gets_each_view_as_one_object(view: View, capsys: pytest.CaptureFixture[str]) -> None:
    seen.plant(home().project())
    assert main(["inside", view, "--text", TEXT, "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["kind"], told["text"]) == (KINDS[view], TEXT)
    assert told["of"].startswith("step ")
    assert all(array["hook"] and array["values"] for array in told["arrays"])


def test_without_a_text_it_looks_at_a_line_of_ones_own(capsys: pytest.CaptureFixture[str]) -> None:
    seen.plant(home().project())
    assert main(["inside", "tokens", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["text"].endswith(".")
    assert "".join(token["text"] for token in told["tokens"][1:]).replace("·", " ") == told["text"]


def test_another_step_can_be_looked_at_and_one_that_is_gone_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    run = seen.plant(home().project())
    step = run.steps_to_talk_to[0]
    assert main(["inside", "counter", "--text", "", "--step", str(step), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["of"] == f"step {step}"
    assert main(["inside", "counter", "--text", "", "--step", "7777"]) == 1
    assert capsys.readouterr().err != ""


def test_the_bench_says_what_was_timed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[tuple[int, float]] = []

    def task(rounds: int, seconds: float) -> Callable[..., object]:
        asked.append((rounds, seconds))
        return scripted([Progress(0, 0, "27M: layers")], [ROW])

    monkeypatch.setattr(inside, "bench", task)
    assert main(["bench", "inside", "--rounds", "2", "--seconds", "3"]) == 0
    heading, row = capsys.readouterr().out.splitlines()
    assert heading.split() == ["what", "median", "worst", "processor", "aim", "times"]
    assert row.split() == ["27M:", "layers", "158", "170", "137", "300", "5"]
    assert main(["bench", "inside", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["processor"] == 137
    assert asked == [(2, 3.0), (5, 10.0)]


@pytest.mark.usefixtures("qapp")
def test_the_bench_measures_every_view_the_hand_and_a_training_beside(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(bench.SHAPES, "27M", TINY)
    monkeypatch.delitem(bench.SHAPES, "GPT-2 124M")
    tiny = Shape(vocab=99, context=256, layers=1, width=16, heads=2, kv_heads=2, inner=16)

    def small(precision: str) -> Recipe:
        return Recipe(
            shape=tiny, tokenizer="characters", steps=1, length=64, batch=1, precision=training("fp32").precision
        )

    monkeypatch.setattr(bench, "training", small)
    assert main(["bench", "inside", "--rounds", "1", "--seconds", "0.01", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = [row["what"] for row in rows]
    assert [f"27M: {view}" for view in VIEWS] == told[1:11]
    assert told[0] == "27M: opening the model"
    assert told[11:13] == ["27M: any view of a text that was read", "27M: a slider moves"]
    assert told[13].startswith("27M: hover over ")
    assert told[14].startswith("of a training's time")
    assert all(row["median"] > 0 and row["worst"] >= row["median"] for row in rows)
