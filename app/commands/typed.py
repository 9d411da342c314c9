"""What is typed in a talk in the terminal besides texts: /help, /quit. Knows no bot."""

import re
from typing import Final

ENDS: Final = ("/quit", "/exit", "/bye", "/q")
HELPS: Final = ("/help", "/?")
WAYS_OUT: Final = "/quit ends, /help says what you can type."
HELP: Final = """\
/quit, /exit    ends, as an empty line and Ctrl-D do
/help           shows this
Ctrl-C          stops a reply; where none is being written, it ends
Anything else is what you say. How it answers is set before a talk: mynah chat --help"""
WORD: Final = re.compile(r"/[a-z?]+", re.IGNORECASE)  # alone on its line; "/r/running is fun" is a text


def answer_to(line: str) -> str | None:
    """What is said to a word with a slash; nothing to a text, and None where the talk ends."""
    word = line.strip().casefold()
    if word in ENDS:
        return None
    if word in HELPS:
        return HELP
    return f"There is no {line.strip()} here. {WAYS_OUT}" if WORD.fullmatch(word) else ""


def this_is(title: str) -> str:
    return f"This is {title}."


def this_is_run(name: str, *, of: int) -> str:
    """Which run talks, and that another one could, where it was chosen among several."""
    if of > 1:
        return f"This is run {name}, the best of {of} (--run NAME takes another)."
    return f"This is run {name}."
