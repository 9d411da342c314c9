"""A model's config.json, which a stranger wrote: each value is checked before anything is sized by it.

What is missing or null takes the default that the family's makers gave it; without a default it is refused.
Knows no family.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Self, TypeVar

from core.errors import Unsupported, WrongFile

V = TypeVar("V")

# Far above every dense model that a personal computer can hold, far below what could exhaust its memory.
LAYERS: Final = 256
HEADS: Final = 512
HEAD_WIDTH: Final = 1_024
WIDTH: Final = 32_768
INNER: Final = 262_144
VOCABULARY: Final = 1_000_000
CONTEXT: Final = 16_777_216


class Config:
    """Checked reading of one JSON object."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def count(self, name: str, most: int, default: int | None = None) -> int:
        """A whole number from 1 to `most`."""
        value = self._get(name, default)
        if type(value) is not int or not 1 <= value <= most:
            raise unusable(name)
        return value

    def number(self, name: str, default: float | None = None) -> float:
        """A number above 0 and below a trillion."""
        value = self._get(name, default)
        if type(value) not in (int, float) or not 0 < value < 1e12:
            raise unusable(name)
        return float(value)

    def numbers(self, name: str, length: int) -> tuple[float, ...]:
        """A list of `length` numbers, each as `number` takes them."""
        return tuple(Config({name: value}).number(name) for value in self.items(name, length))

    def flag(self, name: str, default: bool) -> bool:
        value = self._get(name, default)
        if type(value) is not bool:
            raise unusable(name)
        return value

    def word(self, name: str, meanings: Mapping[Any, V], default: V | None = None) -> V:
        """What the value means; a value without a meaning is a model that we cannot build."""
        value = self._values.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str | int) or value not in meanings:
            raise unknown(name)
        return meanings[value]

    def words(self, name: str, meanings: Mapping[Any, V], default: Sequence[V]) -> tuple[V, ...]:
        """What each value of a list means; the list is as long as `default`."""
        if self._values.get(name) is None:
            return tuple(default)
        return tuple(Config({name: value}).word(name, meanings) for value in self.items(name, len(default)))

    def items(self, name: str, length: int) -> list[Any]:
        """A list of `length` values that nobody has checked."""
        values = self._values.get(name)
        if not isinstance(values, list) or len(values) < length:
            raise unusable(name)
        return values[:length]

    def demand(self, name: str, value: object) -> None:
        """A setting that may be missing, but may not be another one."""
        if self._values.get(name, value) not in (value, None):
            raise unknown(name)

    def section(self, *names: str) -> Self:
        """The first of these objects that is there, else an empty one."""
        found: Any = next((self._values[name] for name in names if self._values.get(name)), {})
        if not isinstance(found, dict):
            raise unusable(names[0])
        return type(self)(found)

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None

    def _get(self, name: str, default: Any) -> Any:
        value = self._values.get(name)
        return default if value is None else value


def unusable(name: str) -> WrongFile:
    return WrongFile(
        f"This model's config.json gives no usable value for {name}.",
        fix="Get the model's folder again from where it came, or choose another model.",
    )


def unknown(name: str) -> Unsupported:
    return Unsupported(
        f"This model is built in a way that Mynah does not know: its config.json sets {name} to something else.",
        fix="Choose another model, for example another version of the same family.",
    )
