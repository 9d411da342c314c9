"""One dial for a model from nothing: its depth, and all else by the formulas of nanochat. Pure: no disk and no torch.

The formulas are those of scripts/base_train.py and nanochat/gpt.py at 92d63d4 (MIT), tuned there at depth 12, the
reference, for models that read twelve tokens a weight. One writer has a hundredth of that: the horizon is what a model
of this depth could make use of, and core/plan.py says how much of it there is.
"""

from dataclasses import replace
from math import ceil, log2
from typing import Final

from core.recipe import Recipe
from core.shape import Shape

DEEPEST: Final = 48  # layers: 3,072 wide, 5 billion weights
WIDTH_A_LAYER: Final = 64
HEAD_WIDTH: Final = 128
VOCAB: Final = 32_768  # nanochat's; ours follows the writing
TOKENS_A_WEIGHT: Final = 12  # to read, of the weights that each token is multiplied by

REFERENCE: Final = 12  # layers of the model that was tuned; the next three belong to it
REFERENCE_BATCH: Final = 1 << 19  # tokens a step
SMALLEST_BATCH: Final = 1 << 18  # of nanochat's table: below it rates fall no further
REFERENCE_WIDTH: Final = 768
REFERENCE_DECAY: Final = 0.28
BATCH_POWER: Final = 0.383  # the best batch grows with this power of all that is read (Power Lines, 2505.13738)

MUON_RATE: Final = 0.02
TABLE_RATE: Final = 0.008  # its output layer's: our table of tokens is the output layer too
WARMUP_STEPS: Final = 40
WARMUP_SHARE: Final = 20  # in short runs, one step in so many
DECAY_SHARE: Final = 0.65
MOST_DECAY: Final = 2.0  # about nanochat's for depth 4; the rule asks for ever more where there is less to read


def shape(depth: int, vocab: int, context: int) -> Shape:
    """The width is 64 a layer, rounded up to whole heads of 128."""
    heads = ceil(WIDTH_A_LAYER * depth / HEAD_WIDTH)
    width = heads * HEAD_WIDTH
    return Shape(
        vocab=vocab,
        context=context,
        layers=depth,
        width=width,
        heads=heads,
        kv_heads=heads,
        inner=4 * width,
        qk_norm=True,
    )


def horizon(depth: int, vocab: int = VOCAB) -> int:
    """Tokens that a model of this depth should read: D = 12 N, where N counts matrices and the output layer."""
    return TOKENS_A_WEIGHT * shape(depth, vocab, 1).parameters


def batch(tokens: float, vocab: int = VOCAB) -> int:
    """Tokens in a step for so many to read in all, a power of two: B = B_ref (D / D_ref)^0.383."""
    return 1 << max(0, round(log2(REFERENCE_BATCH * (tokens / horizon(REFERENCE, vocab)) ** BATCH_POWER)))


def rate_factor(per_step: int) -> float:
    """What all rates are multiplied by: sqrt(B / B_ref), as far down as nanochat goes.

    With 2,048 a step (depth 2, 500,000 tokens of the sample) the root alone ends at 2.02 bits per byte, this at 1.81.
    """
    return float((max(per_step, SMALLEST_BATCH) / REFERENCE_BATCH) ** 0.5)


def weight_decay(per_step: int, tokens: float, vocab: int = VOCAB) -> float:
    """So much that weights forget over the same share of every training (2405.13698): rate x decay x steps stays. Where
    the factor is the root, this is nanochat's 0.28 sqrt(B / B_ref) D_ref / D."""
    share = per_step / REFERENCE_BATCH / rate_factor(per_step)
    return REFERENCE_DECAY * share * horizon(REFERENCE, vocab) / tokens


def dialled(recipe: Recipe) -> Recipe:
    """The recipe with the optimizer, rates, decay and schedule for its size, its batch and all that it reads."""
    tokens, vocab = recipe.steps * recipe.tokens_per_step, recipe.shape.vocab
    return replace(
        recipe,
        optimizer="muon",
        learning_rate=MUON_RATE * rate_factor(recipe.tokens_per_step),
        table_rate=TABLE_RATE / MUON_RATE * (recipe.shape.width / REFERENCE_WIDTH) ** -0.5,
        weight_decay=min(MOST_DECAY, weight_decay(recipe.tokens_per_step, tokens, vocab)),
        warmup_steps=min(WARMUP_STEPS, ceil(recipe.steps / WARMUP_SHARE)),
        decay_share=DECAY_SHARE,
    )
