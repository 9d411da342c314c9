"""Lines come out of a pipe as they went in, however they were cut on the way."""

import os
import threading

import pytest

from importers import pipe


@pytest.mark.parametrize("room", [1, 2, 7, pipe.ROOM])
def test_lines_come_as_they_went_in(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipe, "ROOM", room)
    given = [b"one", b"", b"a longer line", b"cut o"]
    out, into = os.pipe()
    os.write(into, b"\n".join(given))
    os.close(into)
    with os.fdopen(out):
        assert list(pipe.lines(out)) == given


def test_a_line_that_is_larger_than_any_pipe_comes_whole() -> None:
    out, into = os.pipe()
    line = b"x" * (3 * pipe.ROOM)

    def write() -> None:
        with os.fdopen(into, "wb") as end:
            end.write(line + b"\n")

    thread = threading.Thread(target=write)
    thread.start()
    with os.fdopen(out):
        assert list(pipe.lines(pipe.widened(out))) == [line]
    thread.join()
