"""A person reads clean lines and a progress line that leaves nothing behind; a program reads JSON and nothing else."""

import io
import json

import pytest

from app.terminal import Terminal, follow, replace_unknown
from core.documents import Skipped
from core.events import Progress, Work
from tests.fakes.tasks import scripted


class Screen(io.StringIO):
    """A stream that is somebody's terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """A terminal of 40 columns that shows output and errors, and no waiting between two frames."""
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr("app.terminal.FRAME", 0)
    return Screen()


def test_a_line_takes_the_place_of_the_progress_before_it(screen: Screen) -> None:
    terminal = Terminal(screen, screen, as_json=False)
    terminal.progress("half way there")
    terminal.progress("done")
    terminal.say("It is finished.")
    assert screen.getvalue() == "\rhalf way there\rdone          \r    \rIt is finished.\n"


def test_progress_never_wraps(screen: Screen) -> None:
    Terminal(screen, screen, as_json=False).progress("x" * 99)
    assert screen.getvalue() == "\r" + "x" * 39


def test_progress_is_for_people_at_a_terminal(screen: Screen) -> None:
    file = io.StringIO()
    Terminal(file, file, as_json=False).progress("half way there")
    Terminal(screen, screen, as_json=True).progress("half way there")
    assert file.getvalue() == screen.getvalue() == ""


def test_what_a_model_writes_cannot_steer_the_terminal(screen: Screen) -> None:
    Terminal(screen, screen, as_json=False).say("a\x1b[2Jb\rc\x9bd\x07\te\nf")
    assert screen.getvalue() == "a\ufffd[2Jb\ufffdc\ufffdd\ufffd\te\nf\n"


@pytest.mark.parametrize("as_json", [False, True])
def test_a_program_reads_facts_and_a_person_sentences(screen: Screen, as_json: bool) -> None:
    terminal = Terminal(screen, screen, as_json=as_json)
    terminal.say("Skipped é.")
    terminal.fact(Skipped("a.jpg", "not text: é"), n=1)
    terminal.record(text="\ud83d")
    lines = screen.getvalue().splitlines()
    if as_json:
        assert [json.loads(line) for line in lines] == [
            {"kind": "Skipped", "key": "a.jpg", "reason": "not text: é", "n": 1},
            {"text": "\ud83d"},
        ]
        assert screen.getvalue().isascii()  # so that no console's encoding can spoil it
    else:
        assert lines == ["Skipped é."]


def test_an_old_console_shows_a_question_mark_for_what_it_cannot() -> None:
    written = io.BytesIO()
    console = io.TextIOWrapper(written, encoding="cp1252", newline="\n")
    replace_unknown(console)
    Terminal(console, console, as_json=False).say("a – 日 b")
    assert written.getvalue() == "a – ? b\n".encode("cp1252")


def test_follow_hands_over_every_event_and_the_outcome() -> None:
    events: list[object] = []
    assert follow(scripted([Progress(1, 2), "fact"], 42), events.append) == 42
    assert events == [Progress(1, 2), "fact"]


def test_work_is_closed_when_its_listener_breaks() -> None:
    closed: list[bool] = []

    def listen(event: object) -> None:
        raise ValueError(event)

    def make(stop: object) -> Work[None]:
        try:
            yield "event"
        finally:
            closed.append(True)

    with pytest.raises(ValueError, match="event") as broken:
        follow(make, listen)
    assert closed == [True]  # now, not when the traceback that holds on to it goes away
    assert broken.tb
