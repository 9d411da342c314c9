"""What a letter says is kept, what it repeats is what it answers, and signatures and footers are gone."""

import io
import random
from pathlib import Path

import pytest

from importers import letters, mail, replies
from importers.replies import Answer, Letter


def said(text: str) -> list[str]:
    return [answer.text for answer in replies.read(text).answers]


@pytest.mark.parametrize("name", ["android", "apple_mail", "gmail", "iphone", "outlook", "thunderbird"])
def test_letters_of_every_program_are_reduced_to_what_they_say(name: str, shared_data: Path) -> None:
    letter = letters.letter((shared_data / "samples" / "mail" / "talon" / f"{name}.eml").read_bytes())
    taken = mail.taken_apart(letter, in_mbox=False)
    assert [answer.text for answer in taken.answers] == ["Hello"]
    assert (taken.repeated or taken.answers[0].quoted).startswith("Hi")


@pytest.mark.parametrize("name", ["gmail", "thunderbird", "ms_outlook_2010"])
def test_letters_in_html_are_reduced_to_what_they_say(name: str, shared_data: Path) -> None:
    html = (shared_data / "samples" / "mail" / "talon_html" / f"{name}.html").read_text("utf-8")
    letter = letters.letter(f"Content-Type: text/html\n\n{html}".encode())
    (answer,) = mail.taken_apart(letter, in_mbox=False).answers
    assert [line for line in answer.text.split("\n") if line] == ["Hi. I am fine.", "Thanks,", "Alex"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("email_1_3", "Oh thanks.\n\nHaving the function would be great.\n\n-Abhishek Kona"),
        ("email_2_1", "Outlook with a reply"),
        ("email_gmail", "This is a test for inbox replying to a github message."),
        ("multiline_on_de", "Am heutigen Tage"),
        (
            "pathological",
            "I think you're onto something. I will try to fix the problem as soon as I\nget back to a computer.",
        ),
    ],
)
def test_the_line_before_a_quotation_is_known_in_many_spellings(name: str, expected: str, shared_data: Path) -> None:
    assert said((shared_data / "samples" / "mail" / "mpr" / f"{name}.txt").read_text("utf-8")) == [expected]


@pytest.mark.parametrize(
    "line",
    [
        "On Mon, 6 Mar 2023 at 09:00, Ann <ann@example.org> wrote:",
        "Am Mo., 6. März 2023 um 09:00 Uhr schrieb Ann <ann@example.org>:",
        "Le lun. 6 mars 2023 à 09:00, Ann <ann@example.org> a écrit :",
        "El lun, 6 mar 2023 a las 9:00, Ann (<ann@example.org>) escribió:",
        "Il giorno lun 6 mar 2023 alle ore 09:00 Ann <ann@example.org> ha scritto:",
        "Em seg., 6 de mar. de 2023 às 09:00, Ann <ann@example.org> escreveu:",
        "Op ma 6 mrt 2023 om 09:00 schreef Ann <ann@example.org>:",
        "Den mån 6 mars 2023 kl 09:00 skrev Ann <ann@example.org>:",
        "2023年3月6日(月) 9:00 Ann <ann@example.org>さんは書きました:",
        "пн, 6 мар. 2023 г. в 09:00, Ann <ann@example.org> написала:",
        "ann@example.org wrote:",
        "On Mon, 6 Mar 2023 at 09:00,\nAnn of the North <ann@example.org>\nwrote:",
    ],
)
def test_who_wrote_what_is_no_part_of_an_answer(line: str) -> None:
    assert replies.read(f"Yes.\n\n{line}\n\n> Will you?") == Letter((Answer("Yes."),), repeated="Will you?")


def test_answers_between_the_lines_answer_those_lines() -> None:
    text = "Hello,\n\n> One?\n\nFirst.\n\n> Two?\n> > Older.\n\nSecond.\n\n-- \nMe\n"
    assert replies.read(text) == Letter((Answer("Hello,\n\nFirst.", "One?"), Answer("Second.", "Two?")))


