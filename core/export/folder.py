"""A bot as a Hugging Face folder, which transformers and most other programs read. Writes whole or not at all."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch

from core import adapters, tensor_files, weights
from core.atomic import disk_errors, new_folder, sync_file, write_file
from core.errors import Unsupported, WrongFile
from core.export import chat
from core.export.subject import Subject
from core.models import lora

WEIGHTS: Final = weights.WEIGHTS
CARD: Final = "README.md"


def save(subject: Subject, folder: Path) -> None:
    """Write the whole model: config, weights, tokenizer, template, sampling, and a card that says what it is."""
    refuse_existing(folder)
    entries = {entry.theirs: entry for entry in subject.source.entries}
    with disk_errors("exporting the model"), subject.whole() as ours, new_folder(folder) as part:
        sizes = {name: weights.size_of(entry, ours) for name, entry in entries.items()}
        with torch.no_grad():
            tensor_files.write(
                part / WEIGHTS, sizes, subject.dtype, lambda name: weights.tensor_of(entries[name], ours)
            )
        sync_file(part / WEIGHTS)
        for name, content in beside(subject).items():
            write_file(part / name, content)


def save_adapter(subject: Subject, folder: Path) -> None:
    """Write only what was learnt, as peft reads it."""
    refuse_existing(folder)
    if not lora.adapted(subject.model):
        raise Unsupported(
            "This bot has no adapter: all of its weights were trained.", fix="Export the whole model instead."
        )
    adapters.save(subject.model, subject.source, folder)


def refuse_existing(place: Path) -> None:
    if place.exists():
        raise WrongFile("There is something of this name already.", fix="Choose another name, or move that away.")


def beside(subject: Subject) -> dict[str, bytes]:
    """What stands beside the weights, by the names of the files."""
    config = {name: value for name, value in subject.source.config.items() if name != "torch_dtype"}
    config["dtype"] = str(subject.dtype).removeprefix("torch.")
    words = chat.of(subject.template)
    sampling = subject.sampling
    generation: dict[str, Any] = {
        "do_sample": sampling.temperature > 0,
        "repetition_penalty": sampling.repetition,
        "max_new_tokens": sampling.length,
        "eos_token_id": subject.tokenizer.end,
    }
    if sampling.temperature > 0:
        generation |= {
            "temperature": sampling.temperature,
            "top_k": sampling.top_k,
            "top_p": sampling.top_p,
            "min_p": sampling.min_p,
        }
    told: dict[str, Any] = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": name_of(subject.rules, subject.tokenizer.end),
        "clean_up_tokenization_spaces": False,
        **({"chat_template": words.jinja} if words else {}),
    }
    if subject.is_from_nothing:
        told["bos_token"] = told["eos_token"]
    return {
        weights.CONFIG: _json(config),
        "generation_config.json": _json(generation),
        weights.TOKENIZER: json.dumps(subject.rules, ensure_ascii=False).encode("utf-8"),
        "tokenizer_config.json": _json(told),
        CARD: card(subject).encode("utf-8"),
    }


def name_of(rules: Mapping[str, Any], id_: int) -> str:
    """What the tokenizer calls an id."""
    for token in rules["added_tokens"]:
        if token["id"] == id_:
            return str(token["content"])
    return next(str(name) for name, known in rules["model"]["vocab"].items() if known == id_)


def card(subject: Subject) -> str:
    """What this is, for whoever finds it."""
    began = f"It began as {subject.base}, whose licence still holds." if subject.base else "It began from nothing."
    does = "It answers in turns." if subject.template else "It goes on with a text; it does not answer questions."
    return (
        f"# {subject.title}\n\nA language model that Mynah trained on the writing of one person. {began} {does}\n\n"
        "It may repeat what its writer wrote, word for word: treat it like the writing itself.\n"
    )


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode("utf-8")
