"""Several processes train one model: each batch in shares, one loss curve, and one process that writes."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from core import checkpoints, journal
from core.bench.task import POINTS
from core.device import Device, processor
from core.errors import Busy, Unsupported, WrongFile
from core.events import drain, never
from core.journal import Happened, Stepped
from core.lock import writing
from core.paths import Project
from core.plan import Wish
from core.recipe import Base
from core.runs import Run
from core.train import loop, packed, sharded, together
from core.train.on_base import prepare_on_base
from core.wishes import Night, write
from tests.fakes import tiny
from tests.fakes.base_model import base_model
from tests.fakes.stopping import stopped_at

SOURCE = Path(__file__).resolve().parents[3]

unix = pytest.mark.skipif(sys.platform == "win32", reason="rented machines run Linux")


APP = ("app", "train", "--run")


HANGS = 600  # seconds: processes that wait for each other would wait for ever


def launched(
    folder: Path, processes: int, *options: str, home: Path | None = None, program: tuple[str, ...] = APP
) -> None:
    """What train.sh does, on a machine that has no torchrun on its path."""
    code = folder / "code" if (folder / "code").is_dir() else SOURCE
    environment = {**os.environ, "PYTHONPATH": str(code), "OMP_NUM_THREADS": "1"}
    if home is not None:
        environment["MYNAH_HOME"] = str(home)
    command = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    done = subprocess.run(
        [sys.executable, *command, "-m", "--", *program, str(folder), *options],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=HANGS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if program == APP:
        assert done.stdout.count("Finished: ") == 1  # the others do not say it again


def losses(run: Run) -> list[float]:
    return [fact.loss for fact in journal.read(run.journal_file) if isinstance(fact, Stepped)]


def fresh(folder: Path, steps: int = 12) -> Run:
    """A run whose batch is eight sequences, computed four at a time."""
    run = tiny.run(tiny.project(folder, tiny.documents()), steps=steps)
    recipe = replace(run.recipe(), batch=8, at_once=4, dropout=0.1)
    run.recipe_file.write_text(recipe.to_json(), "utf-8")
    return run


@unix
def test_twice_four_sequences_give_the_loss_curve_of_eight(tmp_path: Path) -> None:
    """With all weights in each process, and with a share of them (FSDP2), there also after a break."""
    alone, whole, shares = (fresh(tmp_path / name) for name in ("alone", "whole", "shares"))
    drain(loop.go_on(alone, never))
    launched(whole.root, 2)
    stopped_at(lambda stop: loop.go_on(shares, stop), lambda event: isinstance(event, Stepped) and event.step == 5)
    launched(shares.root, 2, "--shard")
    assert len(losses(alone)) == 12
    for run in (whole, shares):
        assert losses(run) == pytest.approx(losses(alone), abs=1e-5, rel=0)
    learnt = checkpoints.best(alone).weights
    for name, weight in checkpoints.best(shares).weights.items():
        torch.testing.assert_close(weight, learnt[name], atol=1e-4, rtol=1e-3)


@unix
def test_where_one_runs_out_of_memory_all_go_on_in_smaller_parts(tmp_path: Path) -> None:
    """One on the way forward, then the other on the way back. What is learnt is, bit for bit, what a team learns that
    computes one sequence at a time from the beginning."""
    (tmp_path / "runs").mkdir()
    for name in ("short, whole", "short, shares", "whole", "shares"):
        run = fresh(tmp_path / "projects" / name, steps=6)
        recipe = replace(run.recipe(), at_once=4 if "short" in name else 1)
        run.recipe_file.write_text(recipe.to_json(), "utf-8")
        run.root.rename(tmp_path / "runs" / name)
        launched(tmp_path / "runs" / name, 2, program=("tests.fakes.short_of_memory",))
    for kind in ("whole", "shares"):
        stepped, begun = (Run(tmp_path / "runs" / name) for name in (f"short, {kind}", kind))
        assert len(losses(begun)) == 6
        assert losses(stepped) == losses(begun)
        learnt = checkpoints.best(stepped).weights
        assert [n for n, w in checkpoints.best(begun).weights.items() if not torch.equal(w, learnt[n])] == []
        for run, said in ((stepped, ["Memory ran short:"]), (begun, [])):
            told = [fact for fact in journal.read(run.journal_file) if isinstance(fact, Happened)]
            assert [fact.text[:17] for fact in told if fact.what == "memory"] == said


@unix
def test_adapters_on_a_base_that_talks_learn_the_same_in_two_processes(tmp_path: Path) -> None:
    """With dropout, documents apart, and losses over as many targets as each part happens to have. In fp32: in bf16 the
    last digit of a weight may turn another number round, and clipping by shares gives another last digit."""
    base = base_model(tmp_path / "base", "llama")
    project = tiny.project(tmp_path / "project", tiny.documents(count=60))
    alone, shares = on_base(project, base), on_base(project, base)
    drain(loop.go_on(alone, never))
    launched(shares.root, 2, "--shard")
    assert len(losses(alone)) == 6
    assert losses(shares) == pytest.approx(losses(alone), abs=1e-5, rel=0)


def on_base(project: Project, base: Path) -> Run:
    wish = Wish(steps=6, base=base, method="lora")
    run = drain(prepare_on_base(project, wish, base, processor(), never))[1]
    assert run is not None
    assert run.recipe().packing == "documents"
    small = replace(run.recipe(), length=48, batch=4, at_once=2, evaluate_every=6)
    recipe = replace(small, dropout=0.1, learning_rate=1e-3, precision="fp32")
    run.recipe_file.write_text(recipe.to_json(), "utf-8")
    return run


def test_only_what_no_card_can_hold_is_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = POINTS["GPT-2 124 M, all of it, bf16"]
    card = Device(kind="cuda", name="a card", precision="bf16", cores=2)
    monkeypatch.setattr("torch.cuda.current_device", lambda: 0)
    for gigabytes, expected in ((2, True), (24, False)):
        found = SimpleNamespace(total_memory=gigabytes * 10**9)
        monkeypatch.setattr("torch.cuda.get_device_properties", lambda _, found=found: found)
        assert sharded.is_needed(recipe, card) is expected
        assert not sharded.is_needed(replace(recipe, method="qlora"), card)
    assert not sharded.is_needed(recipe, processor())


def test_what_cannot_be_divided_says_so() -> None:
    with pytest.raises(Unsupported, match="divided"):
        sharded.refuse(replace(POINTS["GPT-2 124 M, all of it, bf16"], method="scratch", optimizer="muon"))


@unix
def test_all_stop_at_the_step_that_the_clock_of_the_first_allows(tmp_path: Path) -> None:
    """With clocks of their own, one would make more steps than the other and wait for it for ever."""
    run = fresh(tmp_path, steps=2_000)
    write(run.wish_file, Night(seconds=3.0, most_steps=2_000))
    launched(run.root, 2)
    assert run.is_finished


def test_every_part_of_a_batch_belongs_to_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = list(range(7))
    assert together.share(parts) == parts
    monkeypatch.setattr(together, "is_alone", lambda: False)
    monkeypatch.setattr("torch.distributed.get_world_size", lambda: 3)
    shares = []
    for rank in range(3):
        monkeypatch.setattr("torch.distributed.get_rank", lambda rank=rank: rank)
        shares += [*together.share(parts)]
    assert sorted(shares) == parts


def test_alone_nothing_has_to_be_agreed_on() -> None:
    assert together.agreed(1.5, 2) == (1.5, 2)
    assert together.any_of(True)
    assert not together.any_of(False)
    together.wait()


def test_a_run_that_trains_is_not_trained_twice(tmp_path: Path) -> None:
    run = fresh(tmp_path)
    with writing(Project(tmp_path)), pytest.raises(Busy):
        drain(packed.train(run.root, never))


def test_a_base_that_travelled_with_the_run_is_found_beside_it(tmp_path: Path) -> None:
    run = fresh(tmp_path / "home")
    base = Base(name="small", folder=str(tmp_path / "gone"), sha256="0")
    told = replace(run.recipe(), method="full", base=base)
    run.recipe_file.write_text(told.to_json(), "utf-8")
    assert run.recipe() == told
    (beside := run.root.parent / "models" / "small").mkdir(parents=True)
    assert run.recipe() == replace(told, base=replace(base, folder=str(beside)))
    copy = packed.copied(run, tmp_path)
    assert Path(copy.recipe().base.folder).samefile(beside)  # type: ignore[union-attr]  # it has one


def test_a_folder_with_nothing_to_train_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongFile, match="pack-run"):
        drain(packed.train(tmp_path, never))