@pytest.mark.parametrize("line", ["On Monday, Bob wrote:", "Am Montag schrieb Bob:", "Le lundi, Bob a écrit :"])
def test_a_line_without_a_date_is_no_answer_only_where_a_quotation_follows(line: str) -> None:
    assert said(f"Hello.\n\n{line}\n> What?\n> When?") == ["Hello."]
    assert said(f"Hello.\n\n{line}\nWhat a day.") == [f"Hello.\n\n{line}\nWhat a day."]


def test_a_sentence_that_ends_like_such_a_line_stays() -> None:
    for text in ("He wrote:\n\nnothing at all.", "My plan:\n- wrote: no", "I said what I wrote: it rains."):
        assert said(text) == [text]


@pytest.mark.parametrize("footer", ["Sent from my iPhone", "Von meinem iPad gesendet", "-- \nMara\n+44 20 7946 0000"])
def test_signatures_and_footers_are_gone(footer: str) -> None:
    assert said(f"Friday, then.\n\n{footer}") == ["Friday, then."]


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("From here on it rains", False),
        ("From: me\nto you", False),
        ("Title: a note\nDate: 2020-01-01\n\nwords", False),
        ("From: a@b.example\nTo: c@d.example\nSubject: x\n\nwords", True),
        ("From a@b.example Mon Mar 06 09:00:00 2023\nFrom: a@b.example\n\nwords", True),
        ("1234\nFrom: a@b.example\nDate: today\nSubject: x\n\nwords", True),
    ],
)
def test_mail_is_known_by_its_headers(text: str, letter: bool) -> None:
    assert letters.is_mail(text.encode()) is letter


def test_an_mbox_is_cut_only_where_a_letter_begins() -> None:
    mbox = (
        b"From a@b Mon Mar 06 09:00:00 2023\nSubject: 1\n\nFrom here on, in 2023\nit rains.\n"
        b"\nFrom then to 2023\nit rained too.\n\nFrom a@b Mon Mar 06 09:00:00 2023\nSubject: 2\n\nx\n"
    )
    assert list(letters.split(io.BytesIO(mbox))) == [
        b"Subject: 1\n\nFrom here on, in 2023\nit rains.\n\nFrom then to 2023\nit rained too.\n",
        b"Subject: 2\n\nx\n",
    ]


def test_an_mbox_is_cut_the_same_wherever_its_bytes_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    mbox = b"".join(b"From a@b Mon Mar 06 09:00:00 2023\nSubject: %d\n\n%s\n\n" % (n, b"x" * n) for n in range(40))
    whole = list(letters.split(io.BytesIO(mbox)))
    monkeypatch.setattr(letters, "CHUNK", 7)
    assert list(letters.split(io.BytesIO(mbox))) == whole
    assert len(whole) == 40


def test_an_attachment_without_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "CHUNK", 1_000)
    monkeypatch.setattr(letters, "LARGEST", 5_000)
    mbox = (
        b"From a@b Mon Mar 06 09:00:00 2023\nA: 1\n\n"
        + b"y" * 50_000
        + b"\n\nFrom a@b Mon Mar 06 09:00:00 2023\nA: 2\n\nx"
    )
    assert [len(letter) for letter in letters.split(io.BytesIO(mbox))] == [5_000, 7]


LINES = (
    "Hello there", "So it is", "I am", "On Monday, 3 May 2020, Ann <a@b.c> wrote:", "On Monday, 3 May 2020 at 10:00",
    "On Monday, 3 May 2020", "Ann <a@b.c>", "wrote:", "Ann <a@b.c> wrote:",
    "> quoted", "> > deeper", ">", "-- ", "-----", "_______________", "From: Ann <a@b.c>",
    "Sent: Monday", "sent from my thing", "Von meinem Handy gesendet", "-----Original Message-----", "Ann schrieb：",
    "", "", "", "  ", " > x", "* a", "— c", "Fine: yes", "ſent from my", "\t-- ", "写道：",
)  # fmt: skip


def test_what_is_surely_own_is_found_as_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(6)
    lines = (*LINES, *("Hello there", "So it is", "") * 12)
    texts = ["\n".join(chance.choices(lines, k=chance.randint(0, 12))) for _ in range(4_000)]
    found = [replies.read(text) for text in texts]
    assert sum(0 < replies.own_beginning(text) < len(text) for text in texts) > 100
    monkeypatch.setattr(replies, "own_beginning", lambda text: 0)
    assert found == [replies.read(text) for text in texts]
