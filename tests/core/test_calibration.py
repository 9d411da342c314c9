"""What counts as written about: found out for each corpus, kept while that stands, and used by whoever talks."""

import json
from pathlib import Path

import pytest

from core import calibration, retrieval, talk
from core.asking import Ask
from core.bot import Bot
from core.calibration import FILE, Calibration, parted
from core.cloze import Question, questions
from core.corpus import Corpus
from core.documents import Document
from core.events import Progress, drain, never
from core.paths import Project
from core.replies import Turn
from core.retrieval import Found
from tests.fakes.instruct import instruct_model
from tests.importers.fixture import run

BLOGS = ("ashfurrow", "jessfraz", "raphlinus", "rubenerd")
PLACES = tuple("Arnhem Bergen Cadiz Dover Essen Faro Ghent Hanover Izmir Jena Kiel Oslo".split())  # noqa: SIM905  # shorter


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    return Bot.of_base(instruct_model(tmp_path_factory.mktemp("models") / "instruct"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A corpus of a hundred days, each somewhere else for some other reason."""
    path = tmp_path / "corpus.sqlite"
    with Corpus(path) as corpus:
        corpus.add_all(day(n) for n in range(100))
    return path


def day(n: int) -> Document:
    place, other = PLACES[n % 12], PLACES[(n * 7 + 3) % 12]
    text = f"On the way from {place} over {n * 31 + 1000} hills a cousin{n} of mine lost thing{n} and found stone{n}."
    return Document(source="s", key=f"k{n}", title=f"To {other}", text=text)


def looked_up(bot: Bot, corpus: Corpus, question: str) -> Found:
    """By the one function that every talk asks."""
    return talk.look_up(bot, Ask(turns=(Turn("user", question),)), corpus)


def test_it_is_kept_beside_the_corpus_and_holds_while_that_stands(path: Path) -> None:
    assert not calibration.is_current(path)
    _, found = drain(calibration.renew(path, never))
    assert found is not None
    assert found.asked > 90  # the questions that found their own day
    assert found.kept >= 0.95
    with Corpus(path) as corpus:  # which may be opened without changing anything
        assert calibration.threshold(corpus) == found.least != retrieval.COVERED
    assert calibration.is_current(path)


def test_a_corpus_that_grew_is_asked_by_the_old_threshold_until_there_is_a_new_one(path: Path) -> None:
    _, found = drain(calibration.renew(path, never))
    assert found is not None
    with Corpus(path) as corpus:
        corpus.add(day(500))
        assert calibration.threshold(corpus) == found.least
    assert not calibration.is_current(path)
    drain(calibration.renew(path, never))
    assert calibration.is_current(path)


def test_the_same_corpus_gives_the_same_threshold(path: Path) -> None:
    assert drain(calibration.renew(path, never))[1] == drain(calibration.renew(path, never))[1]


def test_until_there_is_one_the_fixed_value_holds(path: Path) -> None:
    with Corpus(path) as corpus:
        assert calibration.threshold(corpus) == retrieval.COVERED


@pytest.mark.parametrize(
    "broken", ["", "[]", "{", '{"version": 1}', '{"version": 1, "corpus": [], "least": 7.0}', '{"version": 99}']
)
def test_a_file_that_is_none_or_newer_is_as_good_as_none(broken: str, path: Path) -> None:
    path.with_name(FILE).write_text(broken)
    with Corpus(path) as corpus:
        assert calibration.threshold(corpus) == retrieval.COVERED
    assert not calibration.is_current(path)


def test_too_little_writing_leaves_the_fixed_value_and_is_not_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    with Corpus(path) as corpus:
        corpus.add_all(day(n) for n in range(10))
    assert drain(calibration.renew(path, never))[1] == Calibration()
    assert calibration.is_current(path)


def test_stopped_it_keeps_nothing(path: Path) -> None:
    events, found = drain(calibration.renew(path, lambda: True))
    assert (events, found) == ([], None)
    assert not path.with_name(FILE).exists()


def test_it_says_how_far_it_is(path: Path) -> None:
    events, _ = drain(calibration.renew(path, never))
    assert [event.done for event in events if isinstance(event, Progress)] == list(range(1, 101))


def test_the_threshold_parts_what_can_be_answered_from_what_cannot() -> None:
    apart = parted([0.6, 0.7, 0.9] * 7, [0.1, 0.2, 0.5] * 7)
    assert (apart.least, apart.kept, apart.refused) == (0.6, 1.0, 1.0)
    mixed = parted([0.3, *[0.8] * 19], [0.2, 0.7] * 10)
    assert (mixed.least, mixed.kept, mixed.refused) == (0.8, 0.95, 1.0)  # one in twenty may be given up, not two
    kept = parted([0.3, 0.3, *[0.8] * 18], [0.2, 0.7] * 10)
    assert (kept.least, kept.kept, kept.refused) == (0.3, 1.0, 0.5)


def test_what_a_bot_is_measured_on_is_not_found_meanwhile(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden, seen = [("s", f"k{n}") for n in range(50, 100)], set[str]()
    find = retrieval.find

    def watched(*args: object, **how: object) -> Found:
        found = find(*args, **how)  # type: ignore[arg-type]  # as it is called
        seen.update(note.key for note in found.notes)
        return found

    monkeypatch.setattr(retrieval, "find", watched)
    with Corpus(path) as corpus:
        documents = [day(n) for n in range(50)]
        drain(calibration.calibrate(corpus, documents, never, without=hidden))
    assert seen
    assert not seen & {key for _, key in hidden}


# ---- floors, on real blogs, by the function that chat calls


@pytest.fixture(scope="module")
def asked(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Project, list[Question]]]:
    home = tmp_path_factory.mktemp("retrieval")
    made = {}
    for blog in BLOGS:
        project = Project(home / blog)
        made[blog] = (project, questions(run(shared_data / "blogs" / blog, project)[1], 75))
        _, found = drain(calibration.renew(project.corpus, never))
        assert found is not None
        assert found.asked > 90
    return made


def test_of_two_hundred_cloze_questions_nine_in_ten_are_answered_by_the_first_five(
    bot: Bot, asked: dict[str, tuple[Project, list[Question]]]
) -> None:
    hits = 0
    for project, made in asked.values():
        with Corpus(project.corpus) as corpus:
            for question in made[:50]:
                notes = looked_up(bot, corpus, question.asked).notes
                assert len(notes) <= 5
                hits += any(note.key == question.key and question.answer in note.text for note in notes)
    assert hits / 200 >= 0.95  # 0.995 when this was written; the aim is 0.90


def test_of_a_hundred_questions_about_the_others_seven_in_ten_are_refused(
    bot: Bot, asked: dict[str, tuple[Project, list[Question]]]
) -> None:
    refused = 0
    for blog, (project, _) in asked.items():
        strange = [q for other, (_, theirs) in asked.items() if other != blog for q in theirs[50:59]][:25]
        with Corpus(project.corpus) as corpus:
            refused += sum(looked_up(bot, corpus, question.asked).is_unknown for question in strange)
    assert refused / 100 >= 0.85  # 0.95 when this was written; the aim is 0.70


def test_what_was_found_is_what_is_asked_by(path: Path, bot: Bot) -> None:
    question = "Which cousin4 of mine lost a brass trumpet in a tunnel under Lisbon?"
    with Corpus(path) as corpus:
        told = {"version": 1, "corpus": [], "least": 0.0, "kept": 1.0, "refused": 0.0, "asked": 40}
        path.with_name(FILE).write_text(json.dumps(told))
        assert looked_up(bot, corpus, question).notes
        path.with_name(FILE).write_text(json.dumps({**told, "least": 1.0}))
        assert looked_up(bot, corpus, question).is_unknown
