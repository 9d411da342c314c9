"""`python -m tests` is red when any part of it is."""

import sys

import pytest

from tests import __main__ as runner

GREEN = ("sham", (sys.executable, "-c", "print('all is well')"))
RED = ("sham", (sys.executable, "-c", "print('line 7 is bent'); raise SystemExit(3)"))
NO_SUCH_TEST = ["tests/test_runner.py", "-k", "unheard_of"]


@pytest.mark.parametrize(("gate", "words", "code"), [(GREEN, ["--version"], 0), (RED, ["--version"], 1)])
def test_one_red_gate_makes_the_whole_red(
    gate: tuple[str, tuple[str, ...]], words: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "GATES", (gate,))
    assert runner.main(words) == code


def test_a_red_gate_says_why_and_a_green_one_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.passes(*GREEN)
    assert not runner.passes(*RED)
    said = capsys.readouterr().out
    assert "line 7 is bent" in said
    assert "all is well" not in said


def test_pytest_without_tests_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "GATES", ())
    assert runner.main(NO_SUCH_TEST) == pytest.ExitCode.NO_TESTS_COLLECTED
