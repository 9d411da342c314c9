"""mynah runs: one line a run, oldest first."""

import json

import pytest

from app.command import main
from core.journal import Evaluated, Finished, Journal, Stepped
from core.paths import home
from core.runs import Run


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
    assert capsys.readouterr().out == (
        "1  1,200 steps, best 2.500 bits per byte, finished\n2  0 steps, not measured yet, not finished\n"
    )
    assert main(["runs", "--json"]) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"kind": "Row", "run": "1", "steps": 1200, "best_bits_per_byte": 2.5, "finished": True},
        {"kind": "Row", "run": "2", "steps": 0, "best_bits_per_byte": None, "finished": False},
    ]
