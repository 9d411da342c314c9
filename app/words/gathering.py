"""The sentences of gathering, in the window and in the terminal. Knows no widget."""

from datetime import datetime
from textwrap import shorten
from typing import Final

from app import words as common
from app.words import counted, duration, number
from core.corpus import Import
from core.documents import Document, ImportReport
from core.events import Progress
from core.sources import Columns, Found, Person, Place

ADDRESS: Final = "The address of your blog or channel, or a handle"
ADDRESS_HINT: Final = "blog.example.org  ·  @you.bsky.social  ·  youtube.com/@you"
LOOK: Final = "Look"
LOOK_DOES: Final = "Look what is there, and import nothing yet"
OWN_SITE: Final = "It is my own site"
OWN_SITE_WHY: Final = "Then Mynah reads it even where the site asks programs to stay away (its robots.txt)."
OR_DROP: Final = "Or drop files, a folder or an export as you got it anywhere in this window."
ENOUGH: Final = "Enough"
ENOUGH_DOES: Final = "Stop looking, and show what was found so far"

FOUND: Final = "This is what there is"
FOUND_NONE: Final = "There is nothing to bring in here."
BRING: Final = "Bring it in"
NOT_NOW: Final = common.NOT_NOW
ALL_RIGHT: Final = "All right"
WHICH_ARE_YOU: Final = "Which of these are you?"
WHICH_HINT: Final = "Tick every name that is yours. Only what you wrote is learnt; the rest is what you answer."
TICK_FIRST: Final = "Tick your name first."
TICK_PRIVATE: Final = "All of this is private: tick “Let private talks in” to bring it in. It stays on this computer."
CHANGE: Final = "Change"
COLUMNS: Final = "What is in which column?"
NO_COLUMN: Final = "(none)"
TEXT: Final = "Text"
AUTHOR: Final = "Author"
DATE: Final = common.DATE
FIRST_ROWS: Final = "The first rows, as Mynah reads them"
NO_ROWS: Final = "No row has a text in this column. Choose another one."

CONTINUE: Final = common.CONTINUE
UNDO: Final = "Undo this import"
IMPORTS: Final = "Imports"
WHEN: Final = "When"
WHERE: Final = "From"
WHAT: Final = "What"
UNDO_CHOSEN: Final = "Undo the chosen import"
UNDO_WHY: Final = "Takes out of your collection what this import added. Your own files stay as they are."

GUIDES: Final = "How do I get my export?"
GUIDES_HIDE: Final = "Hide the list of exports"
GUIDES_FIND: Final = "Find a service"
GUIDES_NOTHING: Final = "No service of that name"
GUIDES_NONE: Final = (
    "Many offer a table (CSV) or plain files: Mynah reads those. "
    "A blog or a profile that anybody can see needs no export: paste its address."
)
SERVICES: Final = "Services"

IN_TERMINAL: Final = {  # what fixes are there, where the window has a list, a tick or a field
    "Give the address of a blog, a feed or a profile, or drop the export of your account.": "See `mynah sources`.",
    "If it is your own site, say so.": "Add --own-site.",
    "Choose your name among them.": "Add --me NAME.",
    "Say which of its columns holds them.": "Add --text COLUMN.",
}


def where(place: Place) -> str:
    """A place by its last part, or the address as it is."""
    return place if isinstance(place, str) else place.name or str(place)


def bare(key: str) -> str:
    """An address as people write it; other keys as they are."""
    return key.partition("://")[2] if key.startswith(("http://", "https://")) else key


def looking_at(place: Place) -> str:
    return f"Looking at {where(place)} …"


def what_was_found(found: Found, *, private: bool = False, me: tuple[Person, ...] = ()) -> str:
    """How many items, by whom, from when to when, about how many tokens; and what stays out.

    With `private` what is private is counted in; `me` are those who the user has said they are. Where the look had to
    guess that, their messages are told instead, and before anything is said those of all.
    """
    if not (found.items or found.private) and found.reasons:
        return why_nothing(found)
    items, tokens = found.items, found.tokens
    if private or not items:
        items, tokens = items + found.private, tokens + found.private_tokens
    messages = told_as_messages(found, me)
    said = [messages or how_many(found, items)]
    tokens = 0 if messages else tokens
    if by := tuple(one.name for one in me) or (() if is_asked(found) else found.authors):
        said.append(f"by {in_a_row(by)}")
    if found.first and found.last:
        said.append(between(found.first, found.last))
    sentence = ", ".join(said) + (f"; about {number(rounded(tokens))} tokens." if tokens else ".")
    if found.private and not private:
        stays = counted(found.private, "more is private and stays", "more are private and stay")
        sentence += f" {stays if found.items else 'All of it is private and stays'} out until you choose so."
    if found.skipped:
        sentence += f" {counted(found.skipped, 'item stays', 'items stay')} out and will be listed with the reason."
    if found.how:
        sentence += f" Read by way of: {found.how}."
    return sentence[0].upper() + sentence[1:]


