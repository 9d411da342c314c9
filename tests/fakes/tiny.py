"""A run that trains in a second: invented writing, a character model of two layers, sixty steps."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from core import shards
from core.corpus import Corpus
from core.documents import Document
from core.events import drain, never
from core.paths import Project
from core.recipe import Recipe
from core.runs import Run
from core.shape import Shape
from core.tokenizers.chars import CharacterTokenizer

WORDS: Final = (
    "the",
    "a",
    "kettle",
    "moss",
    "slowly",
    "under",
    "drifts",
    "hums",
    "again",
    "we",
    "and",
    "of",
    "sings",
    "cold",
)
STEPS: Final = 60


def documents(count: int = 30, sentences: int = 12, seed: int = 1) -> list[Document]:
    """Invented writing, the same each time."""
    luck = random.Random(seed)
    texts = [" ".join(sentence(luck) for _ in range(sentences)) for _ in range(count)]
    return [Document(source="notes", key=f"{n:03}.txt", text=text) for n, text in enumerate(texts)]


def sentence(luck: random.Random) -> str:
    return " ".join(luck.choices(WORDS, k=luck.randint(4, 9))).capitalize() + "."


def project(root: Path, writing: Sequence[Document]) -> Project:
    """A project whose corpus holds `writing`."""
    made = Project(root)
    with Corpus(made.corpus) as corpus, corpus.batch():
        for document in writing:
            corpus.add(document)
    return made


def recipe(vocab: int, steps: int = STEPS) -> Recipe:
    shape = Shape(vocab=vocab, context=32, layers=2, width=32, heads=2, kv_heads=2, inner=64)
    return Recipe(
        shape=shape,
        tokenizer="characters",
        steps=steps,
        length=32,
        batch=4,
        learning_rate=3e-3,
        warmup_steps=5,
        evaluate_every=20,
        save_every=3,
    )


def run(project: Project, steps: int = STEPS) -> Run:
    """A run of `project`, prepared and not yet begun."""
    made = Run(project.runs / "2026-01-01 00.00.00")
    made.root.mkdir(parents=True)
    writing = documents()
    tokenizer = CharacterTokenizer.train([document.text for document in writing], 1000)
    tokenizer.save(made.tokenizer_file)
    drain(shards.build(writing, tokenizer, made.tokens, never))
    made.recipe_file.write_text(recipe(tokenizer.vocab, steps).to_json(), "utf-8")
    return made
