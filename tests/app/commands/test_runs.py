"""mynah runs: one line a run, oldest first."""

import json
from pathlib import Path

import pytest

from app.command import main
from core.journal import Evaluated, Finished, Journal, Stepped
from core.lock import writing
from core.paths import home
from core.runs import Run
from tests.fakes.planted import plant_run


def test_each_run_with_how_far_it_came(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("1", "2"):
        run = Run(home().project().runs / name)
        run.root.mkdir(parents=True)
        run.recipe_file.touch()
    journal = Journal(Run(home().project().runs / "1").journal_file)
    for fact in (Stepped(1200, 1, 1, 1, 1), Evaluated(1200, 2, 2.5, True, 1), Finished(1200, 2.5, 1, "abc")):
        journal.write(fact)
    journal.close()

    assert main(["runs"]) == 0
    first, second, together = capsys.readouterr().out.splitlines()
    assert first == "1  1,200 steps, best 2.500 bits per byte, finished, 0 MB"
    assert second == "2  0 steps, not measured yet, not finished, 0 MB"
    assert together == "Together they take 0 MB on the disk."
    assert main(["runs", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["run"], row["title"], row["steps"], row["best_bits_per_byte"], row["finished"]) for row in rows] == [
        ("1", "1", 1200, 2.5, True),
        ("2", "2", 0, None, False),
    ]
    assert 0 < rows[0]["megabytes"] < 0.01


def test_a_project_whose_name_is_written_wrongly_is_not_taken_for_an_empty_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    plant_run(home().project("mara"), [Evaluated(300, 2, 2.5, True, 1), Finished(300, 2.5, 1, "abc")])
    for command in (["runs"], ["chat", "--prompt", "If"], ["library"], ["report"], ["meters"]):
        assert main([*command, "--project", "marra"]) == 1
        assert capsys.readouterr().err.startswith("There is no project called “marra”. There are: mara. ")
    assert main(["runs"]) == 0  # the project that every command means needs no name


def test_a_run_can_be_renamed_deleted_and_brought_back(capsys: pytest.CaptureFixture[str]) -> None:
    plant_run(home().project(), [Evaluated(300, 2, 2.5, True, 1), Finished(300, 2.5, 1, "abc")])
    assert main(["runs", "--rename", "2026-01-02 03.04.05", "  My first\none "]) == 0
    assert "“My first one”" in capsys.readouterr().out
    assert main(["runs", "--delete", "My first one"]) == 0
    assert capsys.readouterr().out == "It is in the trash. To bring it back: mynah runs --undo\n"
    assert main(["runs"]) == 0
    assert "There is no run" in capsys.readouterr().out
    assert main(["runs", "--undo"]) == 0
    assert capsys.readouterr().out == "“My first one” is back.\n"
    assert main(["runs", "--delete", "My first one"]) == 0
    assert main(["runs", "--empty-trash"]) == 0
    capsys.readouterr()
    assert main(["runs", "--undo"]) == 1
    assert capsys.readouterr().err == "There is nothing in the trash. See the runs there are: mynah runs\n"


def test_a_run_that_is_being_trained_is_not_deleted(capsys: pytest.CaptureFixture[str]) -> None:
    run = plant_run(home().project(), [Evaluated(300, 2, 2.5, True, 1)])
    with writing(home().project()):
        assert main(["runs", "--delete", run.name]) == 1
    assert "already importing or training" in capsys.readouterr().err
    assert run.root.is_dir()


def test_a_report_cannot_be_written_where_there_is_no_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plant_run(home().project(), [Evaluated(300, 2, 2.5, True, 1), Finished(300, 2.5, 1, "abc")])
    assert main(["report", "--to", str(tmp_path / "missing" / "report.html")]) == 1
    assert "The folder to write it into is not there. Make it first" in capsys.readouterr().err
    assert main(["report", "--to", str(tmp_path)]) == 1
    assert "This is a folder, and a file is to be written." in capsys.readouterr().err
    assert main(["report", "--to", str(tmp_path / "report.html")]) == 0
    assert (tmp_path / "report.html").is_file()
