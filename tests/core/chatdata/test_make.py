"""Chat data on an instruct-shaped model: all kinds are made, the best question is taken, nothing is made twice."""

from dataclasses import replace
from pathlib import Path

import pytest

from core import chatrows as rows
from core.bot import Bot
from core.chatdata import make
from core.chatdata.phrases import PROMPTS, REFUSALS
from core.chatrows import Row
from core.cloze import is_refusal
from core.documents import Document
from core.documents import Turn as Said
from core.events import drain, never
from core.examples.example import Example
from core.paths import Project
from core.replies import Turn
from tests.fakes import tiny
from tests.fakes.instruct import instruct_bot


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    return instruct_bot(tmp_path_factory.mktemp("models") / "instruct")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "me")


DOCUMENTS = tiny.documents(6, sentences=12)


def test_every_kind_is_made_and_a_fifth_has_no_answer(bot: Bot, project: Project) -> None:
    _, made = drain(make.make(project, bot, "tiny", DOCUMENTS, 5, never))
    kinds = [row.kind for row in made]
    assert (kinds.count("question"), kinds.count("notes"), kinds.count("unanswerable")) == (5, 4, 1)
    assert kinds.count("rehearsal") == 2
    assert rows.load(project) == made
    refusal = next(row for row in made if row.kind == "unanswerable")
    assert refusal.answer in REFUSALS
    for row in made:
        if row.kind == "notes":
            number = int(row.answer[-2])
            note = row.system.split(f"[{number}] ")[1].split("\n\n[")[0]
            assert row.answer[:40] in note


def test_the_writers_own_ways_to_say_that_she_does_not_know_are_learnt(bot: Bot, project: Project) -> None:
    asked = (Said("Ann", "Who was it?"),)
    said = [
        "Dunno, no idea mate.",
        "No idea mate,\nask her.",
        "I know well: no idea is older than this one, and I wrote it down myself.",
    ]
    replies = [Document(source="c", key=f"{n}", kind="reply", text=t, context=asked) for n, t in enumerate(said)]
    posts = [Document(source="c", key="p", text="No idea.")]
    assert make.own_refusals([*DOCUMENTS, *posts, *replies, replies[0]]) == said[:1]
    cut, question = make.pieces(DOCUMENTS), Row(id="1", kind="question", asked="Who?", answer="x")
    assert make.with_notes(cut, 4, question, said[:1]).answer == said[0]


def test_what_is_made_is_not_made_again_and_what_was_stopped_goes_on(bot: Bot, project: Project) -> None:
    first = drain(make.make(project, bot, "tiny", DOCUMENTS, 4, lambda: len(rows.load(project)) >= 2))[1]
    assert 0 < len(first) < 8
    assert first == rows.load(project)
    events, whole = drain(make.make(project, bot, "tiny", DOCUMENTS, 4, never))
    assert whole[: len(first)] == first
    again, _ = drain(make.make(project, bot, "tiny", DOCUMENTS, 4, never))
    assert [event for event in again if isinstance(event, Row)] == []
    assert sum(isinstance(event, Row) for event in events) == len(whole) - len(first)


