"""Qwen 3: Llama with a norm on each head's queries and keys."""

from typing import Final

from core.families import llama, qwen2
from core.families.base import Family
from core.families.config import Config
from core.shape import Shape


def shape(config: Config) -> Shape:
    config.demand("attention_bias", False)
    fields = llama.llama_like(config)
    return Shape(**fields, **qwen2.windows(config, fields), qk_norm=True)


FAMILY: Final = Family(model_type="qwen3", title="Qwen 3", shape=shape, entries=llama.entries)
