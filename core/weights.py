"""A folder of a pretrained model: config.json and *.safetensors, read into a decoder and written back.

Everything is checked before memory is taken for it: the sizes in config.json, then the name, shape and precision of
each tensor; then one tensor at a time is read, looked at, and copied. Pickled weights, which run code, are never
opened. Knows no text: the tokenizer is only copied.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from core import tensor_files
from core.atomic import disk_errors, new_folder, sync_file, write_file
from core.errors import Unsupported, WrongFile
from core.events import Progress, Stop, Work
from core.families import recognise
from core.families.base import Entry, Family, Rows
from core.models.decoder import Decoder
from core.shape import Shape
from core.tensor_files import Place

CONFIG: Final = "config.json"
WEIGHTS: Final = "model.safetensors"
INDEX: Final = "model.safetensors.index.json"
TOKENIZER: Final = "tokenizer.json"
GENERATION: Final = "generation_config.json"
ADAPTER: Final = "adapter_config.json"
LLAMA_FILE: Final = ".gguf"
PICKLED: Final = ("*.bin", "*.pt", "*.pth", "*.ckpt")
HEAD: Final = "lm_head.weight"
TIED: Final = "tie_word_embeddings"
BIAS: Final = 4 << 20  # bytes of the longest that is looked at
JSON_BYTES: Final = 4 << 20  # of config.json or the index
CONTEXT: Final = 8_192  # tokens; longer tables of positions would take memory that hardly any talk needs


@dataclass(frozen=True, slots=True)
class Source:
    """A folder whose names, shapes and precisions were checked; nothing of its weights was read yet."""

    folder: Path
    config: Mapping[str, Any]
    family: Family
    shape: Shape
    entries: Sequence[Entry]
    places: Mapping[str, Place]


def look(folder: Path) -> Source:
    """What lies in `folder`. Raises WrongFile or Unsupported, in a moment, whatever the files claim."""
    with disk_errors("reading the model"):
        if not (folder / CONFIG).is_file():
            raise _no_model(folder)
        config = json_object(folder / CONFIG)
        family, shape = recognise(config)
        places = _places(folder)
        entries = _entries(family, shape, places)
        if shape.tied and _has_own_head(entries, places):
            config, shape = {**config, TIED: False}, replace(shape, tied=False)
            entries = _entries(family, shape, places)
        _check_names(family, shape, entries, places)
    tensor_files.computable(places[entry.theirs] for entry in entries)
    _check_sizes(shape, entries, places)
    return Source(folder, config, family, shape, entries, places)


def usable_shape(source: Source, context: int = CONTEXT) -> Shape:
    """The shape as it is built here: for texts of up to `context` tokens, where positions turn and have no table."""
    shape = source.shape
    return replace(shape, context=min(context, shape.context)) if shape.position == "rope" else shape


def fingerprint(source: Source, stop: Stop) -> Work[str | None]:
    """A hash of all weights that count, the same however they are shared out among files; None when stopped. WrongFile
    where one is no number: a training begins with this, and shall not end at it an hour later."""
    digest = hashlib.sha256()
    for number, entry in enumerate(source.entries):
        if stop():
            return None
        with disk_errors("reading the model"):
            tensor = tensor_files.read(source.places[entry.theirs])
        _check_numbers(tensor)
        _hash(digest, entry, tensor)
        yield Progress(number + 1, len(source.entries), "Reading the model")
    return digest.hexdigest()


def read_through(source: Source, stop: Stop) -> Work[bool]:
    """Read every weight once. WrongFile where one is no number; False when stopped."""
    for number, entry in enumerate(source.entries):
        if stop():
            return False
        with disk_errors("reading the model"):
            _check_numbers(tensor_files.read(source.places[entry.theirs]))
        yield Progress(number + 1, len(source.entries), "Reading the model")
    return True


def load(
    source: Source, dtype: torch.dtype = torch.float32, context: int = CONTEXT, sha256: str | None = None
) -> Decoder:
    """The model, with its weights as `dtype`, for texts of up to `context` tokens if it turns its positions.

    With a `sha256`, WrongFile unless that is their fingerprint.
    """
    model = Decoder(usable_shape(source, context)).to(dtype)
    ours = dict(model.named_parameters())
    digest = hashlib.sha256()
    for entry in source.entries:
        with disk_errors("reading the model"):
            tensor = tensor_files.read(source.places[entry.theirs])
        if sha256 is not None:
            _hash(digest, entry, tensor)
        _check_numbers(tensor)
        put(tensor.T if entry.transposed else tensor, entry.ours, ours)
    if sha256 not in (None, digest.hexdigest()):
        raise WrongFile(
            "The model in this folder is not the one that the training began with.",
            fix="Put the model's own folder back, or get it again from where it came.",
        )
    return model


def end(source: Source) -> int:
    """The id that ends a text, as the model's makers tell: in config.json, or else in generation_config.json.

    Of several the first: a chat model's own end of a turn belongs to its template.
    """
    beside = source.folder / GENERATION
    for values in (source.config, json_object(beside) if beside.is_file() else {}):
        told = values.get("eos_token_id")
        first = told[0] if isinstance(told, list) and told else told
        if type(first) is int and 0 <= first < source.shape.vocab:
            return first
    raise WrongFile(
        "This model does not say which token ends a text.", fix="Get the model's folder again from where it came."
    )


def _check_numbers(tensor: Tensor) -> None:
    if not all(bool(extreme.isfinite()) for extreme in torch.aminmax(tensor)):  # without a copy, unlike isfinite
        raise WrongFile(
            "This model holds weights that are not numbers.",
            fix="Get the model's folder again from where it came, or choose another model.",
        )


def _hash(digest: Any, entry: Entry, tensor: Tensor) -> None:
    digest.update(f"{entry.theirs.rpartition('transformer.')[2]} {tensor.dtype} {list(tensor.shape)}\n".encode())
    digest.update(tensor.view(-1).view(torch.uint8).numpy().data)


def save(model: Decoder, source: Source, tokenizer: Path, folder: Path) -> None:
    """Write `model` as a new folder like `source`'s, which other programs read: config, weights, tokenizer."""
    ours = dict(model.named_parameters())
    dtype = model.embedding.weight.dtype
    entries = {entry.theirs: entry for entry in source.entries}
    sizes = {name: size_of(entry, ours) for name, entry in entries.items()}
    config = {name: value for name, value in source.config.items() if name != "torch_dtype"}
    config["dtype"] = str(dtype).removeprefix("torch.")
    with disk_errors("saving the model"), new_folder(folder) as part:
        tensor_files.write(part / WEIGHTS, sizes, dtype, lambda name: tensor_of(entries[name], ours))
        sync_file(part / WEIGHTS)
        write_file(part / CONFIG, json.dumps(config, indent=2).encode("ascii"))
        write_file(part / TOKENIZER, tokenizer.read_bytes())


