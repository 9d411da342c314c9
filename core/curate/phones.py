"""Phone numbers, believed when they exist in the numbering plan of a country (the `phonenumbers` library).

Cheap forms are looked for first; a date, a version, a price and a plain count are none of them. Knows no document.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import phonenumbers

from core.curate.edits import Edit
from core.curate.rules import PHONES

FORM: Final = re.compile(
    r"(?<![\w.,:/+#=-])(?:\+|\(\+?)?\d(?:[ \u00a0./()\u2010-\u2013-]{0,3}\d){6,15}(?![\w%]|[.,:-]\d)"
)
SEVEN_DIGITS: Final = re.compile(r"\d(?:[ \u00a0./()\u2010-\u2013-]{0,3}\d){6}")  # quick: many texts have none
DATE: Final = re.compile(
    r"(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)?\d\d(?: |\Z)"
    r"|(?:19|20)\d\d ?[-–] ?(?:19|20)\d\d"
)
GROUPED: Final = re.compile(r"\d{1,3}(?:[ .]\d{3})+\Z")  # a large number, written in thousands
SAID: Final = re.compile(
    r"(?:tel|phone|call|mobile|cell|fax|whatsapp|ring|text me|number|nummer|handy|anruf|tél|numéro|móvil)"
    r"\W*\w{0,8}\W*\Z",
    re.IGNORECASE,
)
BEFORE: Final = 24  # characters in which somebody says that a number follows
# Where a number without a country's code may be from: the larger countries of the languages that are written most.
REGIONS: Final = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "AU", "CH", "AT", "BR", "IN", "PL", "SE", "BE", "JP", "IE")


def edits(text: str) -> Iterator[Edit]:
    for match in FORM.finditer(text) if SEVEN_DIGITS.search(text) else ():
        number = match.group()
        said = SAID.search(text, max(0, match.start() - BEFORE), match.start()) is not None
        if is_phone(number, said):
            yield Edit(
                match.start(),
                match.end() + (number.startswith("(") and number.count("(") > number.count(")")),
                "[phone]",
                PHONES,
            )


@lru_cache(maxsize=10_000)
def is_phone(number: str, said: bool) -> bool:
    """Whether this is a phone number; `said` where the words before it call it one."""
    if number.startswith(("+", "(+")):
        return exists(number, None)
    if DATE.match(number) or (GROUPED.match(number) and not said and not number.startswith("0")):
        return False
    digits = sum(map(str.isdigit, number))
    pieces = re.findall(r"\d+", number)
    parts = len(pieces)
    if digits < 2 * parts:
        return False  # a row of single digits
    national = number.startswith(("0", "(0")) and digits >= 9
    american = re.match(r"\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4}\Z", number) is not None
    grouped = parts >= 3 and digits >= 9 and "/" not in number and all(len(one) > 1 for one in pieces)
    if not (said or american or (national and parts >= 2) or (grouped and number[0] in "679")):
        return False
    return any(exists(number, region) for region in (("US",) if american else REGIONS))


def exists(number: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False
