"""mynah bench: a table for a person, a row a contender for a program."""

import json
import sys
from pathlib import Path

import pytest

from app import work
from app.command import main
from core.bench.reports import Limit, Row, Setup
from core.events import Note, Progress
from tests.fakes.tasks import scripted

FIRST = Row(
    contender="ours/bf16",
    tokens_per_second=4800.4,
    lowest=4700,
    highest=4900,
    gflops=324.1,
    share=0.723,
    lead=1.0,
    turns=3,
    other_load=0.04,
    per_cpu_second=2420,
    peak_megabytes=1512.4,
)
SECOND = Row(
    contender="a peer",
    tokens_per_second=3600,
    lowest=3500,
    highest=3650,
    gflops=243,
    share=0.54,
    lead=1.333,
    turns=3,
    other_load=0.1,
    per_cpu_second=1800,
    peak_megabytes=2750,
)
TABLE = """\
contender  tokens per second  lowest  highest  gflops  share  lead  turns  other load  per cpu second  peak megabytes
ours/bf16              4,800   4,700    4,900     324    72%  1.00      3        0.04           2,420           1,512
a peer                 3,600   3,500    3,650     243    54%  1.33      3        0.10           1,800           2,750
"""
LEFT_OUT = "another peer did not start and is left out."
EVENTS = [Progress(0, 6, "ours/bf16"), Note(LEFT_OUT)]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Setup]:
    asked: list[Setup] = []

    def bench(setup: Setup) -> work.Task[list[Row]]:
        asked.append(setup)
        return scripted(EVENTS, [FIRST, SECOND])

    monkeypatch.setattr(work, "bench_train", bench)
    monkeypatch.setattr(work, "bench_share", bench)
    return asked


@pytest.mark.parametrize("what", ["train", "share"])
def test_a_person_gets_a_table(what: str, asked: list[Setup], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", what]) == 0
    assert capsys.readouterr().out == f"{LEFT_OUT}\n{TABLE}"
    assert asked == [Setup()]


def test_a_program_gets_a_row_a_contender(asked: list[Setup], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "train", "--json"]) == 0
    note, first, second = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert note["kind"] == "Note"
    assert first == {
        "kind": "Row",
        "contender": "ours/bf16",
        "tokens_per_second": 4800.4,
        "lowest": 4700,
        "highest": 4900,
        "gflops": 324.1,
        "share": 0.723,
        "lead": 1.0,
        "turns": 3,
        "other_load": 0.04,
        "per_cpu_second": 2420,
        "peak_megabytes": 1512.4,
    }
    assert second["contender"] == "a peer"


def test_peers_are_asked_for(asked: list[Setup], tmp_path: Path) -> None:
    script = tmp_path / "peers.py"
    script.touch()
    options = ["--beside", str(script), "--python", "theirs", "--rounds", "5", "--seconds", "0.5"]
    assert main(["bench", "train", *options]) == 0
    assert asked == [Setup(rounds=5, seconds=0.5, beside=script, python="theirs")]


def test_a_script_that_is_not_there_is_trouble(asked: list[Setup], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "train", "--beside", "nowhere.py"]) == 1
    said = "There is no script at the place that --beside names. Check its name and start again.\n"
    assert capsys.readouterr().err == said
    assert asked == []


def test_the_limits_have_no_tokens(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    limit = Limit(contender="peak/fp32", unit="GFLOP/s", median=205.6, lowest=200, highest=208, turns=3, other_load=0)
    monkeypatch.setattr(work, "bench_limits", lambda setup: scripted([], [limit]))
    assert main(["bench", "limits"]) == 0
    assert capsys.readouterr().out == (
        "contender     unit  median  lowest  highest  turns  other load\n"
        "peak/fp32  GFLOP/s     206     200      208      3        0.00\n"
    )


def test_nothing_measured_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(work, "bench_limits", lambda setup: scripted([], []))
    assert main(["bench", "limits"]) == 0
    assert capsys.readouterr().out == "Nothing was measured.\n"


def test_a_bench_has_to_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["bench"])
    assert "the following arguments are required: what" in capsys.readouterr().err


def test_the_default_python_is_ours() -> None:
    assert Setup().python == sys.executable
