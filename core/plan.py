"""From how much there is and how long it may take to a recipe. Pure: no disk, no clock, no torch.

The larger model that the writing and the time allow is taken; every number of the tables below names its reason.
"""

from dataclasses import dataclass, replace
from math import ceil, inf, log2
from pathlib import Path
from typing import Final

from core import depth as dial
from core.depth import DEEPEST
from core.errors import DiskTrouble, Unsupported
from core.machine import DeviceKind, Machine
from core.recipe import Method, Recipe, TokenizerKind
from core.shape import Shape

LEAST_CHARACTERS: Final = 20_000  # below, not even spelling is learnt
PAGE: Final = 1_800  # characters on a typed page
DEFAULT_MINUTES: Final = 10.0
ASKING_SHARE: Final = 0.1  # of the time, at most: some hundred questions, and no smaller a model for their sake
TRAINING_SHARE: Final = 0.85  # of the time; the rest goes to evaluations, samples and saving
ASSUMED_FLOPS: Final[dict[DeviceKind, float]] = {"cpu": 50e9, "mps": 2e12, "cuda": 10e12}  # careful; a core, or a card

# Passes over all of the writing, at most, by how many tokens it has: from nothing text may be read often; adapters
# learn it by heart sooner, the less there is.
PASSES: Final[dict[Method, tuple[tuple[float, int], ...]]] = {
    "scratch": ((inf, 40),),  # text read again adds little after forty times
    "full": ((inf, 4),),
    "lora": ((3e5, 5), (2e6, 3), (inf, 2)),
    "qlora": ((3e5, 5), (2e6, 3), (inf, 2)),
}
PASSES_WANTED: Final = 6  # text read again is nearly as good as new up to four times (Muennighoff 2305.16264)
PASSES_AT_MOST: Final = PASSES["scratch"][0][1]
DROPOUT: Final = ((8, 0.0), (20, 0.1), (inf, 0.2))  # up to so many passes: dropout costs until text is known by heart
STEPS_WANTED: Final = 1_000  # enough for a warm-up, a stable middle and a decay
SAVE_SECONDS: Final = 60  # the most training that a power cut may cost
RATE_OF_WIDTH_384: Final = 1e-3  # nanoGPT's for characters; the best rate falls as width grows (Yang 2203.03466)
HIGHEST_RATE: Final = 2e-3  # on the sample, 500 steps of width 192 end at 1.73 bits per byte with it, 1.89 with 3e-3

SHORT_OF_TEXT: Final = 100_000  # characters; below, sequences are short so that there are enough of them
# After equal time on 1.36 M characters of essays (25 s of two cores, 4 layers of 128), bits per byte were 2.57 for
# characters, 2.45 for 1,024 pieces of words, 2.37 for 2,048 and 2.19 for 4,096, where each is seen 90 times on average.
SEEN_OFTEN: Final = 64  # times that a token should occur in the text to be learnt
LETTERS: Final = 512  # ids: fewer are no gain over the characters themselves
MOST_PIECES: Final = 8_192  # beyond, the table of pieces outweighs a small model
CHARACTERS_PER_TOKEN: Final = {LETTERS: 1.0, 1_024: 2.7, 2_048: 3.1, 4_096: 3.5, MOST_PIECES: 3.9}  # English essays


