"""Talk with a program that answers: what the user asked, as prompts. Knows no program.

What the program said is context and never learnt, for it would be taken for the person's own voice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from core.documents import Document
from importers.chats import Message, Talk, documents

TYPED: Final = 1_500  # characters: hardly anybody types more into a small box


def prompts(messages: Iterable[Message], talk: Talk) -> Iterator[Document]:
    return documents(messages, replace(talk, kind="prompt"))


def flags(words: str) -> tuple[str, ...]:
    """Long texts and code are other people's more often than not: put in to be asked about."""
    return ("pasted",) if len(words) > TYPED or "```" in words else ()
