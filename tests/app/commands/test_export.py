"""mynah export, bring-in, backup, restore: from one computer to another, in the terminal."""

import json
from pathlib import Path

import pytest

from app.command import main
from core.paths import home
from tests.core.export import subjects
from tests.fakes import tiny


@pytest.fixture(autouse=True)
def bot() -> None:
    """A trained bot in the usual project."""
    project = tiny.project(home().project().root, tiny.documents(3))
    subjects.from_nothing(project.root, "characters")


def test_there_and_back_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "bot.mynah"
    assert main(["export", str(target), "--with-writing"]) == 0
    said = capsys.readouterr().out
    assert "Share check: no private things were found in your writing." in said
    assert main(["bring-in", str(target), "--as", "twin"]) == 0
    assert 'mynah chat --project "twin"' in capsys.readouterr().out
    words = ["--prompt", "If", "--temperature", "0", "--length", "8", "--json"]
    assert main(["chat", *words]) == main(["chat", "--project", "twin", *words]) == 0
    one, two = [json.loads(line)["text"] for line in capsys.readouterr().out.splitlines() if '"Reply"' in line]
    assert one == two != ""
    assert main(["export", str(target)]) == 1  # it is there already
    refused = capsys.readouterr()
    assert "already" in refused.err
    assert refused.out == ""  # said before the check, which takes a while


@pytest.mark.parametrize("form", ["mynah", "folder"])
def test_what_was_written_is_asked_the_same_five_prompts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    assert main(["export", str(tmp_path / "out"), "--as", form, "--no-check", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["kind"], told["form"], told["same"], len(told["answers"])) == ("Exported", form, 5, 5)


@pytest.mark.parametrize("form", ["gguf-f16", "ollama", "adapter"])
def test_what_others_cannot_run_is_told_and_nothing_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    assert main(["export", str(tmp_path / "out"), "--as", form, "--no-check"]) == 1
    assert "Export" in capsys.readouterr().err
    assert list(tmp_path.glob("out*")) == []


def test_a_backup_is_restored_under_another_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "a folder" / "of backups" / "me.zip")  # which is made, as an export makes its own
    assert main(["backup", path]) == 0
    assert main(["restore", path]) == 1
    assert "--name NAME" in capsys.readouterr().err
    for option in ("--name", "--as"):  # the old spelling goes on to work
        assert main(["restore", path, option, f"old {option[2:]}"]) == 0
        assert "every byte as it was" in capsys.readouterr().out
        assert main(["runs", "--project", f"old {option[2:]}"]) == 0


@pytest.mark.parametrize("command", ["restore", "bring-in"])
def test_a_file_that_is_not_there_is_called_that(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main([command, str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err.startswith("There is no such file.")