def json_object(path: Path) -> dict[str, Any]:
    """A JSON object from a small file of a model's folder."""
    if not path.is_file():
        raise WrongFile(f"This folder has no {path.name}.", fix="Choose the folder of a model, as it was downloaded.")
    try:
        with path.open("rb") as file:
            data = file.read(JSON_BYTES + 1)
        found = json.loads(data) if len(data) <= JSON_BYTES else None
    except (ValueError, RecursionError) as error:
        raise tensor_files.damaged(path) from error
    if not isinstance(found, dict):
        raise tensor_files.damaged(path)
    return found


def _places(folder: Path) -> dict[str, Place]:
    """Where each tensor lies, in one file or in those that an index names."""
    if (folder / WEIGHTS).is_file():
        return tensor_files.places(folder / WEIGHTS)
    if not (folder / INDEX).is_file():
        raise _without_weights(folder)
    index = json_object(folder / INDEX).get("weight_map")
    if not isinstance(index, dict) or len(index) > tensor_files.TENSORS or not all(map(_is_shard, index.values())):
        raise tensor_files.damaged(folder / INDEX)
    found: dict[str, Place] = {}
    for name in sorted(set(index.values())):
        if not (folder / name).is_file():
            raise WrongFile("A part of this model's weights is missing.", fix="Get the model's folder again.")
        more = tensor_files.places(folder / name)
        if not more.keys().isdisjoint(found):  # which of the two is meant?
            raise tensor_files.damaged(folder / name)
        found |= more
    if {name: place.path.name for name, place in found.items()} != index:
        raise tensor_files.damaged(folder / INDEX)
    return found


def _is_shard(name: object) -> bool:
    """Whether this is a file of weights in the very folder: an index could name any file of this computer."""
    return isinstance(name, str) and re.fullmatch(r"[\w-][\w.-]*\.safetensors", name, re.ASCII) is not None


