"""Every guard turned red once, in a pytest of its own."""

from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent


def test_each_guard_goes_red_for_its_violation_and_for_nothing_else(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(TESTS.parent))
    monkeypatch.setenv("MYNAH_TEST_DATA", str(pytester.path / "nowhere"))
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    pytester.makeconftest((TESTS / "conftest.py").read_text("utf-8"))
    pytester.makepyfile(test_planted=(TESTS / "fixtures" / "guards" / "violations.py").read_text("utf-8"))

    result = pytester.runpytest_subprocess("-p", "no:randomly", "-rfE")

    red = [line.split("::")[1].split()[0] for line in result.outlines if line.startswith(("FAILED", "ERROR test_"))]
    assert sorted(red) == [
        "test_asks_for_a_name",
        "test_connects",
        "test_leaves_a_qthread",
        "test_leaves_a_thread",
        "test_leaves_a_timer",
        "test_leaves_a_window",
        "test_logs",
        "test_warns",
    ]
    result.stdout.fnmatch_lines_random(
        [
            "core: something is off",
            "This test asked for '192.0.2.1': *",
            "This test asked for 'example.org': *",
            "Thread 'lost', started at *test_planted.py:*",
            "Sleeper 'lost too', started at *test_planted.py:*",
            "QTimer '', started at *test_planted.py:*",
            "QWidget 'forgotten'",
            "1 tests need real writing and did not run: set MYNAH_TEST_DATA.",
            "who hears Qt after the end: None",
        ]
    )
