"""The model that a recipe tells of, put together: from chance, or from the folder of a base model and adapters.

Knows no text, no step and no window.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from core import adapters, weights
from core.errors import WrongFile
from core.models import lora, nf4
from core.models.decoder import Decoder
from core.paths import home
from core.recipe import Base, Precision, Recipe

DTYPES: Final[dict[Precision, torch.dtype]] = {
    "fp32": torch.float32,
    "bf16": torch.bfloat16,
    "fp16": torch.float16,
}


def begin(recipe: Recipe, dtype: torch.dtype | None = None, *, to_learn: bool = True) -> Decoder:
    """The model as it is before the first step; with `to_learn`, its base in four bits where the recipe says so.

    What learns is fp32; a base that stays as it is has `dtype`, or else the precision of the recipe. Raises WrongFile
    or DiskTrouble when the base is not where it was, or is another one.
    """
    if recipe.base is None:
        model = Decoder(recipe.shape)
        model.initialise(recipe.seed)
        return model
    source = weights.look(found(recipe.base))
    kept = (dtype or DTYPES[recipe.precision]) if recipe.adapts else torch.float32
    model = weights.load(source, kept, recipe.shape.context, recipe.base.sha256)
    if recipe.adapts:
        adapters.attach(model, source, rank=recipe.rank, alpha=recipe.alpha, seed=recipe.seed)
    return nf4.shrink(model) if recipe.method == "qlora" and to_learn else model


def trained(recipe: Recipe, learnt: Mapping[str, Tensor], dtype: torch.dtype = torch.float32) -> Decoder:
    """The model with what a checkpoint holds of it: all weights, or the adapters on its base."""
    if recipe.adapts:
        model = begin(recipe, dtype, to_learn=False)  # adapters answer best beside the whole weights
        put(model, learnt)
        return model
    model = Decoder(recipe.shape)
    model.load_state_dict(dict(learnt))
    return model.to(dtype)


def put(model: Decoder, learnt: Mapping[str, Tensor]) -> None:
    """Fill the adapters of `model`. ValueError unless `learnt` has exactly those."""
    own = {name for name, weight in model.named_parameters() if weight.requires_grad}
    if own != learnt.keys():
        raise ValueError(f"missing or unknown: {', '.join(sorted(own ^ learnt.keys())[:5])}")
    model.load_state_dict(dict(learnt), strict=False)


def set_strength(model: Decoder, strength: float) -> None:
    """How much of what adapters learnt is heard, from 0, the base, to 1.3; 1 is as it was trained."""
    lora.set_strength(model, strength)


def found(base: Base) -> Path:
    """Where the base lies now. The hash is checked when it is loaded."""
    for folder in (Path(base.folder), home().models / base.name):  # a bot from another computer finds it on the shelf
        if folder.is_dir():
            return folder
    raise WrongFile(
        f"The model that this training began with, {base.name}, is not where it was.",
        fix="Put its folder back to where it was, or get it on the Models page, then go on.",
    )
