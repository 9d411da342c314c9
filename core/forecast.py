"""What a training will take and give, before it begins: which model, how, how long, how much memory, disk, electricity,
and what to expect. Pure: counts, a machine and one wish in, an outlook out.

What can be trained is compared, and one way is chosen; the others stay on the list with the reason why not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path
from typing import Final, Literal, TypeAlias

from core import adapt, catalogue, footprint, plan
from core.catalogue import Model
from core.documents import Document
from core.errors import Unsupported
from core.machine import DeviceKind, Machine
from core.plan import TRAINING_SHARE, Plan, Wish
from core.recipe import Base, Method, Recipe
from core.shape import Shape
from core.split import about_tokens, own_characters

Size: TypeAlias = Literal["quick", "balanced", "best"]
Fit: TypeAlias = Literal["trains", "trains in 4 bits", "talks", "too large"]

USUAL_SECONDS: Final[dict[Size, float]] = {"quick": 20 * 60, "balanced": 2 * 3600, "best": 8 * 3600}
LARGEST: Final[dict[Size, float]] = {"quick": 700, "balanced": 2_000, "best": inf}  # millions of weights
READ: Final[dict[Size, float]] = {"quick": 2, "balanced": 2, "best": 1}  # passes that a model of this size should get
LITTLE: Final = 50_000  # tokens: below, a model that can talk already learns nothing but mistakes
TOKENS: Final = "A token is a piece of a word; each model cuts in its own way, so other counts differ a little."
WATTS: Final[dict[DeviceKind, float]] = {"cpu": 60.0, "mps": 25.0, "cuda": 280.0}  # of the whole computer at work
PIECE: Final = 1_600  # characters of a post that one question is asked to
# Asking reads about 2,100 tokens a question and writes 135; one that is written takes as long as so many that are read.
READ_FOR_A_QUESTION, WRITTEN_FOR_A_QUESTION = 2_100, 135
ASKED_AGAIN: Final = 0.8  # of what is asked about is learnt a second time, as an answer
AS_LONG_AS: Final[dict[DeviceKind, int]] = {"cpu": 12, "mps": 30, "cuda": 80}
FULLY: Final = 400  # millions of weights up to which a model that only goes on with a text is trained as a whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was chosen by hand: the numbers of `wish`, and a base model and how it learns, where None is for what the
    plan finds best. An empty `base` is none."""

    wish: Wish = field(default_factory=Wish)
    base: str | None = None
    method: Method | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A base model on this computer, as its own files tell; `talks` where it has marks for turns."""

    id: str
    title: str
    shape: Shape
    talks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How much there is of the writer's own; `dialogue` is the share of it that answers somebody."""

    characters: int
    dialogue: float = 0.0

    @property
    def tokens(self) -> int:
        """As a pretrained tokenizer cuts it, about."""
        return about_tokens(self.characters)


SOME: Final = Writing(characters=2_000_000)  # for questions whose answer does not depend on how much there is


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
    dropout: float
    rank: int
    look_every: int  # steps
    save_every: int  # steps
    memory: int
    disk: int
    download: int
    kwh: float
    expect: str
    why_not: str = ""
    asking: float = 0.0  # seconds in which it asks what the posts answer, before it trains


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
    known: tuple[Known, ...] = ()

    def again(self, size: Size, seconds: float, choice: Choice) -> "Outlook":
        """The outlook of the same writing on the same machine, for another wish."""
        shapes = {each.id: each for each in self.known}
        here: list[str | Known] = [shapes.get(each, each) for each in self.shelf]
        return look(self.writing, self.machine, size, seconds, here, choice)

    @property
    def options(self) -> tuple[Option, ...]:
        """All of them, the chosen one first."""
        return (self.chosen, *self.others)


def look(
    writing: Writing,
    machine: Machine,
    size: Size,
    seconds: float | None,
    here: Sequence[str | Known],
    choice: Choice | None = None,
) -> Outlook:
    """The outlook for so much writing on this machine. `here` are the base models on this computer, by their names
    where nothing more is known of them. Raises plan.TooSmall, DiskTrouble when there is no room for any, and
    Unsupported for a choice that does not exist."""
    limit, choice = seconds or USUAL_SECONDS[size], choice or Choice()
    choice = replace(choice, wish=replace(choice.wish, minutes=limit / 60))
    known = tuple(each for each in here if isinstance(each, Known))
    shelf = tuple(each if isinstance(each, str) else each.id for each in here)
    made = plan.make(writing.characters, choice.wish, machine)
    scratch = from_nothing(writing, made, machine)
    offered = [each for each in catalogue.CATALOGUE if not each.asks or each.id in shelf]
    shapes: dict[str, Shape | None] = {**dict.fromkeys(shelf), **{each.id: each.shape for each in known}}
    bases = [on_base(writing, model, machine, choice, shapes) for model in [*offered, *own(known)]]
    by_hand = choice.wish.tier is not None or choice.base is not None
    chosen = named(choice.base or "", scratch, bases) if by_hand else choose(scratch, bases, size, shelf)
    others = tuple(option for option in (scratch, *bases) if option is not chosen)
    return Outlook(
        chosen=chosen,
        others=others,
        words=in_words(writing, chosen, others, shelf, by_hand=by_hand),
        warnings=tuple(warnings(machine, chosen)),
        seconds=limit,
        recipe=made.recipe if chosen is scratch else None,
        writing=writing,
        machine=machine,
        size=size,
        shelf=shelf,
        known=known,
    )


