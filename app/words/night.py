"""What is said about the night of a training. Knows no widget."""

from typing import Final

NIGHT: Final = "Through the night"
NIGHT_LEAD: Final = "What is saved is never lost. Here you say what Mynah may try, and when it should wait."
SEVERAL: Final = "Try several models in this time, and keep the best"
AGAIN: Final = "Start again by itself when Mynah or the device breaks down, or the computer restarts"
HOTTEST: Final = "Wait while the computer is hotter than"
EMPTIEST: Final = "Wait while the battery has less than"
NEVER: Final = "do not wait"
DEGREES: Final = (75, 80, 85, 90, 95)
PERCENT: Final = (10, 20, 30, 50)


def degrees(value: int) -> str:
    return f"{value} °C"


def percent(value: int) -> str:
    return f"{value} %"
