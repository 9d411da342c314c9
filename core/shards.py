"""The corpus as tokens on disk, written once, then read through memory maps. Knows no model.

tokens/manifest.json     what is there, with sizes and hashes
       train.bin         ids, two bytes each (four where the vocabulary is larger than 65,536)
       train.mask        one byte an id: 1 where it is the writer's own and may be learnt, 0 where it is context
       train.ends        of talk: behind which id each example ends, eight bytes each (since version 3)
       held_out.bin, …    what is measured on while training
       test.bin, …        what nothing looks at before the bot is judged (since version 2; may be empty)
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, Literal, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from core.atomic import disk_errors, new_folder, sha256, sync_file
from core.documents import Document
from core.errors import Unsupported
from core.events import Progress, Stop, Work
from core.manifest import MANIFEST, Manifest, Part, damaged, read_manifest
from core.split import Section, split
from core.tokenizers.base import Tokenizer

PartName: TypeAlias = Literal["train", "held_out", "test"]
ENDS: Final = np.dtype("<i8")

Ids: TypeAlias = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]


class Stopped(Exception):
    """Leaves the block that fills a new folder, so that nothing of it is kept."""


def build(documents: Sequence[Document], tokenizer: Tokenizer, folder: Path, stop: Stop) -> Work[Manifest | None]:
    """Write all of `documents` as tokens into `folder`, which must not exist yet. None, and no folder, when stopped.

    Raises DiskTrouble, and Unsupported when one side would have nothing to learn from or to measure on.
    """
    return (yield from build_sections(split(documents), tokenizer, folder, stop))


def build_sections(
    sections: Sequence[Section], tokenizer: Tokenizer, folder: Path, stop: Stop
) -> Work[Manifest | None]:
    """The same for writing that is split already."""
    try:
        with disk_errors("preparing your writing for training"), new_folder(folder) as part:
            return (yield from fill(part, sections, tokenizer, stop))
    except Stopped:
        return None


@dataclass(frozen=True, slots=True)
class Encoded:
    """A stretch of tokens, which of them are learnt, and the UTF-8 bytes these stand for."""

    ids: Sequence[int]
    learnt: Sequence[bool]
    own_bytes: int


def build_encoded(
    sides: Mapping[PartName, Sequence[Encoded]], tokenizer: Tokenizer, folder: Path, stop: Stop
) -> Work[Manifest | None]:
    """Write what is encoded already into `folder`, which must not exist yet. None, and no folder, when stopped."""
    names: tuple[PartName, ...] = ("train", "held_out", "test")
    parts: dict[PartName, Part] = {}
    try:
        with disk_errors("preparing your writing for training"), new_folder(folder) as made:
            for done, name in enumerate(names):
                with Writer(made, name, tokenizer) as writer:
                    for row in sides.get(name, ()):
                        writer.put(row)
                parts[name] = writer.part()
                yield Progress(done + 1, len(names), "Writing down what is learnt")
                if stop():
                    raise Stopped
            manifest = Manifest(vocab=tokenizer.vocab, tokenizer_sha256=vocabulary_hash(tokenizer), **parts)
            (made / MANIFEST).write_text(manifest.to_json(), "utf-8")
            sync_file(made / MANIFEST)
            return manifest
    except Stopped:
        return None


def fill(folder: Path, sections: Sequence[Section], tokenizer: Tokenizer, stop: Stop) -> Work[Manifest]:
    """Write all sides and the manifest. Raises Stopped when asked to stop, OSError for the disk."""
    characters = sum(section.end - section.start for section in sections)
    done = 0
    with (
        Writer(folder, "train", tokenizer) as train,
        Writer(folder, "held_out", tokenizer) as held_out,
        Writer(folder, "test", tokenizer) as test,
    ):
        writers = {"train": train, "held_out": held_out, "test": test}
        for section in sections:
            if stop():
                raise Stopped
            writers[section.side].write(section)
            done += section.end - section.start
            yield Progress(done, characters, section.document.title)
    manifest = Manifest(
        vocab=tokenizer.vocab,
        tokenizer_sha256=vocabulary_hash(tokenizer),
        train=train.part(),
        held_out=held_out.part(),
        test=test.part(),
    )
    if 0 in (manifest.train.bytes, manifest.held_out.bytes):
        raise Unsupported(
            "There is too little of your own writing to hold a part of it back for measuring.",
            fix="Add more of what you have written, then train again.",
        )
    (folder / MANIFEST).write_text(manifest.to_json(), "utf-8")
    sync_file(folder / MANIFEST)
    return manifest


class Writer:
    """Writes one side, section by section. Use it as a context manager; `part()` counts what was written."""

    def __init__(self, folder: Path, name: PartName, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._dtype = id_type(tokenizer.vocab)
        self._ids = HashedFile(ids_file(folder, name))
        self._mask = HashedFile(mask_file(folder, name))
        self._tokens = self._targets = self._bytes = 0
        self._ends: list[int] = []
        self._ends_file, self._ends_sha256 = ends_file(folder, name), ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._ids, self._mask:  # so that both are closed, even where a full disk refuses the last bytes of one
            if self._ends:
                with HashedFile(self._ends_file) as file:
                    file.write(np.array(self._ends, ENDS).tobytes())
                self._ends_sha256 = file.sha256

    def write(self, section: Section) -> None:
        """Parts of one owner are encoded by themselves, so that no token is half quoted and half own."""
        for text, own in section.parts():
            self._append(self._tokenizer.encode(text), own)
            self._bytes += len(text.encode("utf-8", "replace")) if own else 0
        if section.closed:  # where the text goes on on the other side, it must not be learnt that it ends here
            ends = section.end == len(section.document.text) and section.document.role == "me"
            self._append([self._tokenizer.end], ends)

    def put(self, row: Encoded) -> None:
        """Write what is encoded already, as a document of its own."""
        self._ids.write(np.array(row.ids, self._dtype).tobytes())
        self._mask.write(np.array(row.learnt, np.bool_).tobytes())
        self._tokens += len(row.ids)
        self._targets += sum(row.learnt)
        self._bytes += row.own_bytes
        self._ends.append(self._tokens)

    def _append(self, ids: Sequence[int], own: bool) -> None:
        self._ids.write(np.array(ids, self._dtype).tobytes())
        self._mask.write((b"\1" if own else b"\0") * len(ids))
        self._tokens += len(ids)
        self._targets += len(ids) if own else 0

    def part(self) -> Part:
        return Part(
            tokens=self._tokens,
            targets=self._targets,
            bytes=self._bytes,
            ids_sha256=self._ids.sha256,
            mask_sha256=self._mask.sha256,
            ends_sha256=self._ends_sha256,
        )


class HashedFile:
    """A new file that is hashed while it is written, and is on the disk when it is closed."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("xb")
        self._hash = hashlib.sha256()

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._file as file:
            file.flush()
            os.fsync(file.fileno())

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shard:
    """One side of the split, mapped into memory. `n_bytes` are the UTF-8 bytes of the text under the targets."""

    ids: Ids
    targets_mask: npt.NDArray[np.bool_]  # True: the writer's own
    vocab: int
    n_targets: int
    n_bytes: int
    ends: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))  # of documents, where known

    @property
    def n_tokens(self) -> int:
        return len(self.ids)

    @classmethod
    def open(cls, folder: Path, name: PartName, tokenizer: Tokenizer | None = None) -> Self:
        """The shard that `build` wrote. Raises DiskTrouble when it is damaged, or made by another tokenizer."""
        with disk_errors("opening the prepared text"):
            manifest = read_manifest(folder)
            part: Part | None = getattr(manifest, name)
            if part is None or not part.tokens:
                raise Unsupported(
                    "Nothing was kept aside for a last test of this run.",
                    fix="Train again with more of your dated writing: the newest of it is kept aside then.",
                )
            verify(ids_file(folder, name), part.ids_sha256)
            verify(mask_file(folder, name), part.mask_sha256)
            if part.ends_sha256:
                verify(ends_file(folder, name), part.ends_sha256)
            if tokenizer is not None and vocabulary_hash(tokenizer) != manifest.tokenizer_sha256:
                raise damaged()
            return cls(
                ids=np.memmap(ids_file(folder, name), id_type(manifest.vocab), mode="r"),
                targets_mask=np.memmap(mask_file(folder, name), np.bool_, mode="r"),
                vocab=manifest.vocab,
                n_targets=part.targets,
                n_bytes=part.bytes,
                ends=np.fromfile(ends_file(folder, name), ENDS) if part.ends_sha256 else np.zeros(0, ENDS),
            )


def ids_file(folder: Path, name: PartName) -> Path:
    return folder / f"{name}.bin"


def mask_file(folder: Path, name: PartName) -> Path:
    return folder / f"{name}.mask"


def ends_file(folder: Path, name: PartName) -> Path:
    return folder / f"{name}.ends"


def id_type(vocab: int) -> np.dtype[np.uint16] | np.dtype[np.uint32]:
    """The narrowest type that holds all ids, in the byte order that every machine reads alike."""
    return np.dtype("<u2") if vocab <= 1 << 16 else np.dtype("<u4")


def verify(path: Path, expected: str) -> None:
    """Raise DiskTrouble unless the file has the hash it was written with."""
    if sha256(path) != expected:
        raise damaged()


def vocabulary_hash(tokenizer: Tokenizer) -> str:
    """Tells tokenizers apart by what each of their ids stands for."""
    tokens = [tokenizer.decode_bytes([id_]).hex() for id_ in range(tokenizer.vocab)]
    return hashlib.sha256(json.dumps([tokenizer.end, tokens]).encode("ascii")).hexdigest()
