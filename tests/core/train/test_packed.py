"""A training goes to a rented machine, is made there by two processes, and comes home as a bot."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import yaml

from app.command import main
from core import checkpoints, runs
from core.errors import WrongFile
from core.events import drain, never
from core.paths import home
from core.plan import Wish
from core.train import loop, packed
from tests.core.train.test_together import launched
from tests.fakes import tiny
from tests.fakes.base_model import base_model


@pytest.mark.skipif(sys.platform == "win32", reason="rented machines run Linux")
def test_two_processes_make_the_run_that_one_makes_and_chat_opens_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tiny.project(home().project().root, tiny.documents())
    run = tiny.run(project, steps=12)
    recipe = replace(run.recipe(), batch=64)  # two chunks, one for each process
    run.recipe_file.write_text(recipe.to_json(), "utf-8")
    folder = tmp_path / "away"
    assert main(["pack-run", str(folder), "--run", run.name]) == 0
    assert {path.name for path in folder.iterdir()} == {
        "run",
        "code",
        "requirements.txt",
        "train.sh",
        "sky.yaml",
        "packed.json",
    }
    task = yaml.safe_load(
        (folder / "sky.yaml").read_text("utf-8")
    )  # https://docs.skypilot.co/en/latest/reference/yaml-spec
    assert {"workdir", "resources", "setup", "run"} <= set(task)
    assert "train.sh" in task["run"]
    assert "torchrun" in (folder / "train.sh").read_text("utf-8")
    assert "PySide6" not in (folder / "requirements.txt").read_text("utf-8")
    drain(loop.go_on(run, never))  # the same, alone
    alone = checkpoints.best(run).weights
    launched(folder, 2, home=folder)
    assert main(["bring-home", str(folder)]) == 0
    both = checkpoints.best(runs.all_runs(project.runs)[0]).weights
    for name, weight in alone.items():
        torch.testing.assert_close(both[name], weight, atol=1e-4, rtol=1e-3)
    capsys.readouterr()
    assert main(["chat", "--prompt", "The", "--length", "4", "--json"]) == 0
    assert any(json.loads(line)["kind"] == "Reply" for line in capsys.readouterr().out.splitlines())


def test_without_torchrun_one_process_trains_what_was_packed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tiny.project(home().project().root, tiny.documents())
    run = tiny.run(project, steps=2)
    drain(packed.pack(project, Wish(), run, tmp_path / "away", never))
    assert main(["train", "--run", str(tmp_path / "away")]) == 0
    said = capsys.readouterr().out
    assert "Finished: 2 steps" in said
    assert f"mynah bring-home {tmp_path / 'away'}" in said
    assert main(["train", "--shard"]) == 1
    assert main(["train", "--run", str(tmp_path)]) == 1
    assert "nothing to train" in capsys.readouterr().err


def test_adapters_for_a_base_are_packed_with_it_and_trained_where_nothing_else_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.project(home().project().root, tiny.documents(count=60))
    base = base_model(tmp_path / "a base", "llama")
    (base / "pytorch_model.bin").write_bytes(b"a pickle, which nobody needs")
    told = ["pack-run", str(tmp_path / "away"), "--base", str(base), "--steps", "2", "--length", "32"]
    assert main([*told, "--rank", "4"]) == 0
    base.rename(tmp_path / "not there")
    assert sorted(path.name for path in (tmp_path / "away" / "models" / "a base").iterdir()) == [
        "config.json",
        "generation_config.json",
        "model.safetensors",
        "tokenizer.json",
    ]
    assert main(["train", "--run", str(tmp_path / "away")]) == 0
    assert "Finished: 2 steps" in capsys.readouterr().out
    assert packed.inside(tmp_path / "away").recipe().rank == 4


def test_a_training_that_has_a_plan_takes_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = tiny.run(tiny.project(home().project().root, tiny.documents()), steps=2)
    assert main(["pack-run", str(tmp_path / "away"), "--run", run.name, "--depth", "3"]) == 1
    assert "has its plan already" in capsys.readouterr().err
    assert not (tmp_path / "away").exists()


def test_what_is_no_packed_run_or_another_one_is_refused(tmp_path: Path) -> None:
    project = tiny.project(home().project().root, tiny.documents())
    with pytest.raises(WrongFile, match=r"packed\.json|pack-run"):
        packed.bring_home(tmp_path, project)
    run = tiny.run(project, steps=2)
    drain(loop.go_on(run, never))
    drain(packed.pack(project, Wish(), run, tmp_path / "away", never))
    run.recipe_file.write_text(run.recipe_file.read_text().replace('"seed": 1337', '"seed": 7'))
    with pytest.raises(WrongFile, match="another training"):
        packed.bring_home(tmp_path / "away", project)
