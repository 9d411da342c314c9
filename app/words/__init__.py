"""Every sentence the user reads in the window, and how numbers become words. Knows no widget."""

from typing import Final

from core.documents import ImportReport
from core.journal import Evaluated

NAME: Final = "Mynah"

# Sidebar and frame
WELCOME: Final = "Welcome"
GATHER: Final = "Gather"
TRAIN: Final = "Train"
CHAT: Final = "Chat"
PAGES: Final = "Pages"
PROJECT: Final = "Project"
MY_WRITING: Final = "My own writing"
SAMPLE: Final = "The sample"
SCHEMES: Final = {"system": "System look", "light": "Light look", "dark": "Dark look"}
CHANGE_LOOK: Final = "Change between the system's look, light and dark"
DISMISS: Final = "Dismiss this message"
SETTINGS_LOST: Final = (
    "Your settings could not be read. The usual ones are used, and the old file was kept beside them."
)

# Welcome
HELLO: Final = "A bot that writes like you"
WHAT_IT_DOES: Final = (
    "Mynah reads what you have written and trains a small language model on it, here on your own computer. "
    "Nothing leaves this machine."
)
TRY_SAMPLE: Final = "Try it with the sample"
TRY_SAMPLE_WHY: Final = "Essays by G. K. Chesterton come with Mynah. See in a few minutes how it all works."
USE_MINE: Final = "Use my own writing"
USE_MINE_WHY: Final = "Paste the address of your blog, or drop a folder or an export: X, WhatsApp, Reddit and more."
TALK: Final = "Talk to your bot"
TALK_WHY: Final = "Begin a text, and your bot goes on in your style."
CONTINUE: Final = "Continue"
CLOSE: Final = "Close"
DELETE: Final = "Delete"
DELETE_SURE: Final = "Really delete"
UNDO: Final = "Undo"
TOP_P: Final = "Top-p"
MIN_P: Final = "Min-p"
PERSONA: Final = "Who it should be"
PERSONA_HINT: Final = "Left empty, it is your writing twin."
FORGET_IT: Final = "Forget it"
KEEP_IT: Final = "Keep it"
NOT_NOW: Final = "Not now"
CONTINUE_WHY: Final = "Everything up to there is saved. It goes on exactly where it stopped."

# Gather
GATHER_LEAD: Final = "Show Mynah where your writing is. Your files are only read, never changed."
DROP_KINDS: Final = (
    "Markdown, text, web pages, Word, PDF, or the export of a service as you got it."
    " What could not be read is listed, with the reason."
)
CHOOSE_FOLDER: Final = "Choose a folder…"
CHOOSE_FILES: Final = "Choose files…"
DOCUMENTS: Final = "Documents"
SKIPPED: Final = "Skipped"
TITLE: Final = "Title"
DATE: Final = "Date"
WORDS: Final = "Words"
WHY: Final = "Why"
NO_DATE: Final = "–"
NOTHING_YET: Final = "Nothing here yet. What you add appears in this place while it is being read."
READING: Final = "Looking for your writing …"
STOP: Final = "Stop"
STOPPING: Final = "Stopping …"
NEXT_TRAIN: Final = "Next: train"
SHOWN_LIST: Final = "Which list is shown"

# Train
TRAIN_LEAD: Final = "Your bot learns by guessing the next piece of your text, over and over, a little better each time."
TRAIN_NOW: Final = "Train my bot"
TRAIN_NEW: Final = "Train a new one"
HOW_LONG: Final = "How long"
DURATIONS: Final = ((5, "5 min"), (20, "20 min"), (60, "1 hour"), (480, "Overnight"))
NO_WRITING: Final = "There is nothing to learn from yet"
NO_WRITING_WHY: Final = "Gather some of your writing first, or try the sample from the Welcome page."
GO_GATHER: Final = "Gather my writing"
READY: Final = "Ready to train"
GETTING_READY: Final = "Getting ready …"
GETTING_READY_WHY: Final = "Reading your writing, choosing a size of model, measuring how fast this computer is."
TRAINING: Final = "Training"
STOP_AND_SAVE: Final = "Stop and save"
SAVING: Final = "Saving, this takes a moment …"
STOPPED_WHY: Final = "Continue whenever you like: nothing is lost. You can talk to it already."
FINISHED: Final = "Your bot is ready"


def finished_why(advice: str) -> str:
    """What can be done now, and what this very training says to try next."""
    return f"Begin a text in the chat and see how it goes on. {advice}".strip()


