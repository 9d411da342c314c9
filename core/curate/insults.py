"""Harsh words, for a list to look through: nothing is left out by them. Small lists of our own in five languages."""

import re
from typing import Final

STEMS: Final = """
    fuck\\w* shit(?:ty|s)? bullshit asshole\\w* bastard\\w* bitch\\w* cunt\\w* dickhead\\w* moron\\w*
    idiot\\w* retard\\w* scum slut\\w* whore\\w* wanker\\w* motherfuck\\w* twat\\w* prick faggot\\w*
    nigg(?:er|a)\\w* kike\\w* arschl\\w+ scheiß\\w* scheiss\\w* fick\\w* hurensohn\\w* wichser\\w*
    schlampe\\w* fotze\\w* vollidiot\\w* missgeburt\\w* depp(?:en)? connard\\w* connasse\\w* salope\\w* putain
    enculé\\w* merde\\w* pute bâtard\\w* enfoiré\\w* puta\\w* mierda\\w* cabrón\\w* gilipollas pendejo\\w*
    joder maricón\\w* hijoputa stronz\\w+ cazzo vaffanculo puttana troia merda bastard[oi]
"""
THREATS: Final = (
    r"(?:i(?:'ll| will| want to|'m going to) kill (?:you|him|her|them)|kill yourself|go (?:and )?die"
    r"|ich bring(?:e)? (?:dich|ihn|sie) um|hope you die|deserves? to die)"
)
HARSH: Final = re.compile(rf"\b(?:{'|'.join(STEMS.split())}|{THREATS})\b", re.IGNORECASE)
WORD: Final = re.compile(r"\w+")
BEGINNINGS: Final = tuple(sorted({re.split(r"[\\(\[]", stem)[0] for stem in STEMS.split()}))
FIRST: Final = frozenset(each[:4] for each in BEGINNINGS)  # letters, of which all have four
BEGINS: Final = re.compile("|".join(BEGINNINGS))
THREATENING: Final = ("kill", "die", "bring", "bringe")


def is_harsh(text: str) -> bool:
    """Whether a text has a harsh word. The long pattern is asked only where a word begins like one."""
    words = set(WORD.findall(text.casefold()))
    may_insult = not FIRST.isdisjoint({word[:4] for word in words}) and any(map(BEGINS.match, words))
    if not may_insult and words.isdisjoint(THREATENING):
        return False
    return HARSH.search(text) is not None
