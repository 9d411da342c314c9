"""Training that starts from a pretrained model: from a folder of a stranger's to a bot, whatever is in between."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from core import assemble, chatrows, checkpoints, feedback, journal, persona, runs, weights
from core.bot import Bot
from core.device import processor
from core.errors import Trouble, Unsupported, WrongFile
from core.events import Note, drain, never
from core.examples.example import Example
from core.journal import Evaluated, Stepped
from core.paths import Project
from core.plan import Wish
from core.recipe import Method
from core.replies import Sampling, Turn
from core.runs import Outcome, Run
from core.selection import Selection
from core.shards import Shard
from core.tokenizers import files
from core.tokenizers.pretrained import PretrainedTokenizer
from core.train import loop
from core.train.on_base import counted, prepare_on_base
from tests.fakes import tiny
from tests.fakes.base_model import base_model
from tests.fakes.stopping import stopped_at

STEPS = 6
SAMPLING = Sampling(temperature=0, length=12)
WAYS: list[tuple[str, Method]] = [
    ("gpt2", "lora"),
    ("gpt2", "full"),
    ("llama", "lora"),
    ("llama", "full"),
    ("llama", "qlora"),
]


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("bases")
    return {name: base_model(root / name, name) for name in ("gpt2", "llama")}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return tiny.project(tmp_path / "project", tiny.documents(count=60))


def prepared(project: Project, base: Path, method: Method, steps: int = STEPS) -> Run:
    """A run with small steps, measured twice: what is tested here does not ask for more."""
    run = drain(prepare_on_base(project, Wish(steps=steps, base=base, method=method), base, processor(), never))[1]
    assert run is not None
    small = replace(run.recipe(), length=32, batch=2, evaluate_every=steps, save_every=3, learning_rate=1e-2)
    run.recipe_file.write_text(small.to_json(), "utf-8")
    return run


def finished(project: Project, run: Run) -> Outcome:
    return drain(loop.resume(project, run, never))[1]


def trained(project: Project, base: Path, method: Method, steps: int = STEPS) -> Run:
    run = prepared(project, base, method, steps)
    assert not finished(project, run).stopped
    return run


def test_from_a_folder_to_a_bot(bases: dict[str, Path], project: Project) -> None:
    events, outcome = drain(loop.train(project, Wish(steps=3, base=bases["gpt2"], method="lora"), never))
    assert any("gpt2" in event.text for event in events if isinstance(event, Note))
    recipe = Run(project.runs / outcome.run).recipe()
    assert recipe.base is not None
    assert (recipe.base.name, recipe.method) == ("gpt2", "lora")
    assert recipe.shape == weights.look(bases["gpt2"]).shape
    assert recipe.packing == "stream"


@pytest.mark.parametrize(("name", "method"), WAYS)
def test_stopped_anywhere_and_resumed_it_ends_with_the_same_bits_and_talks(
    bases: dict[str, Path], project: Project, name: str, method: Method
) -> None:
    calm, run = prepared(project, bases[name], method), prepared(project, bases[name], method)
    undisturbed = finished(project, calm)
    looks = [fact.train_bits_per_byte for fact in journal.read(calm.journal_file) if isinstance(fact, Evaluated)]
    assert looks[-1] < looks[0]
    for step in sorted(random.Random(name + method).sample(range(1, STEPS), 3)):
        assert stopped_at(lambda stop: loop.resume(project, run, stop), at_step(step)).stopped
    assert finished(project, run).weights_sha256 == undisturbed.weights_sha256
    assert drain(Bot.open(run).reply("the kettle", SAMPLING, never))[1].tokens > 0


def at_step(step: int) -> Any:
    return lambda event: isinstance(event, Stepped) and event.step == step


@pytest.mark.parametrize("method", ["full", "lora", "qlora"])
def test_ten_resumes_in_a_row_end_with_the_same_bits(bases: dict[str, Path], project: Project, method: Method) -> None:
    calm, run = (prepared(project, bases["llama"], method, steps=24) for _ in range(2))
    undisturbed = finished(project, calm)
    for step in sorted(random.Random(method).sample(range(1, 24), 10)):
        assert stopped_at(lambda stop: loop.resume(project, run, stop), at_step(step)).stopped
    assert finished(project, run).weights_sha256 == undisturbed.weights_sha256
    assert losses_of(run) == losses_of(calm)


def losses_of(run: Run) -> dict[int, float]:
    """The loss of each step, as it was computed last."""
    return {fact.step: fact.loss for fact in journal.read(run.journal_file) if isinstance(fact, Stepped)}


def test_a_model_that_talks_learns_what_was_said_to_whom(bases: dict[str, Path], project: Project) -> None:
    """The marks of its template are read, and only the writer's own words and the end of the turn are learnt."""
    run = prepared(project, bases["llama"], "lora")
    shard = Shard.open(run.tokens, "train")
    tokenizer = files.load(run.tokenizer_file)
    assert isinstance(tokenizer, PretrainedTokenizer)
    head, end = tokenizer.control("<|start_header_id|>"), tokenizer.control("<|eot_id|>")
    assert (shard.ids == head).sum() > 0
    assert not shard.targets_mask[shard.ids == head].any()
    assert shard.targets_mask[shard.ids == end].sum() > 0
    assert run.recipe().packing == "documents"
    assert shard.ids[shard.ends - 1].tolist() == [end] * len(shard.ends)
    assert persona.system("").text in tokenizer.decode_bytes(shard.ids[:400].tolist()).decode("utf-8", "replace")


