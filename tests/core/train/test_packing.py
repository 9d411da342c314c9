"""Packing: every document whole where it fits, every word of the writer learnt once an epoch, in an order that only the
seed and the step decide."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import checkpoints, journal, shards
from core.errors import DiskTrouble
from core.events import drain, never
from core.journal import Finished, Stepped
from core.paths import Project
from core.recipe import Recipe
from core.runs import Run
from core.shape import Shape
from core.shards import Shard
from core.tokenizers import files
from core.tokenizers.chars import CharacterTokenizer
from core.train import loop
from core.train.batches import IGNORE, Batches
from core.train.evaluate import Passages
from core.train.packing import Packing, source

SHAPE = Shape(vocab=60, context=32, layers=2, width=32, heads=2, kv_heads=2, inner=64)
RECIPE = Recipe(
    shape=SHAPE, tokenizer="characters", steps=24, length=32, batch=4, learning_rate=3e-3, warmup_steps=4,
    evaluate_every=6, save_every=5, dropout=0.1, packing="documents",
)  # fmt: skip


def shard(lengths: Sequence[int], context: int = 0) -> Shard:
    """Documents of ids 0, 1, 2, ... of which the first `context` of each are somebody else's."""
    ends = np.cumsum(lengths)
    mask = np.ones(ends[-1], np.bool_)
    for end, length in zip(ends, lengths, strict=True):
        mask[end - length : end - length + context] = False
    ids = np.arange(ends[-1], dtype=np.uint16)
    return Shard(ids=ids, targets_mask=mask, vocab=len(ids), n_targets=int(mask.sum()), n_bytes=len(ids), ends=ends)


def test_a_document_that_fits_stays_whole_and_its_targets_are_its_own() -> None:
    lengths = [9, 3, 20, 2, 14, 33, 7]
    made = shard(lengths)
    packing = Packing(made, length=32, batch=1, seed=1)
    found = set()
    for ids_T, targets_T, starts_T in zip(*packing.rows(list(range(packing.windows))), strict=True):
        for start in np.unique(starts_T):
            here = (starts_T == start) & (targets_T != IGNORE)
            if here.any():
                np.testing.assert_array_equal(targets_T[here], ids_T[here] + 1)
                found.add((int(ids_T[here][0]), int(here.sum())))
    firsts = np.cumsum([0, *lengths])[:-1].tolist()
    assert found == {(first, length - 1) for first, length in zip(firsts, lengths, strict=True)}


