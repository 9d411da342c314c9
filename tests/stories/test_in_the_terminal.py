"""From a folder of writing to a reply, in the terminal: the real work, on little writing."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.command import main
from tests.fakes import tiny

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def writing(tmp_path: Path) -> Path:
    """Sixty invented pieces: a little more than the least that is enough."""
    folder = tmp_path / "writing"
    folder.mkdir()
    for document in tiny.documents(count=60):
        (folder / document.key).write_text(document.text, "utf-8")
    return folder


def last_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What a command with --json says last."""
    assert main([*words, "--json"]) == 0
    last: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return last


def test_import_train_and_chat(writing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert last_line(["import", str(writing)], capsys)["added"] == 60
    assert last_line(["import", str(writing)], capsys)["added"] == 0

    outcome = last_line(["train", "--steps", "1"], capsys)
    assert outcome["steps"] == 1
    assert 0 < outcome["best_bits_per_byte"] < 8  # 8 is knowing nothing
    assert outcome["tokens_per_second"] > 0
    assert outcome["seconds"] > 0
    assert len(outcome["weights_sha256"]) == 64
    assert not outcome["stopped"]
    row = last_line(["runs"], capsys)
    assert row.pop("megabytes") > 0
    assert row == {
        "kind": "Row",
        "title": outcome["run"],
        "run": outcome["run"],
        "steps": 1,
        "best_bits_per_byte": outcome["best_bits_per_byte"],
        "finished": True,
    }

    chat = ["chat", "--prompt", "The kettle", "--length", "20", "--seed", "1"]
    reply = last_line(chat, capsys)
    assert 0 < reply["tokens"] <= 20
    assert reply["tokens_per_second"] > 0
    assert last_line(chat, capsys)["text"] == reply["text"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal that a test can send and a program can answer")
def test_a_training_that_is_interrupted_saves_and_goes_on(
    writing: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last_line(["import", str(writing)], capsys)
    script = "import sys; from app.command import main; sys.exit(main(sys.argv[1:]))"
    training = subprocess.Popen(
        [sys.executable, "-c", script, "train", "--steps", "1000000", "--json"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with training:
        assert training.stdout is not None
        assert training.stderr is not None
        facts = (json.loads(line) for line in training.stdout)
        step = next(fact["step"] for fact in facts if fact["kind"] == "Stepped")
        training.send_signal(signal.SIGINT)
        *_, last = facts
        assert training.stderr.read() == ""
    assert training.returncode == 0
    assert last["kind"] == "Outcome"
    assert last["stopped"]
    assert last["steps"] >= step == 1
    row = last_line(["runs"], capsys)
    assert (row["run"], row["steps"], row["finished"]) == (last["run"], last["steps"], False)
    assert last_line(["chat", "--prompt", "The", "--length", "5"], capsys)["tokens"] > 0
