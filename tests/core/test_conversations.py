"""Conversations: nothing is thrown away, one path is on show, and a damaged file costs no other."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core import conversations, feedback
from core.conversations import Conversation
from core.feedback import Judgement, Preference
from core.paths import Project
from core.replies import Turn

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ASKED = (Turn("user", "Hi"),)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "me")


def talked() -> Conversation:
    talk = conversations.new(NOW).with_line("user", "Hi there", 0).with_line("assistant", "Hello", 1)
    return talk.with_line("user", "How are you?", 2).with_line("assistant", "Fine", 3)


def said(talk: Conversation) -> list[str]:
    return [line.text for line in talk.path()]


def test_asking_again_is_a_branch_and_both_can_be_gone_back_to() -> None:
    talk = talked().with_line("assistant", "Tired", 3)
    assert said(talk) == ["Hi there", "Hello", "How are you?", "Tired"]
    assert [line.text for line in talk.branches(talk.path()[-1])] == ["Fine", "Tired"]
    assert said(talk.showing(4))[-1] == "Fine"


def test_editing_an_early_turn_leaves_what_came_after_in_its_branch() -> None:
    talk = talked().with_line("user", "Good morning", 0)
    assert said(talk) == ["Good morning"]
    assert said(talk.showing(1)) == ["Hi there", "Hello", "How are you?", "Fine"]


def test_a_reply_that_never_came_leaves_no_trace() -> None:
    talk = talked().with_line("assistant", "", 3)
    assert said(talk.without(5)) == ["Hi there", "Hello", "How are you?", "Fine"]


def test_the_talk_up_to_a_turn_is_what_a_bot_is_asked() -> None:
    assert talked().turns(until=3) == (
        Turn("user", "Hi there"),
        Turn("assistant", "Hello"),
        Turn("user", "How are you?"),
    )


def test_it_is_the_same_when_it_is_read_again(project: Project) -> None:
    talk = talked().changed(4, sources=((1, "Post", "key"),), supports=((0, 4, 1),), thumb=1, seconds=0.5)
    conversations.save(project, talk)
    assert conversations.all_of(project) == [talk]
    conversations.delete(project, talk.id)
    assert conversations.all_of(project) == []


def test_a_damaged_or_newer_file_is_left_out_and_left_alone(project: Project) -> None:
    conversations.save(project, talked())
    bad = {"half.json": '{"version": 1, "li', "newer.json": '{"version": 99}', "list.json": "[]"}
    for name, text in bad.items():
        (conversations.folder(project) / name).write_text(text, "utf-8")
    assert len(conversations.all_of(project)) == 1
    assert {name: (conversations.folder(project) / name).read_text("utf-8") for name in bad} == bad


def test_no_name_leads_out_of_the_folder(project: Project) -> None:
    for name in ("../x", "", "a" * 16 + "/..", "CON"):
        with pytest.raises(ValueError, match="not the id"):
            conversations.delete(project, name)


def test_search_looks_in_every_branch() -> None:
    talk = talked().with_line("assistant", "Tired of rain", 3).showing(4)
    assert conversations.search([talk], "RAIN hi") == [talk]
    assert conversations.search([talk], "snow") == []


def test_export_shows_who_said_what_and_where_from() -> None:
    text = talked().changed(2, sources=((1, "Post, 1 May", "key"),), speaker="my bot").as_markdown()
    assert "**You:**\n\nHi there" in text
    assert "**my bot:**\n\nHello\n\n[1] Post, 1 May" in text


def judged(kind: feedback.Kind, text: str, instead: str = "", place: str = "a/1") -> Judgement:
    return Judgement(kind=kind, place=place, turns=ASKED, text=text, instead=instead)


def test_edits_are_examples_and_with_what_they_replaced_pairs(project: Project) -> None:
    feedback.remember(project, judged("edited", "Hello!", "Greetings."))
    feedback.remember(project, judged("kept", "Hey", "Dear Sir", place="a/2"))
    feedback.remember(project, judged("kept", "same", "same", place="a/3"))
    found = feedback.all_of(project)
    assert feedback.edits(found) == [(ASKED, "Hello!")]
    assert feedback.preferences(found) == [
        Preference(ASKED, "Hello!", "Greetings."),
        Preference(ASKED, "Hey", "Dear Sir"),
    ]


def test_a_thumb_that_is_taken_back_is_gone(project: Project) -> None:
    for kind in ("up", "none"):
        feedback.remember(project, judged(kind, "Hello"))
    assert feedback.all_of(project) == []


def test_half_a_line_is_passed_over_and_forgetting_is_for_good(project: Project) -> None:
    feedback.remember(project, judged("up", "Hello"))
    with (project.root / "feedback.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"version": 1, "ki')
    assert [each.kind for each in feedback.all_of(project)] == ["up"]
    feedback.forget(project)
    assert feedback.all_of(project) == []
