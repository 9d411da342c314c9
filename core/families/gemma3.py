"""Gemma 3, text only (270M and 1B): norms on both sides of each part, five sliding layers to one that sees all.

Its norms multiply by one plus their weight; its embedding is scaled by the root of its width.
"""

import math
from typing import Final

from core.families import config as limits
from core.families import llama
from core.families.base import Entry, Family
from core.families.config import Config
from core.families.rope import rotary
from core.shape import Shape

GLOBAL_THETA: Final = 1_000_000.0
LOCAL_THETA: Final = 10_000.0
NORMS: Final = {
    "input_layernorm": "attention_norm",
    "post_attention_layernorm": "attention_post_norm",
    "pre_feedforward_layernorm": "feed_forward_norm",
    "post_feedforward_layernorm": "feed_forward_post_norm",
}


def shape(config: Config) -> Shape:
    for name, value in (("attention_bias", False), ("use_bidirectional_attention", False)):
        config.demand(name, value)
    for name in ("attn_logit_softcapping", "final_logit_softcapping"):
        config.demand(name, None)
    config.word("hidden_activation", {"gelu_pytorch_tanh": True}, True)
    fields = llama.llama_like(config, tied=True)
    head_width = config.count("head_dim", limits.HEAD_WIDTH, 256)
    every = config.count("sliding_window_pattern", limits.LAYERS, 6)
    usual = tuple(bool((layer + 1) % every) for layer in range(fields["layers"]))
    fields |= rotations(config, head_width) | llama.sliding(config, fields, usual, turns=True)
    fields |= {
        "own_head_width": head_width if head_width * fields["heads"] != fields["width"] else 0,
        "activation": "gelu_tanh",
        "embedding_scale": math.sqrt(fields["width"]),
        "attention_scale": config.number("query_pre_attn_scalar", 256) ** -0.5,
    }
    return Shape(**fields, norm_position="sandwich", norm_plus_one=True, qk_norm=True)


def rotations(config: Config, head_width: int) -> dict[str, object]:
    """Layers that slide turn by a theta of their own, and are never stretched."""
    nested = config.section("rope_parameters")
    if not nested.has("full_attention"):
        local = config.number("rope_local_base_freq", LOCAL_THETA)
        return {**rotary(config, head_width, GLOBAL_THETA), "rope_local_theta": local}
    sliding, seeing = nested.section("sliding_attention"), nested.section("full_attention")
    sliding.demand("rope_type", "default")
    return {
        **rotary(config, head_width, GLOBAL_THETA, seeing),
        "rope_local_theta": sliding.number("rope_theta", LOCAL_THETA),
    }


def entries(shape: Shape) -> list[Entry]:
    return llama.entries(shape, NORMS)


FAMILY: Final = Family(model_type="gemma3_text", title="Gemma 3 (text)", shape=shape, entries=entries)
