"""From a corpus and a base model to the folder of a run: what prepare.py does for a model from nothing."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from core import adapt, chatrows, feedback, footprint, learnt, persona, plan, shards, weights
from core.atomic import disk_errors, write_file
from core.curate.clean import View, hide
from core.curate.names import Names
from core.device import Device
from core.events import Note, Progress, Stop, Work
from core.examples.build import Sides, in_chat, of_view
from core.examples.example import Example
from core.examples.tokens import check_learnt
from core.generate.templates import PLAIN, suiting
from core.machine import this_machine
from core.manifest import Manifest
from core.paths import Project
from core.plan import Plan, Wish
from core.recipe import Base, Packing
from core.runs import Run
from core.selection import Selection
from core.split import Section
from core.tokenizers import pretrained
from core.tokenizers.pretrained import PretrainedTokenizer
from core.train.measure import described
from core.train.prepare import batches, new_run, read, sections_of, times, weighted
from core.train.probe import probe
from core.train.products import suited

MENDED: Final = 3  # times that a reply put right is learnt: it says what was wrong, and there are few


def prepare_on_base(project: Project, wish: Wish, base: Path, device: Device, stop: Stop) -> Work[Run | None]:
    """Plan a run that goes on from the model in `base`, and write its folder; None, and no folder, when stopped.

    The model is looked at before anything else: a wrong one costs a moment.
    """
    yield Progress(0, 0, "Looking at the model")
    source = weights.look(base)
    tokenizer = pretrained.read(base / weights.TOKENIZER, weights.end(source), source.shape.vocab)
    view = yield from read(project, stop)
    if view is None:
        return None
    sections = sections_of(view)
    own_characters = sum(section.own_characters for section in sections)
    if own_characters < plan.LEAST_CHARACTERS:
        raise plan.too_small(own_characters)
    here = this_machine(project.root)
    machine = described(here, device)
    sha256 = yield from weights.fingerprint(source, stop)
    if sha256 is None:
        return None
    begun = Base(name=base.resolve().name, folder=str(base.resolve()), sha256=sha256)
    shape = weights.usable_shape(source)
    with new_run(project) as run:
        tokenizer.save(run.tokenizer_file)
        manifest = yield from write_tokens(project, view, sections, tokenizer, run, stop)
        if manifest is None:
            return None
        learnt.write(run, learnt.numbers(view, sections))
        chosen = packed(adapt.make(manifest.train.targets, shape, begun, wish, machine), manifest)
        recipe = suited(chosen.recipe, device)
        if wish.steps is None:
            found = yield from probe(recipe, batches(run, recipe), device, stop)
            if found is None:
                return None
            per_token = adapt.flops_per_token(shape, recipe.method, recipe.length, checkpointing=recipe.checkpointing)
            flops = recipe.tokens_per_step * per_token / found.seconds
            machine = footprint.tried(recipe, machine, found.bytes, too_large=found.too_large)
            measured = replace(machine, flops_per_second=flops)
            chosen = packed(adapt.make(manifest.train.targets, shape, begun, wish, measured), manifest)
        plan.check_space(chosen.recipe, manifest.train.tokens, machine)
        with disk_errors("writing the recipe of the run"):
            write_file(run.recipe_file, replace(chosen.recipe, products=recipe.products).to_json().encode("ascii"))
    for sentence in chosen.words:
        yield Note(sentence)
    return run


def packed(chosen: Plan, manifest: Manifest) -> Plan:
    """The plan; where talk is learnt, of examples that do not see each other."""
    packing: Packing = "documents" if manifest.train.ends_sha256 else "stream"
    return replace(chosen, recipe=replace(chosen.recipe, packing=packing))


def write_tokens(
    project: Project, view: View, sections: Sequence[Section], tokenizer: PretrainedTokenizer, run: Run, stop: Stop
) -> Work[Manifest | None]:
    """What is learnt from: for a model that talks, what was said to whom, in the marks it knows; else running text.

    None when stopped. Raises Unsupported where too little of it would be learnt.
    """
    template = suiting(tokenizer)
    if template is not PLAIN:
        sides, told = of_view(view), persona.system("").text
        own = chatrows.as_changed(sides.train, chatrows.load(project))
        sides = replace(sides, train=[*counted(own, view.selection), *made_and_mended(project, sides, view)])
        return (yield from in_chat(sides, tokenizer, template, run.tokens, stop, told))
    manifest = yield from shards.build_sections(weighted(sections, view.selection), tokenizer, run.tokens, stop)
    if manifest is not None:
        check_learnt(manifest.train.targets / max(1, manifest.train.tokens))
    return manifest


def counted(examples: Sequence[Example], selection: Selection) -> list[Example]:
    """Examples as often as their source counts, as `prepare.weighted` has it for running text."""
    return [
        one
        for one in examples
        for _ in range(times(selection.weight(one.source), hashlib.sha256(one.answer.encode("utf-8")).hexdigest()))
    ]


def made_and_mended(project: Project, sides: Sides, view: View) -> list[Example]:
    """Examples beside the writer's own: those that were made with `mynah chatdata`, in their shares, and replies that
    the writer put right in the chat, which count as often as `MENDED` says. Private details are hidden in them too; in
    a talk these are names as well, in a post they are not."""
    has_talk = any(one.kind in ("dialogue", "reply") for one in sides.train)
    rows = chatrows.mixed(chatrows.load(project), len(sides.train), has_talk=has_talk)
    made = [without_private(row.example, view.selection) for row in rows]
    said = [Example(kind="dialogue", turns=t, answer=text) for t, text in feedback.edits(feedback.all_of(project))]
    return [*made, *[without_private(one, view.selection, view.people) for one in said] * MENDED]


def without_private(one: Example, selection: Selection, people: Names | None = None) -> Example:
    turns = tuple(replace(turn, text=hide(turn.text, selection, people)) for turn in one.turns)
    return replace(one, turns=turns, answer=hide(one.answer, selection, people))
