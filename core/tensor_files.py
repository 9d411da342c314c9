"""Files of tensors in the safetensors format, from strangers: headers first, then one tensor at a time.

Read by hand and never mapped: a file that shrinks while it is mapped ends the process without a word, and the library
takes two tensors of one name, or a header that fills the memory. Knows no model.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, Final, TypeAlias

import torch
from torch import Tensor

from core.atomic import PIECE
from core.errors import WrongFile

HEADER: Final = 4 << 20  # bytes; those of large models are about 100 KB
TENSORS: Final = 10_000
DIMENSIONS: Final = 8  # of a tensor; ours have two
DTYPES: Final = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
# In which nothing is learnt that we could use, but in which masks lie beside the weights (GPT-Neo's, as U8).
OTHERS: Final = {
    "BOOL": torch.bool, "U8": torch.uint8, "I8": torch.int8, "I16": torch.int16, "I32": torch.int32,
    "I64": torch.int64, "F64": torch.float64, "F8_E4M3": torch.float8_e4m3fn, "F8_E5M2": torch.float8_e5m2,
}  # fmt: skip
ALIGNED: Final = 8  # bytes; the data begins at a multiple


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tensor lies: `first` is its first byte in the file."""

    path: Path
    dtype: torch.dtype
    size: tuple[int, ...]
    first: int

    @property
    def bytes(self) -> int:
        return prod(self.size) * self.dtype.itemsize


Places: TypeAlias = Mapping[str, Place]


def places(path: Path) -> dict[str, Place]:
    """Where each tensor of a file lies. WrongFile unless the tensors fill the file to its last byte, in some order.

    Of what is to be computed with, `computable` says whether that can be done.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > HEADER:
            raise damaged(path)
        header = _header(path, file.read(length))
    begin = 8 + length
    found = {name: _place(path, begin, entry) for name, entry in header.items() if name != "__metadata__"}
    end = begin
    for place in sorted(found.values(), key=lambda place: place.first):
        if place.first != end:
            raise damaged(path)
        end += place.bytes
    if end != path.stat().st_size:
        raise damaged(path)
    return found


def computable(found: Iterable[Place]) -> None:
    """Raise WrongFile unless each of these tensors has a precision that we compute in."""
    for place in found:
        if place.dtype not in DTYPES.values():
            raise _precision(place.path, next(word for word, dtype in OTHERS.items() if dtype == place.dtype))


def read(place: Place) -> Tensor:
    """One tensor, in memory of its own."""
    raw = torch.empty(place.bytes, dtype=torch.uint8)
    with place.path.open("rb") as file:
        file.seek(place.first)
        if file.readinto(raw.numpy().data) != place.bytes:
            raise damaged(place.path)
    return raw.view(place.dtype).view(place.size)


def are_same(one: Place, other: Place) -> bool:
    """Whether two tensors have the same bytes; read a piece at a time, up to the first that differs."""
    if (one.dtype, one.size) != (other.dtype, other.size):
        return False
    with one.path.open("rb") as first, other.path.open("rb") as second:
        first.seek(one.first)
        second.seek(other.first)
        left = one.bytes
        while left > 0:
            piece = first.read(min(left, PIECE))
            if not piece or piece != second.read(len(piece)):
                return False
            left -= len(piece)
    return True


def write(path: Path, sizes: Mapping[str, tuple[int, ...]], dtype: torch.dtype, get: Callable[[str], Tensor]) -> None:
    """Write tensors of one dtype, asking for them one at a time: the library would copy them all first."""
    word = next(word for word, known in DTYPES.items() if known == dtype)
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, size in sizes.items():
        first, end = end, end + prod(size) * dtype.itemsize
        header[name] = {"dtype": word, "shape": size, "data_offsets": (first, end)}
    text = json.dumps(header).encode("ascii")
    text += b" " * (-len(text) % ALIGNED)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name in sizes:
            file.write(get(name).to(dtype).contiguous().view(-1).view(torch.uint8).numpy().data)


def damaged(path: Path) -> WrongFile:
    what = "" if path.suffix == ".json" else ", or is no file of weights"
    return WrongFile(
        f"{path.name} is damaged{what}.",
        fix="Get the model's folder again from where it came: the download may have ended early.",
    )


def _header(path: Path, text: bytes) -> dict[str, Any]:
    try:
        header = json.loads(text, object_pairs_hook=_without_twins)
    except (ValueError, RecursionError) as error:
        raise damaged(path) from error
    if not isinstance(header, dict) or len(header) > TENSORS:
        raise damaged(path)
    return header


def _without_twins(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no name comes twice."""
    pairs = list(pairs)
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("one name twice")
    return found


def _place(path: Path, begin: int, entry: object) -> Place:
    match entry:
        case {"dtype": str(dtype), "shape": [*size], "data_offsets": [int(first), int(end)]} if len(
            size
        ) <= DIMENSIONS and all(type(length) is int and length >= 0 for length in size):
            known = DTYPES.get(dtype) or OTHERS.get(dtype)
            if known is None:
                raise _precision(path, dtype)
            place = Place(path, known, tuple(size), begin + first)
            if place.bytes == end - first:
                return place
    raise damaged(path)


def _precision(path: Path, word: str) -> WrongFile:
    shown = word if re.fullmatch(r"\w{1,12}", word, re.ASCII) else "unknown"  # a stranger's word
    return WrongFile(
        f"{path.name} holds weights in a precision that Mynah cannot read ({shown}).",
        fix="Get the version of this model in bfloat16 or float32.",
    )
