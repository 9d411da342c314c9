"""Meaning beside words: static embeddings that the user has on disk, to find passages that say it in other words.

embeddings/    in Mynah's folder: model.safetensors with one table, tokenizer.json with WordPiece (model2vec's "potion")

A text is the mean of the vectors of its pieces. Header and table are read by hand and checked, and the pieces are cut
by twenty lines of our own, so nothing of a stranger's file runs. Light: numpy, no torch.

Array names: V pieces, D width, N passages.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.atomic import disk_errors
from core.corpus import Corpus
from core.database import reading_errors
from core.errors import WrongFile
from core.passages import spans
from core.rows import as_moment
from core.search import Passage

Floats: TypeAlias = NDArray[np.float32]

FOLDER: Final = "embeddings"
HEADER: Final = 4 << 20  # bytes
LARGEST: Final = 1 << 30  # bytes of the table
DTYPES: Final[dict[str, np.dtype[Any]]] = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2")}
ASKED: Final = "SELECT id, source, key, title, url, written, kind, text FROM documents WHERE excluded = 0 ORDER BY id"
LONGEST: Final = 100  # letters of a word that is cut into pieces
WORD: Final = re.compile(r"\w+|[^\w\s]")


@dataclass(slots=True)
class Embeddings:
    """The table, and which piece is which row of it."""

    table_VD: Floats
    pieces: dict[str, int]
    mark: str = ""  # of the table: what was found out with one says nothing of another
    _known: dict[str, tuple[int, ...]] = field(default_factory=dict)  # words that were cut before

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Raises WrongFile for what is no such model, DiskTrouble for what cannot be read."""
        with disk_errors("reading the embeddings"):
            weights, rules = (folder / "model.safetensors").read_bytes(), (folder / "tokenizer.json").read_text("utf-8")
        try:
            table_VD, model = _table(weights), json.loads(rules)["model"]
            pieces = {str(piece): int(number) for piece, number in model["vocab"].items()}
            if model.get("type", "WordPiece") != "WordPiece" or max(pieces.values()) >= len(table_VD):
                raise ValueError("not the pieces of this table")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WrongFile(
                "The embeddings in Mynah's folder are of a kind that cannot be read.",
                fix="Put both files of a model2vec model with WordPiece there, or take them away.",
            ) from error
        return cls(table_VD, pieces, hashlib.sha256(weights).hexdigest()[:16])

    def of(self, texts: Iterable[str]) -> Floats:
        """(N, D), each row of length 1; of a text without a known piece it is 0."""
        rows = [self._mean([n for word in words_of(text) for n in self._cut(word)]) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.table_VD.shape[1]), dtype=np.float32)

    def _mean(self, numbers: Sequence[int]) -> Floats:
        if not numbers:
            return np.zeros(self.table_VD.shape[1], dtype=np.float32)
        mean_D: Floats = self.table_VD[list(numbers)].mean(axis=0)
        unit_D: Floats = mean_D / max(float(np.linalg.norm(mean_D)), 1e-9)
        return unit_D

    def _cut(self, word: str) -> tuple[int, ...]:
        """The longest known piece first, as WordPiece does; nothing where a part is unknown."""
        known = self._known.get(word)
        if known is None:
            found, start = list[int](), 0
            while start < len(word):
                ends = range(len(word), start, -1)
                piece = next((end for end in ends if ("##" * bool(start) + word[start:end]) in self.pieces), 0)
                if not piece:
                    found = []
                    break
                found.append(self.pieces["##" * bool(start) + word[start:piece]])
                start = piece
            known = self._known[word] = tuple(found)
        return known


class Near:
    """Passages of a corpus by meaning. The corpus is read at the first question, and again when it has changed."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings
        self._stamp: tuple[object, ...] = ()
        self._passages: list[Passage] = []
        self._rows_ND: Floats = np.zeros((0, 0), dtype=np.float32)

    @property
    def mark(self) -> str:
        """Of the embeddings."""
        return self._embeddings.mark

    def apart(self) -> "Near":
        """The same for another thread, which reads the corpus for itself."""
        return Near(self._embeddings)

    def passages(
        self, corpus: Corpus, question: str, *, limit: int = 30, without: Collection[tuple[str, str]] = ()
    ) -> list[Passage]:
        """The nearest, with their cosine as the score."""
        self._read(corpus)
        if not self._passages:
            return []
        cosines_N = self._rows_ND @ self._embeddings.of([question])[0]
        found: list[Passage] = []
        for n in np.argsort(-cosines_N, kind="stable"):
            passage = self._passages[int(n)]
            if (passage.source, passage.key) not in without:
                found.append(replace(passage, score=float(cosines_N[n])))
            if len(found) == limit:
                break
        return found

    def _read(self, corpus: Corpus) -> None:
        with reading_errors():
            told = corpus.database.execute("SELECT count(*), max(id), sum(excluded), sum(characters) FROM documents")
            stamp = (corpus.path, *told.fetchone())
            if stamp == self._stamp:
                return
            self._passages = [
                Passage(document=number, source=source, key=key, title=title, url=url, written=as_moment(written),
                        kind=kind, text=text[start:end], score=0.0)
                for number, source, key, title, url, written, kind, text in corpus.database.execute(ASKED)
                for start, end in spans(text)
            ]  # fmt: skip
        self._rows_ND = self._embeddings.of(f"{one.title}\n{one.text}" for one in self._passages)
        self._stamp = stamp


def near_of(root: Path) -> Near | None:
    """By the embeddings in Mynah's folder; None where there are none. Raises WrongFile for what are none."""
    folder = root / FOLDER
    return Near(Embeddings.open(folder)) if (folder / "model.safetensors").is_file() else None


def words_of(text: str) -> list[str]:
    """As BERT's normaliser has them: small letters without accents, marks by themselves."""
    plain = unicodedata.normalize("NFD", text.lower())
    return [word[:LONGEST] for word in WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))]


def _table(data: bytes) -> Floats:
    """The one table of a safetensors file. ValueError or KeyError for anything that is not exactly that."""
    size = int.from_bytes(data[:8], "little")
    if not 2 <= size <= min(HEADER, len(data) - 8):
        raise ValueError("no header")
    header: dict[str, Any] = json.loads(data[8 : 8 + size])
    entry = header["embeddings"]
    (rows, width), (start, end) = entry["shape"], entry["data_offsets"]
    dtype = DTYPES[entry["dtype"]]
    body = data[8 + size :]
    if not 0 <= start <= end <= len(body) or end - start != rows * width * dtype.itemsize or end - start > LARGEST:
        raise ValueError("the table does not fit its header")
    table_VD: Floats = np.frombuffer(body[start:end], dtype).reshape(rows, width).astype(np.float32)
    if not np.isfinite(table_VD).all():
        raise ValueError("numbers that are none")
    return table_VD
