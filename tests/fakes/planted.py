"""A run on disk that nobody trained: what the window needs to believe that there is one."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from core.journal import Fact, Journal
from core.manifest import MANIFEST, Manifest, Part
from core.paths import Project
from core.recipe import Recipe
from core.runs import Run
from core.shape import Shape

RECIPE = Recipe(
    shape=Shape(vocab=300, context=64, layers=1, width=32, heads=2, kv_heads=2, inner=64),
    tokenizer="bpe",
    steps=1_000,
    length=64,
    batch=4,
)
PART = Part(tokens=2_000, targets=1_000, bytes=2_000, ids_sha256="", mask_sha256="")


def plant_run(project: Project, facts: Sequence[Fact]) -> Run:
    """A run of 1,000 steps that came as far as `facts`, with one checkpoint that holds nothing."""
    run = Run(project.runs / "2026-01-02 03.04.05")
    (run.checkpoints / "step-00000300").mkdir(parents=True)
    run.tokens.mkdir()
    run.recipe_file.write_text(RECIPE.to_json(), "utf-8")
    manifest = Manifest(vocab=300, tokenizer_sha256="", train=PART, held_out=PART)
    (run.tokens / MANIFEST).write_text(json.dumps({"version": 1, **asdict(manifest)}), "utf-8")
    journal = Journal(run.journal_file)
    for fact in facts:
        journal.write(fact)
    journal.close()
    return run
