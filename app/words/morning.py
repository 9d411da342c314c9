"""What is said about the morning after a training. Knows no widget."""

from typing import Final

from app.morning import Then

MORNING: Final = "When it is done"
MORNING_LEAD: Final = "A notification tells you. You can have a message sent as well, and let the computer rest."
THEN: Final = "Then the computer"
THENS: Final[tuple[tuple[Then, str], ...]] = (("nothing", "Stays on"), ("sleep", "Sleeps"), ("shutdown", "Shuts down"))
ADDRESS: Final = "Address for a message (ntfy, Slack, Discord, your own)"
ADDRESS_HINT: Final = "https://ntfy.sh/…"
KEEP_ON: Final = "Keep it on"
STAYS_ON: Final = "The computer stays on."
SILENT: Final = (
    "Training has given no sign for a while: the device may hang. Mynah can close itself, open again and go on from"
    " where it was saved last."
)
BEGIN_AGAIN: Final = "Begin it again"


def ready(best: float | None) -> str:
    return "Your bot is ready." if best is None else f"Your bot is ready: {best:.2f} bits per byte."


def in_two_minutes(then: Then) -> str:
    return f"The computer {'goes to sleep' if then == 'sleep' else 'shuts down'} in two minutes."
