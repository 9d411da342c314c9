"""What a training will take and give, before it begins: which model, how, how long, how much memory, disk, electricity,
and what to expect. Pure: counts, a machine and one wish in, an outlook out.

What can be trained is compared, and one way is chosen; the others stay on the list with the reason why not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil, inf
from typing import Final, Literal, TypeAlias

from core import catalogue, plan
from core.catalogue import Model
from core.documents import Document
from core.errors import Unsupported
from core.machine import DeviceKind, Machine
from core.plan import PASSES_AT_MOST, SAVE_SECONDS, TRAINING_SHARE, Wish
from core.recipe import Method, Recipe
from core.split import own_characters

Size: TypeAlias = Literal["quick", "balanced", "best"]

# Passes over all of the writing, at most, by how many tokens it has: from nothing text may be read often; adapters
# learn it by heart sooner, the less there is.
PASSES: Final[dict[Method, tuple[tuple[float, int], ...]]] = {
    "scratch": ((inf, PASSES_AT_MOST),),
    "full": ((inf, 4),),
    "lora": ((3e5, 5), (2e6, 3), (inf, 2)),
    "qlora": ((3e5, 5), (2e6, 3), (inf, 2)),
}
USUAL_SECONDS: Final[dict[Size, float]] = {"quick": 20 * 60, "balanced": 2 * 3600, "best": 8 * 3600}
LARGEST: Final[dict[Size, float]] = {"quick": 700, "balanced": 2_000, "best": inf}  # millions of weights
READ: Final[dict[Size, float]] = {"quick": 2, "balanced": 2, "best": 1}  # passes that a model of this size should get
LITTLE: Final = 50_000  # tokens: below, a model that can talk already learns nothing but mistakes
CHARACTERS_PER_TOKEN: Final = 4.2  # of English, for the tokenizers of pretrained models
USABLE: Final[dict[DeviceKind, float]] = {"cpu": 0.6, "mps": 0.66, "cuda": 0.875}  # of the memory, beside the rest
LENGTHS: Final[dict[DeviceKind, int]] = {"cpu": 512, "mps": 1024, "cuda": 1024}
WATTS: Final[dict[DeviceKind, float]] = {"cpu": 60.0, "mps": 25.0, "cuda": 280.0}  # of the whole computer at work
RATES: Final[dict[Method, float]] = {"scratch": 1e-3, "full": 5e-5, "lora": 2e-4, "qlora": 1e-4}
RANKS: Final[dict[Method, int]] = {"scratch": 0, "full": 0, "lora": 32, "qlora": 16}
AT_START: Final = 530_000_000  # bytes of Python, torch and what they load, on the CPU (measured)
A_CORE: Final = 90_000_000  # bytes that each thread works in, chunk by chunk (measured)


def most_passes(method: Method, tokens: float) -> int:
    """How often so many tokens may be read."""
    return next(passes for most, passes in PASSES[method] if tokens <= most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How much there is of the writer's own; `dialogue` is the share of it that answers somebody."""

    characters: int
    dialogue: float = 0.0

    @property
    def tokens(self) -> int:
        """As a pretrained tokenizer cuts it, about."""
        return round(self.characters / CHARACTERS_PER_TOKEN)


