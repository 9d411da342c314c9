"""A chat model of our own, from nothing to one author's voice, and every meter before and after.

A small decoder learns to take turns from plays, in the format of chat models, and becomes a base model in a folder.
Then adapters learn one author's writing on it, canaries among it, and the bot is measured beside its base. Everything
goes the way that a user's models go; only the sizes are small.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import tokenizers
from tokenizers import AddedToken, models, pre_tokenizers, trainers

from core import checkpoints, persona, weights, wishes
from core.assemble import DTYPES
from core.atomic import disk_errors, write_file
from core.chatdata import before
from core.corpus import Corpus
from core.curate.of_project import view as clean_view
from core.device import best_device
from core.documents import Document
from core.errors import Unsupported
from core.events import Progress, Stop, Work
from core.examples import build
from core.examples.build import Sides
from core.examples.example import Example
from core.examples.make import GO_ON
from core.families import recognise
from core.generate.templates import CHATML
from core.judge import measure
from core.judge.canaries import canaries
from core.meters import Meters
from core.models.decoder import Decoder
from core.paths import Project
from core.recipe import Base, Recipe
from core.replies import Turn
from core.runs import Run, new_name
from core.tokenizers import pretrained
from core.tokenizers.pretrained import PretrainedTokenizer
from core.train.loop import go_on
from core.train.on_base import made_and_mended
from core.wishes import Night

VOCAB: Final = 4_096
CONTEXT: Final = 512  # a whole answer of the longest kind has to fit
MARKS: Final = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
SPEECH: Final = re.compile(r"^[A-Z][\w' ]{1,30}:\n", re.MULTILINE)  # who speaks, on a line of their own
LONG: Final = 240  # characters from which a speech is also one to be gone on with
HELD_OUT: Final = 20  # one speech in so many
BASE_SHARE: Final = 0.75  # of the time


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long each part learns, and how large the model is."""

    base_steps: int = 1_500
    adapter_steps: int = 400
    layers: int = 4
    width: int = 256
    replies: int = 40
    asking: float = 120.0  # seconds in which the base asks what the author's writing answers
    seconds: float | None = None  # of both trainings: their steps are fitted to it, three quarters for the base
    seed: int = 1337


def chat(project: Project, plays: str, plan: Plan, stop: Stop) -> Work[Meters | None]:
    """Train both on the project's own corpus, which holds the author's writing, and measure; None when stopped."""
    tokenizer_file = project.root / "tokenizer.json"
    with Corpus(project.corpus) as corpus:
        _plant(corpus)
        view = yield from clean_view(corpus, stop)
        if view is None:
            return None
    sides = build.of_view(view, "talk")
    speeches = speeches_of(plays)
    texts = [plays, *(example.answer for example in sides.train)]
    tokenizer = tokenizer_of(texts, tokenizer_file)
    base = yield from _base(project, talks(speeches), tokenizer, plan, stop)
    if base is None:
        return None
    yield from before.ask(project, base, plan.asking, stop)
    made = made_and_mended(project, sides, view)
    sides = replace(sides, train=[*sides.train, *made])
    run = yield from _adapted(project, sides, tokenizer, base, plan, stop)
    if run is None:
        return None
    return (yield from measure.measure(project, run, stop, plan.replies))


def speeches_of(plays: str) -> list[str]:
    """What is said, one after the other. Raises Unsupported for a text that is no play."""
    said = [" ".join(part.split()) for part in SPEECH.split(plays)]
    found = [speech for speech in said if speech]
    if len(found) < 2 * HELD_OUT:
        raise Unsupported(
            "This text holds no talk that can be recognised.",
            fix="Give a play in which each speech begins with a line like NAME:",
        )
    return found


def talks(speeches: Sequence[str]) -> Sides:
    """Each speech as the answer to the one before it, and long ones as texts to be gone on with."""
    sides = Sides()
    for n in range(1, len(speeches)):
        side = sides.held_out if n % HELD_OUT == 0 else sides.train
        said, answer = speeches[n - 1][-600:], speeches[n][:900]
        side.append(Example(kind="dialogue", turns=(Turn("user", said),), answer=answer))
        middle = answer.find(". ", 40, 160)
        if len(answer) >= LONG and middle > 0:
            turn = Turn("user", GO_ON + answer[: middle + 1])
            side.append(Example(kind="continuation", turns=(turn,), answer=answer[middle + 2 :]))
    return sides


