"""FAMILIES: the pretrained models that can be read, in the order in which they are told. Light: knows no torch."""

from collections.abc import Mapping
from typing import Any, Final

from core.errors import Unsupported
from core.families import gemma3, gpt2, gpt_neo, granite, llama, mistral, olmo2, phi3, qwen2, qwen3, smollm3
from core.families.base import Family
from core.families.config import Config, unusable
from core.shape import Shape

FAMILIES: Final = (
    gpt2.FAMILY,
    gpt_neo.FAMILY,
    llama.FAMILY,
    qwen2.FAMILY,
    qwen3.FAMILY,
    smollm3.FAMILY,
    gemma3.FAMILY,
    granite.FAMILY,
    granite.FAMILY_4,
    olmo2.FAMILY,
    phi3.FAMILY,
    mistral.FAMILY,
)


def recognise(values: Mapping[str, Any]) -> tuple[Family, Shape]:
    """The family and the shape that a config.json tells. Raises Unsupported or WrongFile, before anything is sized."""
    family = next((family for family in FAMILIES if family.model_type == values.get("model_type")), None)
    if family is None:
        raise Unsupported(
            "Mynah does not know this type of model.",
            fix=f"It can read {', '.join(family.title for family in FAMILIES)}.",
        )
    try:
        return family, family.shape(Config(values))
    except ValueError as error:  # each size is possible, but not all together
        raise unusable("its sizes") from error
