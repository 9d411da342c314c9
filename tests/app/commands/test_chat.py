"""mynah chat: a reply as it is written, one after another, the same for the same seed."""

import json
import signal
from collections.abc import Iterator
from io import StringIO

import pytest

from app import work
from app.command import main
from app.commands.typed import HELP
from app.work import Task
from core.events import Note
from core.paths import home
from core.replies import FROM_SCRATCH, Piece, Reply, Sampling
from core.runs import Run
from tests.fakes.small_run import small_run
from tests.fakes.tasks import interrupted, scripted

WHO = "This is run 1. /quit ends, /help says what you can type."
HOW_TO = "Write how a text begins and press Enter. Ctrl-C stops a reply."
REPLY = Reply("a bird", tokens=4, seconds=2.0, ended=True, stopped=False)
HALF = Reply("a", tokens=1, seconds=1.0, ended=False, stopped=True)


@pytest.fixture
def run() -> Run:
    return small_run(Run(home().project().runs / "1"), 2.0)


@pytest.fixture
def asked(run: Run, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Run, str, Sampling]]:
    """What was asked of the model; what it answers is a script."""
    asked: list[tuple[Run, str, Sampling]] = []

    def task(run: Run, prompt: str, sampling: Sampling) -> Task[Reply]:
        asked.append((run, prompt, sampling))
        return scripted([Note("The best checkpoint is damaged."), Piece("a "), Piece("bird")], REPLY)

    monkeypatch.setattr(work, "reply", task)
    return asked


def types(monkeypatch: pytest.MonkeyPatch, *typed: str | BaseException) -> list[str]:
    """Somebody types these lines; returns where the signs go that ask for them."""
    lines: Iterator[str | BaseException] = iter(typed)
    signs: list[str] = []

    def answer(sign: str) -> str:
        signs.append(sign)
        line = next(lines)
        if isinstance(line, BaseException):
            raise line
        return line

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr("sys.stdin", Keyboard())
    return signs


class Keyboard:
    """Where somebody types."""

    def isatty(self) -> bool:
        return True


