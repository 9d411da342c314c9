"""A download of Facebook or Instagram in several zips is one: a talk that is split over two of them stays one talk."""

import json
from pathlib import Path

import pytest

from core.corpus import Corpus
from core.documents import Document
from core.events import drain, never
from core.parts import once, siblings
from core.paths import Project
from core.sources import Choice, People
from importers.pull import import_path
from tests.importers.test_archive import zipped

TALK = "your_{}_activity/messages/inbox/soren_ab12cd34"
SAID = ["Are you there?", "I am.", "What do you bake?", "Bread, of rye.", "And when?", "On Sunday."]


def message_file(numbers: range) -> bytes:
    """Part of a talk, the newest first, as both services write it."""
    messages = [
        {
            "sender_name": "Mara" if n % 2 else "Soren",
            "timestamp_ms": 1_700_000_000_000 + n * 60_000,
            "content": SAID[n],
        }
        for n in reversed(numbers)
    ]
    people = [{"name": "Soren"}, {"name": "Mara"}]
    return json.dumps({"participants": people, "messages": messages, "title": "Soren"}).encode()


def documents(path: Path, project: Project) -> tuple[list[Document], list[object]]:
    events, _ = drain(import_path(path, project, never, Choice(me=("Mara",), private=True)))
    with Corpus(project.corpus) as corpus:
        return sorted(corpus.documents(), key=lambda one: one.key), events


@pytest.mark.parametrize("service", ["facebook", "instagram"])
@pytest.mark.parametrize("dropped", ["first part", "second part", "folder"])
def test_a_talk_in_two_zips_is_the_talk_that_it_is_in_one(service: str, dropped: str, tmp_path: Path) -> None:
    talk = TALK.format(service)
    whole = tmp_path / "whole"
    whole.mkdir()
    (whole / f"{service}-all.zip").write_bytes(zipped({f"{talk}/message_1.json": message_file(range(6))}))
    split = tmp_path / "split"
    split.mkdir()
    names = [f"{service}-mara-2024-05-01-Ab3dEf9h.zip", f"{service}-mara-2024-05-01-Zy8xWv7u.zip"]
    for name, numbers in zip(names, (range(3), range(3, 6)), strict=True):
        (split / name).write_bytes(zipped({f"{talk}/message_1.json": message_file(numbers)}))
    expected, _ = documents(whole, Project(tmp_path / "one"))
    path = {"first part": split / names[0], "second part": split / names[1], "folder": split}[dropped]
    found, events = documents(path, Project(tmp_path / "two"))
    told = [(one.key, one.text, one.thread, one.context, one.source) for one in expected]
    assert [(one.key, one.text, one.thread, one.context, one.source) for one in found] == told
    assert len(told) == 3
    assert next(one for one in events if isinstance(one, People)).people[0].count == 3


def test_an_older_and_a_newer_download_in_one_folder_say_everything_once(tmp_path: Path) -> None:
    talk = TALK.format("facebook")
    for name, numbers in (("a.zip", range(4)), ("b.zip", range(6))):
        (tmp_path / name).write_bytes(zipped({f"{talk}/message_1.json": message_file(numbers)}))
    found, _ = documents(tmp_path, Project(tmp_path / "project"))
    assert [one.text for one in sorted(found, key=lambda one: str(one.written))] == [
        "I am.",
        "Bread, of rye.",
        "On Sunday.",
    ]


def test_two_talks_with_people_of_one_name_stay_two(tmp_path: Path) -> None:
    files = {f"messages/inbox/soren_{end}/message_1.json": message_file(range(6)) for end in ("ab12cd34", "ef56gh78")}
    (tmp_path / "a.zip").write_bytes(zipped(files))
    found, _ = documents(tmp_path / "a.zip", Project(tmp_path / "project"))
    assert {one.thread for one in found} == {"inbox/soren_ab12cd34"}  # the same words at the same moment: one document
    files["messages/inbox/soren_ef56gh78/message_1.json"] = message_file(range(6)).replace(b"Bread", b"Cake")
    (tmp_path / "b.zip").write_bytes(zipped(files))
    found, _ = documents(tmp_path / "b.zip", Project(tmp_path / "other"))
    assert len({one.thread for one in found}) == 2


def test_several_parts_that_are_dropped_together_are_looked_at_once(tmp_path: Path) -> None:
    names = ["takeout-x-001.zip", "takeout-x-002.zip", "facebook-m-2024-05-01-abcd1234.zip", "a.zip", "b.zip"]
    names.append("facebook-m-2024-05-01-wxyz5678.zip")
    paths = [tmp_path / name for name in names]
    assert once([*paths, "https://x.example", tmp_path / "other" / names[0]]) == [
        paths[0], paths[2], paths[3], paths[4], "https://x.example", tmp_path / "other" / names[0],
    ]  # fmt: skip
    for path in paths:
        path.touch()
    assert siblings(paths[1]) == paths[:2]
    assert siblings(paths[5]) == [paths[2], paths[5]]
    assert siblings(paths[3]) == [paths[3]]