def test_a_checkpoint_of_adapters_holds_adapters_alone(bases: dict[str, Path], project: Project) -> None:
    run = trained(project, bases["gpt2"], "lora", steps=2)
    found = checkpoints.newest_good(run)
    assert found is not None
    assert found.weights
    assert all(".lora_" in name for name in found.tensors)


@torch.no_grad()
def test_at_no_strength_the_bot_is_its_base(bases: dict[str, Path], project: Project) -> None:
    run = trained(project, bases["llama"], "lora")
    recipe = run.recipe()
    model = assemble.trained(recipe, checkpoints.best(run).weights)
    base = weights.load(weights.look(bases["llama"]))
    ids = torch.arange(20)[None]
    assert not torch.equal(model(ids), base(ids))
    heard = model(ids) - base(ids)
    assemble.set_strength(model, 0.0)
    torch.testing.assert_close(model(ids), base(ids), atol=0, rtol=0)
    assemble.set_strength(model, 1.3)
    assert (model(ids) - base(ids)).norm() > heard.norm()


def test_a_bot_may_be_turned_down(bases: dict[str, Path], project: Project) -> None:
    bot = Bot.open(trained(project, bases["llama"], "lora", steps=2))
    bot.set_strength(0.5)
    assert drain(bot.reply("the kettle", SAMPLING, never))[1].tokens > 0


def test_another_model_in_the_place_of_the_base_is_noticed(tmp_path: Path, project: Project) -> None:
    base = base_model(tmp_path / "base", "gpt2")
    run = prepared(project, base, "lora")
    source = weights.look(base)
    changed = weights.load(source)
    with torch.no_grad():
        changed.embedding.weight[3, 3] += 1
    weights.save(changed, source, base / "tokenizer.json", tmp_path / "other")
    base.rename(tmp_path / "away")
    with pytest.raises(WrongFile, match="base, is not where it was"):
        drain(loop.resume(project, run, never))
    (tmp_path / "other").rename(base)
    with pytest.raises(WrongFile, match="not the one that the training began with"):
        drain(loop.resume(project, run, never))


def test_weights_that_are_no_numbers_are_told_before_anything_is_written(tmp_path: Path, project: Project) -> None:
    base = base_model(tmp_path / "base", "gpt2")
    tensors = load_file(base / weights.WEIGHTS)
    tensors["transformer.ln_f.weight"][3] = torch.nan
    save_file(tensors, base / weights.WEIGHTS)
    with pytest.raises(WrongFile, match="not numbers"):
        drain(prepare_on_base(project, Wish(steps=3, base=base, method="full"), base, processor(), never))
    assert not project.runs.exists() or list(project.runs.iterdir()) == []


def test_a_folder_without_a_model_leaves_nothing_behind(tmp_path: Path, project: Project) -> None:
    with pytest.raises(Trouble, match=r"no config\.json"):
        drain(loop.train(project, Wish(steps=2, base=tmp_path, method="full"), never))
    assert runs.all_runs(project.runs) == []


def test_too_little_writing_is_told_before_the_model_is_read(tmp_path: Path, bases: dict[str, Path]) -> None:
    small = tiny.project(tmp_path / "small", tiny.documents(count=2))
    with pytest.raises(Unsupported, match="characters of your own writing"):
        drain(loop.train(small, Wish(steps=2, base=bases["gpt2"], method="full"), never))


def test_made_examples_and_mended_replies_are_learnt_too(bases: dict[str, Path], project: Project) -> None:
    row = chatrows.Row(id="1", kind="question", asked="What of the kettle?", answer="It hums before it boils, always.")
    chatrows.save(project, row)
    turns = (Turn("user", "And the teapot?"),)
    feedback.remember(
        project, feedback.Judgement(kind="edited", place="1", turns=turns, text="I never owned a teapot in my life.")
    )
    run = prepared(project, bases["llama"], "lora")
    learnt = files.load(run.tokenizer_file).decode_bytes(Shard.open(run.tokens, "train").ids.tolist()).decode("utf-8")
    assert learnt.count("It hums before it boils, always.") == 1
    assert learnt.count("I never owned a teapot in my life.") == 3


def test_talk_counts_as_its_source_does() -> None:
    one, other = (
        Example(kind="document", turns=(), answer=f"Text {n}.", source=source) for n, source in enumerate("ab")
    )
    assert counted([one, other], Selection(weights=(("a", 2.0), ("b", 0.0)))) == [one, one]
