"""Letters that came out wrong, and sentences that nobody said."""

import pytest

from importers.instagram import without_tags
from importers.meta import is_machine, mended


@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        ("caf\u00c3\u00a9", "café"),
        ("\u00f0\u009f\u0098\u0080", "😀"),
        ("\u00e2\u0080\u009calmost\u00e2\u0080\u009d", "“almost”"),
        ("plain", "plain"),
        ("café", "café"),
        ("“right” already 😀", "“right” already 😀"),
        ("Ã", "Ã"),
        ("", ""),
        ("\ud83d", "\ud83d"),
    ],
)
def test_letters_become_those_that_were_meant(broken: str, meant: str) -> None:
    assert mended(broken) == meant
    assert mended(mended(broken)) == meant


@pytest.mark.parametrize(
    "words",
    [
        "You sent an attachment.",
        "Mara sent an attachment.",
        "Mara Ellison sent 3 photos.",
        "Mara named the group Menders & more.",
        "Mara changed the group photo.",
        "Mara added Ann to the group.",
        "You missed a video call from Ann.",
        "You unsent a message",
        "Reacted ❤ to your message ",
        "Liked a message",
        "Du hast ein Foto gesendet.",
        "Mara hat einen Anhang gesendet.",
        "Hat mit 😀 auf deine Nachricht reagiert",
        "Mara a envoyé une pièce jointe.",
        "A aimé un message",
        "Mara envió un archivo adjunto.",
        "Mara ha inviato un allegato.",
        "Mara enviou um anexo.",
        "Mara heeft een bijlage verzonden.",
    ],
)
def test_what_the_program_says_is_nobodys(words: str) -> None:
    assert is_machine(words, "Mara Ellison")


@pytest.mark.parametrize(
    "words",
    [
        "You sent me two left gloves.",
        "Mara left early, as always.",
        "You are now the owner of a kettle.",
        "You changed.",
        "Ann sent an attachment.",
        "I sent a photo.",
        "Reacted badly.",
        "Liked a message in a bottle",
        "Tu as raison.",
        "",
    ],
)
def test_what_people_say_is_theirs(words: str) -> None:
    assert not is_machine(words, "Mara Ellison")


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Said.\n\n#a #b #c", "Said."),
        ("Said #a #b", "Said #a #b"),
        ("#a #b #c", ""),
        ("#a said #b #c #d", "#a said"),
        ("", ""),
        ("x" + " #a" * 100_000, "x"),
    ],
)
def test_only_a_run_of_hashtags_at_the_end_goes(words: str, left: str) -> None:
    assert without_tags(words).strip() == left
