"""Sentences of the library. Plain words; what happens next; no jargon."""

from typing import Final

from app import words as common
from app.words import number
from core.library import Totals

LIBRARY: Final = "Library"
TABS: Final = ("Documents", "Charts", "Cleaning", "Private", "Said twice", "Choices", "What a bot sees")
TAB: Final = "Part of the library"

EMPTY: Final = "Your library is empty"
EMPTY_WHY: Final = "Gather your writing first. It is shown here, and nothing of it leaves this computer."
GO_GATHER: Final = common.GO_GATHER

DOCUMENTS: Final = common.DOCUMENTS
TITLE, SOURCE, DATE, WORDS = "Title", "Source", "Date", "Words"
SEARCH: Final = "Search in everything"
FILTERS: Final = ("Source", "Year", "Kind", "Language", "Person")
LENGTH: Final = "Length"
LEFT_OUT: Final = "left out"
LEAVE_OUT: Final = "Leave out or in"
LEAVE_OUT_DOES: Final = "Leave the chosen documents out, or take them in again (Delete)"
UNDO: Final = common.UNDO
UNDO_DOES: Final = "Undo the last thing that was left out, taken in or chosen (Ctrl+Z)"
READING: Final = "The document"
VERSION: Final = "Which version"
CHANGES, BEFORE, AFTER = "Changes", "As it came", "As it is learnt"
NOTHING_FOUND: Final = "Nothing is like that. Try fewer words, or another filter."
MORE_TEXT: Final = "… and more: only the beginning of a very long text is shown."
NO_DATE: Final = "no date"
LOOKING: Final = "Looking through your writing. You can go on meanwhile."
STOP: Final = common.STOP

YEARS: Final = "Words by year"
YEARS_WHY: Final = "How much you wrote when, and where. What has no date is not shown."
LENGTHS: Final = "How long your documents are"
LENGTHS_WHY: Final = "The number of documents by their words."
YEAR_AXIS, WORDS_AXIS, DOCUMENTS_AXIS = "Year", "Words", "Documents"

RULES: Final = "What is cleaned"
RULES_WHY: Final = "Nothing is ever removed here. Switch a rule off, and its changes are gone."
RULE, DOES, FOUND = "Rule", "What it does", "Documents"
HIDDEN: Final = "Private details"
HIDDEN_WHY: Final = "These are hidden before your bot reads anything. Choose one and allow it if your bot may say it."
DETAIL, KIND, INSTEAD, TIMES = "Detail", "Kind", "Your bot reads", "Times"
ALLOW: Final = "Allow this one"
HIDE_AGAIN: Final = "Hide everything"
FIT_TO_SHARE: Final = "Everything that is found is hidden: a bot trained on this is made for sharing."
SOME_ARE_OPEN: Final = "Some of it is not hidden, as you chose. Hide everything before you train a bot to share."
NO_HIDDEN: Final = "No private detail was found."
REPEATS: Final = "Said twice"
REPEATS_WHY: Final = "The longest is kept, your own blog first. Keep another one too if both should be learnt."
ALIKE: Final = "Alike"
KEEP: Final = "Keep this one too"
KEPT: Final = "kept"
NO_REPEATS: Final = "You have not said the same twice."

CHOICES: Final = "What your bot learns from"
CHOICES_WHY: Final = "The next training follows these choices. Bots that are trained already do not change."
WEIGHT: Final = "How often it is read"
FIRST, LAST = "Nothing before (like 2015-01-31)", "Nothing after"
FEWEST: Final = "At least so many words (0: any number)"
KINDS, LANGUAGES = "Kinds of writing", "Languages"
KIND_NAMES: Final = {
    "post": "Posts", "comment": "Comments", "message": "Messages", "mail": "Mail", "caption": "Captions",
    "review": "Reviews", "draft": "Drafts", "transcript": "Transcripts", "note": "Notes",
    "prompt": "Questions to assistants",
}  # fmt: skip
PER_THREAD: Final = "At most so many of one conversation (0: all)"
ALIKE_FROM: Final = "Alike from, in hundredths"
SAVE: Final = "Save choices"
NOT_A_DAY: Final = "A day is written like 2015-01-31."
FORGET, FORGET_SOURCE = "Forget …", "Forget everything from"
FORGET_WHY: Final = "Removes it from the text, the index, the backups and the prepared text. This cannot be undone."
FORGET_SURE: Final = "Forget this source for good?"
REALLY_FORGET: Final = common.FORGET_IT
KEEP_SOURCE: Final = common.KEEP_IT

SEES: Final = "What a bot sees"
SEES_WHY: Final = (
    "A bot reads pieces of words. It learns the underlined ones; the others it only reads. Signs of control are filled."
)
SHAPES: Final = ("A bot that can talk", "A model of its own")
SHAPE: Final = "For which kind of bot"
EARLIER, LATER = "Earlier example", "Next example"

BACKUP_SHOWN: Final = (
    "Your library is damaged. This is its newest backup, to read only; nothing was changed. Put it back to go on."
)
RESTORE: Final = "Put the backup back"


REASONS: Final = {
    "by hand": "You left it out yourself.",
    "not chosen": "It is not among what you chose.",
    "beyond the cap": "Its conversation has more than you want of one; the newest are kept.",
    "nothing left": "No words of your own are left in it.",
}


def totals(found: Totals) -> str:
    out = f"  ·  {number(found.out)} left out" if found.out else ""
    words = f"{number(found.words)} words  ·  about {number(found.tokens)} tokens (pieces of words)"
    return f"{number(found.documents)} documents  ·  {words}{out}"


def any_of(about: str) -> str:
    return f"{about}: any"


def offer(name: str, value: str, count: int) -> str:
    return f"{NO_DATE if name == 'year' and value == '-' else value} ({number(count)})"


def kind(name: str) -> str:
    return KIND_NAMES.get(name, name.capitalize())


def length(fewest: int, most: int) -> str:
    if not most:
        return f"more than {number(fewest - 1)} words"
    return f"{number(fewest)} to {number(most)} words" if fewest else f"up to {number(most)} words"


def left_out(why: str) -> str:
    return f"This one is left out. {why}"


def affected(names: list[str]) -> str:
    if not names:
        return "Your choices are saved."
    listed = ", ".join(names[:5]) + (" and more" if len(names) > 5 else "")
    return f"Your choices are saved. These learnt from something else: {listed}."


def forgotten(documents: int, runs: list[str]) -> str:
    gone = f"{number(documents)} documents are gone for good."
    return f"{gone} These bots still know them: {', '.join(runs)}. Delete those to be sure." if runs else gone


def example(n: int, count: int, kind: str, source: str, learnt: int, all_: int) -> str:
    return f"Example {n + 1} of {count}: {kind}, from {source}. {learnt:,} of {all_:,} pieces are learnt."


def source_line(name: str, tokens: int) -> str:
    return f"{name}  ·  about {number(tokens)} tokens are learnt" if tokens else f"{name}  ·  nothing of it is learnt"
