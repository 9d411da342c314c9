"""Below a reply in the terminal stands where it comes from, as the window shows it; a program reads the places."""

from datetime import UTC, datetime

from app import provenance
from core.asking import Answer
from core.replies import Reply
from core.retrieval import Cited, supports

HARBOUR = "We moved to the old house by the harbour because the rent was low and the light was good in the morning."
NOTE = Cited(
    number=1, title="Moving", written=datetime(2014, 3, 2, tzinfo=UTC), source="s", key="move",
    url="https://example.org/moving", text=HARBOUR,
)  # fmt: skip
RENT = "The rent was low and the light was good in the morning."


def answered(text: str, *, notes: bool = True, unknown: bool = False) -> Answer:
    reply = Reply(text, tokens=9, seconds=1.0, ended=True, stopped=False)
    cited = (NOTE,) if notes else ()
    return Answer(reply=reply, notes=cited, supports=tuple(supports(text, cited)) if notes else (), unknown=unknown)


def test_a_sentence_stands_below_the_note_it_comes_from_and_the_rest_is_the_bots() -> None:
    assert provenance.lines(answered(f"Oh yes. {RENT}"), ()) == [
        "  [1] Moving, 02 March 2014  https://example.org/moving",
        f"      “{RENT}”",
        "  The other words are the bot's own.",
    ]


def test_a_note_that_supports_nothing_is_named_as_looked_up_and_not_used() -> None:
    assert provenance.lines(answered("I like fish."), ()) == [
        "  No sentence of this stands in your writing: these are the bot's own words.",
        "  It had looked up, and did not use: Moving, 02 March 2014.",
    ]


def test_where_all_stands_in_the_writing_nothing_is_the_bots() -> None:
    assert len(provenance.lines(answered(RENT), ())) == 2


def test_what_is_not_written_about_is_said() -> None:
    (line,) = provenance.lines(answered("No idea.", notes=False, unknown=True), ())
    assert "You have not written about this" in line


def test_without_notes_and_copies_there_is_nothing_to_say() -> None:
    assert provenance.lines(answered("I like fish.", notes=False), ()) == []


def test_passages_word_for_word_stand_below_their_post_and_long_ones_lose_their_middle() -> None:
    text = f"So: {HARBOUR}\nI said {RENT}"
    copied = ((4, 4 + len(HARBOUR), "move", "Moving"), (len(text) - len(RENT), len(text), "rent", "Rent"))
    assert provenance.lines(answered(text, notes=False), copied) == [
        "  Word for word: Moving",
        "      “We moved to the old house by the harbour because … was low and the light was good in the morning.”",
        "  Word for word: Rent",
        f"      “{RENT}”",
    ]


def test_a_program_reads_the_places() -> None:
    text = f"Oh yes. {RENT}"
    assert provenance.fields(answered(text), ((8, len(text), "move", "Moving"),)) == {
        "sources": [{"number": 1, "title": "Moving", "key": "move", "url": "https://example.org/moving"}],
        "supports": [{"start": 0, "end": 7, "note": 0}, {"start": 8, "end": len(text), "note": 1}],
        "not_written_about": False,
        "copied": [{"start": 8, "end": len(text), "key": "move", "title": "Moving"}],
    }
