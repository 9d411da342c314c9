"""mynah import: what was taken, what was not and why, for a person and for a program."""

import json
import signal
from pathlib import Path

import pytest

from app.command import main
from app.work import gathering
from core.documents import ImportReport
from core.events import Note, Progress
from tests.fakes.tasks import interrupted, scripted

NOTHING = ImportReport(added=0, changed=0, already=0, skipped=0, seconds=1.26)


@pytest.fixture
def writing(tmp_path: Path) -> Path:
    folder = tmp_path / "writing"
    folder.mkdir()
    (folder / "essay.md").write_text("# On birds\n\nThey repeat what they have heard.\n", "utf-8")
    (folder / "noise.txt").write_bytes(bytes(range(256)))
    return folder


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_program_reads_each_item_and_last_the_report(writing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(writing), "--json"]) == 0
    *items, report = lines(capsys)
    assert items == [
        {"kind": "Document", "source": "files", "key": str(writing / "essay.md"), "title": "On birds"},
        {
            "kind": "Skipped",
            "key": str(writing / "noise.txt"),
            "reason": "This is not text, whatever its name says.",
        },
    ]
    seconds = report.pop("seconds")
    assert isinstance(seconds, float)
    assert report == {"kind": "ImportReport", "added": 1, "already": 0, "changed": 0, "skipped": 1, "stopped": False}


def test_the_same_again_adds_nothing(writing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["import", str(writing), "--json"])
    capsys.readouterr()
    assert main(["import", str(writing), "--json"]) == 0
    report = lines(capsys)[-1]
    assert (report["added"], report["already"], report["changed"], report["skipped"]) == (0, 1, 0, 1)


def test_a_person_reads_skips_counts_and_what_comes_next(writing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(writing), "--project", "my blog"]) == 0
    skipped, counted, following = capsys.readouterr().out.splitlines()
    assert skipped == f"Skipped {writing / 'noise.txt'}: This is not text, whatever its name says."
    assert counted.startswith("1 added, 0 already there, 0 changed, 1 skipped, in ")
    assert following == 'Next: mynah train --project "my blog"'


def test_notes_are_shown_and_progress_is_not_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    task = scripted([Progress(1, 0, "Looking"), Note("Passed over 3 .jpg.")], NOTHING)
    monkeypatch.setattr(gathering, "import_path", lambda project, path, choice: task)
    assert main(["import", "x"]) == 0
    assert capsys.readouterr() == (
        "Passed over 3 .jpg.\n0 added, 0 already there, 0 changed, 0 skipped, in 1.3 seconds.\n",
        "",
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_keeps_what_was_read_and_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    stopped = ImportReport(added=2, changed=0, already=0, skipped=0, seconds=1, stopped=True)
    monkeypatch.setattr(gathering, "import_path", lambda project, path, choice: interrupted(number, NOTHING, stopped))
    assert main(["import", "x"]) == 0
    assert capsys.readouterr().out == (
        "Stopped; what was read stays. 2 added, 0 already there, 0 changed, 0 skipped, in 1.0 seconds."
        " The same command goes on.\n"
    )


def test_a_path_that_is_not_there_is_trouble(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "no such folder"]) == 1
    assert capsys.readouterr().err == "There is no such file or folder. Check its name, or choose it again.\n"


CHAT = """\
[06.03.23, 09:00:10] Oskar: Are you coming on Friday?
[06.03.23, 09:01:00] Mara: Friday yes, glue no.
[06.03.23, 09:02:00] Oskar: Good.
"""


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    path = tmp_path / "_chat.txt"
    path.write_text(CHAT, "utf-8")
    return path


def test_who_the_user_is_has_to_be_said_where_an_export_does_not(
    chat: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(chat)]) == 1
    assert capsys.readouterr() == (
        "Who speaks in it: Oskar (2), Mara (1)\n",
        "This export does not say which of its people you are. Choose your name among them. Add --me NAME.\n",
    )


