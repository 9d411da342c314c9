"""mynah demo: the whole way on the sample, and a second call that is quick."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from app import work
from app.command import main
from app.commands.demo import MINUTES, PROMPTS
from app.work import Task, gathering
from core.documents import ImportReport
from core.journal import Finished, Journal
from core.paths import Project, home
from core.plan import Wish
from core.replies import Piece, Reply, Sampling
from core.runs import Outcome, Run
from core.sources import Choice, Place
from tests.fakes.tasks import scripted

REPORT = ImportReport(added=2, changed=0, already=0, skipped=0, seconds=1)
REPLY = Reply("a bird", tokens=4, seconds=2.0, ended=True, stopped=False)


def outcome(name: str, *, stopped: bool = False) -> Outcome:
    return Outcome(
        run=name,
        steps=3,
        best_bits_per_byte=2.5,
        tokens_per_second=9.0,
        seconds=60.0,
        weights_sha256="abc",
        stopped=stopped,
    )


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What was done, in order. Each training leaves a finished run behind."""
    done: list[tuple[object, ...]] = []

    def import_path(project: Project, place: Place, choice: Choice) -> Task[ImportReport]:
        done.append(("import", project.name, Path(place).is_dir()))
        return scripted([], REPORT)

    def train(project: Project, wish: Wish) -> Task[Outcome]:
        run = Run(project.runs / str(len(done)))
        run.root.mkdir(parents=True)
        run.recipe_file.touch()
        journal = Journal(run.journal_file)
        journal.write(Finished(3, 2.5, 60.0, "abc"))
        journal.close()
        done.append(("train", project.name, wish))
        return scripted([], outcome(run.name))

    def reply(run: Run, prompt: str, sampling: Sampling) -> Task[Reply]:
        done.append(("reply", run.name, prompt))
        return scripted([Piece("a bird")], REPLY)

    monkeypatch.setattr(gathering, "import_path", import_path)
    monkeypatch.setattr(work, "train", train)
    monkeypatch.setattr(work, "reply", reply)
    return done


def replies(run: str) -> list[tuple[object, ...]]:
    return [("reply", run, prompt) for prompt in PROMPTS]


def test_it_imports_trains_and_talks_and_the_second_time_only_talks(
    done: list[tuple[object, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo"]) == 0
    assert done == [
        ("import", "sample", True),
        ("train", "sample", Wish(minutes=MINUTES)),
        *replies("1"),
    ]
    assert capsys.readouterr().out.endswith(
        "There is one thing which|a bird\n\nNow open the window: mynah\n"
        "Or write with it here: mynah chat --project sample\n"
    )
    done.clear()
    assert main(["demo"]) == 0
    assert done == replies("1")
    assert capsys.readouterr().out.startswith("The sample has been trained already.")


def test_again_trains_anew_for_as_long_as_asked(done: list[tuple[object, ...]]) -> None:
    assert main(["demo"]) == 0
    done.clear()
    done.append(("before",))
    assert main(["demo", "--again", "--minutes", "0.5"]) == 0
    assert done[1:3] == [("import", "sample", True), ("train", "sample", Wish(minutes=0.5))]
    assert done[3:] == replies("2")


def test_a_program_reads_every_part_and_last_the_replies(
    done: list[tuple[object, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--json"]) == 0
    *parts, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = {"kind": "Reply", **asdict(REPLY), "tokens_per_second": 2.0}
    assert parts == [
        {"kind": "ImportReport", **asdict(REPORT)},
        {"kind": "Outcome", **asdict(outcome("1"))},
        *[{"kind": "Piece", "text": "a bird"}, told] * 3,
    ]
    assert last.pop("seconds") >= 0
    assert last == {
        "kind": "Demo",
        "run": "1",
        "replies": [{"prompt": prompt, "text": "a bird"} for prompt in PROMPTS],
    }


def test_stopped_it_says_how_to_go_on_and_does_not_talk(
    done: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(work, "train", lambda project, wish: scripted([], outcome("1", stopped=True)))
    assert main(["demo"]) == 0
    assert done == [("import", "sample", True)]
    assert capsys.readouterr().out.endswith("Next: mynah train --resume --project sample\n")


def test_the_sample_project_is_where_it_goes(done: list[tuple[object, ...]]) -> None:
    main(["demo"])
    assert [run.name for run in (home().root / "projects").iterdir()] == ["sample"]