class TooSmall(Unsupported):
    """There is not enough writing to train on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the user asked for. `steps` is for those who want the same weights again: then nothing is measured.

    `base` is the folder of a pretrained model to start from, and `method` how.
    """

    minutes: float | None = None
    until: float | None = None  # seconds since 1970; minutes are counted to there as well
    hottest: float | None = None  # degrees Celsius above which it waits
    emptiest: float | None = None  # per cent of the battery below which it waits
    ladder: str = ""  # what the candidates of one night have in common
    candidate: str = ""  # what this one is, in words
    depth: int | None = None  # layers of a model from nothing, from which all else follows
    tier: int | None = None  # which of TIERS; here and below None is for what the plan finds best
    length: int | None = None  # tokens in a sequence
    tokens_per_step: int | None = None
    learning_rate: float | None = None
    dropout: float | None = None
    passes: float | None = None  # times that the writing is read, at most
    rank: int | None = None  # of adapters
    look_every: int | None = None  # steps
    save_every: int | None = None  # steps
    asking: float | None = None  # share of the time in which a base that talks may ask what the posts answer
    steps: int | None = None
    seed: int = 1337
    base: Path | None = None
    method: Method = "scratch"

    def __post_init__(self) -> None:
        if self.minutes is not None and self.minutes <= 0:
            raise ValueError(f"minutes must be more than 0, got {self.minutes}")
        for name in ("steps", "passes", "rank", "look_every", "save_every", "length", "tokens_per_step"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise ValueError(f"{name} must be more than 0, got {value}")
        if self.depth is not None and not 1 <= self.depth <= DEEPEST:
            raise ValueError(f"depth must be from 1 to {DEEPEST}, got {self.depth}")
        if (self.base is None) != (self.method == "scratch"):
            raise ValueError("a base model and a way to train it come together")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One size of model, and the least writing that deserves it."""

    layers: int
    width: int
    head_width: int
    characters: int


TIERS: Final = (  # from the smallest to the largest
    Tier(layers=4, width=128, head_width=32, characters=0),
    Tier(layers=4, width=192, head_width=64, characters=100_000),
    Tier(layers=4, width=256, head_width=64, characters=300_000),
    Tier(layers=6, width=256, head_width=64, characters=500_000),
    Tier(layers=6, width=384, head_width=64, characters=1_000_000),
    Tier(layers=8, width=384, head_width=64, characters=2_000_000),
    Tier(layers=8, width=512, head_width=64, characters=8_000_000),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A recipe, how long it should take, how often it reads everything, and the same in words for the user."""

    recipe: Recipe
    seconds: float
    passes: float
    words: tuple[str, ...]


def make(own_characters: int, wish: Wish, machine: Machine) -> Plan:
    """The plan for so many characters of the writer's own. Raises TooSmall, and DiskTrouble when space is short."""
    if own_characters < LEAST_CHARACTERS:
        raise too_small(own_characters)
    tokenizer, vocab = vocabulary(own_characters)
    tokens = own_characters / CHARACTERS_PER_TOKEN[vocab]
    length = wish.length or (128 if own_characters < SHORT_OF_TEXT else 256)
    flops = 60 * (wish.minutes or DEFAULT_MINUTES) * TRAINING_SHARE * speed(wish, machine)
    if wish.depth is not None:
        shape = dial.shape(wish.depth, vocab, length)
    elif wish.tier is not None:
        shape = as_shape(TIERS[wish.tier], vocab, length)
    else:
        shape = largest(own_characters, vocab, length, flops / tokens)
    may_read = min(flops / shape.training_flops(length), (wish.passes or PASSES_AT_MOST) * tokens)
    most = tokens_per_step(may_read)
    if wish.depth is not None:
        may_read = min(may_read, dial.horizon(wish.depth, vocab))
        most = min(tokens_per_step(may_read), dial.batch(may_read, vocab))
    per_step = max(length, wish.tokens_per_step or most)
    steps = wish.steps or max(1, round(may_read / per_step))
    seconds = steps * per_step * shape.training_flops(length) / speed(wish, machine)
    passes = steps * per_step / tokens
    recipe = Recipe(
        shape=shape,
        tokenizer=tokenizer,
        steps=steps,
        length=length,
        batch=per_step // length,
        learning_rate=wish.learning_rate or min(HIGHEST_RATE, RATE_OF_WIDTH_384 * 384 / shape.width),
        warmup_steps=min(100, ceil(steps / 20)),
        precision=machine.precision,
        dropout=dropout(passes) if wish.dropout is None else wish.dropout,
        evaluate_every=wish.look_every or ceil(steps / evaluations(seconds)),
        save_every=wish.save_every or ceil(steps * min(1.0, SAVE_SECONDS / seconds)),
        seed=wish.seed,
    )
    if wish.depth is not None:
        recipe = dial.dialled(recipe)
    check_space(recipe, tokens, machine)
    told = None if wish.steps else seconds / TRAINING_SHARE  # nothing was measured where steps were asked for
    words = in_words(own_characters, recipe, told, passes)
    if wish.depth is not None or wish.tier is not None:
        words = (words[0], sized(recipe.shape, "the size that you asked for"), *words[2:])
    if wish.depth is not None:
        words = (*words[:3], appetite(dial.horizon(wish.depth, vocab), passes * tokens), *words[3:])
    return Plan(recipe=recipe, seconds=seconds, passes=passes, words=words)


def asking_seconds(wish: Wish) -> float:
    """Seconds in which a base that talks may ask what the posts answer. None of them where steps were asked for: those
    who want the same weights again want the same examples."""
    if wish.steps is not None:
        return 0.0
    return 60 * (wish.minutes or DEFAULT_MINUTES) * (ASKING_SHARE if wish.asking is None else wish.asking)


def most_passes(method: Method, tokens: float) -> int:
    """How often so many tokens may be read."""
    return next(passes for most, passes in PASSES[method] if tokens <= most)


def dropout(passes: float) -> float:
    return next(share for most, share in DROPOUT if passes <= most)


def with_vocab(recipe: Recipe, vocab: int) -> Recipe:
    """The recipe with the vocabulary that the trained tokenizer came to have: short texts offer fewer tokens."""
    return replace(recipe, shape=replace(recipe.shape, vocab=vocab))


def vocabulary(characters: int) -> tuple[TokenizerKind, int]:
    """The tokenizer for so much text: so many tokens that each is seen often enough, in a power of two."""
    tokens = characters / 3  # about; the choice of a power of two forgives
    vocab = min(MOST_PIECES, 1 << int(log2(tokens / SEEN_OFTEN)))
    return ("characters", LETTERS) if vocab <= LETTERS else ("bpe", vocab)


def speed(wish: Wish, machine: Machine) -> float:
    """Floating-point operations a second that training reaches."""
    if wish.steps is not None or machine.flops_per_second is None:
        return ASSUMED_FLOPS[machine.device] * (machine.cores if machine.device == "cpu" else 1)
    return machine.flops_per_second


def largest(characters: int, vocab: int, length: int, flops_for_each_token: float) -> Shape:
    """The largest shape that so much writing deserves and that reads it often enough; else the smallest."""
    shapes = [as_shape(tier, vocab, length) for tier in TIERS if tier.characters <= characters]
    fast = [shape for shape in shapes if shape.training_flops(length) * PASSES_WANTED <= flops_for_each_token]
    return fast[-1] if fast else shapes[0]


def as_shape(tier: Tier, vocab: int, length: int) -> Shape:
    heads = tier.width // tier.head_width
    return Shape(
        vocab=vocab,
        context=length,
        layers=tier.layers,
        width=tier.width,
        heads=heads,
        kv_heads=heads,
        inner=4 * tier.width,
        qk_norm=True,
    )


def tokens_per_step(may_read: float) -> int:
    """The most that still leaves enough steps to learn in."""
    return next((size for size in (16_384, 8_192, 4_096) if may_read >= size * STEPS_WANTED), 2_048)


def evaluations(seconds: float) -> int:
    """How often to measure: at least ten times, so that the best is kept, about every half minute, at most forty."""
    return min(40, max(10, round(seconds / 30)))


def check_space(recipe: Recipe, tokens: float, machine: Machine) -> None:
    """Raise DiskTrouble when the disk cannot hold what this training writes."""
    checkpoint = 12 * recipe.learning_parameters  # the weights and two moments of each, four bytes apiece
    needed = 4 * checkpoint + 3 * tokens  # the last two, the best, and the one being written; two-byte ids and a mask
    if machine.free_disk < needed:
        raise DiskTrouble(
            f"This training needs {needed / 1e6:,.0f} MB on the disk, and {machine.free_disk / 1e6:,.0f} MB are free.",
            fix="Free some space, then train again.",
        )


def too_small(own_characters: int) -> TooSmall:
    pages = ceil((LEAST_CHARACTERS - own_characters) / PAGE)
    return TooSmall(
        f"There are {own_characters:,} characters of your own writing, and learning needs {LEAST_CHARACTERS:,}:"
        f" about {pages} more {'page' if pages == 1 else 'pages'}.",
        fix="Add more of what you have written, then train again.",
    )


def in_words(own_characters: int, recipe: Recipe, seconds: float | None, passes: float) -> tuple[str, ...]:
    """What was chosen, why, and what to expect, a sentence each; not how long it takes when nobody knows `seconds`."""
    shape = recipe.shape
    units = "single characters" if recipe.tokenizer == "characters" else f"{shape.vocab:,} frequent pieces of words"
    return (
        f"You have {own_characters:,} characters of your own writing, about {max(1, own_characters // PAGE):,} pages.",
        sized(shape, "the largest that your writing and the time allow"),
        f"It reads {units}, and goes through {how_often(passes)} in {steps_in_words(recipe.steps, seconds)}.",
        *([] if seconds is None else [f"This takes {duration(seconds)} on this computer."]),
        expectation(own_characters),
    )


def steps_in_words(steps: int, seconds: float | None) -> str:
    """The steps; where time was given they are fitted to it on the way (core/train/deadline.py)."""
    return f"{steps:,} steps" if seconds is None else f"about {steps:,} steps, more or fewer as the time allows"


def sized(shape: Shape, why: str) -> str:
    layers = "1 layer" if shape.layers == 1 else f"{shape.layers} layers"
    return f"The model gets {shape.parameters / 1e6:.1f} million weights in {layers}: {why}."


def appetite(horizon: float, read: float) -> str:
    """How much a model of this depth could make use of, beside what it reads: tokens."""
    return f"It could make use of {horizon / 1e6:,.0f} million tokens, and reads {read / 1e6:,.1f} million."


def how_often(passes: float) -> str:
    if passes < 0.75:
        return "a part of your writing"
    return "your writing about once" if passes < 1.5 else f"your writing about {round(passes):,} times"


def duration(seconds: float) -> str:
    if seconds < 10:
        return "a few seconds"
    if seconds < 90:
        return f"about {round(seconds)} seconds"
    minutes = round(seconds / 60)
    return f"about {minutes} minutes" if minutes < 120 else f"about {minutes / 60:.1f} hours"


def expectation(own_characters: int) -> str:
    """What a model from scratch can be, honestly, by how much it has to learn from."""
    start = "It will continue a text in your manner and will not answer questions"
    if own_characters < 300_000:
        return f"{start}: expect your words and your rhythm, and little sense."
    if own_characters < 2_000_000:
        return f"{start}: expect your rhythm and your turns of phrase, and sentences that wander."
    return f"{start}: expect fluent passages on your subjects, and no facts to rely on."