def writing_in(documents: Iterable[Document]) -> Writing:
    """How much of these is the writer's own, and how much of it answers somebody."""
    characters = in_talk = 0
    for document in documents:
        if document.role == "me":
            own = own_characters(document)
            characters += own
            in_talk += own if document.context or document.parent else 0
    return Writing(characters=characters, dialogue=in_talk / characters if characters else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to train, and what it takes. Bytes, seconds, kilowatt hours. `why_not` is empty where it can be done."""

    title: str
    base: str  # of the catalogue; empty where it starts from nothing
    method: Method
    millions: float  # of weights
    answers: bool
    seconds: float
    steps: int
    passes: float
    length: int
    batch: int
    learning_rate: float
    rank: int
    look_every: int  # steps
    save_every: int  # steps
    memory: int
    disk: int
    download: int
    kwh: float
    expect: str
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What was chosen, why, and what else there would be. `recipe` is there where it starts from nothing."""

    chosen: Option
    others: tuple[Option, ...]
    words: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float  # that were wished for
    recipe: Recipe | None
    writing: Writing
    machine: Machine
    size: Size
    shelf: tuple[str, ...]

    def again(self, size: Size, seconds: float, wish: Wish) -> "Outlook":
        """The outlook of the same writing on the same machine, for another wish."""
        return look(self.writing, self.machine, size, seconds, self.shelf, wish)


def look(
    writing: Writing,
    machine: Machine,
    size: Size,
    seconds: float | None,
    shelf: Sequence[str],
    wish: Wish | None = None,
) -> Outlook:
    """The outlook for so much writing on this machine. `shelf` are the base models that are here already; `wish` holds
    what the user changed by hand. Raises plan.TooSmall, and DiskTrouble when there is no room for any."""
    limit = seconds or USUAL_SECONDS[size]
    asked = replace(wish or Wish(), minutes=limit / 60)
    made = plan.make(writing.characters, asked, machine)
    scratch = from_nothing(writing, made.recipe, made.seconds / TRAINING_SHARE, made.passes, machine)
    bases = [on_base(writing, model, machine, limit, shelf) for model in catalogue.CATALOGUE if not model.asks]
    by_hand = asked.tier is not None  # who names a size of a model from nothing wants one
    chosen = scratch if by_hand else choose(scratch, bases, size, shelf)
    others = tuple(option for option in (scratch, *bases) if option is not chosen)
    return Outlook(
        chosen=chosen,
        others=others,
        words=in_words(writing, chosen, scratch, others, shelf),
        warnings=tuple(warnings(machine, chosen)),
        seconds=limit,
        recipe=made.recipe if chosen is scratch else None,
        writing=writing,
        machine=machine,
        size=size,
        shelf=tuple(shelf),
    )


def from_nothing(writing: Writing, recipe: Recipe, seconds: float, passes: float, machine: Machine) -> Option:
    """A model from nothing, as plan.py makes it."""
    return Option(
        title="a small model from nothing",
        base="",
        method="scratch",
        millions=recipe.shape.parameters / 1e6,
        answers=False,
        seconds=seconds,
        steps=recipe.steps,
        passes=passes,
        length=recipe.length,
        batch=recipe.batch,
        learning_rate=recipe.learning_rate,
        rank=0,
        look_every=recipe.evaluate_every,
        save_every=recipe.save_every,
        memory=memory_from_nothing(recipe, machine),
        disk=disk(recipe.shape.parameters, recipe.shape.parameters, writing.characters / 3),
        download=0,
        kwh=electricity(machine, seconds),
        expect=plan.expectation(writing.characters),
    )


def memory_from_nothing(recipe: Recipe, machine: Machine) -> int:
    """Peak bytes. On the CPU: the program, 20 bytes a weight (fp32 weight, two moments, gradient and its sum), a bf16
    copy, a set of gradients for each core, and what a chunk of 1,024 tokens leaves behind for the way back."""
    shape, narrow = recipe.shape, 2 if recipe.precision == "bf16" else 4
    weights = shape.parameters * (20 + (2 if narrow == 2 else 0))
    tokens = max(1024, recipe.length) if machine.device == "cpu" else recipe.tokens_per_step
    chunk = tokens * (shape.layers * narrow * (8 * shape.width + 2 * shape.inner) + shape.vocab * 8)
    if machine.device == "cpu":
        return round(AT_START + weights + machine.cores * (A_CORE + chunk + narrow * shape.parameters))
    return round(catalogue.OVERHEAD + weights + chunk)


def on_base(writing: Writing, model: Model, machine: Machine, limit: float, shelf: Sequence[str]) -> Option:
    """Adapters on a base model; or all of it, where it is one of those that only go on with a text."""
    memory = usable_memory(machine)
    fits = catalogue.fit(model, memory, four_bits=machine.device == "cuda")
    method: Method = "qlora" if fits == "trains in 4 bits" else "lora"
    tokens, length = writing.tokens, LENGTHS[machine.device]
    flops = flops_per_token(model, method)
    able = limit * TRAINING_SHARE * plan.speed(Wish(), machine) / flops
    may_read = min(able, tokens * most_passes(method, tokens))
    per_step = max(length, next((n for n in (8_192, 4_096) if may_read >= n * 100), 2_048))
    steps = max(1, round(may_read / per_step))
    taken = steps * per_step * flops / plan.speed(Wish(), machine) / TRAINING_SHARE
    adapters = 20 * RANKS[method] * model.layers * model.width
    needed = disk(adapters, model.parameters * 1e6, tokens)
    download = 0 if model.id in shelf else model.bytes
    return Option(
        title=f"{model.title} with {'QLoRA (4 bits)' if method == 'qlora' else 'LoRA'}",
        base=model.id,
        method=method,
        millions=model.parameters,
        answers=model.kind == "instruct",
        seconds=taken,
        steps=steps,
        passes=steps * per_step / tokens,
        length=length,
        batch=per_step // length,
        learning_rate=RATES[method],
        rank=RANKS[method],
        look_every=ceil(steps / plan.evaluations(taken)),
        save_every=ceil(steps * min(1.0, SAVE_SECONDS / max(taken, 1e-9))),
        memory=model.memory_to_train(four_bits=method == "qlora"),
        disk=needed,
        download=download,
        kwh=electricity(machine, taken),
        expect=expectation(model),
        why_not=why_not(writing, fits, able, machine.free_disk - needed - download),
    )


def why_not(writing: Writing, fits: catalogue.Fit, able: float, room: float) -> str:
    """The first reason against a base model; empty where there is none."""
    if writing.tokens < LITTLE:
        return "there is too little writing to teach it: talk to it with your notes instead"
    if fits in ("talks", "too large"):
        return "it does not fit into the memory of this computer for training"
    if able < writing.tokens:
        return "there is not enough time to read all of your writing even once"
    return "there is not enough room on the disk" if room < 0 else ""


def flops_per_token(model: Model, method: Method) -> float:
    """4 for each weight that stays (forward, and back through it), 2 more because blocks are computed again to save
    memory; the head forward and back. 4-bit weights are unpacked on the way: a tenth more."""
    linear = model.linear * 1e6
    whole = (6.0 if method == "full" else 4.0) * linear + 2 * linear + 4 * model.vocab * model.width
    return whole * (1.1 if method == "qlora" else 1.0)


def usable_memory(machine: Machine) -> int:
    """Bytes that a training may fill: of the card, where there is one of its own."""
    whole = machine.device_memory if machine.device == "cuda" else machine.memory
    return round(whole * USABLE[machine.device])


def disk(learning: float, whole: float, tokens: float) -> int:
    """Bytes: two newest checkpoints, the best, and one being written, at 12 bytes a weight that learns; eight
    milestones of weights alone; the writing as tokens."""
    milestones = 8 * 4 * learning
    return round(4 * 12 * learning + milestones + 3 * tokens)


def electricity(machine: Machine, seconds: float) -> float:
    return WATTS[machine.device] * seconds / 3.6e6


def choose(scratch: Option, bases: Sequence[Option], size: Size, shelf: Sequence[str]) -> Option:
    """The one for this size: among those that answer and can be done the largest of its class, what is here before what
    has to be fetched; else the model from nothing, which always can."""
    can = [each for each in bases if each.answers and not each.why_not and each.millions <= LARGEST[size]]
    can = [each for each in can if each.passes >= READ[size]] or can
    here = [each for each in can if each.base in shelf]
    if size == "quick" and not here:
        return scratch
    return max(here or can, key=lambda each: each.millions, default=scratch)


def expectation(model: Model) -> str:
    """What to expect of a base model after training, honestly, by its size."""
    if model.kind == "base":
        return "It will go on in your style, and will not answer questions."
    if model.parameters < 500:
        return "It will answer short questions in your manner, and will often be wrong."
    if model.parameters < 1_000:
        return "It will answer in your voice, simply, and lose the thread of long questions."
    if model.parameters < 3_000:
        return "It will answer in your voice and keep to the question; of facts believe only those with a source."
    return "It will answer in your voice, and well; of facts believe only those with a source."


def in_words(
    writing: Writing, chosen: Option, scratch: Option, others: Sequence[Option], shelf: Sequence[str]
) -> tuple[str, ...]:
    """What was chosen and why, a sentence each."""
    said = [f"You have about {writing.tokens:,} tokens of your own writing{talks(writing)}."]
    if chosen.base:
        said.append(f"For answers: {chosen.title}, read about {chosen.passes:.1f} times. {chosen.expect}")
        said.append(
            "It is the largest of its size that this computer can train in this time"
            + (", and it is here already." if chosen.base in shelf else ", and has to be downloaded first:")
            + ("" if chosen.base in shelf else f" {chosen.download / 1e9:.1f} GB.")
        )
        said.append("A small model from nothing would go on in your manner, and not answer.")
        return tuple(said)
    said.append(f"A model of {chosen.millions:.1f} million weights, from nothing: {chosen.expect}")
    reasons = [each.why_not for each in others if each.answers and each.why_not]
    could = next((each for each in others if each.answers and not each.why_not), None)
    if could is not None:
        said.append(
            f"For answers choose a larger size, which takes {could.title}: {plan.duration(could.seconds)}"
            f"{'' if not could.download else f', and {could.download / 1e9:.1f} GB to download'}."
        )
    elif reasons:
        said.append(f"No model that answers can be trained here: of the smallest, {reasons[0]}.")
    return tuple(said)


def talks(writing: Writing) -> str:
    if writing.dialogue < 0.01:
        return ", none of it in talks"
    return f", {writing.dialogue:.0%} of it in talks"


def warnings(machine: Machine, chosen: Option) -> list[str]:
    """What may go wrong, and what to do about it."""
    said = []
    if machine.battery is not None and not machine.battery.is_plugged:
        said.append(f"The battery is at {machine.battery.percent:.0f} %: plug the computer in before you begin.")
    if machine.memory and chosen.memory > USABLE[machine.device] * max(machine.memory, machine.device_memory):
        said.append("It will be tight in memory: close other programs before you begin.")
    if machine.free_disk < chosen.disk + chosen.download:
        missing = (chosen.disk + chosen.download - machine.free_disk) / 1e6
        said.append(f"The disk lacks {missing:,.0f} MB: free some space before you begin.")
    return said


def size_of(name: str) -> Size:
    """The size of that name; Unsupported when there is none."""
    for size in USUAL_SECONDS:
        if size == name:
            return size
    raise Unsupported(f"There is no size called “{name}”.", fix="Choose quick, balanced or best.")
