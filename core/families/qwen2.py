"""Qwen 2 and 2.5: Llama with biases on queries, keys and values."""

from typing import Any, Final

from core.families import config as limits
from core.families import llama
from core.families.base import Family
from core.families.config import Config
from core.shape import Shape


def shape(config: Config) -> Shape:
    fields = llama.llama_like(config)
    return Shape(**fields, **windows(config, fields), qkv_bias=True)


def windows(config: Config, fields: dict[str, Any]) -> dict[str, Any]:
    """Upper layers slide where config.json asks for it, which no released model does."""
    layers = fields["layers"]
    if not config.flag("use_sliding_window", default=False):
        config = Config({})
    first = config.count("max_window_layers", limits.LAYERS, layers)
    return llama.sliding(config, fields, tuple(layer >= first for layer in range(layers)))


FAMILY: Final = Family(model_type="qwen2", title="Qwen 2.5", shape=shape, entries=llama.entries)
