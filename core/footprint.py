"""How many bytes a training holds at its peak, part by part, from shapes alone; and what to change so that it fits.

Pure: no torch, no machine. `mynah bench memory` holds it against what processes really take.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from core.errors import MemoryTrouble
from core.machine import DeviceKind, Machine
from core.recipe import Recipe
from core.shape import Shape

# Letters as in the decoder: C width, H query heads, K key/value heads, D head width, F inner width, T tokens.

# Tokens that one thread of the processor computes at once: enough to fill the multipliers of a core, little enough to
# stay in its share of cache.
CHUNK: Final = 1024
LARGE: Final = 60_000_000  # weights that learn, from which not every core has gradients of its own
GRADIENTS: Final = 1_000_000_000  # bytes that those have together then
LOGITS: Final = 1 << 24  # that the output layer makes at a time: 64 MB in fp32, and as much for their gradients
LEAST_ROWS: Final = 192  # at a time, however large the vocabulary: with 64 a core multiplies a quarter slower
ROUND: Final = 64  # rows: so few numbers of rows that a chunk of them can have
PLAIN: Final = 512  # tokens up to which attention on the processor keeps its shares
PART: Final = 128  # tokens that look back together there, in bf16 where they are more than two such parts
# What follows was measured on one machine (`mynah bench memory`); of a card's share nothing was yet.
SLACK: Final = 0.08  # of all on a card: what allocators leave between two pieces
HOLES: Final = 2  # times the widest result of a block: what glibc cannot use again of the memory that the block freed
A_THREAD: Final = 95_000_000  # bytes that the libraries of products keep for each thread
A_CARD: Final = 800_000_000  # bytes that CUDA keeps for itself
# Of the process before its first step: Python, torch and what they load, the writing that was read (measured).
PROGRAM: Final[dict[DeviceKind, int]] = {"cpu": 390_000_000, "mps": 390_000_000, "cuda": 0}  # a card holds none of it
A_BASE: Final = 45_000_000  # more of it where it starts from a base model: its tokenizer, what is made of the writing
USABLE: Final[dict[DeviceKind, float]] = {"cpu": 0.6, "mps": 0.66, "cuda": 0.875}  # of the memory, beside the rest
EIGHT_BITS: Final = 2 * (1 + 4 / 256)  # bytes: two moments of one byte, and the largest of each block of 256
LEAST_RANK: Final = 8
LEAST_LENGTH: Final = 128
A_TALK: Final = 4096  # tokens
TALKS: Final = 4  # of which keys and values are kept between two replies, at most
TALKS_ROOM: Final = 256 << 20  # bytes that those fill together; the newest is kept whatever it takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """Bytes at the peak of a training step: when all is kept for the way back, or when all gradients are there."""

    weights: int
    gradients: int  # their sum, and those of each chunk
    optimizer: int
    activations: int  # by how much what is kept on the way forward is more than the gradients that take its place
    logits: int
    slack: int  # between the pieces
    workspace: int  # of the libraries that multiply

    @property
    def total(self) -> int:
        held = self.weights + self.gradients + self.optimizer + self.activations + self.logits
        return held + self.slack + self.workspace


def of(recipe: Recipe, device: DeviceKind, cores: int = 1) -> Footprint:
    """What training by this recipe holds. On a processor each core has its own chunk of the batch, if the model is
    small enough; on a card the whole batch is computed at once."""
    wide, learns = 4 if recipe.precision == "fp32" else 2, recipe.learning_parameters
    frozen = _frozen(recipe, wide)
    copies = 2 * learns if recipe.precision != "fp32" and not recipe.adapts else 0
    rows, chunks = at_once(recipe, device, cores)
    kept = rows * recipe.length * _kept(recipe, device, wide) + _table(recipe)  # when the output layer has its gradient
    late = _gradient(recipe) + (_table(recipe) if recipe.shape.tied else 0)  # when the embedding has its own, too
    found = Footprint(
        weights=frozen + 4 * learns + copies,
        gradients=4 * learns + _widened(recipe, device) + chunks * late,
        optimizer=round(EIGHT_BITS * learns) if recipe.optimizer == "adamw8" else 8 * learns,
        activations=chunks * max(0, kept - late),
        logits=chunks * _logits(recipe, device, rows, wide),
        slack=chunks * rows * recipe.length * recipe.shape.layers * HOLES * wide * recipe.shape.inner,
        workspace=chunks * A_THREAD if device == "cpu" else A_CARD,
    )
    if device == "cpu":
        return found
    return replace(found, slack=round(SLACK * (found.total - found.slack - found.workspace)))


def process(recipe: Recipe, device: DeviceKind, cores: int = 1) -> int:
    """Bytes at the peak of all that trains: the program too, where it is in the same memory."""
    return program(recipe, device) + of(recipe, device, cores).total


def program(recipe: Recipe, device: DeviceKind) -> int:
    """Bytes in the same memory that are there whatever is trained."""
    return PROGRAM[device] + (A_BASE if recipe.base and device != "cuda" else 0)


def budget(machine: Machine) -> int:
    """Bytes that a training may fill, as they are counted here: of the card, where there is one of its own, and less
    where a trial has shown that we count too few. 0 where nobody knows."""
    whole = machine.device_memory if machine.device == "cuda" else machine.memory
    return round(whole * USABLE[machine.device] / machine.memory_factor)


def tried(recipe: Recipe, machine: Machine, taken: int, *, too_large: bool) -> Machine:
    """The machine, with what a trial of `recipe` has taught: `taken` bytes at its peak, or that it was `too_large`."""
    predicted = process(recipe, machine.device, machine.cores)
    factor = max(1.0, taken / predicted)
    if too_large:  # so that it does not fit, whatever we thought
        factor = max(factor, 1.01 * budget(machine) * machine.memory_factor / predicted)
    return replace(machine, memory_factor=factor)


def fitting(recipe: Recipe, budget: int, device: DeviceKind, cores: int = 1) -> Recipe:
    """The recipe, changed as little as fits into `budget` bytes: blocks computed twice, then fewer sequences at once,
    then moments in eight bits, then shorter sequences, then a lower rank. Tokens a step stay what they are. Raises
    MemoryTrouble when nothing fits."""
    for tried in _smaller(recipe, device):
        if of(tried, device, cores).total <= budget:
            return tried
    least = of(tried, device, cores).total
    raise MemoryTrouble(
        f"Training this model takes {least / 1e9:.1f} GB of memory at least, and {budget / 1e9:.1f} GB can be used.",
        fix="Choose a smaller model, or close other programs.",
    )


def _smaller(recipe: Recipe, device: DeviceKind) -> Iterator[Recipe]:
    yield recipe
    recipe = replace(recipe, checkpointing=True)
    yield recipe
    if device != "cpu":  # where the whole of `at_once` is in memory; a processor takes its chunk of it anyway
        at_once = recipe.at_once or recipe.batch
        while at_once > 1:
            at_once //= 2
            recipe = replace(recipe, at_once=at_once)
            yield recipe
    if recipe.optimizer == "adamw" and not recipe.adapts:  # adapters' moments are nothing beside the base
        recipe = replace(recipe, optimizer="adamw8")
        yield recipe
    while recipe.length > LEAST_LENGTH:
        recipe = replace(recipe, length=recipe.length // 2, batch=recipe.batch * 2)
        yield recipe
    while recipe.adapts and recipe.rank > LEAST_RANK:
        recipe = replace(recipe, rank=recipe.rank // 2)
        yield recipe


def _frozen(recipe: Recipe, wide: int) -> int:
    """The weights of a base that stays as it is: in 4 bits its matrices, in the recipe's precision all else."""
    if not recipe.adapts:
        return 0
    shape = recipe.shape
    if recipe.method == "lora":
        return wide * shape.parameters
    return round(shape.linear_parameters * NF4) + wide * (shape.parameters - shape.linear_parameters)


