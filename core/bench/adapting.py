"""`mynah bench adapt`: is a base worth its time? A model of GPT-2's shape learns one author from nothing and is then
adapted to another; beside it one from nothing, as Mynah would plan it, for the same time on the same writing.

Bits per byte of the same unseen text can be compared, whatever the tokenizer. Knows no importer: it is handed projects.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from core import assemble, checkpoints, journal, weights, wishes
from core.atomic import disk_errors, write_file
from core.bench.reports import AdaptRow
from core.device import best_device
from core.errors import Unsupported
from core.events import Note, Stop, Work
from core.export import folder as export
from core.export.subject import Subject, rules_of
from core.families import gpt2
from core.journal import Evaluated
from core.lock import writing
from core.paths import Project
from core.plan import Wish
from core.runs import Run
from core.shape import Shape
from core.tokenizers import files
from core.train import loop
from core.train.prepare import prepare
from core.weights import Source

LOOKS: Final = 10  # rows of the curve
# Of the rate it was trained with: 5e-5, which suits GPT-2 after its billions of tokens, hardly moves a base of minutes.
GENTLER: Final = 0.5


def adapt(
    first: Project, second: Project, minutes: tuple[float, float], folder: Path, stop: Stop
) -> Work[list[AdaptRow]]:
    """The curve. `minutes` are for the base and for each of the two trainings after it; the base is left in `folder`.
    Empty when stopped."""
    yield Note("1. A model of GPT-2's shape learns the first author from nothing.")
    base = yield from from_nothing(first, minutes[0], stop, gpt2_shape=True)
    if base is None or stop():
        return []
    write_base(base, folder)
    yield Note("2. It is adapted to the second author.")
    wish = Wish(minutes=minutes[1], base=folder, method="full", learning_rate=GENTLER * base.recipe().learning_rate)
    adapted = yield from loop.train(second, wish, stop)
    if adapted.stopped:
        return []
    yield Note("3. The same time for a model from nothing.")
    alone = yield from from_nothing(second, minutes[1], stop)
    if alone is None:
        return []
    seconds = 60 * minutes[1]
    return curve(looks(Run(second.runs / adapted.run)), looks(alone), seconds)


def from_nothing(project: Project, minutes: float, stop: Stop, *, gpt2_shape: bool = False) -> Work[Run | None]:
    """A run as `loop.train` makes it, except for its shape where that is asked for. None when stopped."""
    began, wish = time.time(), Wish(minutes=minutes)
    with writing(project):
        run = yield from prepare(project, wish, best_device(), stop)
        if run is None:
            return None
        recipe = run.recipe()
        if gpt2_shape:
            if recipe.tokenizer != "bpe":
                raise Unsupported(
                    "The first author wrote too little for pieces of words, and GPT-2 reads those.",
                    fix="Choose a larger folder, or change the two.",
                )
            write_file(run.recipe_file, replace(recipe, shape=like_gpt2(recipe.shape)).to_json().encode("ascii"))
        wishes.write(run.wish_file, loop.night_of(run, wish, began, time.time() - began))
        outcome = yield from loop.go_on(run, stop)
    return None if outcome.stopped else run


def like_gpt2(shape: Shape) -> Shape:
    """Of the same size, and built like GPT-2."""
    return replace(shape, norm="layer", position="learned", activation="gelu_tanh", bias=True, qk_norm=False, tied=True)


def write_base(run: Run, folder: Path) -> None:
    """The best weights of a run of that shape, as the folder of a GPT-2 that anybody may have made."""
    recipe, tokenizer = run.recipe(), files.load(run.tokenizer_file)
    shape = recipe.shape
    source = Source(Path(), config(shape, tokenizer.end), gpt2.FAMILY, shape, gpt2.entries(shape), {})
    model = assemble.trained(recipe, checkpoints.best(run).weights)
    rules = {**rules_of(run), "post_processor": None}
    export.save(Subject(title="base", model=model, source=source, tokenizer=tokenizer, rules=rules), folder)
    with disk_errors("writing the base"):
        weights.look(folder)


def config(shape: Shape, end: int) -> Mapping[str, Any]:
    """config.json of a GPT-2."""
    return {
        "architectures": ["GPT2LMHeadModel"],
        "model_type": "gpt2",
        "activation_function": "gelu_new",
        "vocab_size": shape.vocab,
        "n_positions": shape.context,
        "n_embd": shape.width,
        "n_layer": shape.layers,
        "n_head": shape.heads,
        "n_inner": shape.inner,
        "layer_norm_epsilon": shape.norm_eps,
        "bos_token_id": end,
        "eos_token_id": end,
    }


def looks(run: Run) -> list[tuple[float, float]]:
    """Seconds of training, and bits per byte of unseen text then."""
    told = journal.read(run.journal_file)
    return [(fact.seconds, fact.bits_per_byte) for fact in told if isinstance(fact, Evaluated)]


def curve(
    adapted: Sequence[tuple[float, float]], alone: Sequence[tuple[float, float]], seconds: float
) -> list[AdaptRow]:
    """Both, the best so far, at the same moments."""
    moments = [seconds * place / LOOKS for place in range(LOOKS + 1)]
    return [
        AdaptRow(seconds=moment, adapted=best(adapted, moment), from_nothing=best(alone, moment)) for moment in moments
    ]


def best(measured: Sequence[tuple[float, float]], until: float) -> float:
    """The fewest bits up to then; the first look is at the beginning, whatever the clock said."""
    return min([bits for spent, bits in measured if spent <= until] or [measured[0][1]])