@pytest.mark.parametrize("context", [0, 5])
def test_every_own_word_is_a_target_once_an_epoch(context: int) -> None:
    lengths = [9, 300, 20, 97, 14, 33, 70, 6, 2, 1]
    made = shard(lengths, context)
    packing = Packing(made, length=32, batch=3, seed=1)
    steps = -(-packing.windows // 3)
    seen = Counter[int]()
    numbers = [packing.batch(step) for step in range(steps)]
    targets = np.concatenate([targets_BT for _, targets_BT, _ in numbers])[: packing.windows]
    seen.update(int(target) for target in targets.flat if target != IGNORE)
    firsts = np.cumsum([0, *lengths])[:-1]
    assert set(seen) == set(made.ids[made.targets_mask].tolist()) - set(
        firsts.tolist()
    )  # before a first one is nothing
    assert set(seen.values()) == {1}


def test_a_piece_of_a_long_document_reads_the_end_of_the_one_before_again() -> None:
    packing = Packing(shard([90]), length=32, batch=1, seed=1)
    ids_NT, targets_NT, _ = packing.rows(list(range(packing.windows)))
    first, second = ids_NT[0], ids_NT[1]
    assert second[0] == first[-1] + 1 - 8
    assert (targets_NT[1, :8] == IGNORE).all()
    assert (targets_NT[1, 8:] == ids_NT[1, 8:] + 1).all()


def test_little_room_is_wasted() -> None:
    lengths = np.random.default_rng(3).integers(5, 120, 2000).tolist()
    packing = Packing(shard(lengths), length=128, batch=1, seed=1)
    assert sum(length - 1 for length in lengths) / (128 * packing.windows) > 0.98


def test_documents_with_nothing_to_learn_are_left_out() -> None:
    made = shard([40, 5, 40], context=0)
    made.targets_mask[:40] = False
    ids_NT, *_ = (packing := Packing(made, length=64, batch=1, seed=1)).rows([*range(packing.windows)])
    assert packing.windows == 1
    assert 39 not in ids_NT
    assert {40, 45} <= set(ids_NT.flat)


def test_a_batch_depends_on_seed_and_step_alone() -> None:
    made = shard(np.random.default_rng(1).integers(2, 60, 100).tolist())
    forward, backward, other = (Packing(made, length=32, batch=5, seed=seed) for seed in (3, 3, 4))
    there = [forward.batch(step) for step in range(40)]
    back = [backward.batch(step) for step in reversed(range(40))][::-1]
    np.testing.assert_array_equal(there, back)
    assert not np.array_equal(there[0], other.batch(0))


def test_the_order_is_written_in_stone() -> None:
    """A resumed run depends on it: changing these numbers breaks the runs people have."""
    made = shard([9, 3, 20, 2, 14, 33, 7, 80, 5, 61])
    ids_BT, _, starts_BT = Packing(made, length=32, batch=4, seed=1337).batch(3)
    assert ids_BT[:, 0].tolist() == [112, 12, 88, 173]
    assert starts_BT[:, -1].tolist() == [0, 19, 0, 0]


def test_an_older_recipe_learns_as_it_did() -> None:
    old = json.loads(RECIPE.to_json()) | {"version": 2}
    del old["packing"]
    recipe = Recipe.from_json(json.dumps(old))
    assert recipe == replace(RECIPE, packing="stream")
    assert isinstance(source(shard([50, 50]), recipe), Batches)
    assert Recipe.from_json(RECIPE.to_json()) == RECIPE


# ---- a run


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared run of invented talk: questions of others, replies to learn."""
    folder = tmp_path_factory.mktemp("talk") / "run"
    run, random = Run(folder), np.random.default_rng(5)
    folder.mkdir()
    texts = ["".join(random.choice(list("abcdef gh"), random.integers(4, 50))) for _ in range(60)]
    tokenizer = CharacterTokenizer.train(texts, 1000)
    tokenizer.save(run.tokenizer_file)
    rows = []
    for text in texts:
        ids = [*tokenizer.encode(text), tokenizer.end]
        rows.append(shards.Encoded(ids, [place > 2 for place in range(len(ids))], len(text) - 3))
    sides: dict[shards.PartName, list[shards.Encoded]] = {"train": rows[:50], "held_out": rows[50:]}
    drain(shards.build_encoded(sides, tokenizer, run.tokens, never))
    shape = replace(SHAPE, vocab=tokenizer.vocab)
    run.recipe_file.write_text(replace(RECIPE, shape=shape).to_json(), "utf-8")
    return folder


def run_of(template: Path, root: Path) -> Run:
    run = Run(Project(root).runs / "2026-01-01 00.00.00")
    run.root.mkdir(parents=True)
    for path in template.rglob("*"):
        target = run.root / path.relative_to(template)
        target.mkdir(parents=True) if path.is_dir() else target.write_bytes(path.read_bytes())
    return run


def facts(run: Run) -> tuple[dict[int, float], str]:
    told = journal.read(run.journal_file)
    (end,) = (fact for fact in told if isinstance(fact, Finished))
    return {fact.step: fact.loss for fact in told if isinstance(fact, Stepped)}, end.weights_sha256


def test_ten_resumes_end_in_the_losses_and_weights_of_an_undisturbed_run(template: Path, tmp_path: Path) -> None:
    calm, disturbed = run_of(template, tmp_path / "calm"), run_of(template, tmp_path / "disturbed")
    drain(loop.go_on(calm, never))
    for lives in range(1, 11):
        asked = iter(range(lives % 3 + 1))
        drain(loop.go_on(disturbed, lambda asked=asked: next(asked, None) is None))  # type: ignore[misc]  # a default
        assert not disturbed.is_finished
    drain(loop.go_on(disturbed, never))
    assert facts(disturbed) == facts(calm)


def test_unseen_talk_is_measured_as_it_is_learnt(template: Path, tmp_path: Path) -> None:
    run = run_of(template, tmp_path)
    tokenizer = files.load(run.tokenizer_file)
    held_out = Shard.open(run.tokens, "held_out", tokenizer)
    passages = Passages.of(held_out, tokenizer, run.recipe(), 10**6)
    assert passages.starts_NT is not None
    assert passages.n_bytes == held_out.n_bytes
    assert checkpoints.newest_good(run) is None


def test_ends_that_were_harmed_are_refused(template: Path, tmp_path: Path) -> None:
    run = run_of(template, tmp_path)
    path = shards.ends_file(run.tokens, "train")
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(DiskTrouble, match="damaged"):
        Shard.open(run.tokens, "train")
