"""What the Settings page says. Knows no widget."""

from typing import Final

from app import words as common
from app.words import counted
from core.feedback import LEAST_PAIRS

SETTINGS: Final = "Settings"
LEAD: Final = "How the window looks, who else may talk to your bot, and what becomes of your judgements."
LOOK: Final = "How it looks"
TEXT_SIZE: Final = "Size of the text"
TEXT_SIZE_KEYS: Final = "Ctrl and + or − change it on every page, Ctrl and 0 takes it back. On a Mac it is ⌘."
API: Final = "Let other programs talk to your bot"
API_SWITCH: Final = "While this window is open"
API_WHY: Final = (
    "Programs on this computer can then use your bot as they use OpenAI's. They need the token that is shown here "
    "when it is on. Nothing outside this computer can reach it, unless you let a phone in."
)
PHONE: Final = "A phone on my network, too"
PHONE_WHY: Final = (
    "While this is on, an address for the phone is shown here. Whoever is in your network and opens it can talk to "
    "your bot."
)
OFF: Final = "The local API is off."
ADDRESS: Final = "Address"
TOKEN: Final = "Token"
PHONE_ADDRESS: Final = "For the phone"
COPY: Final = common.COPY
COPIED: Final = common.COPIED
NEW_TOKEN: Final = "New token"
NEW_TOKEN_WHY: Final = "Make another token; programs that have the old one are locked out"
NO_BOT: Final = "Train a bot first, or add a base model: then other programs can talk to it."
FEEDBACK: Final = "What you thought of replies"
FEEDBACK_WHY: Final = (
    "Thumbs, edits and the replies you kept stay on this computer, in feedback.jsonl in your project's folder. "
    "A training on a base model learns from the replies that you edited."
)
LEARN: Final = "Let my bot learn from them"
FORGET: Final = "Forget all of it"
FORGET_SURE: Final = "Really forget"


def judged(edits: int, pairs: int) -> str:
    """What was collected, and from how much on a training can learn from it. A pair is two replies, one of them liked
    better."""
    corrected = counted(edits, "reply", "replies")
    chosen = counted(pairs, "time", "times")
    needed = f" From {LEAST_PAIRS} such choices on, your bot can learn from them." if pairs < LEAST_PAIRS else ""
    return f"You have rewritten {corrected}, and said {chosen} which of two replies is better.{needed}"