def test_private_conversations_come_in_only_when_they_are_chosen(
    chat: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "--me", "nobody", "--me", "mara", str(chat), "--json"]) == 0
    assert lines(capsys)[1:-1] == [
        {
            "kind": "Skipped",
            "key": "Chat with Oskar",
            "reason": "This is private: 1 of your messages. They come in when you choose so.",
        }
    ]
    assert main(["import", str(chat), "--me", "mara", "--private", "--json"]) == 0
    assert [(line["kind"], line.get("source")) for line in lines(capsys)] == [
        ("People", "whatsapp"),
        ("Document", "whatsapp"),
        ("ImportReport", None),
    ]


def test_a_person_is_told_how_private_talks_come_in(chat: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(chat), "--me", "Mara"]) == 0
    assert "give the same command with --private" in capsys.readouterr().out
    assert main(["import", str(chat), "--me", "Mara", "--look"]) == 0
    assert "To let private talks in: --private." in capsys.readouterr().out
    assert main(["import", str(chat), "--me", "Mara", "--private"]) == 0
    assert "--private" not in capsys.readouterr().out


def test_an_export_can_be_read_as_a_plain_file(chat: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(chat), "--as", "files", "--json"]) == 0
    assert [(line["kind"], line.get("source")) for line in lines(capsys)] == [
        ("Document", "files"),
        ("ImportReport", None),
    ]


def test_a_kind_that_is_none_is_a_mistake_in_the_command(chat: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["import", str(chat), "--as", "myspace"])
    assert ended.value.code == 2
    assert "--as takes one of: files, x, " in capsys.readouterr().err


def test_a_kind_that_it_is_not_is_trouble(writing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(writing), "--as", "x"]) == 1
    assert capsys.readouterr().err == ("This is not an export of that kind. Import it again without naming its kind.\n")


def test_a_look_tells_and_brings_nothing_in(chat: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(chat), "--look", "--json"]) == 0
    (found,) = lines(capsys)
    assert (found["kind"], found["source"], found["private"]) == ("Found", "whatsapp", 2)
    assert [one["name"] for one in found["people"]] == ["Oskar", "Mara"]  # type: ignore[attr-defined]  # a list
    assert main(["library", "--json"]) == 1  # there is nothing
    capsys.readouterr()
    assert main(["import", str(chat), "--look"]) == 0
    assert "Say which is you with --me NAME" in capsys.readouterr().out


def test_the_last_import_is_taken_back_and_then_there_is_none(
    writing: Path, chat: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["import", str(writing)])
    main(["import", str(chat), "--me", "Mara", "--private"])
    capsys.readouterr()
    taken = []
    for _ in range(2):
        assert main(["import", "--undo", "--json"]) == 0
        taken += [(line["place"], line["removed"]) for line in lines(capsys)]
    assert taken == [("_chat.txt", 1), ("writing", 1)]
    assert main(["import", "--undo"]) == 1
    assert "no import to take back" in capsys.readouterr().err


def test_the_columns_of_an_unknown_table_can_be_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "log.csv"
    rows = [f"{n},2020-01-0{n},Note number {n} about the weather and the boat,mara" for n in range(1, 6)]
    table.write_text("\n".join(["nr,day,what,who", *rows]), "utf-8")
    assert main(["import", str(table), "--look", "--json"]) == 0
    found = lines(capsys)[-1]
    assert found["columns"] == ["nr", "day", "what", "who"]
    said = ["--text", "what", "--author", "who", "--date", "day", "--me", "mara", "--json"]
    assert main(["import", str(table), *said]) == 0
    assert lines(capsys)[-1]["added"] == 5


def test_a_folder_that_was_moved_adds_nothing(writing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["import", str(writing)])
    capsys.readouterr()
    moved = writing.rename(writing.with_name("elsewhere"))
    assert main(["import", str(moved), "--json"]) == 0
    report = lines(capsys)[-1]
    assert (report["added"], report["already"], report["changed"]) == (0, 1, 0)
    copied = moved.with_name("copy")
    copied.mkdir()
    (copied / "essay.md").write_bytes((moved / "essay.md").read_bytes())
    assert main(["import", str(copied), "--json"]) == 0
    assert (
        lines(capsys)[-1]["added"] == 1
    )  # a copy beside what is still there is one of its own, seen as a repeat later