def _no_model(folder: Path) -> WrongFile | Unsupported:
    """What is in a folder without a config.json, as far as that can be told by names."""
    if (folder / ADAPTER).is_file():
        return Unsupported(
            "This folder holds an adapter, which only changes a model, and not a model.",
            fix="Choose the folder of the model that the adapter was made for.",
        )
    if folder.suffix == LLAMA_FILE or any(folder.glob(f"*{LLAMA_FILE}")):
        return Unsupported(
            "These weights are in the format of llama.cpp (GGUF), from which Mynah cannot train.",
            fix="Get the version of this model that comes as config.json, tokenizer.json and .safetensors files.",
        )
    return WrongFile(f"This folder has no {CONFIG}.", fix="Choose the folder of a model, as it was downloaded.")


def _without_weights(folder: Path) -> WrongFile | Unsupported:
    if any(path for pattern in PICKLED for path in folder.glob(pattern)):
        return Unsupported(
            "The weights of this model are in a format that can run code, so Mynah does not open them.",
            fix="Get the version of this model that comes as .safetensors files.",
        )
    return WrongFile("This folder has no weights.", fix=f"Choose a folder with {WEIGHTS} in it.")


def _entries(family: Family, shape: Shape, places: Mapping[str, Place]) -> list[Entry]:
    """The family's tensors, under the names that these files use."""
    entries = list(family.entries(shape))
    if any(name.startswith(family.prefix) for name in places):
        return entries
    return [replace(entry, theirs=entry.theirs.removeprefix(family.prefix)) for entry in entries]


def _has_own_head(entries: Sequence[Entry], places: Mapping[str, Place]) -> bool:
    """Whether an output layer lies there that is not the embedding, whatever config.json says: then that one was
    trained, and other programs take it too. Mostly it is the embedding once more, and is passed over."""
    table = next(entry.theirs for entry in entries if entry.ours[0].name == "embedding.weight")
    return HEAD in places and table in places and not tensor_files.are_same(places[HEAD], places[table])


def _is_nothing(name: str, place: Place) -> bool:
    """Whether this is a bias that adds nothing: some programs save one for every layer."""
    small = name.endswith(".bias") and place.dtype.is_floating_point and place.bytes <= BIAS
    return small and not bool(tensor_files.read(place).float().any())


def _check_names(family: Family, shape: Shape, entries: Sequence[Entry], places: Mapping[str, Place]) -> None:
    """Every tensor is there, and none that we would leave out without knowing what it is."""
    expected = {entry.theirs for entry in entries}
    if expected - places.keys():
        raise _other_tensors("misses some of the weights that its config.json promises")
    ignorable = [*family.ignorable, *([re.escape(HEAD)] if shape.tied else [])]
    pattern = re.compile(f"(?:{re.escape(family.prefix)})?(?:{'|'.join(ignorable) or '$^'})")
    others = {name for name in places.keys() - expected if not pattern.fullmatch(name)}
    if not all(_is_nothing(name, places[name]) for name in others):
        raise _other_tensors("holds weights that its config.json does not explain")


def _check_sizes(shape: Shape, entries: Sequence[Entry], places: Mapping[str, Place]) -> None:
    with torch.device("meta"):  # shapes without memory
        ours = dict(Decoder(shape).named_parameters())
    covered = sum(_rows(part, ours) for entry in entries for part in entry.ours)
    if covered != sum(len(tensor) for tensor in ours.values()):
        raise ValueError("a family's entries leave rows of ours out")
    for entry in entries:
        if places[entry.theirs].size != size_of(entry, ours):
            raise _other_tensors("has weights of other sizes than its config.json tells")


def _other_tensors(does: str) -> WrongFile:
    return WrongFile(f"This model {does}.", fix="Get the model's folder again from where it came, or choose another.")


def _rows(part: Rows, ours: Mapping[str, Tensor]) -> int:
    return len(ours[part.name]) if part.count is None else part.count


def size_of(entry: Entry, ours: Mapping[str, Tensor]) -> tuple[int, ...]:
    """The shape that an entry has in their files."""
    size = (sum(_rows(part, ours) for part in entry.ours), *ours[entry.ours[0].name].shape[1:])
    return size[::-1] if entry.transposed else size


@torch.no_grad()
def put(tensor: Tensor, parts: Sequence[Rows], ours: Mapping[str, Tensor]) -> None:
    counts = [_rows(part, ours) for part in parts]
    for part, count, rows in zip(parts, counts, torch.split(tensor, counts), strict=True):
        ours[part.name][part.first : part.first + count].copy_(rows)


@torch.no_grad()
def tensor_of(entry: Entry, ours: Mapping[str, Tensor]) -> Tensor:
    """The reverse of `_put`, for one entry."""
    rows = [ours[part.name][part.first : part.first + _rows(part, ours)] for part in entry.ours]
    tensor = rows[0] if len(rows) == 1 else torch.cat(rows)
    return (tensor.T if entry.transposed else tensor).cpu()