def named(base: str, scratch: Option, bases: Sequence[Option]) -> Option:
    """The option that was named by hand, the one from nothing by an empty name."""
    found = next((each for each in (scratch, *bases) if each.base == base), None)
    if found is None:
        raise Unsupported(f"There is no base model called “{base}”.", fix="See which there are: mynah models")
    return found


def own(known: Iterable[Known]) -> list[Model]:
    """The models on this computer that the catalogue does not list, as if it did."""
    return [
        Model(
            id=each.id,
            title=each.title,
            repo="",
            revision="",
            licence="",
            kind="instruct" if each.talks else "base",
            good_for="",
            parameters=each.shape.parameters / 1e6,
            linear=each.shape.linear_parameters / 1e6,
            layers=each.shape.layers,
            width=each.shape.width,
            vocab=each.shape.vocab,
            kv_bytes=footprint.kv_cache(each.shape, 1),
        )
        for each in known
        if catalogue.find(each.id) is None
    ]


def from_nothing(writing: Writing, made: Plan, machine: Machine) -> Option:
    """A model from nothing, as plan.py makes it."""
    learning = made.recipe.shape.parameters
    option = as_option(made, machine, disk(learning, writing.characters / 3))
    return replace(option, title="a small model from nothing", expect=plan.expectation(writing.characters))


def on_base(
    writing: Writing, model: Model, machine: Machine, choice: Choice, here: Mapping[str, Shape | None]
) -> Option:
    """Adapters on a base model; or all of it, where it is one of those that only go on with a text. `here` are the
    shapes of those on this computer. One that answers asks first, which takes a part of the time."""
    answers = model.kind == "instruct"
    whole = seconds_to_ask(writing, model, machine, choice.wish)
    asking = min(plan.asking_seconds(choice.wish), whole) if answers else 0.0
    minutes = (choice.wish.minutes or plan.DEFAULT_MINUTES) - asking / 60
    choice = replace(choice, wish=replace(choice.wish, minutes=minutes))
    again = ASKED_AGAIN * writing.characters * (1 - writing.dialogue) * asking / max(whole, 1e-9)
    taught = replace(writing, characters=writing.characters + round(again))
    made = fitted(taught, model, here.get(model.id) or about(model), machine, choice)
    recipe = made.recipe
    needed = disk(recipe.learning_parameters, writing.tokens)
    download = 0 if model.id in here else model.bytes
    option = as_option(made, machine, needed)
    fits = option.memory <= footprint.budget(machine)
    able = 60 * minutes * made.passes / max(option.seconds, 1e-9)
    return replace(
        option,
        asking=asking,
        seconds=option.seconds + asking,
        kwh=electricity(machine, option.seconds + asking),
        title=f"{model.title} with {WAYS[recipe.method]}",
        base=model.id,
        millions=model.parameters,
        answers=answers,
        download=download,
        expect=expectation(model),
        why_not=why_not(writing, able, machine.free_disk - needed - download, fits=fits),
    )


def seconds_to_ask(writing: Writing, model: Model, machine: Machine, wish: Wish) -> float:
    """How long a base takes to ask about all posts."""
    tokens = READ_FOR_A_QUESTION + WRITTEN_FOR_A_QUESTION * AS_LONG_AS[machine.device]
    posts = writing.characters * (1 - writing.dialogue) / PIECE
    return posts * tokens * 2e6 * model.parameters / plan.speed(wish, machine)


WAYS: Final[dict[Method, str]] = {
    "scratch": "nothing",
    "full": "all of it learning",
    "lora": "LoRA",
    "qlora": "QLoRA (4 bits)",
}


