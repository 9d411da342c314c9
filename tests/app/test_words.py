"""The sentences of the window: what is the same on two pages is written once."""

import re
from collections import defaultdict
from pathlib import Path

from app import words

LITERAL = re.compile(r'^([A-Z_]+): Final = "([^"\n]+)"$', re.MULTILINE)
HOMONYMS = {"What", "Length", "Begin a text …"}  # which happen to be spelled alike and may part again


def test_the_words_of_a_button_stand_in_one_place() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in sorted(Path(words.__file__).parent.glob("*.py")):
        for name, text in LITERAL.findall(path.read_text("utf-8")):
            places[text].append(f"{path.stem}.{name}")
    assert len(places) > 500
    assert {text: where for text, where in places.items() if len(where) > 1 and text not in HOMONYMS} == {}
