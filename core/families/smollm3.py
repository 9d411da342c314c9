"""SmolLM 3: Llama in which every fourth layer has no rotary positions."""

from typing import Final

from core.families import config as limits
from core.families import llama
from core.families.base import Family
from core.families.config import Config
from core.shape import Kind, Shape


def shape(config: Config) -> Shape:
    for name in ("attention_bias", "mlp_bias", "use_sliding_window"):
        config.demand(name, False)
    fields = llama.llama_like(config, tied=True, theta=2_000_000.0)
    every = config.count("no_rope_layer_interval", limits.LAYERS, 4)
    usual: list[Kind] = ["full" if (layer + 1) % every else "nope" for layer in range(fields["layers"])]
    meanings: dict[int, Kind] = {0: "nope", 1: "full"}
    return Shape(**fields, kinds=config.words("no_rope_layers", meanings, usual))


FAMILY: Final = Family(model_type="smollm3", title="SmolLM 3", shape=shape, entries=llama.entries)
