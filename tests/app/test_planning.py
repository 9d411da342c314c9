"""The outlook and the ladder know the base models on this computer by what their own files tell."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app.command import main
from app.commands.plan import begin
from app.sitting import as_options
from app.work import planning
from core.events import drain, never
from core.forecast import Choice
from core.paths import Home
from core.plan import Wish
from tests.fakes import tiny
from tests.fakes.base_model import base_model
from tests.fakes.instruct import instruct_model


@pytest.fixture
def shelf(home: Home, tmp_path: Path) -> Home:
    """Two tiny models, and a folder that is none."""
    base_model(home.models / "a-gpt2")
    instruct_model(home.models / "b-llama")
    shutil.copytree(home.models / "a-gpt2", home.models / "broken")
    (home.models / "broken" / "config.json").write_text("{}", "utf-8")
    tiny.project(home.project().root, tiny.documents(count=100))
    return home


def test_what_their_files_tell_is_planned_with(shelf: Home) -> None:
    found = drain(planning.outlook(shelf.project(), "balanced", 600.0, Choice(base="a-gpt2"))(never))[1]
    assert found is not None
    assert [each.id for each in found.known] == ["a-gpt2", "b-llama"]
    assert set(found.shelf) == {"a-gpt2", "b-llama", "broken"}
    assert (found.chosen.base, found.chosen.method, found.chosen.answers) == ("a-gpt2", "full", False)
    llama = next(each for each in found.options if each.base == "b-llama")
    assert (llama.method, llama.answers, llama.download) == ("lora", True, 0)


def test_a_ladder_tries_those_that_only_go_on_before_those_that_answer(shelf: Home) -> None:
    tried = planning.starts(shelf.project(), 10_000_000, Wish(minutes=20))
    assert [(each.title, each.method) for each in tried] == [("a-gpt2", "full"), ("b-llama", "lora")]
    assert tried[0].folder == shelf.models / "a-gpt2"


def test_every_value_is_an_option_of_the_command(shelf: Home, capsys: pytest.CaptureFixture[str]) -> None:
    details = ["--length", "64", "--learning-rate", "0.0005", "--dropout", "0.2", "--passes", "3", "--rank", "8"]
    cadence = ["--tokens-per-step", "1024", "--look-every", "7", "--save-every", "5"]
    assert main(["plan", "--base", "b-llama", *details, *cadence]) == 0
    said = capsys.readouterr().out
    assert "of 16 x 64 tokens" in said
    assert "rate 0.0005, dropout 0.2, rank 8; a look every 7 steps, a save every 5." in said
    assert f"--base b-llama --method lora {' '.join(as_options(Wish(length=64)))}" in said
    assert main(["plan", "--tier", "1"]) == 0
    assert "from nothing" in capsys.readouterr().out
    assert main(["plan", "--base", "no-such"]) == 1
    capsys.readouterr()
    assert main(["plan", "--tier", "1", "--minutes", "6"]) == 0
    assert "Begin: mynah train --minutes 6" in capsys.readouterr().out


def test_what_was_set_by_hand_is_what_is_trained(shelf: Home, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--steps", "2", "--tier", "1", "--length", "32", "--look-every", "2", "--save-every", "1"]
    assert main(["train", *asked, "--dropout", "0", "--json"]) == 0
    recipe = next(iter(shelf.project().runs.iterdir())) / "recipe.json"
    told = recipe.read_text("utf-8")
    for value in ('"length": 32', '"evaluate_every": 2', '"save_every": 1', '"dropout": 0.0'):
        assert value in told
    assert main(["train", "--ladder", "--keep-going", "--steps", "2"]) == 1
    assert "Several candidates" in capsys.readouterr().err


def test_a_base_that_is_not_here_is_fetched_before_the_training_that_begins_from_it(shelf: Home) -> None:
    task = planning.outlook(shelf.project(), "balanced", None, Choice(wish=Wish(), base="b-llama"))
    found = drain(task(never))[1]
    assert found is not None
    assert begin(found, Wish(), shelf.project())[0].startswith("Begin: mynah train --minutes ")
    first, then = begin(replace(found, shelf=()), Wish(), shelf.project())
    assert first == "First: mynah models download b-llama"
    assert then.startswith("Then: mynah train --minutes ")
    assert then.endswith(" --base b-llama --method lora")
