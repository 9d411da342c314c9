"""mynah train: what it passes on, what it shows, and what it says at the end."""

import io
import json
import signal
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from app import work
from app.command import main
from app.commands.train import BITS, Listener, base_folder, duration, sentence
from app.terminal import Terminal
from core.errors import WrongFile
from core.events import Note, Progress
from core.journal import Evaluated, Finished, Happened, Resumed, Sampled, Saved, Stepped
from core.paths import Project, home
from core.plan import Wish
from core.runs import Outcome, Run
from tests.fakes.tasks import interrupted, scripted

FACTS = [
    Note("This takes about 2 minutes."),
    Resumed(2),
    Stepped(3, 4.5, 0.001, 1234.5, 60.0),
    Evaluated(3, 2.25, 2.5, True, 61.0),
    Sampled(3, "It was ", "a bird.\n\n\nAnd  another."),
    Saved(3),
    Finished(3, 2.5, 61.0, "abc"),
]
OUTCOME = Outcome(
    run="a run",
    steps=3,
    best_bits_per_byte=2.5,
    tokens_per_second=1234.5,
    seconds=3723.0,
    weights_sha256="abc",
    stopped=False,
)
STOPPED = Outcome(
    run="a run",
    steps=2,
    best_bits_per_byte=None,
    tokens_per_second=1234.5,
    seconds=61.0,
    weights_sha256="abd",
    stopped=True,
)
NOTHING = Outcome(
    run="",
    steps=0,
    best_bits_per_byte=None,
    tokens_per_second=0.0,
    seconds=0.0,
    weights_sha256="",
    stopped=True,
)  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Project, object]]:
    """What was asked of the work; the work itself is a script."""
    asked: list[tuple[Project, object]] = []

    def task(project: Project, what: object) -> work.Task[Outcome]:
        asked.append((project, what))
        return scripted([Progress(2, 3, "Training"), *FACTS], OUTCOME)

    monkeypatch.setattr(work, "train", task)
    monkeypatch.setattr(work, "resume", task)
    return asked


def make_run(name: str, finished: bool) -> Run:
    run = Run(home().project().runs / name)
    run.root.mkdir(parents=True)
    run.recipe_file.touch()
    if finished:
        line = {"kind": "Finished", **asdict(Finished(3, 2.5, 61.0, "abc"))}
        run.journal_file.write_text(json.dumps(line) + "\n", "utf-8")
    return run


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ([], Wish()),
        (["--minutes", "2.5"], Wish(minutes=2.5)),
        (["--steps", "7", "--seed", "3"], Wish(steps=7, seed=3)),
    ],
)
def test_wishes_are_passed_on(asked: list[tuple[Project, object]], words: list[str], wish: Wish) -> None:
    assert main(["train", "--project", "blog", *words]) == 0
    assert asked == [(home().project("blog"), wish)]


def test_a_program_reads_every_fact_and_last_the_outcome(
    asked: list[tuple[Project, object]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--json"]) == 0
    *facts, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    signs = [fact for fact in facts if fact["kind"] == "Progress"]  # what it does besides: a sign of life
    assert signs
    facts = [fact for fact in facts if fact not in signs]
    assert facts == [{"kind": type(fact).__name__, **asdict(fact)} for fact in FACTS]  # type: ignore[call-overload]
    assert last == {
        "kind": "Outcome",
        "run": "a run",
        "steps": 3,
        "best_bits_per_byte": 2.5,
        "tokens_per_second": 1234.5,
        "seconds": 3723.0,
        "weights_sha256": "abc",
        "stopped": False,
    }


def test_a_person_reads_what_was_reached_and_what_it_writes(
    asked: list[tuple[Project, object]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "This takes about 2 minutes.",
        "Going on from step 2.",
        BITS,
        "Step 3: 2.500 bits per byte on unseen text, the best so far.",
        "  It was | a bird. And another.",
        "Finished: 3 steps, best 2.500 bits per byte, 1,234 tokens/s, 1 h 02 min.",
        "Next: mynah chat",
    ]


def test_progress_shows_loss_speed_and_the_time_left() -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Screen()
    listener = Listener(Terminal(screen, screen, as_json=False), total=9)
    listener(Stepped(3, 4.5, 0.001, 1234.5, 60.0))
    assert screen.getvalue() == "\rStep 3 of 9  loss 4.500  1,234 tokens/s  2:00 left"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_saves_and_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    monkeypatch.setattr(work, "train", lambda project, wish: interrupted(number, OUTCOME, STOPPED))
    assert main(["train", "--project", "blog"]) == 0
    assert capsys.readouterr().out == (
        "Stopped and saved: 2 steps, not measured yet, 1,234 tokens/s, 1:01.\n"
        'Next: mynah train --resume --project "blog"\n'
    )


def test_stopped_before_there_is_a_run_it_offers_none_to_go_on_with(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(work, "train", lambda project, wish: scripted([], NOTHING))
    assert main(["train"]) == 0
    assert capsys.readouterr().out == (
        "Stopped before the first step. Nothing was made, and nothing is lost.\nNext: mynah train\n"
    )


def test_resume_takes_the_newest_run_that_is_not_finished(asked: list[tuple[Project, object]]) -> None:
    for name, finished in (("1", False), ("2", False), ("3", True)):
        make_run(name, finished)
    assert main(["train", "--resume"]) == 0
    assert asked == [(home().project(), Run(home().project().runs / "2"))]


def test_nothing_to_resume_is_trouble_with_a_way_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    make_run("1", finished=True)
    assert main(["train", "--resume"]) == 1
    assert capsys.readouterr().err == "There is no unfinished run in this project. Start a new one: mynah train\n"


@pytest.mark.parametrize(
    ("seconds", "words"), [(-1, "0:00"), (59.6, "1:00"), (3599, "59:59"), (3600, "1 h 00 min"), (90_061, "25 h 01 min")]
)
def test_durations_are_short(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_a_base_is_named_by_its_folder_or_as_on_the_shelf(tmp_path: Path) -> None:
    folder = tmp_path / "a model"
    folder.mkdir()
    assert base_folder(str(folder)) == folder
    assert base_folder(None) is None
    with pytest.raises(WrongFile, match="not on this computer"):
        base_folder("qwen3-1.7b")


def test_a_run_that_is_over_early_says_why() -> None:
    done = replace(OUTCOME, steps=3, stopped=False)
    assert sentence(done, 3) == sentence(done) == sentence(done, 0)
    assert sentence(done, 9).endswith(
        "9 were planned: the computer was slower than when it was measured, and the time is kept."
    )
    assert "was faster than" in sentence(done, 2)
    assert sentence(replace(done, stopped=True), 9).endswith("9 steps were planned.")


def test_the_end_is_told_once(asked: list[tuple[Project, object]], capsys: pytest.CaptureFixture[str]) -> None:
    listener = Listener(Terminal(sys.stdout, sys.stderr, as_json=False))
    for what in ("finished", "stopped", "continued"):
        listener(Happened(3, what, "It is over.", 0.0))
    assert capsys.readouterr().out == ""
    listener(Happened(3, "memory", "Memory ran short.", 0.0))
    assert capsys.readouterr().out == "Memory ran short.\n"
