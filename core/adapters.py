"""Adapters as folders that `peft` reads and writes: adapter_config.json and adapter_model.safetensors.

A stranger's folder is checked like that of a model (core/weights.py) before anything is attached. Knows no training.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from core import tensor_files
from core.atomic import disk_errors, new_folder, sync_file, write_file
from core.errors import Unsupported, WrongFile
from core.families.base import DOWN, GATE, OUTPUT, QKV, UP, Entry
from core.models import lora
from core.models.decoder import Decoder
from core.tensor_files import Place
from core.weights import Source, json_object

CONFIG: Final = "adapter_config.json"
WEIGHTS: Final = "adapter_model.safetensors"
PREFIX: Final = "base_model.model."  # of peft's names
LINEAR: Final = tuple(f".{part}.weight" for part in (QKV, OUTPUT, GATE, UP, DOWN))
RANK: Final = 1_024  # far above every rank in use
ALPHA: Final = 1e6
# Fields of adapter_config.json that change nothing about what plain LoRA computes. Any other must be empty: it asks for
# one of the many variants, and new ones appear each year.
HARMLESS: Final = frozenset(
    {"r", "lora_alpha", "lora_dropout", "target_modules", "fan_in_fan_out", "task_type", "auto_mapping", "revision"}
    | {"use_rslora"}  # which is another alpha
    | {"base_model_name_or_path", "inference_mode", "peft_version", "runtime_config"}
    | {"layers_pattern", "megatron_core", "qalora_group_size"}  # which only variants ask
)
PLAIN: Final[Mapping[str, Sequence[object]]] = {
    "peft_type": ("LORA",),
    "bias": ("none",),
    "init_lora_weights": (True, False, None, "gaussian"),  # others have changed the base as well
}


@dataclass(frozen=True, slots=True)
class Found:
    """A folder of adapters whose names, shapes and precisions were checked; nothing of its weights was read yet."""

    rank: int
    alpha: float
    entries: Sequence[Entry]  # of the model, those that have a pair here
    places: Mapping[str, Place]


def attach(model: Decoder, source: Source, *, rank: int, alpha: float, seed: int) -> None:
    """Put fresh adapters on every linear layer of the blocks, one pair for each matrix that the family's files have."""
    lora.attach(model, [entry.ours for entry in _matrices(source)], rank=rank, alpha=alpha, seed=seed)


def look(folder: Path, source: Source) -> Found:
    """What lies in `folder`, made for models like `source`. Raises WrongFile or Unsupported."""
    with disk_errors("reading the adapter"):
        rank, alpha, targets = _checked(json_object(folder / CONFIG))
        if not (folder / WEIGHTS).is_file():
            raise WrongFile(f"This folder has no {WEIGHTS}.", fix="Choose the folder of an adapter, as it was saved.")
        places = tensor_files.places(folder / WEIGHTS)
    entries = [entry for entry in _matrices(source) if _ends_with_one(_module(source, entry), targets)]
    sizes = {name: size for entry in entries for name, size in _sizes(source, entry, rank).items()}
    if not entries or sizes.keys() != places.keys():
        raise _other("changes other parts of a model than this one has")
    if any(places[name].size != size for name, size in sizes.items()):
        raise _other("has weights of other sizes than fit this model")
    tensor_files.computable(places.values())
    return Found(rank, alpha, entries, places)


@torch.no_grad()
def load(found: Found, model: Decoder, source: Source) -> None:
    """Attach what was found. A matrix for which nothing was found gets a pair that changes nothing."""
    with disk_errors("reading the adapter"):
        read = {name: _finite(tensor_files.read(place)) for name, place in found.places.items()}
    attach(model, source, rank=found.rank, alpha=found.alpha, seed=0)
    for entry in found.entries:
        A, B = (read[name] for name in _names(source, entry))
        pairs = lora.halves(model, entry.ours)
        for (a, b), rows in zip(pairs, torch.split(B, [len(b) for _, b in pairs]), strict=True):
            a.copy_(A)
            b.copy_(rows)


