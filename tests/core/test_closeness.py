"""How close in meaning is close enough: found out for each corpus and its embeddings, by the questions to its words."""

import json
import zlib
from pathlib import Path

import numpy as np
import pytest

from core import calibration, retrieval
from core.calibration import FILE, Calibration, beyond
from core.cloze import Question, questions
from core.corpus import Corpus
from core.documents import Document
from core.embeddings import Embeddings, Near, words_of
from core.events import drain, never
from core.paths import Project
from tests.core.test_calibration import day
from tests.importers.fixture import run

BLOGS = ("ashfurrow", "jessfraz")
WIDTH = 24  # so few that words which have nothing to do with each other are alike by chance


def meanings(documents: list[Document]) -> Near:
    """Embeddings of the words of some documents, each a direction drawn by chance: like those of a real model they
    place everything that one writer says in one region."""
    vocabulary = sorted({word for one in documents for word in words_of(f"{one.title} {one.text}")})
    shared = np.ones(WIDTH)
    drawn = [np.random.default_rng(zlib.crc32(word.encode())).standard_normal(WIDTH) for word in vocabulary]
    table = np.array([one + 0.5 * shared for one in drawn], dtype=np.float32)
    return Near(Embeddings(table, {word: n for n, word in enumerate(vocabulary)}, mark="drawn"))


def test_no_more_than_one_in_twenty_of_what_is_not_written_is_let_in_by_closeness() -> None:
    assert beyond([n / 100 for n in range(40)]) == pytest.approx(0.37)
    assert sum(score >= beyond([n / 100 for n in range(40)]) for score in [n / 100 for n in range(40)]) == 2
    assert beyond([0.9] * 40) > 0.9
    assert beyond([0.1] * 19) == retrieval.CLOSE


def test_it_is_kept_for_the_embeddings_it_was_found_with(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    documents = [day(n) for n in range(100)]
    near = meanings(documents)
    with Corpus(path) as corpus:
        corpus.add_all(documents)
    _, found = drain(calibration.renew(path, never, near))
    assert found is not None
    assert found.mark == "drawn"
    with Corpus(path) as corpus:
        assert calibration.closeness(corpus, near) == found.close != retrieval.CLOSE
        assert calibration.closeness(corpus, None) == retrieval.CLOSE
        assert calibration.closeness(corpus, Near(Embeddings(near._embeddings.table_VD, {}, mark="other"))) == 0.6
    assert calibration.is_current(path, "drawn")
    assert not calibration.is_current(path)
    assert not calibration.is_current(path, "other")


def test_a_file_from_before_embeddings_were_asked_still_holds(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    with Corpus(path) as corpus:
        told = {"version": 1, "corpus": [], "least": 0.4, "kept": 1.0, "refused": 0.0, "asked": 40}
        path.with_name(FILE).write_text(json.dumps(told))
        assert calibration.threshold(corpus) == 0.4
        path.with_name(FILE).write_text(json.dumps({**told, "close": "near"}))
        assert calibration.threshold(corpus) == Calibration().least


def unknown(corpus: Corpus, near: Near, question: Question, least: float, close: float) -> bool:
    return retrieval.find(corpus, question.asked, least=least, near=near, close=close).is_unknown


@pytest.fixture(scope="module")
def asked(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Project, list[Question]]]:
    home = tmp_path_factory.mktemp("closeness")
    projects = {blog: Project(home / blog) for blog in BLOGS}
    return {blog: (each, questions(run(shared_data / "blogs" / blog, each)[1], 50)) for blog, each in projects.items()}


def test_closeness_answers_no_more_of_the_others_questions_than_words_do(
    asked: dict[str, tuple[Project, list[Question]]],
) -> None:
    """By the fixed value nearly all of them are answered from what has nothing to do with them."""
    fixed = refused = known = 0
    for blog, (project, own) in asked.items():
        with Corpus(project.corpus) as corpus:
            near = meanings(list(corpus.documents()))
            _, found = drain(calibration.renew(project.corpus, never, near))
            assert found is not None
            strange = [question for other, (_, theirs) in asked.items() if other != blog for question in theirs[:40]]

            fixed += sum(unknown(corpus, near, question, found.least, retrieval.CLOSE) for question in strange)
            refused += sum(unknown(corpus, near, question, found.least, found.close) for question in strange)
            known += sum(not unknown(corpus, near, question, found.least, found.close) for question in own[:40])
    assert fixed / 80 < 0.1  # none when this was written
    assert refused / 80 >= 0.75  # 0.86
    assert known / 80 >= 0.9  # 0.94; embeddings that mean nothing put notes before those that words find
