"""What the window says while a library of an older Mynah is brought up to date."""

from typing import Final

UP_TO_DATE: Final = "Your library is up to date."


def so_far(percent: int) -> str:
    return f"Your library is being brought up to date, once: {percent} % is done. Then your writing is here again."