def how_many(found: Found, items: int) -> str:
    return f"about {counted(rounded(items), 'item', 'items')}" if found.about else counted(items, "item", "items")


def told_as_messages(found: Found, me: tuple[Person, ...]) -> str:
    """How many are theirs who the user is, where they had to say so; before that, how many there are of all."""
    if not is_asked(found) or (found.about and not me):
        return ""
    messages = counted(sum(one.count for one in me or found.people), "message", "messages")
    if me:
        return f"about {messages}" if found.about else messages
    return f"{messages} by {counted(len(found.people), 'person', 'people')}"


def is_asked(found: Found) -> bool:
    """Whether only the user knows who they are there: the look had to guess, which is not said aloud."""
    return bool(found.people) and not any(one.is_me for one in found.people)


def why_nothing(found: Found) -> str:
    """The first few that stay out, each with its reason, where all do."""
    said = [f"{bare(one.key).rpartition('/')[2] or bare(one.key)}: {one.reason}" for one in found.reasons]
    left = found.skipped - len(said)
    return "\n".join([*said, f"The same goes for {number(left)} more."] if left > 0 else said)


def between(first: datetime, last: datetime) -> str:
    one, other = f"{first:%B %Y}", f"{last:%B %Y}"
    return f"from {one}" if one == other else f"from {one} to {other}"


def in_a_row(names: tuple[str, ...], most: int = 3) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(names[:most])
    return f"{shown} and {number(len(names) - most)} more" if len(names) > most else shown


def rounded(value: int) -> int:
    """To two digits: "about" should not look exact."""
    return int(float(f"{value:.1e}"))


def let_private_in(count: int) -> str:
    return f"Let private talks in ({number(count)})" if count else "Let private talks in"


def you_are(names: tuple[str, ...]) -> str:
    return f"You: {in_a_row(names)}"


def person(name: str, count: int) -> str:
    return f"{name}  ·  {number(count)}" if count else name


def taken_for(columns: Columns) -> str:
    """Which column is what, in one line."""
    said = {"text": columns.text, "author": columns.author, "date": columns.date}
    return ", ".join(f"{what}: {name or 'none'}" for what, name in said.items()) + "."


def row(document: Document) -> str:
    """One line of a table as it was understood."""
    date = f"{document.written:%Y-%m-%d}" if document.written else "no date"
    return f"{date}  ·  {document.author or 'you'}  ·  {shorten(document.text, 90, placeholder=' …')}"


def reading(progress: Progress, seconds: float) -> str:
    """How far an import is, how fast it goes, and how long it will take."""
    unit, _, more = progress.note.partition(", ") if progress.note.startswith("megabytes") else ("", "", progress.note)
    scale = " MB" if unit else ""
    total = f" of {number(progress.total)}" if progress.total else ""
    said = [f"Reading {number(progress.done)}{total}{scale}"] + ([more] if more else [])
    speed = progress.done / seconds if seconds >= 1 else 0.0
    if speed >= 0.1:
        said.append(f"{speed:,.0f}{scale} a second" if speed >= 10 else f"{speed:.1f}{scale} a second")
        if progress.total > progress.done:
            said.append(f"about {duration((progress.total - progress.done) / speed)} left")
    return " · ".join(said)


def report_with_skips(report: ImportReport) -> str:
    """What a person may want to do after an import."""
    if report.stopped:
        return "What was read stays. Continue whenever you like: nothing comes in twice."
    if report.skipped:
        return "What was skipped is listed below, with the reason."
    return "Import the same again later: only what is new comes in."


def undone(documents: int) -> str:
    return f"Taken back: {counted(documents, 'document', 'documents')}. Your own files are as they were."


def import_line(one: Import) -> str:
    return f"{one.started.astimezone():%Y-%m-%d}"
