"""What was read of the last few talks, so that the next turn reads only what is new. Knows no text.

A prompt that begins as one of them did goes on from there. What differs - another persona, other notes, an edited turn,
a talk that lost its beginning - is read anew from the first token that is not the same; what was read with other
strengths of adapters, or while a voice was added, counts as another talk. So a reply is what it would be without this
file, number for number (see `Reader.shared`).
"""

from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from core import footprint
from core.events import Stop
from core.generate.reader import STEP, Reader
from core.models import lora
from core.models.decoder import Decoder

AT_ONCE: Final = 2 * STEP  # tokens read ahead between two questions whether to stop: 0.07 s of GPT-2 on two cores


class Kept:
    """The readers of one model, the newest last. How many is decided by their size (core/footprint.py)."""

    def __init__(self, model: Decoder) -> None:
        self._model = model
        self._readers: list[tuple[Hashable, Reader]] = []
        self._lent = 0
        self._most = footprint.talks_kept(model.shape)

    @property
    def is_busy(self) -> bool:
        """Whether a reply is being written."""
        return self._lent > 0

    @contextmanager
    def reader(self, ids: Sequence[int]) -> Iterator[Reader]:
        """One that has read as much of the beginning of `ids` as is known. Nobody else gets it inside the block."""
        manner = _manner(self._model)
        reader = self._lend(manner, ids)
        self._lent += 1
        try:
            yield reader
        finally:
            self._lent -= 1
            self._readers = [*self._readers, (manner, reader)][-self._most :]

    def __len__(self) -> int:
        return len(self._readers)

    def read_ahead(self, ids: Sequence[int], stop: Stop) -> None:
        """Read what a prompt will begin with, so that it is known when it comes. Ends soon after `stop`, and does
        nothing while a reply is written. No generator: in a pause of it a reply could not have what it read."""
        if self.is_busy:
            return
        with self.reader(ids) as reader:
            whole = len(ids) // STEP * STEP
            while reader.used < whole <= reader.room and not stop():
                reader.read(ids[reader.used : min(whole, reader.used + AT_ONCE)])

    def _lend(self, manner: Hashable, ids: Sequence[int]) -> Reader:
        """The one that knows most, unless that would cost it more than it gives: then another takes over what it
        knows. Two talks that begin alike stay two."""
        alike = [reader for kept, reader in self._readers if kept == manner]
        best = max(alike, key=lambda reader: reader.shared(ids), default=None)
        known = best.shared(ids) if best is not None else 0
        if best is not None and 2 * best.same(ids) >= best.sure > 0:
            self._readers = [one for one in self._readers if one[1] is not best]
            best.go_back(known)
            return best
        reader = self._free()
        if best is None or best is reader:
            reader.go_back(known)
        else:
            reader.take_over(best, known)
        return reader

    def _free(self) -> Reader:
        """A new one, or the oldest where there is no more room."""
        if len(self._readers) < self._most:
            return Reader(self._model)
        _, oldest = self._readers.pop(0)
        return oldest


def _manner(model: Decoder) -> Hashable:
    """What decides, beside weights and tokens, what is read into the cache."""
    return model.moved, *{layer.strength for layer in lora.adapted(model)}
