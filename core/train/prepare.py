"""From a corpus to the folder of a run with everything that training needs. Trains nothing.

The recipe is written last, so a folder without one is half made: it is removed, at once or by the next training.
"""

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from core import learnt, plan, shards
from core.atomic import disk_errors, write_file
from core.corpus import Corpus
from core.curate.clean import View
from core.curate.of_project import view as clean_view
from core.device import Device
from core.errors import Unsupported
from core.events import Note, Progress, Stop, Work
from core.examples.tokens import check_learnt
from core.leaks import text_of, without_leaks
from core.machine import this_machine
from core.paths import Project
from core.plan import Wish, with_vocab
from core.recipe import Recipe
from core.runs import Run, new_name
from core.selection import Selection
from core.split import Section, split
from core.tokenizers import files
from core.train.batches import Batches
from core.train.packing import Packing, source
from core.train.probe import probe
from core.train.products import suited


def prepare(project: Project, wish: Wish, device: Device, stop: Stop) -> Work[Run | None]:
    """Plan a run on the corpus and write its folder; None, and no folder, when it was stopped.

    How many steps there are to be is settled here, before the first; where it is to end in time they are fitted to that
    on the way, and the journal tells how, so that they can be made again.
    """
    view = yield from read(project, stop)
    if view is None:
        return None
    sections = sections_of(view)
    own_characters = sum(section.own_characters for section in sections)
    here = this_machine(project.root)
    machine = replace(here, cores=device.cores, device=device.kind, precision=device.precision)
    chosen = plan.make(own_characters, wish, machine)  # a corpus that is too small is told so before anything is made
    with new_run(project) as run:
        yield Progress(0, 0, "Learning how your writing is spelt")
        texts = [text_of(section) for section in sections if section.side == "train"]
        tokenizer = files.train(chosen.recipe.tokenizer, texts, chosen.recipe.shape.vocab)
        tokenizer.save(run.tokenizer_file)
        manifest = yield from shards.build_sections(weighted(sections, view.selection), tokenizer, run.tokens, stop)
        if manifest is None:
            return None
        check_learnt(manifest.train.targets / max(1, manifest.train.tokens))
        learnt.write(run, learnt.numbers(view, sections))
        recipe = suited(with_vocab(chosen.recipe, tokenizer.vocab), device)
        if wish.steps is None:
            found = yield from probe(recipe, batches(run, recipe), device, stop)
            if found is None:
                return None
            flops = recipe.tokens_per_step * recipe.shape.training_flops(recipe.length)
            chosen = plan.make(own_characters, wish, replace(machine, flops_per_second=flops / found.seconds))
        with disk_errors("writing the recipe of the run"):
            planned = replace(with_vocab(chosen.recipe, tokenizer.vocab), products=recipe.products)
            write_file(run.recipe_file, planned.to_json().encode("ascii"))
    for sentence in chosen.words:
        yield Note(sentence)
    return run


def read(project: Project, stop: Stop) -> Work[View | None]:
    """The clean view of a project's writing; Unsupported when there is none, None when stopped."""
    with Corpus(project.corpus) as corpus:
        if not corpus.counts().documents:
            raise Unsupported(
                "There is no writing in this project yet.",
                fix="Import a folder or a file of yours first, then train.",
            )
        view = yield from clean_view(corpus, stop)
    if view is not None and not any(document.role == "me" for document in view.learnt()):
        raise Unsupported(
            "Nothing of your own writing is left: everything is somebody else's, or left out in the library.",
            fix="Look in the library at what was left out and why, or import more of what you have written.",
        )
    return view


def sections_of(view: View) -> list[Section]:
    """What is learnt, on its sides, with nothing on two of them."""
    return without_leaks(split(view.learnt()))


def weighted(sections: Sequence[Section], selection: Selection) -> list[Section]:
    """Sections to learn from as often as their source counts; of a source that counts half, every second document."""
    chosen: list[Section] = []
    for section in sections:
        weight = selection.weight(section.document.source) if section.side == "train" else 1.0
        chosen += [section] * times(weight, section.document.text_hash)
    return chosen


def times(weight: float, text_hash: str) -> int:
    """How often a text of this weight is learnt: of those that count half, the same half every time."""
    chance = int(text_hash[:8], 16) / (1 << 32)
    return int(weight) + (chance < weight - int(weight))


@contextlib.contextmanager
def new_run(project: Project) -> Iterator[Run]:
    """A folder for a run, which goes away again unless it was given its recipe."""
    with disk_errors("making a folder for the run"):
        project.runs.mkdir(parents=True, exist_ok=True)
        for folder in project.runs.iterdir():
            remove_half_made(Run(folder))
        run = Run(project.runs / new_name(project.runs, datetime.now(UTC)))
        run.root.mkdir()
    try:
        yield run
    finally:
        remove_half_made(run)


def remove_half_made(run: Run) -> None:
    if not run.recipe_file.exists():
        shutil.rmtree(run.root, ignore_errors=True)


def batches(run: Run, recipe: Recipe) -> Batches | Packing:
    """What the run learns from, step by step."""
    return source(shards.Shard.open(run.tokens, "train"), recipe)
