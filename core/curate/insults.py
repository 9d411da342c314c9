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


def harsh_words(text: str) -> list[str]:
    """The harsh words of a text, as they stand there."""
    return HARSH.findall(text)