def test_the_question_with_the_most_information_is_taken(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = iter(["What hums?", "Who sings under the moss?", "Why?"])
    monkeypatch.setattr(make, "answer_of", lambda *_: next(asked))
    nats = {"": 100.0, "What hums?": 90.0, "Who sings under the moss?": 70.0, "Why?": 95.0}
    monkeypatch.setattr(Bot, "rendered", lambda self, turns: [turns[-1].text])
    monkeypatch.setattr(Bot, "fitting", lambda self, turns, length: [turns[-1].text])
    monkeypatch.setattr(Bot, "surprise", lambda self, before, text: nats[before[0]])
    row = make.back_translated(bot, make.Piece(DOCUMENTS[0], "It hums."), "id")
    assert (row.asked, row.score) == ("Who sings under the moss?", 30.0)


def test_a_question_that_repeats_its_text_is_dropped() -> None:
    assert make.shares_words("did we move to the old house by the harbour?", "We move to the old house by the sea.")
    assert not make.shares_words("Why did you move?", "We move to the old house by the sea.")


def test_a_question_is_one_line_without_labels() -> None:
    assert make.first_line('\n Question: "Why is it so?"\nBecause') == "Why is it so?"
    assert make.first_line("  \n") == ""


def row(n: int, kind: rows.Kind = "question", **more: object) -> Row:
    made = Row(id=f"{n:016}", kind=kind, asked="a?", answer="b", score=float(n))
    return replace(made, **more)  # type: ignore[arg-type]  # the tests say what they mean


def test_the_fifth_that_fits_least_is_not_used_unless_somebody_edited_it() -> None:
    made = [row(n) for n in range(10)]
    assert [each.score for each in rows.used(made)] == [float(n) for n in range(2, 10)]
    made[0] = rows.edited(made[0], "Mine?", "Yes.")
    assert rows.used(made)[0].asked == "Mine?"
    assert rows.used([row(1, dropped="it repeats the text")]) == []


def test_the_mixture_has_the_shares_of_the_recipe() -> None:
    made = (
        [row(n) for n in range(500)] + [row(n, "notes") for n in range(400)] + [row(n, "rehearsal") for n in range(400)]
    )
    with_talk = rows.mixed(made, 550, has_talk=True)
    kinds = [each.kind for each in with_talk]
    assert (kinds.count("question"), kinds.count("notes"), kinds.count("rehearsal")) == (200, 120, 130)
    posts = [each.kind for each in rows.mixed(made, 100, has_talk=False)]
    assert (posts.count("question"), posts.count("notes"), posts.count("rehearsal")) == (160, 72, 68)


def test_stopped_in_the_middle_of_a_question_nothing_half_made_is_kept(bot: Bot, project: Project) -> None:
    calls = iter([False] * 8)
    assert drain(make.make(project, bot, "tiny", DOCUMENTS, 4, lambda: next(calls, True)))[1] == []
    assert rows.load(project) == []


def test_own_examples_are_changed_and_left_out_as_a_person_wants(project: Project) -> None:
    turns = (Turn("user", "Hi"), Turn("assistant", "Ahoy"), Turn("user", "How are you?"))
    one = Example(kind="dialogue", turns=turns, answer="Well, as he said.", quotes=((9, 16),), key="a")
    other = Example(kind="reply", turns=(Turn("user", "Why?"),), answer="So.", key="b")
    first, second = (rows.of_own(each) for each in (one, other))
    assert first is not None
    assert second is not None
    assert rows.as_changed([one, other], [rows.edited(first, first.asked, first.answer)]) == [one, other]
    changed = rows.as_changed([one, other], [rows.edited(first, "And you?", "Fine."), rows.dropped(second)])
    assert changed == [replace(one, turns=(*turns[:2], Turn("user", "And you?")), answer="Fine.", quotes=())]
    assert rows.of_own(Example(kind="document", turns=(), answer="A post.")) is None
    assert rows.mixed([rows.edited(first, "x", "y")], 100, has_talk=True) == []  # it is among the others already


def test_an_edit_is_kept_and_the_newest_holds(project: Project) -> None:
    rows.save(project, row(1))
    rows.save(project, rows.edited(row(1), "Why?", "So."))
    with (project.root / "chatdata.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"version": 1, "id"')
    (found,) = rows.load(project)
    assert (found.asked, found.answer, found.edited) == ("Why?", "So.", True)
    assert found.example.turns[-1].text == "Why?"


def test_forty_ways_to_say_it_are_all_heard_as_that() -> None:
    assert len(set(REFUSALS)) == 40
    assert len(set(PROMPTS)) == len(PROMPTS) == 500
    assert [said for said in REFUSALS if not is_refusal(said)] == []


def test_pieces_leave_out_what_others_said() -> None:
    text = "We hum. " * 60
    quoted = Document(source="s", key="k", text=text, quotes=((0, 50),))
    assert make.pieces([quoted]) == []
    assert len(make.pieces([Document(source="s", key="k", text=text)])) == 1
