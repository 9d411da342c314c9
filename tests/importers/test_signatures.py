"""Signatures without a mark: found where they come back, and nothing else is cut."""

import random
from pathlib import Path

import pytest

from core.corpus import Corpus
from core.events import drain, never
from core.paths import Project
from core.sources import Choice
from importers.pull import import_path
from importers.signatures import learnt

CARD = "Mara Ellison\nSenior baker, Rye & Sons\n+49 30 1234567"
BODIES = [
    f"The dough of day {n} was {word}, and I left it alone."
    for n, word in enumerate(["slow", "cold", "warm", "soft", "wet", "dry", "old", "late", "thin", "good"])
]
CARDS = {
    "a card": CARD,
    "one line": "Mara Ellison | Rye & Sons | mara@rye.example",
    "three lines": "Mara Ellison\nRye & Sons\nBakers Lane",
    "as pages have it": "Mara Ellison\n\nSenior baker\n\nwww.rye.example",
    "with its address": "Mara Ellison\nmara@rye.example",
}
KEPT = {
    "a greeting": "Best wishes,\nMara",
    "a greeting without a comma": "Cheers\nMara",
    "a sentence": "See you on Sunday.",
    "a question": "Shall I call you?\nOr will you call +49 30 1234567?",
    "a number to call": "Call +49 30 1234567 before noon",
    "a list": "- rye\n- salt\n- water",
    "a numbered list": "1. rye\n2. salt\n3. water 1234567",
    "two words": "Love\nM",
    "a wish with a mark": "Be well!\nBe late!\nBe kind!",
}


def after(ending: str, count: int = 10) -> list[tuple[str, str]]:
    return [("mara@x.org", f"{body}\n\n{ending}") for body in BODIES[:count]]


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_what_ends_many_letters_and_looks_like_a_signature_is_cut(card: str) -> None:
    letters = after(card)
    known = learnt(letters)
    assert [known.cut(*letter) for letter in letters] == BODIES


@pytest.mark.parametrize("ending", KEPT.values(), ids=KEPT)
def test_what_merely_comes_back_stays(ending: str) -> None:
    letters = after(ending)
    known = learnt(letters)
    assert [known.cut(*letter) for letter in letters] == [text for _, text in letters]


def test_a_greeting_above_a_signature_stays() -> None:
    letters = after(f"Best wishes,\nMara\n\n{CARD}")
    known = learnt(letters)
    assert {known.cut(*letter).rpartition("\n\n")[2] for letter in letters} == {"Best wishes,\nMara"}


@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_few_letters_stay_whole(count: int) -> None:
    letters = after(CARD, count)
    known = learnt(letters)
    assert [known.cut(*letter) for letter in letters] == [text for _, text in letters]


def test_two_works_one_after_the_other_have_a_signature_each() -> None:
    letters = [*after(CARD), *after("Mara Ellison\nOven builder\nwww.ovens.example"), *after("Bye", 10)]
    known = learnt(letters)
    assert [known.cut(*letter) for letter in letters[:20]] == BODIES * 2
    assert known.cut(*letters[25]).endswith("\n\nBye")


def test_another_persons_signature_is_not_learnt_from_somebody() -> None:
    known = learnt(after(CARD))
    assert known.cut("soren@x.org", f"Hello.\n\n{CARD}").endswith(CARD)


def test_a_letter_that_is_nothing_but_a_signature_stays() -> None:
    assert learnt(after(CARD)).cut("mara@x.org", CARD) == CARD


def test_words_in_any_mixture_are_never_cut_but_at_a_whole_line() -> None:
    chance = random.Random(7)
    pieces = [*CARD.split("\n"), *BODIES, "", "Cheers", "- rye", "> quoted", "mara@x.org"]
    letters = [("m", "\n".join(chance.choices(pieces, k=chance.randint(0, 12)))) for _ in range(400)]
    known = learnt(letters)
    for person, text in letters:
        kept = known.cut(person, text)
        assert text.startswith(kept)
        assert text[len(kept) :][:1] in ("", "\n")


def test_in_a_mailbox_it_is_cut_from_the_users_letters_alone(tmp_path: Path) -> None:
    box = ""
    for n, body in enumerate(BODIES):
        for who in ("mara", "soren"):
            box += (
                f"From x Mon Jan  1 00:00:{n:02} 2024\nFrom: {who} <{who}@x.org>\nTo: all@x.org\nSubject: Dough {n}\n"
            )
            box += f"Message-ID: <{who}{n}@x.org>\nDate: Mon, 1 Jan 2024 00:00:{n:02} +0000\n\n{body}\n\n{CARD}\n\n"
    (tmp_path / "all.mbox").write_text(box, encoding="utf-8")
    project = Project(tmp_path / "project")
    drain(import_path(tmp_path / "all.mbox", project, never, Choice(me=("mara@x.org",), private=True)))
    with Corpus(project.corpus) as corpus:
        assert sorted(one.text for one in corpus.documents()) == sorted(BODIES)