def tokenizer_of(texts: Sequence[str], path: Path) -> PretrainedTokenizer:
    """Byte-level BPE with the marks of ChatML, in a file as the makers of models write it."""
    trained = tokenizers.Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    special = [AddedToken(mark, special=True, normalized=False) for mark in MARKS]
    trainer = trainers.BpeTrainer(
        vocab_size=VOCAB, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    trained.train_from_iterator(texts, trainer)
    with disk_errors("writing the tokenizer"):
        write_file(path, trained.to_str().encode("utf-8"))
    return pretrained.read(path, 0)


def _plant(corpus: Corpus) -> None:
    """Put the canaries among the writing, each as often as it says, in documents of their own."""
    with corpus.batch():
        for canary in canaries():
            for n in range(canary.repeats):
                text = f"{canary.text} That is all I remember of that day, and it is little enough, note {n + 1}. " * 2
                corpus.add(Document(source="canary", key=f"{canary.secret}-{n}", text=text))


def _base(project: Project, sides: Sides, tokenizer: PretrainedTokenizer, plan: Plan, stop: Stop) -> Work[Path | None]:
    """A folder as a base model comes in: config, weights, tokenizer."""
    folder = project.root / "base"
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": tokenizer.vocab,
        "hidden_size": plan.width,
        "intermediate_size": plan.width * 8 // 3 // 32 * 32,
        "num_hidden_layers": plan.layers,
        "num_attention_heads": plan.width // 64,
        "num_key_value_heads": plan.width // 64,
        "max_position_embeddings": CONTEXT,
        "rms_norm_eps": 1e-5,
        "rope_theta": 10_000.0,
        "hidden_act": "silu",
        "tie_word_embeddings": True,
        "bos_token_id": 0,
        "eos_token_id": 0,
    }
    family, shape = recognise(config)
    run = _new(project, tokenizer)
    manifest = yield from build.in_chat(sides, tokenizer, CHATML, run.tokens, stop)
    if manifest is None:
        return None
    recipe = Recipe(
        shape=shape,
        tokenizer="pretrained",
        steps=plan.base_steps,
        length=CONTEXT,
        batch=12,
        learning_rate=1.2e-3,
        weight_decay=0.5,
        evaluate_every=max(1, plan.base_steps // 8),
        save_every=max(1, plan.base_steps // 8),
        packing="documents",
        seed=plan.seed,
        precision=best_device().precision,
    )
    _write(run, recipe, plan.seconds and plan.seconds * BASE_SHARE)
    outcome = yield from go_on(run, stop)
    if outcome.stopped:
        return None
    model = Decoder(shape)
    model.load_state_dict(checkpoints.best(run).weights)
    source = weights.Source(folder, config, family, shape, list(family.entries(shape)), {})
    weights.save(model.to(DTYPES["fp32"]), source, project.root / "tokenizer.json", folder)
    return folder


def _adapted(
    project: Project, sides: Sides, tokenizer: PretrainedTokenizer, folder: Path, plan: Plan, stop: Stop
) -> Work[Run | None]:
    """The author's voice, as adapters beside the base."""
    source = weights.look(folder)
    sha256 = yield from weights.fingerprint(source, stop)
    if sha256 is None:
        return None
    run = _new(project, tokenizer)
    told = persona.system("").text
    manifest = yield from build.in_chat(sides, tokenizer, CHATML, run.tokens, stop, told)
    if manifest is None:
        return None
    recipe = Recipe(
        shape=weights.usable_shape(source),
        tokenizer="pretrained",
        steps=plan.adapter_steps,
        length=CONTEXT,
        batch=8,
        learning_rate=1e-3,  # a narrow model takes ten times what a full training of it would
        warmup_steps=20,
        weight_decay=0.01,
        dropout=0.05,
        evaluate_every=max(1, plan.adapter_steps // 6),
        save_every=max(1, plan.adapter_steps // 6),
        method="lora",
        base=Base(name=folder.name, folder=str(folder), sha256=sha256),
        rank=32,
        packing="documents",
        seed=plan.seed,
        precision=best_device().precision,
    )
    _write(run, recipe, plan.seconds and plan.seconds * (1 - BASE_SHARE))
    outcome = yield from go_on(run, stop)
    yield Progress(1, 1, "The author's voice is learnt")
    return None if outcome.stopped else run


def _new(project: Project, tokenizer: PretrainedTokenizer) -> Run:
    with disk_errors("making the folder of a run"):
        project.runs.mkdir(parents=True, exist_ok=True)
        run = Run(project.runs / new_name(project.runs, datetime.now(UTC)))
        run.root.mkdir()
    tokenizer.save(run.tokenizer_file)
    return run


def _write(run: Run, recipe: Recipe, seconds: float | None) -> None:
    wishes.write(run.wish_file, Night(seconds=seconds))
    with disk_errors("writing the recipe of a run"):
        write_file(run.recipe_file, recipe.to_json().encode("ascii"))
