"""Llama and what is built like it: SmolLM2, MiniCPM5, Llama 3.2. Many other families are this one and a little more."""

from collections.abc import Mapping
from typing import Any, Final

from core.families import config as limits
from core.families.base import DOWN, GATE, OUTPUT, QKV, UP, Entry, Family, same, three
from core.families.config import Config
from core.families.rope import rotary
from core.shape import Shape

NORMS: Final = {"input_layernorm": "attention_norm", "post_attention_layernorm": "feed_forward_norm"}


def shape(config: Config) -> Shape:
    config.demand("attention_bias", False)
    config.demand("mlp_bias", False)
    return Shape(**llama_like(config))


def llama_like(config: Config, tied: bool = False, theta: float = 10_000.0, *, partly: bool = False) -> dict[str, Any]:
    """The fields of `Shape` that nearly every family since Llama spells alike; `tied` and `theta` are its defaults, and
    `partly` whether heads may turn in part."""
    width, heads = config.count("hidden_size", limits.WIDTH), config.count("num_attention_heads", limits.HEADS)
    head_width = config.count("head_dim", limits.HEAD_WIDTH, width // heads)
    return {
        "vocab": config.count("vocab_size", limits.VOCABULARY),
        "context": config.count("max_position_embeddings", limits.CONTEXT),
        "layers": config.count("num_hidden_layers", limits.LAYERS),
        "width": width,
        "heads": heads,
        "kv_heads": config.count("num_key_value_heads", limits.HEADS, heads),
        "inner": config.count("intermediate_size", limits.INNER),
        "own_head_width": head_width if head_width * heads != width else 0,
        "norm_eps": config.number("rms_norm_eps", 1e-6),
        "activation": config.word("hidden_act", {"silu": "silu"}, "silu"),
        "gated": True,
        "tied": config.flag("tie_word_embeddings", tied),
        **rotary(config, head_width, theta, partly=partly),
    }


def sliding(config: Config, fields: dict[str, Any], slides: tuple[bool, ...], turns: bool = False) -> dict[str, Any]:
    """The fields that say which layers see a window only; `slides` where config.json does not tell.

    A window that hides nothing is left out, unless layers that slide also have `turns` of their own, as in Gemma.
    """
    meanings = {"full_attention": False, "sliding_attention": True}
    slides = config.words("layer_types", meanings, slides)
    window = config.count("sliding_window", limits.CONTEXT) if any(slides) else 0
    if not any(slides) or (window >= fields["context"] and not turns):
        return {}
    return {"kinds": tuple("slide" if slide else "full" for slide in slides), "window": window}


def entries(shape: Shape, norms: Mapping[str, str] = NORMS) -> list[Entry]:
    """All tensors of a model that is built like Llama; `norms` are those of a block, their name to ours."""
    found = outside(shape)
    for layer in range(shape.layers):
        theirs, ours = f"model.layers.{layer}.", f"blocks.{layer}."
        found += attention(theirs, ours, shape) + feed_forward(theirs, ours)
        found += [same(f"{theirs}{name}.weight", f"{ours}{norm}.weight") for name, norm in norms.items()]
    return found


def outside(shape: Shape) -> list[Entry]:
    """What lies before and behind the layers."""
    found = [same("model.embed_tokens.weight", "embedding.weight"), same("model.norm.weight", "norm.weight")]
    return found if shape.tied else [*found, same("lm_head.weight", "head.weight")]


def attention(theirs: str, ours: str, shape: Shape) -> list[Entry]:
    found = [same(f"{theirs}self_attn.o_proj.weight", f"{ours}{OUTPUT}.weight")]
    for part in ("weight", "bias") if shape.qkv_bias else ("weight",):
        found += three([f"{theirs}self_attn.{name}_proj.{part}" for name in "qkv"], f"{ours}{QKV}.{part}", shape)
    for name, norm in (("q", "query"), ("k", "key")) if shape.qk_norm else ():
        found.append(same(f"{theirs}self_attn.{name}_norm.weight", f"{ours}attention.{norm}_norm.weight"))
    return found


def feed_forward(theirs: str, ours: str) -> list[Entry]:
    parts = {"gate_proj": GATE, "up_proj": UP, "down_proj": DOWN}
    return [same(f"{theirs}mlp.{name}.weight", f"{ours}{part}.weight") for name, part in parts.items()]


FAMILY: Final = Family(model_type="llama", title="Llama, SmolLM2, MiniCPM5", shape=shape, entries=entries)
