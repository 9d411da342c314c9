"""Street addresses with a house number, as seven languages write them. Knows no document."""

import re
from collections.abc import Iterator
from typing import Final

from core.curate.edits import Edit
from core.curate.rules import STREETS

CAPITAL: Final = r"[A-ZÀ-ÖØ-Þ][\w'’.-]{1,24}"
NUMBER: Final = r"\d{1,5}(?: ?[a-zA-Z])?"
POSTCODE: Final = r"(?:,? *\n? *(?:[A-Z]{1,2}-)?\d{4,5}(?: ?[A-Z]{2})? +" + CAPITAL + r"(?: " + CAPITAL + r")?)?"
KINDS: Final = (
    r"(?:Street|Str\.|St\b\.?|Road|Rd\b\.?|Avenue|Ave\b\.?|Lane|Ln\b\.?|Drive|Court|Square|Boulevard|Blvd\b\.?|Terrace"
    r"|Crescent|Close|Gardens|Parkway|Highway|Row|Mews)(?! (?:to|of|with|from)\b)"
)
ENGLISH: Final = (
    rf"\b{NUMBER},? (?:(?:[NSEW]\.?|North|South|East|West) )?(?:{CAPITAL} ){{1,3}}{KINDS}"
    rf"(?:,? (?:Apt|Flat|Unit|Suite)\.? ?\w{{1,5}})?(?:, {CAPITAL}(?: {CAPITAL})?)?"
    r"(?:,? [A-Z]{1,2}\d[\dA-Z]? ?\d[A-Z]{2}\b|,? [A-Z]{2} \d{5}\b)?"
)
GERMAN: Final = (  # and Dutch
    rf"\b(?:{CAPITAL}(?:straße|strasse|weg|platz|allee|gasse|ufer|damm|straat|laan|gracht|plein)|{CAPITAL}(?:str\.)"
    rf"|(?:{CAPITAL} )(?:Straße|Strasse|Str\.|Allee|Platz|Weg|Ufer|Damm)) {NUMBER}\b{POSTCODE}"
)
FRENCH: Final = (
    rf"\b{NUMBER},? (?:bis |ter )?(?:rue|avenue|boulevard|place|chemin|allée|impasse|quai) "
    rf"(?:(?:de|du|des|la|le|les|l['’]|d['’])? ?){{0,3}}{CAPITAL}(?:[ -]{CAPITAL}){{0,2}}{POSTCODE}"
)
SOUTHERN: Final = (  # Italian, Spanish and Portuguese
    r"\b(?:[Vv]ia|[Vv]iale|[Cc]orso|[Pp]iazza|[Cc]alle|[Aa]venida|[Pp]laza|[Pp]aseo|[Rr]ua) "
    rf"(?:(?:de|del|della|dei|la|los|las|da|do|dos) ){{0,2}}{CAPITAL}(?: {CAPITAL}){{0,2}},? {NUMBER}\b{POSTCODE}"
)
STREET: Final = re.compile("|".join((ENGLISH, GERMAN, FRENCH, SOUTHERN)))
DIGIT: Final = re.compile(r"\d")
HINT: Final = re.compile(  # quick: most texts have neither
    r"\d.{0,60}(?:St|Rd|Ave|Ln|Blvd|Road|Lane|Drive|Court|Square|Terr|Cresc|Close|Gard|Park|High|Row|Mews"
    r"|rue|place|chemin|all|impa|quai|boul|avenue)"
    r"|(?:stra|weg|platz|allee|gasse|ufer|damm|str\.|laan|gracht|plein|Straße|Weg|Ufer"
    r"|ia|ale|orso|iazza|alle|enida|laza|aseo|ua)\w*\.? .{0,50}\d"
)


def edits(text: str) -> Iterator[Edit]:
    if DIGIT.search(text) and HINT.search(text):
        for match in STREET.finditer(text):
            yield Edit(match.start(), match.end(), "[address]", STREETS)
