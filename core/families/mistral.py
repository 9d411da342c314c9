"""Mistral: Llama whose layers may all slide."""

from typing import Final

from core.families import llama
from core.families.base import Family
from core.families.config import Config
from core.shape import Shape


def shape(config: Config) -> Shape:
    fields = llama.llama_like(config)
    slides = (config.has("sliding_window"),) * fields["layers"]
    return Shape(**fields, **llama.sliding(config, fields, slides))


FAMILY: Final = Family(model_type="mistral", title="Mistral", shape=shape, entries=llama.entries)
