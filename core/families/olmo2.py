"""OLMo 2: norms behind each part instead of before it, and one over all heads' queries, one over all keys."""

from typing import Final

from core.families import llama
from core.families.base import Entry, Family
from core.families.config import Config
from core.shape import Shape

NORMS: Final = {
    "post_attention_layernorm": "attention_post_norm",
    "post_feedforward_layernorm": "feed_forward_post_norm",
}


def shape(config: Config) -> Shape:
    config.demand("attention_bias", False)
    return Shape(**llama.llama_like(config), norm_position="post", qk_norm=True, qk_norm_flat=True)


def entries(shape: Shape) -> list[Entry]:
    return llama.entries(shape, NORMS)


FAMILY: Final = Family(model_type="olmo2", title="OLMo 2", shape=shape, entries=entries)
