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
    "Training gave no sign for a while. If that goes on, close Mynah and open it again: everything up to the last save"
    " is safe, and it offers to continue."
)


def ready(best: float | None) -> str:
    return "Your bot is ready." if best is None else f"Your bot is ready: {best:.2f} bits per byte."


def in_two_minutes(then: Then) -> str:
    return f"The computer {'goes to sleep' if then == 'sleep' else 'shuts down'} in two minutes."
