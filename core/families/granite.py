"""Granite 3 and 4, dense: Llama with four scales. Granite 4 calls its feed-forward layer a shared expert."""

from dataclasses import replace
from typing import Final

from core.families import config as limits
from core.families import llama
from core.families.base import DOWN, GATE, UP, Entry, Family, Rows, same
from core.families.config import Config
from core.shape import Shape


def shape(config: Config) -> Shape:
    config.demand("attention_bias", False)
    config.demand("mlp_bias", False)
    return Shape(
        **llama.llama_like(config),
        embedding_scale=config.number("embedding_multiplier", 1.0),
        residual_scale=config.number("residual_multiplier", 1.0),
        attention_scale=config.number("attention_multiplier", 1.0),
        logit_scale=1 / config.number("logits_scaling", 1.0),
    )


def shape_of_4(config: Config) -> Shape:
    """Only attention and no experts: the others are Mamba layers and mixtures, which we do not build."""
    config.word("num_local_experts", {0: True})
    config.word("position_embedding_type", {"rope": True})
    found = replace(shape(config), inner=config.count("shared_intermediate_size", limits.INNER))
    for name in ("layer_types", "layers_block_type"):
        config.words(name, {"attention": True, "full_attention": True}, [True] * found.layers)
    return found


def entries_of_4(shape: Shape) -> list[Entry]:
    found = [entry for entry in llama.entries(shape) if ".mlp." not in entry.theirs]
    for layer in range(shape.layers):
        theirs, ours = f"model.layers.{layer}.shared_mlp.", f"blocks.{layer}."
        both = (Rows(f"{ours}{GATE}.weight"), Rows(f"{ours}{UP}.weight"))
        found.append(Entry(f"{theirs}input_linear.weight", both))
        found.append(same(f"{theirs}output_linear.weight", f"{ours}{DOWN}.weight"))
    return found


FAMILY: Final = Family(model_type="granite", title="Granite 3", shape=shape, entries=llama.entries)
FAMILY_4: Final = Family(
    model_type="granitemoehybrid", title="Granite 4 (dense)", shape=shape_of_4, entries=entries_of_4
)
