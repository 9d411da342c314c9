"""Sentences of the Export page. Know no widget."""

from collections.abc import Sequence
from typing import Final

from app import words as common
from core.taken import Exported, Form

TITLE: Final = "Export"
LEAD: Final = "Take your bot along, or keep everything safe. First you see what the bot would give away."
NO_BOT: Final = "There is no bot in this project yet"
NO_BOT_WHY: Final = "Train one first. Backing up your writing, and bringing in a bot, work without one."
GO_TRAIN: Final = common.GO_TRAIN
HOW: Final = "In which form"
NAMES: Final[dict[Form, str]] = {
    "mynah": "One .mynah file, for Mynah on another computer",
    "folder": "Hugging Face folder, for most other programs",
    "adapter": "Only what was learnt, as an adapter",
    "gguf-f16": "GGUF, whole precision",
    "gguf-q8_0": "GGUF, half the size",
    "gguf-q4_0": "GGUF, a quarter of the size",
    "ollama": "For Ollama: GGUF with a Modelfile",
}
WRITING: Final = "With my writing"
WRITING_WHY: Final = "Then the bot finds its sources there too, and whoever has the file can read what you wrote."
PERSONA: Final = common.PERSONA
PERSONA_HINT: Final = common.PERSONA_HINT
EXPORT: Final = "Check and export"
CHECKING: Final = "Looking what the bot would give away…"
ANYWAY: Final = "Export anyway"
NOT_NOW: Final = common.NOT_NOW
STOP: Final = common.STOP
STOPPED: Final = "Stopped. Nothing was written."
SHOW: Final = "Show it"
MORE: Final = "Other things to take along"
BRING: Final = "Bring a bot in"
BRING_WHY: Final = "From a .mynah file."
BACKUP: Final = "Back this project up"
BACKUP_WHY: Final = "Everything of it in one zip."
RESTORE: Final = "Restore a backup"
RESTORE_WHY: Final = "Every byte is checked first."
MYNAH_FILES: Final = "Bots (*.mynah)"
BACKUPS: Final = "Backups (*.zip)"
GGUF_FILES: Final = "GGUF (*.gguf)"
CLEAN: Final = "Share check: the bot gave none of {found} private things away."
NOTHING_PRIVATE: Final = "Share check: nothing private was found in your writing."
GIVES: Final = "The bot would give away {count} of {found} private things:"
HIDE: Final = "Hide everything in the library, under Private, and train again; or export it only for yourself."


def built(unhidden: Sequence[str] | None) -> str:
    """Whether a bot was made to be shared."""
    if unhidden is None:
        return "Nobody wrote down what was hidden from this bot: it was trained by an early Mynah."
    if unhidden:
        return f"Not made for sharing. Not hidden from it: {', '.join(unhidden)}."
    return "Made for sharing: private details were hidden from its text and from its vocabulary."


def written(done: Exported) -> str:
    size = f"{done.bytes / 1e6:,.1f} MB"
    if not done.answers:
        return f"Written, {size}. You stopped before it was compared with your bot here."
    return f"Written, {size}. Both were asked the same {len(done.answers)} things: {done.same} answers are the same."


def suggested(title: str, form: Form) -> str:
    """A name for the file or folder."""
    plain = "".join(letter if letter.isalnum() or letter in " -_." else "-" for letter in title).strip()
    return plain + {"mynah": ".mynah", "folder": "", "adapter": "-adapter", "ollama": "-ollama"}.get(form, ".gguf")
