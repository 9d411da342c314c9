"""Exports go to the importers that know them, everything else goes the way of files; what is private asks first."""

import io
import zipfile
from pathlib import Path

import pytest

from core.documents import Document, Skipped
from core.errors import WrongFile
from core.events import Progress, drain, never
from core.paths import Project
from core.sources import AS_IT_IS, Choice, People
from importers.intake import WhoIsIt
from importers.pull import import_path, survey

CHAT = "[06.03.23, 09:00:10] {}: Are you coming?\n[06.03.23, 09:01:00] Mara: Yes.\n[06.03.23, 09:02:00] {}: Good.\n"
TWEETS = 'window.YTD.tweets.part0 = [{"tweet": {"id_str": "1", "full_text": "Trains are libraries."}}'


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def zipped(files: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as whole:
        for name, text in files.items():
            whole.writestr(name, text)
    return data.getvalue()


def came(path: Path, project: Project, choice: Choice = AS_IT_IS) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The sources and texts of the documents that came in, and the skips."""
    events, _ = drain(import_path(path, project, never, choice))
    documents = [(one.source, one.text) for one in events if isinstance(one, Document)]
    return documents, {one.key: one.reason for one in events if isinstance(one, Skipped)}


def test_an_export_is_known_by_its_content_whatever_it_is_called(tmp_path: Path, project: Project) -> None:
    folder = written(tmp_path / "old", {"a/renamed.txt": TWEETS + "]", "notes.html": "<html>About the export</html>"})
    assert came(folder, project) == ([("x", "Trains are libraries.")], {})


def test_a_zip_of_markdown_is_read_as_the_folder_would_be(tmp_path: Path, project: Project) -> None:
    files = {"posts/a.md": "# A\n\nOne.", "posts/b.txt": "Two.", "node_modules/c.md": "Not mine.", "x.css": "p {}"}
    (tmp_path / "site.zip").write_bytes(zipped(files))
    documents, skipped = came(tmp_path / "site.zip", project)
    assert documents == [("files", "# A\n\nOne."), ("files", "Two.")]
    assert skipped == {}


def test_a_zip_of_pictures_says_what_is_in_it(tmp_path: Path, project: Project) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"a.jpg": "x"}))
    with pytest.raises(WrongFile, match=r"nothing to read in this archive: 1 \.jpg"):
        came(tmp_path / "a.zip", project)


def test_a_damaged_member_costs_only_what_comes_after_the_damage(tmp_path: Path, project: Project) -> None:
    folder = written(tmp_path / "x", {"a.js": TWEETS, "b.js": TWEETS.replace("1", "2") + "]"})
    documents, skipped = came(folder, project)
    assert documents == [("x", "Trains are libraries.")] * 2
    assert skipped == {"x/a.js": "This file is damaged or ends too early. What stands before the damage was read."}


def test_the_likeliest_owner_of_a_telephone_comes_first_and_is_not_believed(tmp_path: Path, project: Project) -> None:
    folder = written(tmp_path / "chats", {f"{name}.txt": CHAT.format(name, name) for name in ("Ann", "Oskar")})
    work = import_path(folder, project, never)
    events: list[object] = []
    with pytest.raises(WhoIsIt):
        events.extend(work)
    (people,) = [one.people for one in events if isinstance(one, People)]
    assert [(one.name, one.count, one.is_me) for one in people] == [
        ("Mara", 2, False), ("Ann", 2, False), ("Oskar", 2, False),
    ]  # fmt: skip


def test_a_name_that_nobody_has_is_said_so(tmp_path: Path, project: Project) -> None:
    path = written(tmp_path / "c", {"chat.txt": CHAT.format("Ann", "Ann")})
    with pytest.raises(WrongFile, match="Nobody of that name"):
        came(path, project, Choice(me=("Zoe",)))


def test_private_talk_is_counted_by_conversation_and_comes_in_when_it_is_chosen(
    tmp_path: Path, project: Project
) -> None:
    path = written(tmp_path / "c", {"chat.txt": CHAT.format("Ann", "Ann")})
    reason = "This is private: 1 of your messages. They come in when you choose so."
    assert came(path, project, Choice(me=("mara",))) == ([], {"Chat with Ann": reason})
    assert came(path, project, Choice(me=("mara",), private=True)) == ([("whatsapp", "Yes.")], {})


def test_a_survey_writes_nothing_and_tells_what_would_come(tmp_path: Path) -> None:
    path = written(tmp_path / "c", {"chat.txt": CHAT.format("Ann", "Ann")})
    _, (found,) = drain(survey(path, never))
    assert (found.source, found.items, found.private, [one.name for one in found.people]) == (
        "whatsapp", 0, 2, ["Ann", "Mara"],
    )  # fmt: skip
    _, (chosen,) = drain(survey(path, never, Choice(me=("Mara",), private=True)))
    assert (chosen.items, chosen.private, chosen.authors) == (1, 0, ("Mara",))
    assert [one.name for one in tmp_path.iterdir() if one.name != "mynah-home"] == ["c"]


def test_a_survey_of_files_counts_them(tmp_path: Path) -> None:
    folder = written(tmp_path / "notes", {"a.md": "One two three four.", "2020-01-02-b.md": "Five.", "empty.md": ""})
    _, (found,) = drain(survey(folder, never))
    assert (found.source, found.items, found.skipped, found.tokens) == ("files", 2, 1, 6)
    assert found.first is not None
    assert found.first == found.last


def test_a_large_export_stops_when_it_is_asked_and_goes_on_later(tmp_path: Path, project: Project) -> None:
    one = '{"tweet": {"id_str": "%d", "full_text": "Number %d."}}'
    many = ",".join(one % (number, number) for number in range(5_000))
    path = written(tmp_path / "x", {"tweets.js": f"window.YTD.tweets.part0 = [{many}]"})
    progress: list[object] = []
    work = import_path(path, project, lambda: len(progress) >= 3)
    while True:
        try:
            event = next(work)
        except StopIteration as end:
            report = end.value
            break
        progress += [event] if isinstance(event, Progress) else []
    assert report.stopped
    assert 0 < report.added < 5_000
    documents, _ = came(path, project)
    assert len(documents) == 5_000 - report.added
