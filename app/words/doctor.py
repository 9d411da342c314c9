"""Sentences of the Doctor page. Know no widget."""

from typing import Final

from app import words as common
from core.doctor import Finding, Level

TITLE: Final = "Doctor"
LEAD: Final = "What may stand in the way on this computer, and what to do about it."
AGAIN: Final = "Look again"
ASK: Final = "Ask the model hub too"
ASK_WHY: Final = f"“{ASK}” sends one empty question to huggingface.co. Nothing is asked unless you press it."
ASK_AGAIN: Final = "Ask the model hub again"
MODELS: Final = "See what models take"
NEWER: Final = "Look for a newer version"
NEWER_WHY: Final = (
    f"“{NEWER}” asks one address for the number of the newest Mynah, and tells it nothing of you. "
    "Nothing is fetched or installed by itself."
)
COPY: Final = common.COPY
COPIED: Final = "Copied. It holds no writing of yours."
LOOKING: Final = "Looking at this computer…"
WELL: Final = "Everything is as it should be."
LEVELS: Final[dict[Level, str]] = {"trouble": "Trouble", "note": "Note", "fine": "Fine"}


def verdict(found: list[Finding]) -> str:
    troubles = sum(finding.level == "trouble" for finding in found)
    notes = sum(finding.level == "note" for finding in found)
    if troubles:
        return "One thing stands in the way." if troubles == 1 else f"{troubles} things stand in the way."
    if notes:
        return "Nothing stands in the way. One thing is good to know." if notes == 1 else f"{notes} things to know."
    return WELL


def report(found: list[Finding]) -> str:
    """All findings as text, for a letter to somebody who helps."""
    return "\n".join(f"{LEVELS[each.level]}: {each.about}: {each.what} {each.fix}".strip() for each in found)
