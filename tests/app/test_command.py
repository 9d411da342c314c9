"""The command line: what it says, to whom, and with which exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import work
from app.command import main
from app.work import gathering
from core.errors import Trouble
from tests.fakes.tasks import broken

ROOT = Path(__file__).resolve().parents[2]
PRIVATE = "words that only the log may hold"


def mynah(*words: str, home: Path, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """The command as a program of its own."""
    script = "import sys; from app.command import main; sys.exit(main(sys.argv[1:]))"
    environment = {**os.environ, "MYNAH_HOME": str(home), "PYTHONWARNINGS": "error", "PYTHONUNBUFFERED": ""}
    return subprocess.run(
        [sys.executable, "-c", script, *words],
        cwd=ROOT, env=environment, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip


def breaks(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let the next import fail with `error`."""
    monkeypatch.setattr(gathering, "import_path", lambda project, path, choice: broken(error))


def test_alone_it_opens_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "window", lambda: 7)
    assert main([]) == 7


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    shown = capsys.readouterr().out
    assert all(f"    {command} " in shown for command in ("import", "train", "chat", "demo", "runs", "bench"))


@pytest.mark.parametrize(
    "words",
    [
        ["sing"],
        ["import"],
        ["import", "x", "--project", "../x"],
        ["train", "--minutes", "0"],
        ["train", "--minutes", "nan"],
        ["train", "--minutes", "long"],
        ["train", "--steps", "1.5"],
        ["train", "--minutes", "1", "--steps", "1"],
        ["train", "--steps", "1", "--resume"],
        ["chat", "--temperature", "-1"],
        ["chat", "--temperature", "inf"],
        ["chat", "--top-p", "0"],
        ["chat", "--length", "0"],
        ["chat", "--seed", "-1"],
    ],
)
def test_a_command_written_wrongly_says_how_it_is_written(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(words)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[-1].startswith("Every option: mynah")
    assert len(said.err.splitlines()) == 2
    assert said.err.startswith("mynah")
    assert "Traceback" not in said.err
    assert "invalid" not in said.err.replace("invalid choice", "")  # argparse's word for what Python's int() refuses


def test_a_word_too_many_names_the_help_of_its_own_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["chat", "morning"])
    said = capsys.readouterr().err
    assert said == "mynah chat: not understood: morning.\nEvery option: mynah chat --help\n"


def test_a_command_that_there_is_not_names_the_one_that_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    for word, meant in (("imprt", "Did you mean import?"), ("zzz", "There are: import, library, ")):
        with pytest.raises(SystemExit, match="2"):
            main([word])
        assert f"there is no command “{word}”. {meant}" in capsys.readouterr().err


def test_trouble_is_two_sentences(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    breaks(monkeypatch, Trouble("The disk is full.", fix="Free some space."))
    assert main(["import", "x"]) == 1
    assert capsys.readouterr() == ("", "The disk is full. Free some space.\n")
    assert main(["import", "x", "--json"]) == 1
    said = capsys.readouterr()
    assert (json.loads(said.out), said.err) == ({"error": "The disk is full.", "fix": "Free some space."}, "")


def test_a_bug_is_one_kind_sentence_and_its_details_are_in_the_log(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    own_home: Path,
) -> None:
    breaks(monkeypatch, ZeroDivisionError(PRIVATE))
    log = own_home / "logs" / "command.log"
    fix = f"Everything saved is safe. The details are in {log}, if you want to report it."
    what = "Something went wrong that is not your fault: a mistake in Mynah."
    assert main(["import", "x"]) == 70
    assert capsys.readouterr() == ("", f"{what} {fix}\n")
    assert main(["import", "x", "--json"]) == 70
    said = capsys.readouterr()
    assert (json.loads(said.out), said.err) == ({"error": what, "fix": fix}, "")
    assert log.read_text("utf-8").count(f"ZeroDivisionError: {PRIVATE}") == 2
    caplog.clear()


def test_a_bug_where_no_log_can_be_written_is_still_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    (tmp_path / "a-file").touch()
    monkeypatch.setenv("MYNAH_HOME", str(tmp_path / "a-file"))
    breaks(monkeypatch, ZeroDivisionError(PRIVATE))
    assert main(["import", "x"]) == 70
    assert capsys.readouterr().err == (
        "Something went wrong that is not your fault: a mistake in Mynah. "
        "Try again; if it happens again, please tell us what you did.\n"
    )
    caplog.clear()


def test_a_command_broken_off_ends_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    breaks(monkeypatch, KeyboardInterrupt())
    assert main(["import", "x"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_reader_who_leaves_early_ends_it_quietly(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = mynah("runs", home=tmp_path, stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_as_a_program_it_ends_with_the_exit_code(tmp_path: Path) -> None:
    done = mynah("chat", "--prompt", "x", "--json", home=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout) == {
        "error": "This project has no trained model yet.",
        "fix": "Train one first: mynah train",
    }
    assert mynah("runs", home=tmp_path).stdout == "There is no run in this project yet. Start one: mynah train\n"
    assert not list(tmp_path.iterdir())  # looking makes no folders


def test_it_starts_without_torch_qt_or_importers() -> None:
    script = "import sys; from app.command import parser; parser(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    tops = {name.partition(".")[0] for name in loaded.split()}
    assert "argparse" in tops
    assert not tops & {"torch", "numpy", "PySide6", "importers", "tokenizers", "pyqtgraph"}