STEP: Final = "Step"
SPEED: Final = "Tokens per second"
TIME_LEFT: Final = "Time left"
NONE_LEFT: Final = "done"
BEST: Final = "Best bits per byte"
BEST_HINT: Final = (
    "Bits per byte: how surprised it is by text of yours that it has never seen. Lower is better; the first point of "
    "the curve is what it could before."
)
PLOT_HEADING: Final = "How it learns"
PLOT: Final = "Learning curves"
STEPS: Final = "steps"
MINUTES: Final = "minutes"
BITS_PER_BYTE: Final = "bits per byte"
AGAINST: Final = "Curves against"
AGAINST_STEPS: Final = "Steps"
AGAINST_TIME: Final = "Time"
EACH_STEP: Final = "each step"
TRAINING_TEXT: Final = "text it learns from"
HELD_OUT_TEXT: Final = "text it has never seen"
SAMPLES_HEADING: Final = "What it writes"
SAMPLES_LEAD: Final = "The same openings at every look, the newest on top."

# Chat
CHAT_BEGIN: Final = "Begin a text, and your bot goes on"
CHAT_TRY: Final = "Write a few words of your own below, or try one of these:"
OPENINGS: Final = (
    "It was early in the morning when",
    "The trouble with most good advice is",
    "I have often wondered why people",
)
NO_BOT: Final = "You have no bot yet"
NO_BOT_WHY: Final = "Train one first; the first version can be talked to after a few minutes."
GO_TRAIN: Final = "Go to Train"
MESSAGE: Final = "Begin a text"
MESSAGE_HINT: Final = "Begin a text …"
SEND: Final = "Let the bot go on"
STOP_REPLY: Final = "Stop writing"
AGAIN: Final = "Again"
COPY: Final = "Copy"
COPIED: Final = "Copied"
TEMPERATURE: Final = "Temperature"
TEMPERATURE_HINT: Final = "Low is careful and repeats itself; high is daring and stumbles."
TOP_K: Final = "Top-k"
TOP_K_HINT: Final = "Choose only among the k likeliest next pieces."
ALL: Final = "all"
WAKING: Final = "…"

# Closing and crashing
CLOSE_TITLE: Final = "Your bot is still training"
CLOSE_WHY: Final = "If you stop now, everything so far is saved and can be continued next time."
KEEP_TRAINING: Final = "Keep training"
CRASH_TITLE: Final = "Something in Mynah broke"
CRASH_WHY: Final = (
    "This is our mistake, not yours. Your writing and your saved training are safe. "
    "You can go on; if it happens again, please send us the details."
)
COPY_DETAILS: Final = "Copy details"
GO_ON: Final = "Go on"


def number(value: int) -> str:
    """1234567 as 1,234,567."""
    return f"{value:,}"


def counted(value: int, one: str, many: str) -> str:
    return f"{number(value)} {one if value == 1 else many}"


def duration(seconds: float) -> str:
    """Roughly, as one would say it."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def stopped_at(step: int, steps: int) -> str:
    return f"Training stopped at step {number(step)} of {number(steps)}"


def training_at(step: int, steps: int) -> str:
    return f"Training · {round(100 * step / steps)} %"


def step_of(step: int, steps: int) -> str:
    return f"{number(step)} of {number(steps)}" if steps else number(step)


def at_step(step: int) -> str:
    return f"Step {number(step)}"


def what_there_is(documents: int, word_count: int) -> str:
    return f"{counted(documents, 'document', 'documents')} with {counted(word_count, 'word', 'words')}"


def what_will_happen(documents: int, word_count: int) -> str:
    """Before training: what it works with, and that the machine decides the rest."""
    return (
        f"Mynah learns from {what_there_is(documents, word_count)}. "
        "It chooses the size of the model from that and from the time you give it."
    )


def imported(report: ImportReport) -> str:
    """What came of an import, in one sentence."""
    if report.already and not (report.added or report.changed or report.stopped):
        there = "it was" if report.already == 1 else f"all {number(report.already)} were"
        skipped = f" {number(report.skipped)} skipped." if report.skipped else ""
        return f"Nothing new: {there} here already.{skipped}"
    parts = [f"{counted(report.added, 'new document', 'new documents')}"]
    if report.changed:
        parts.append(f"{number(report.changed)} updated")
    if report.already:
        parts.append(f"{number(report.already)} known already")
    if report.skipped:
        parts.append(f"{number(report.skipped)} skipped")
    return ("Stopped: " if report.stopped else "Done: ") + ", ".join(parts) + "."


def skipped_tab(count: int) -> str:
    return f"{SKIPPED} ({number(count)})" if count else SKIPPED


def plot_in_words(fact: Evaluated) -> str:
    """The newest point of the curves, for those who do not see them."""
    return (
        f"At step {number(fact.step)}: {fact.bits_per_byte:.2f} bits per byte on text it has never seen, "
        f"{fact.train_bits_per_byte:.2f} on text it learns from."
    )


def continued(text: str) -> str:
    """The bot's part of a text, as going on from the user's."""
    return f"…{text}"