def test_what_comes_through_a_pipe_is_written_out_before_it_is_answered(
    asked: list[tuple[Run, str, Sampling]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("One\nTwo\n"))
    assert main(["chat"]) == 0
    said = capsys.readouterr().out
    assert "\n> One\nThe best checkpoint is damaged.\na bird\n" in said
    assert "\n> Two\nThe best checkpoint" in said
    monkeypatch.setattr("sys.stdin", StringIO("One\n"))
    assert main(["chat", "--json"]) == 0
    assert [json.loads(line)["kind"] for line in capsys.readouterr().out.splitlines()][-1] == "Reply"


def test_the_same_seed_gives_the_same_text_and_greedy_needs_none(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    def text(*words: str) -> str:
        assert main(["chat", "--prompt", "the bird", "--length", "30", "--json", *words]) == 0
        *pieces, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert "".join(piece["text"] for piece in pieces) == last["text"]
        assert last["tokens_per_second"] > 0
        return str(last["text"])

    assert text("--seed", "5") == text("--seed", "5") != text("--seed", "6")
    assert text("--temperature", "0") == text("--temperature", "0", "--seed", "6")


def test_a_program_reads_pieces_and_last_the_reply(
    asked: list[tuple[Run, str, Sampling]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["chat", "--prompt", "It was ", "--json"]) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"kind": "Note", "text": "The best checkpoint is damaged."},
        {"kind": "Piece", "text": "a "},
        {"kind": "Piece", "text": "bird"},
        {
            "kind": "Reply",
            "text": "a bird",
            "tokens": 4,
            "seconds": 2.0,
            "ended": True,
            "stopped": False,
            "tokens_per_second": 2.0,
            "copied": [],
        },
    ]


def test_every_setting_is_passed_on_and_the_others_stay(run: Run, asked: list[tuple[Run, str, Sampling]]) -> None:
    words = (
        "--temperature=0.5",
        "--top-k=3",
        "--top-p=0.9",
        "--min-p=0.1",
        "--repetition=1.2",
        "--length=9",
        "--seed=7",
    )
    assert main(["chat", "--prompt", "x", "--seed", "7", *words]) == 0
    assert main(["chat", "--prompt", ""]) == 0
    given = Sampling(temperature=0.5, top_k=3, top_p=0.9, min_p=0.1, repetition=1.2, length=9, seed=7)
    assert asked == [(run, "x", given), (run, "", Sampling())]


def test_line_by_line_the_label_comes_first_and_an_empty_line_ends(
    asked: list[tuple[Run, str, Sampling]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    signs = types(monkeypatch, "One", "Two", "")
    assert main(["chat"]) == 0
    assert [prompt for _, prompt, _ in asked] == ["One", "Two"]
    assert signs == ["\n> "] * 3
    reply = "The best checkpoint is damaged.\na bird\n"
    assert capsys.readouterr().out == f"{WHO}\n{FROM_SCRATCH}\n{HOW_TO}\n{reply}{reply}"


@pytest.mark.parametrize("word", ["/quit", "/exit", " /QUIT "])
def test_a_word_with_a_slash_is_no_text(
    word: str,
    asked: list[tuple[Run, str, Sampling]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    types(monkeypatch, "/help", "/hlep", "/r/running is fun", word, "never reached")
    assert main(["chat"]) == 0
    assert [prompt for _, prompt, _ in asked] == ["/r/running is fun"]
    said = capsys.readouterr().out
    assert HELP in said
    assert "There is no /hlep here. /quit ends" in said


def test_to_a_program_a_slash_is_a_letter(
    asked: list[tuple[Run, str, Sampling]], monkeypatch: pytest.MonkeyPatch
) -> None:
    types(monkeypatch, "/quit", EOFError())
    assert main(["chat", "--json"]) == 0
    assert [prompt for _, prompt, _ in asked] == ["/quit"]


def test_where_there_are_several_runs_it_is_said_which_one_speaks(
    asked: list[tuple[Run, str, Sampling]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small_run(Run(home().project().runs / "2"), 2.0)
    types(monkeypatch, "", "")
    assert main(["chat"]) == 0
    assert capsys.readouterr().out.startswith("This is run 2, the best of 2 (--run NAME takes another). /quit ends,")
    assert main(["chat", "--run", "1"]) == 0
    assert capsys.readouterr().out.startswith("This is run 1. /quit ends,")


def test_a_program_may_talk_line_by_line_too(
    asked: list[tuple[Run, str, Sampling]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert types(monkeypatch, "One", EOFError()) == []
    assert main(["chat", "--json"]) == 0
    kinds = [json.loads(line)["kind"] for line in capsys.readouterr().out.splitlines()]
    assert kinds == ["Note", "Piece", "Piece", "Reply"]


def test_ctrl_c_stops_a_reply_and_not_the_talk(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(work, "reply", lambda run, prompt, sampling: interrupted(signal.SIGINT, REPLY, HALF))
    types(monkeypatch, "One", "Two", KeyboardInterrupt())
    assert main(["chat"]) == 0
    assert capsys.readouterr().out.endswith("\n\n")
    types(monkeypatch, "One", EOFError())
    assert main(["chat", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["stopped"] is True


def test_a_run_is_chosen_by_name_else_the_newest(asked: list[tuple[Run, str, Sampling]]) -> None:
    newer = small_run(Run(home().project().runs / "2"), 2.0)
    assert main(["chat", "--prompt", "x"]) == 0
    assert main(["chat", "--prompt", "x", "--run", "1"]) == 0
    assert [run for run, _, _ in asked] == [newer, Run(newer.root.with_name("1"))]


def test_a_name_that_no_run_has_is_trouble(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "--prompt", "x", "--run", "../../me/runs/1"]) == 1
    assert capsys.readouterr().err == "This project has no run of that name. See which there are: mynah runs\n"


def test_the_way_out_names_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "--prompt", "x", "--project", "my blog"]) == 1
    assert capsys.readouterr().err.endswith('Train one first: mynah train --project "my blog"\n')
