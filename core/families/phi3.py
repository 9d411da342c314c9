"""Phi 3 and Phi-4-mini: Llama with fused matrices, and only part of each head turning."""

from typing import Final

from core.families import llama
from core.families.base import DOWN, GATE, OUTPUT, QKV, UP, Entry, Family, Rows, same
from core.families.config import Config
from core.shape import Shape


def shape(config: Config) -> Shape:
    config.demand("attention_bias", False)
    config.demand("mlp_bias", False)
    fields = llama.llama_like(config, partly=True)
    slides = (config.has("sliding_window"),) * fields["layers"]
    return Shape(**fields, **llama.sliding(config, fields, slides))


def entries(shape: Shape) -> list[Entry]:
    found = llama.outside(shape)
    for layer in range(shape.layers):
        theirs, ours = f"model.layers.{layer}.", f"blocks.{layer}."
        both = (Rows(f"{ours}{GATE}.weight"), Rows(f"{ours}{UP}.weight"))
        found += [
            same(f"{theirs}self_attn.qkv_proj.weight", f"{ours}{QKV}.weight"),
            same(f"{theirs}self_attn.o_proj.weight", f"{ours}{OUTPUT}.weight"),
            Entry(f"{theirs}mlp.gate_up_proj.weight", both),
            same(f"{theirs}mlp.down_proj.weight", f"{ours}{DOWN}.weight"),
            same(f"{theirs}input_layernorm.weight", f"{ours}attention_norm.weight"),
            same(f"{theirs}post_attention_layernorm.weight", f"{ours}feed_forward_norm.weight"),
        ]
    return found


FAMILY: Final = Family(model_type="phi3", title="Phi-4-mini", shape=shape, entries=entries)