def fitted(writing: Writing, model: Model, shape: Shape, machine: Machine, choice: Choice) -> Plan:
    """By the method that was named; else by the first that suits the model and fits into the memory, else the last."""
    whole: list[Method] = ["full"] if model.kind == "base" and model.parameters <= FULLY else []
    bits: list[Method] = ["qlora"] if machine.device == "cuda" else []
    base = Base(name=model.title, folder="", sha256="")
    for method in [choice.method] if choice.method not in (None, "scratch") else [*whole, "lora", *bits]:
        asked = replace(choice.wish, base=Path(model.id), method=method)
        made = adapt.make(max(1, writing.tokens), shape, base, asked, machine)
        if footprint.process(made.recipe, machine.device, machine.cores) <= footprint.budget(machine):
            break
    return made


def fit(model: Model, machine: Machine) -> Fit:
    """What this computer can do with a model of the catalogue, by the memory that a plan would count."""
    room, shape = footprint.budget(machine), about(model)
    recipe = fitted(SOME, model, shape, machine, Choice(wish=Wish(steps=1))).recipe
    if footprint.process(recipe, machine.device, machine.cores) <= room:
        return "trains in 4 bits" if recipe.method == "qlora" else "trains"
    return "talks" if footprint.talking(shape, machine.device) <= room else "too large"


def about(model: Model) -> Shape:
    """The shape of a model that is not here, as near as the catalogue tells: weights, layers, widths are right."""
    is_gpt2, head = model.kind == "base", 64
    kv = max(1, model.kv_bytes // (4 * model.layers * head))
    heads = kv * max(1, round(model.width / (head * kv)))
    attention = model.width * head * (2 * heads + 2 * kv)
    inner = (model.linear * 1e6 / model.layers - attention) / ((2 if is_gpt2 else 3) * model.width)
    return Shape(
        vocab=model.vocab,
        context=1_024 if is_gpt2 else 8_192,
        layers=model.layers,
        width=model.width,
        heads=heads,
        kv_heads=kv,
        own_head_width=head,
        inner=max(1, round(inner)),
        position="learned" if is_gpt2 else "rope",
        gated=not is_gpt2,
        tied=(model.parameters - model.linear) * 1e6 < 1.5 * model.vocab * model.width,
    )


def as_option(made: Plan, machine: Machine, needed: int) -> Option:
    """What every way takes, from its recipe."""
    recipe, seconds = made.recipe, made.seconds / TRAINING_SHARE
    return Option(
        title="",
        base="",
        method=recipe.method,
        millions=recipe.shape.parameters / 1e6,
        answers=False,
        seconds=seconds,
        steps=recipe.steps,
        passes=made.passes,
        length=recipe.length,
        batch=recipe.batch,
        learning_rate=recipe.learning_rate,
        dropout=recipe.dropout,
        rank=recipe.rank if recipe.adapts else 0,
        look_every=recipe.evaluate_every,
        save_every=recipe.save_every,
        memory=footprint.process(recipe, machine.device, machine.cores),
        disk=needed,
        download=0,
        kwh=electricity(machine, seconds),
        expect="",
    )


def why_not(writing: Writing, able: float, room: float, *, fits: bool) -> str:
    """The first reason against a base model; empty where there is none. `able` is how often it could be read."""
    if writing.tokens < LITTLE:
        return "there is too little writing to teach it: talk to it with your notes instead"
    if not fits:
        return "it does not fit into the memory of this computer for training"
    if able < 1:
        return "there is not enough time to read all of your writing even once"
    return "there is not enough room on the disk" if room < 0 else ""


def disk(learning: float, tokens: float) -> int:
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
    writing: Writing, chosen: Option, others: Sequence[Option], shelf: Sequence[str], *, by_hand: bool
) -> tuple[str, ...]:
    """What was chosen and why, a sentence each."""
    said = [f"You have about {writing.tokens:,} tokens of your own writing{talks(writing)}. {TOKENS}"]
    if chosen.base:
        what = "For answers: " if chosen.answers else ""
        said.append(f"{what}{chosen.title}, read about {chosen.passes:.1f} times. {chosen.expect}")
        why = "You chose it" if by_hand else "It is the largest that this computer can train well in this time"
        said.append(
            why
            + (", and it is here already." if chosen.base in shelf else ", and has to be downloaded first:")
            + ("" if chosen.base in shelf else f" {chosen.download / 1e9:.1f} GB.")
        )
        if chosen.why_not:
            said.append(f"But {chosen.why_not}.")
        if chosen.asking:
            said.append(
                "Before it learns it asks itself what your posts answer, so that it learns to answer:"
                f" {plan.duration(chosen.asking)}."
            )
        if chosen.answers:
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
    if footprint.budget(machine) and chosen.memory > footprint.budget(machine):
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
