"""What the Chat page says. Knows no widget."""

from collections.abc import Sequence
from typing import Final

from app import words as common
from app.words import counted
from core.asking import Mode

MODES: Final[dict[Mode, str]] = {"talk": "Talk", "continue": "Continue my text", "rewrite": "Say it my way"}
MODE: Final = "What the bot does with what you write"
HINTS: Final[dict[Mode, str]] = {
    "talk": "Say something …",
    "continue": "Begin a text …",
    "rewrite": "Paste a text, and the bot says it in your voice …",
}
TOO_LONG: Final = "That was more than one message holds: its first 20,000 letters were taken."
SPEAKER: Final = "Who answers"
BEST_BOT: Final = "Your bot"
NEW: Final = "New"
NEW_WHY: Final = "Begin a new conversation"
TALKS: Final = "Conversations"
TALKS_WHY: Final = "Search, open, export or delete conversations"
DIALS: Final = "Dials"
DIALS_WHY: Final = "How the bot answers: voice, notes, persona, sampling"
COMPARE: Final = "Side by side"
COMPARE_WHY: Final = "Let two bots answer the same, without knowing which is which"
EDIT: Final = "Edit"
EDIT_MINE: Final = "Edit what you said, and let it be answered anew"
EDIT_REPLY: Final = "Write what it should have said"
UP: Final = "A good reply"
DOWN: Final = "A bad reply"
EARLIER: Final = "Show the branch before"
LATER: Final = "Show the next branch"
REPLY_AGAIN: Final = "Answer once more; this answer is kept beside it"
COPY_TURN: Final = "Copy this"
SAVE: Final = "Save"
CANCEL: Final = "Cancel"
NOT_WRITTEN: Final = "You have not written about this, so the bot was told to say so."
TINT: Final = "The words in grey are the bot's own; the others stand in your writing."
OTHERS_OWN: Final = "The other words are the bot's own."
OWN_WORDS: Final = "No sentence of this stands in your writing: these are the bot's own words."
SOURCE: Final = "Open what you wrote"
OPEN_LINK: Final = "Open this address in your browser?"
OPEN: Final = "Open"
CLOSE: Final = common.CLOSE
GONE: Final = "This text is no longer in your corpus."
TALK_BEGIN: Final = "Talk with your bot"
TALK_TRY: Final = "Ask it something you wrote about, or try one of these:"
QUESTIONS: Final = ("What have you been thinking about lately?", "What do you care about most?", "Tell me a story.")

SEARCH: Final = "Search conversations"
NO_TALKS: Final = "No conversation yet. What you say and hear is kept here, on this computer only."
NOTHING_FOUND: Final = "No conversation holds these words."
EXPORT: Final = "Export…"
EXPORTED: Final = "The conversation was exported."
DELETE: Final = common.DELETE
DELETE_SURE: Final = common.DELETE_SURE

PRESETS: Final = {
    "balanced": "Balanced",
    "focused": "Focused (0.5 / 25)",
    "bold": "Bold",
    "the likeliest": "Likeliest",
}
PRESET: Final = "Ready-made settings"
TOP_P: Final = common.TOP_P
TOP_P_HINT: Final = "Choose only among the likeliest pieces that together weigh so much."
MIN_P: Final = common.MIN_P
MIN_P_HINT: Final = "Leave out what is less likely than this share of the likeliest."
REPETITION: Final = "Against repetition"
REPETITION_HINT: Final = "Makes what it has already said in this reply less likely."
LENGTH: Final = "Length"
LENGTH_HINT: Final = "Tokens at most; about four letters each."
SEED: Final = "Seed"
SEED_HINT: Final = "A number gives the same reply again; empty, a new one."
STRENGTH: Final = "Your voice"
STRENGTH_HINT: Final = "How much is heard of what it learnt from you: 0 is the base model, 100 as trained."
MORE_VOICE: Final = "More of your voice"
LOCK: Final = "Stay in my voice, also in a long talk"
STAY: Final = "Stay in my voice"
STEER: Final = "Towards your voice"
STEER_HINT: Final = (
    "Pushes a bot's thoughts towards how you write, also one that learnt nothing from you. 0 leaves it as it is."
)
FIND_VOICE: Final = "Find my voice in it"
STOP_FINDING: Final = common.STOP
FOUND_VOICE: Final = "Your voice is known in this bot: push it, or hold it up."
NO_VOICE_YET: Final = (
    "To push or hold your voice, Mynah compares what you wrote with what this model says. It takes some minutes."
)
NOT_MEASURED: Final = "To push or hold your voice, measure this bot first, on the Meters page."
LOOKING_FOR_VOICE: Final = "Comparing its voice with yours …"
DRIFT_WHY: Final = "How much of your voice each reply has: below is the base model's, above is yours."
DRIFTING: Final = 25  # of 100, below which little of the writer is left
USE_NOTES: Final = "Look up what I wrote, and show where it comes from"
BEST_OF: Final = "Write three replies and take the best"
PERSONA: Final = common.PERSONA
PERSONA_HINT: Final = common.PERSONA_HINT
NOT_FOLLOWED: Final = (
    "Persona and notes are for models that follow instructions; a model from scratch goes on with text."
)

LEFT: Final = "Left is better"
RIGHT: Final = "Right is better"
SAME: Final = "No difference"
ASK_BOTH: Final = "Ask both"
COMPARE_LEAD: Final = "Both get the same words and the same seed. Which is which is shown after you have chosen."
FIRST_BOT: Final = "One bot"
SECOND_BOT: Final = "The other bot"
PROMPT: Final = "What both are asked"
HIDDEN: Final = "?"


def figures(tokens: int, seconds: float, voice: float | None = None) -> str:
    """How much was said, how fast, and how much in the writer's voice."""
    heard = "" if voice is None else f" · voice {voice:.0f}"
    speed = f" · {tokens / seconds:.0f} a second" if seconds > 0 and tokens else ""
    return f"{counted(tokens, 'token', 'tokens')}{speed}{heard}"


def word_for_word(heading: str) -> str:
    return f"Word for word: {heading}"


def not_used(headings: Sequence[str]) -> str:
    """Notes that a bot was given and no sentence rests on."""
    return f"It had looked up, and did not use: {'; '.join(headings)}."


def voice_now(voices: Sequence[float]) -> str:
    """The newest, and a warning where little is left of what there was."""
    now = f"Voice {voices[-1]:.0f}"
    return f"{now}, drifting away" if voices[-1] < DRIFTING < max(voices) else now


def drift_in_words(voices: Sequence[float]) -> str:
    return f"Voice over this talk, of 100: {', '.join(f'{voice:.0f}' for voice in voices)}"


def pushed(value: float) -> str:
    return "as it is" if not value else f"{value:+.1f}"


def branch(number: int, count: int) -> str:
    return f"{number} of {count}"


def untrained(name: str) -> str:
    return f"{name}, not trained on you"


def tally(votes: dict[str, int]) -> str:
    return " · ".join(f"{name}: {count}" for name, count in votes.items())
