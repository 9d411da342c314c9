"""How fast to ask: one request a second a host, and never sooner than the host wishes. Opens no connection."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

JITTER: Final = 0.5  # of a pause, at most, on top of it: many copies of Mynah must not beat in one rhythm
DOUBLINGS: Final = 6  # of the pause after failures


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is, and waiting; tests bring their own, in which nothing takes time."""

    seconds: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


class Pace:
    """Keeps the pauses of every host."""

    def __init__(self, clock: Clock, pause: float) -> None:
        self._clock, self._pause = clock, pause
        self._next: dict[str, float] = {}
        self._pauses: dict[str, float] = {}

    def slow_down(self, host: str, pause: float) -> None:
        """A host asks for longer pauses."""
        self._pauses[host] = max(pause, self._pause, self._pauses.get(host, 0.0))

    def wait(self, host: str) -> float:
        """Seconds until `host` may be asked again."""
        return max(0.0, self._next.get(host, 0.0) - self._clock.seconds())

    def asked(self, host: str) -> None:
        """A request went to `host` just now."""
        pause = self._pauses.get(host, self._pause)
        self._next[host] = self._clock.seconds() + pause * (1 + JITTER * self._clock.chance())

    def back_off(self, host: str, failures: int, wished: float | None) -> float:
        """Wait as long as the host wished, else twice as long after every failure. Returns the seconds."""
        doubled = max(1.0, self._pause) * 2 ** min(failures, DOUBLINGS)
        seconds = wished if wished is not None else doubled * (1 + JITTER * self._clock.chance())
        self._next[host] = self._clock.seconds() + seconds
        return seconds


def retry_after(value: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header names, as digits or as a date; None when it says nothing sensible."""
    words = value.strip()
    if words.isascii() and words.isdigit():
        return float(words[:12])
    try:
        then = parsedate_to_datetime(words)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - now).total_seconds())
