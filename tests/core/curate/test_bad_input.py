"""Whatever a document holds, cleaning ends soon and says what came of it; everything left out is no crash."""

import time

import pytest
from msgspec.structs import replace

from core.curate.clean import BY_HAND, View, clean
from core.curate.rules import SPACING
from core.documents import Document, Turn
from core.events import drain, never
from core.examples.build import of_view
from core.leaks import without_leaks
from core.selection import Selection
from core.split import split

POST = Document(source="files", key="a", text="")
SCRIPTS = "".join(chr(start + n) for start in range(0x0530, 0x1800, 0x60) for n in range(8))  # about fifty of them
BAD = {
    "nothing": "",
    "a line without end": "x" * 1_000_000,
    "a million marks": "a" + "\u0301\u0323" * 500_000,
    "half characters": "a\ud800b\udfff" * 1_000,
    "right to left": "\u202eשלום, \u2067مرحبا\u2069 123\u202c" * 500,
    "fifty scripts": SCRIPTS * 50,
    "tags and joiners": "\U0001f3f4\U000e0067\U000e0062\U000e007f 👩\u200d👩\u200d👧 \u200b\u2060\ufeff" * 500,
    "only digits": "1234567890 " * 20_000,
    "open brackets": "[(" * 50_000,
    "many at signs": "a@" * 100_000,
    "lines of arrows": "> \n" * 50_000,
    "many dashes": "-- \n" * 50_000,
    "zeros": "\0" * 10_000,
}


def view(documents: list[Document], excluded: bool = False, selection: Selection = Selection()) -> View:  # noqa: B008
    made = drain(clean([(n, one, excluded) for n, one in enumerate(documents)], selection, never))[1]
    assert made is not None
    return made


@pytest.mark.parametrize("name", BAD)
def test_a_bad_document_is_cleaned_split_and_made_examples_of(name: str) -> None:
    started = time.monotonic()
    documents = [replace(POST, key=str(n), text=text) for n, text in enumerate((BAD[name], BAD[name][:900], "Well."))]
    made = view(
        [*documents, replace(POST, key="talk", text=BAD[name][:5_000], context=(Turn("A", BAD[name][:5_000]),))]
    )
    assert len(made.cleaned) == 4
    without_leaks(split(made.learnt()))
    of_view(made)
    assert time.monotonic() - started < 60  # a rule that takes quadratic time would need hours


def test_a_document_of_many_megabytes_is_cleaned() -> None:
    """Five here; fifty took 97 s of two busy cores."""
    text = ("The kiln was cold by morning, and nobody had slept at all that night. " * 15 + "\n\n") * 50
    book = replace(POST, text=text * 90)
    assert len(book.text) > 4_700_000
    assert view([book], selection=Selection(rules_off=("alike",))).learnt()


def test_quotation_marks_dashes_and_emoji_stay_and_stray_characters_go() -> None:
    text = "“Curly” and ‘single’ – dash — em… 👩\u200d👩\u200d👧 ☕\ufe0f e\u0301 a\u00a0b\u200b\n\n\n\nend  "
    (one,) = view([replace(POST, text=text)]).cleaned
    assert one.document.text == "“Curly” and ‘single’ – dash — em… 👩\u200d👩\u200d👧 ☕\ufe0f é a b\n\nend"
    assert {edit.rule for edit in one.edits} == {SPACING}
    assert one.original.text == text


def test_with_everything_left_out_nothing_is_learnt_and_each_says_why() -> None:
    made = view([replace(POST, key=str(n), text="My own words.") for n in range(3)], excluded=True)
    assert made.learnt() == []
    assert {one.left_out for one in made.cleaned} == {BY_HAND}


def test_without_any_own_words_there_are_no_examples() -> None:
    made = view([replace(POST, key=str(n), text=f"Theirs, number {n}.", role="other") for n in range(50)])
    sides = of_view(made)
    assert (sides.train, sides.held_out, sides.test) == ([], [], [])


def test_the_same_corpus_and_choices_have_the_same_fingerprint_and_others_another() -> None:
    documents = [replace(POST, key=str(n), text=f"Words number {n} of mine.") for n in range(9)]
    first = view(documents)
    assert view(documents).fingerprint == first.fingerprint
    others = [
        view(documents, selection=Selection(rules_off=("code",))),
        view(documents[1:]),
        view(documents, excluded=True),
        view([replace(documents[0], text="Changed."), *documents[1:]]),
    ]
    assert len({first.fingerprint, *(other.fingerprint for other in others)}) == 5