def talking(shape: Shape, device: DeviceKind) -> int:
    """Bytes of a bot that answers, after a long talk; on a card with its matrices in 4 bits."""
    packed = shape.linear_parameters if device == "cuda" else 0
    weights = round(packed * NF4) + 2 * (shape.parameters - packed)
    talks = kv_cache(shape, A_TALK) if device == "cuda" else talks_kept(shape) * a_talk(shape)
    return weights + talks + (A_CARD if device == "cuda" else PROGRAM[device])


NF4: Final = 4.127 / 8  # bytes: four bits, and the scales of blocks of 64 in eight bits (QLoRA, 2305.14314)


def at_once(recipe: Recipe, device: DeviceKind, cores: int) -> tuple[int, int]:
    """Sequences that are computed together, and how many such chunks at the same time. Each has gradients of its
    own: of a large model as many as `GRADIENTS` holds, in chunks so small that there is one for each."""
    if device != "cpu":
        return recipe.at_once or recipe.batch, 1
    rows = min(recipe.batch, recipe.at_once or max(1, CHUNK // recipe.length))
    if not is_large(recipe):
        return rows, min(cores, -(-recipe.batch // rows))
    workers = max(1, min(cores, recipe.batch, GRADIENTS // _gradient(recipe)))
    return min(rows, -(-recipe.batch // workers)), workers


def is_large(recipe: Recipe) -> bool:
    """Whether gradients are too large for every core to have some, and for many to wait for their turn to be added."""
    return recipe.learning_parameters > LARGE


def _gradient(recipe: Recipe) -> int:
    """Bytes of one set of gradients."""
    return recipe.learning_parameters * (4 if recipe.precision == "fp32" or recipe.adapts else 2)


def _table(recipe: Recipe) -> int:
    """Bytes of the gradient of the output layer."""
    wide = 4 if recipe.precision == "fp32" else 2
    return 0 if recipe.adapts else wide * recipe.shape.vocab * recipe.shape.width


def _widened(recipe: Recipe, device: DeviceKind) -> int:
    """On a processor the largest gradient in fp32, on its way into the sum (core/train/gradients.py)."""
    if device != "cpu" or recipe.precision == "fp32" or recipe.adapts:
        return 0
    return 4 * recipe.shape.width * max(recipe.shape.vocab, recipe.shape.inner)


def _kept(recipe: Recipe, device: DeviceKind, wide: int) -> int:
    """Bytes for each token. With `checkpointing` each block leaves its input, and one at a time all the rest."""
    shape = recipe.shape
    block = wide * _numbers(recipe, device)
    stream = wide * shape.width
    outside = 3 * stream  # the embedding with its noise, and the last norm
    return outside + (shape.layers * stream + block if recipe.checkpointing else shape.layers * block)


def _numbers(recipe: Recipe, device: DeviceKind) -> int:
    """How many numbers of one token a block keeps: the input of each product, of each norm, of each bend."""
    shape = recipe.shape
    C, F, HD, KD = shape.width, shape.inner, shape.heads * shape.head_width, shape.kv_heads * shape.head_width
    attention = 2 * HD + round(_parts(recipe, device) * 2 * KD) + _square(recipe, device)
    attention += HD + KD if shape.qk_norm else 0
    attention += 0 if _is_plain(recipe, device) else HD  # what the fused kernel gives, in the order of the layer
    bends = (4 if shape.gated else 2) * F
    noise = 2 * C if recipe.dropout and not recipe.adapts else 0
    after = 4 * C if shape.norm_position == "sandwich" else 0
    adapters = 0
    if recipe.adapts:  # what each pair read, and with noise the noise of its input
        pairs = (6 if shape.gated else 5) + 1
        adapters = pairs * recipe.rank + (3 * C + HD + F if recipe.dropout else 0)
    return 4 * C + attention + bends + noise + after + adapters


def _square(recipe: Recipe, device: DeviceKind) -> int:
    """Shares of attention for each token: kept where products are plain, not in a fused kernel. In parts a token has
    those of what its part sees, on average a little more than half."""
    parts = _parts(recipe, device)
    return round(recipe.shape.heads * recipe.length * parts / (2 * parts - 1)) if _is_plain(recipe, device) else 0


def _parts(recipe: Recipe, device: DeviceKind) -> float:
    """How often each key is kept: by each part of the tokens that sees it (core/models/attention.py)."""
    whole = not _is_plain(recipe, device) or recipe.length <= (PART if recipe.precision == "fp32" else 2 * PART)
    return 1 if whole else (recipe.length / PART + 1) / 2


def _is_plain(recipe: Recipe, device: DeviceKind) -> bool:
    return device == "cpu" and recipe.precision != "fp16" and recipe.length <= PLAIN


def _logits(recipe: Recipe, device: DeviceKind, rows: int, wide: int) -> int:
    """The logits of some rows in fp32 and, where they come so, narrow. A processor's thread keeps one room for them,
    with rows to the next power of two; on a card the shares of the words are not written over the logits."""
    vocab, tokens = recipe.shape.vocab, rows * recipe.length
    if device == "cpu":
        at_a_time = rows_at_once(tokens + -tokens % ROUND, vocab)
        return (vocab << (at_a_time - 1).bit_length()) * (4 if wide == 4 else 4 + wide)
    return min(tokens * vocab, max(LOGITS, LEAST_ROWS * vocab)) * (8 + 2 * wide)


def rows_at_once(rows: int, vocab: int) -> int:
    """Of `rows` that have a target, how many the output layer computes at once: as many as `LOGITS` allows, but the
    same number each time, and whole `ROUND`s where there are several. A product of 256 and 256 rows is a tenth faster
    than one of 333 and 179."""
    most = max(LOGITS // vocab, LEAST_ROWS)
    if rows <= most:
        return max(1, rows)
    even = -(-rows // -(-rows // most))
    return min(-(-even // ROUND), most // ROUND) * ROUND


def talks_kept(shape: Shape) -> int:
    """How many talks a bot on a processor keeps to go on with (core/generate/kept.py)."""
    return max(1, min(TALKS, TALKS_ROOM // a_talk(shape)))


def a_talk(shape: Shape) -> int:
    """Bytes that are kept of one, in fp32, as those layers compute that were packed."""
    return kv_cache(shape, min(shape.context, A_TALK), wide=4)


def kv_cache(shape: Shape, tokens: int, wide: int = 2) -> int:
    """Bytes of the keys and values of a talk of so many tokens."""
    return 2 * wide * shape.layers * shape.kv_heads * shape.head_width * tokens
