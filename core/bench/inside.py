"""What `mynah bench inside` looks into: models of known shapes with weights of chance, and a training beside.

Speed does not depend on what a model has learnt.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Final

import torch

from core import checkpoints, shards
from core.bench.task import training
from core.checkpoints import Standing
from core.device import processor
from core.documents import Document
from core.events import Progress, Stop, Work, drain, never
from core.inside import merges
from core.inside.look import Looker
from core.inside.reports import VIEWS, Asked
from core.journal import Evaluated, Journal, Stepped
from core.models.decoder import Decoder
from core.recipe import Recipe
from core.runs import Run
from core.shape import Shape
from core.tokenizers.base import Tokenizer
from core.tokenizers.bpe import BpeTokenizer
from core.tokenizers.pretrained import PretrainedTokenizer
from core.train.stepper import Stepper

OURS: Final = Shape(vocab=8192, context=256, layers=12, width=384, heads=6, kv_heads=6, inner=1536)
GPT2: Final = Shape(
    vocab=50_257, context=1024, layers=12, width=768, heads=12, kv_heads=12, inner=3072, norm="layer",
    position="learned", activation="gelu_tanh", bias=True,
)  # fmt: skip
SHAPES: Final = {"27M": OURS, "GPT-2 124M": GPT2}
END: Final = "<|endoftext|>"
BATCH: Final = 8  # of the training beside: a step of a larger one takes longer than a look
APART: Final = 10.0  # seconds between two views while a training runs: few people read one in less


@dataclass(frozen=True, slots=True, kw_only=True)
class InsideRow:
    """One thing that was timed, in milliseconds; `aim` is what it should stay under, 0 where there is none.

    `processor` is the time of all cores together, which a busy machine changes less. Of shares: in per cent.
    """

    what: str
    median: float
    worst: float
    processor: float
    aim: float
    times: int


def plant(root: Path, name: str, documents: Sequence[Document]) -> Run:
    """A run of one of SHAPES on these documents, as if it had been trained."""
    run = Run(root / name.replace(" ", "-"))
    run.root.mkdir(parents=True)
    shape, tokenizer = SHAPES[name], _tokenizer(name, documents)
    tokenizer.save(run.tokenizer_file)
    drain(shards.build(documents, tokenizer, run.tokens, never))
    kind: Final = "bpe" if name == "27M" else "pretrained"
    run.recipe_file.write_text(Recipe(shape=shape, tokenizer=kind, steps=100, length=256, batch=8).to_json(), "utf-8")
    model = Decoder(shape)
    model.initialise(1)
    checkpoints.save(run, Standing(step=100, bits_per_byte=2.0), _named(model))
    journal = Journal(run.journal_file)
    for step in range(1, 101):
        journal.write(Stepped(step, 9.0 - step / 20, 1e-3, 1000.0, float(step)))
    journal.write(Evaluated(100, 2.0, 2.1, True, 100.0))
    journal.close()
    return run


def _named(model: Decoder) -> dict[str, torch.Tensor]:
    return {f"model.{name}": weight for name, weight in model.state_dict().items()}


def _tokenizer(name: str, documents: Sequence[Document]) -> Tokenizer:
    if name == "27M":
        return BpeTokenizer.train([document.text for document in documents], OURS.vocab)
    rules = json.loads(merges.gpt2().to_str())
    end = len(rules["model"]["vocab"])
    rules["added_tokens"] = [
        {"id": end, "content": END, "special": True, "single_word": False, "lstrip": False, "rstrip": False,
         "normalized": False}
    ]  # fmt: skip
    return PretrainedTokenizer(json.dumps(rules).encode("utf-8"), end)


def disturbed(run: Run, text: str, seconds: float, stop: Stop) -> Work[InsideRow]:
    """The share of its time that a training gives to somebody who goes through the views, one every APART seconds.

    As in the window, a look runs whole between two steps, on the same thread.
    """
    recipe = replace(training("fp32"), batch=BATCH)
    model = Decoder(recipe.shape)
    model.initialise(1)
    looker = Looker()
    lost: list[float] = []
    worked: list[float] = []
    with Stepper(model, recipe, processor()) as stepper:
        ids = torch.randint(0, recipe.shape.vocab, (recipe.batch, recipe.length + 1))
        for turn, view in enumerate(VIEWS):
            if stop():
                break
            yield Progress(turn, len(VIEWS), "training, and a look in between")
            started, before = time.perf_counter(), time.process_time()
            drain(looker.look(Asked(run=run, view=view, text=text), never))
            looked, took = time.perf_counter() - started, time.process_time() - before
            while time.perf_counter() - started < looked + seconds:
                stepper.step(ids[:, :-1], ids[:, 1:], number=1, learning_rate=1e-4)
            lost.append(100 * looked / (looked + APART))
            worked.append(100 * took / (took + APART))
    return InsideRow(
        what=f"of a training's time, a view every {APART:.0f} s, %",
        median=median(lost or [0.0]),
        worst=max(lost, default=0.0),
        processor=median(worked or [0.0]),
        aim=5.0,
        times=len(lost),
    )