def save(model: Decoder, source: Source, folder: Path, dropout: float = 0.0) -> None:
    """Write the adapters of `model` as a new folder; `dropout` is what they were trained with, told to other programs.

    The strength of the moment is not part of them.
    """
    tensors: dict[str, Tensor] = {}
    for entry in _matrices(source):
        pairs = lora.halves(model, entry.ours)
        halves = (pairs[0][0], torch.cat([b for _, b in pairs]))
        tensors |= zip(_names(source, entry), halves, strict=True)
    sizes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    with disk_errors("saving the adapter"), new_folder(folder) as part:
        tensor_files.write(part / WEIGHTS, sizes, torch.float32, lambda name: tensors[name].cpu())
        sync_file(part / WEIGHTS)
        write_file(part / CONFIG, json.dumps(_config(model, source, dropout), indent=2).encode("ascii"))


def _config(model: Decoder, source: Source, dropout: float) -> dict[str, Any]:
    layer, matrices = lora.adapted(model)[0], _matrices(source)
    return {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": None,
        "inference_mode": True,
        "r": layer.rank,
        "lora_alpha": layer.scale * layer.rank,
        "lora_dropout": dropout,
        "bias": "none",
        "target_modules": sorted({_module(source, entry).rpartition(".")[2] for entry in matrices}),
        "fan_in_fan_out": any(entry.transposed for entry in matrices),
    }


def _matrices(source: Source) -> list[Entry]:
    """The linear layers of the blocks, as the family's files have them."""
    return [entry for entry in source.entries if all(rows.name.endswith(LINEAR) for rows in entry.ours)]


def _module(source: Source, entry: Entry) -> str:
    """What the family's own code calls this matrix, even where a file leaves the prefix out."""
    return source.family.prefix + entry.theirs.removeprefix(source.family.prefix).removesuffix(".weight")


def _names(source: Source, entry: Entry) -> tuple[str, str]:
    """Of A and B of one matrix, in a file of adapters."""
    module = _module(source, entry)
    return f"{PREFIX}{module}.lora_A.weight", f"{PREFIX}{module}.lora_B.weight"


def _sizes(source: Source, entry: Entry, rank: int) -> dict[str, tuple[int, ...]]:
    size = source.places[entry.theirs].size
    outputs, inputs = size[::-1] if entry.transposed else size
    return dict(zip(_names(source, entry), ((rank, inputs), (outputs, rank)), strict=True))


def _checked(config: Mapping[str, Any]) -> tuple[int, float, list[str]]:
    """Rank, alpha, and the ends of the names of what is adapted."""
    plain = all(config.get(name, allowed[0]) in allowed for name, allowed in PLAIN.items())
    if not plain or any(value for name, value in config.items() if name not in HARMLESS | PLAIN.keys()):
        raise Unsupported(
            "This adapter is of a kind that Mynah does not know.", fix="Mynah reads plain LoRA, as peft saves it."
        )
    match config:
        case {"r": int(rank), "lora_alpha": int() | float() as alpha, "target_modules": [*targets]} if (
            1 <= rank <= RANK and 0 < alpha <= ALPHA and all(isinstance(target, str) for target in targets)
        ):
            # rsLoRA (2312.03732) divides by the root of the rank
            alpha = alpha * rank**0.5 if config.get("use_rslora") is True else alpha
            return rank, float(alpha), [str(target) for target in targets]
    raise _other("has an adapter_config.json without usable values")


def _ends_with_one(module: str, targets: Sequence[str]) -> bool:
    return any(f".{module}".endswith(f".{target}") for target in targets)


def _finite(tensor: Tensor) -> Tensor:
    if not all(bool(extreme.isfinite()) for extreme in torch.aminmax(tensor)):
        raise _other("holds weights that are not numbers")
    return tensor


def _other(does: str) -> WrongFile:
    return WrongFile(f"This adapter {does}.", fix="Choose an adapter that was made for this very model.")
