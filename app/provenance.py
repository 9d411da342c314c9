"""Says in a terminal where a reply comes from: sentences that a note supports, passages word for word, own words.

The same that the window shows beside a reply, below it and in plain lines; and as fields for a program. Knows no bot.
"""

from typing import Any, Final

from app.words import chat as words
from app.work.talk import Marked
from core.asking import Answer

LONGEST: Final = 100  # characters of a passage; a longer one loses its middle


def lines(answer: Answer, copied: Marked) -> list[str]:
    """What stands below a reply, for a person; nothing for one that was given no notes and copies nothing."""
    text = answer.reply.text
    said: list[str] = []
    for note in answer.notes:
        supported = [text[part.start : part.end] for part in answer.supports if part.note == note.number]
        if supported:
            said.append(f"  [{note.number}] {note.heading}{f'  {note.url}' if note.url else ''}")
            said += [f"      {quoted(sentence)}" for sentence in supported]
    for heading in dict.fromkeys(heading for _, _, _, heading in copied):
        said.append(f"  {words.word_for_word(heading)}")
        said += [f"      {quoted(text[start:end])}" for start, end, _, other in copied if other == heading]
    said += [f"  {sentence}" for sentence in (own_words(answer), unused(answer)) if sentence]
    return said


def unused(answer: Answer) -> str:
    """Which notes it was given and made nothing of; a program reads them among its sources."""
    used = {part.note for part in answer.supports}
    left = [note.heading for note in answer.notes if note.number not in used]
    return words.not_used(left) if left else ""


def own_words(answer: Answer) -> str:
    """What is not in the writing, in a sentence; empty where no note was asked for or all stands there."""
    if answer.unknown:
        return words.NOT_WRITTEN
    own = [part for part in answer.supports if not part.note]
    if not own:
        return ""
    return words.OWN_WORDS if len(own) == len(answer.supports) else words.OTHERS_OWN


def fields(answer: Answer, copied: Marked) -> dict[str, Any]:
    """The same for a program: places in the reply are characters, the end not included."""
    return {
        "sources": [
            {"number": note.number, "title": note.title, "key": note.key, "url": note.url} for note in answer.notes
        ],
        "supports": [{"start": part.start, "end": part.end, "note": part.note} for part in answer.supports],
        "not_written_about": answer.unknown,
        **copies(copied),
    }


def copies(copied: Marked) -> dict[str, Any]:
    return {"copied": [{"start": s, "end": e, "key": key, "title": heading} for s, e, key, heading in copied]}


def quoted(passage: str) -> str:
    """A passage on one line; of a long one the first and the last words."""
    flat = " ".join(passage.split())
    if len(flat) <= LONGEST:
        return f"“{flat}”"
    first, last = flat[: LONGEST // 2].rsplit(" ", 1)[0], flat[-LONGEST // 2 :].split(" ", 1)[-1]
    return f"“{first} … {last}”"
