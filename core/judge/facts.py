"""How replies to questions about the writing are marked: right, or a refusal. Knows no model.

The questions themselves are made in core/cloze.py.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.cloze import Question, is_refusal


def is_right(question: Question, reply: str) -> bool:
    """Whether the fact stands in the reply as a word of its own."""
    return re.search(rf"(?<!\w){re.escape(_plain(question.answer))}(?!\w)", _plain(reply)) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Shares, each of the questions of its kind."""

    right: float
    refused: float  # of what has no answer: should be high
    refused_wrongly: float  # of what has one: should be low


def knowledge(asked: Sequence[tuple[Question, str]]) -> Knowledge:
    """What came of questions and their replies."""
    known = [(question, reply) for question, reply in asked if question.answer]
    unknown = [reply for question, reply in asked if not question.answer]
    return Knowledge(
        right=sum(is_right(question, reply) for question, reply in known) / max(1, len(known)),
        refused=sum(map(is_refusal, unknown)) / max(1, len(unknown)),
        refused_wrongly=sum(is_refusal(reply) for _, reply in known) / max(1, len(known)),
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace(",", "").replace("’", "'").split())
