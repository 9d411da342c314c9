"""The journal tells what still holds, after crashes and resumes too."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from core import journal
from core.errors import DiskTrouble
from core.journal import Evaluated, Finished, Journal, Refitted, Resumed, Sampled, Saved, Stepped

if sys.platform != "win32":
    import resource

FACTS: list[journal.Fact] = [
    Stepped(1, 4.6, 1e-3, 1000.0, 0.5),
    Sampled(1, "The", " “quoted” – ünïcode\n\ud800"),
    Evaluated(1, 6.5, 6.6, True, 0.7),
    Saved(1),
]


def write(path: Path, *facts: journal.Fact) -> None:
    log = Journal(path)
    for fact in facts:
        log.write(fact)
    log.sync()
    log.close()


def test_facts_come_back_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    assert journal.read(path) == []
    write(path, *FACTS)
    assert journal.read(path) == FACTS


def test_half_a_line_from_a_crash_is_cut_off_before_the_next_is_written(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    write(path, Saved(1))
    with path.open("ab") as file:
        file.write(b'{"kind": "Saved", "st')
    assert journal.read(path) == [Saved(1)]
    write(path, Saved(2))
    assert journal.read(path) == [Saved(1), Saved(2)]


def test_a_resume_forgets_the_steps_that_are_made_again(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    first = [Stepped(n, 4.0, 1e-3, 10.0, n / 10) for n in (1, 2, 3, 4)]
    again = Stepped(3, 4.0, 1e-3, 11.0, 0.3)
    write(path, *first, Finished(4, 2.0, 0.4, "abc"), Resumed(2), again)
    assert journal.read(path) == [*first[:2], Resumed(2), again]


def test_lines_of_a_newer_version_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'{"kind": "Overheated", "step": 1}\n[]\n{"kind": "Saved", "step": 1}\n')
    assert journal.read(path) == [Saved(1)]


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Inside the block no file of this process grows beyond `size`."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
def test_half_a_line_that_fitted_on_a_full_disk_is_trouble_and_not_silence(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    write(path, Saved(1))
    size = path.stat().st_size
    with closing(Journal(path)) as log, room_for(size + 10), pytest.raises(DiskTrouble, match="The disk is full"):
        log.write(Saved(2))
    assert path.stat().st_size == size + 10
    write(path, Saved(2))
    assert journal.read(path) == [Saved(1), Saved(2)]


def test_a_journal_that_cannot_be_written_is_trouble_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(DiskTrouble, match="opening the journal"):
        Journal(tmp_path / "missing" / "journal.jsonl")


def test_the_steps_to_come_are_those_last_fitted_to_the_time() -> None:
    told: list[journal.Fact] = [Refitted(10, 130), Stepped(11, 4.6, 1e-3, 1000.0, 0.5), Refitted(20, 138)]
    assert (journal.planned(122, []), journal.planned(122, told)) == (122, 138)
