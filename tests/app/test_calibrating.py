"""What counts as written about is found out beside a talk: after its reply, never before, and once."""

from pathlib import Path

import numpy as np
import pytest

from app.work.calibrating import Calibrating
from core import calibration
from core.corpus import Corpus
from core.documents import Document
from core.embeddings import Embeddings, Near
from core.events import Note, Stop, Work, drain, never


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.sqlite"
    with Corpus(path) as opened:
        opened.add(Document(source="s", key="tea", title="Tea", text="Green tea wants water that does not boil."))
    return path


def replying(corpus: Path) -> Work[str]:
    yield Note("known" if calibration.is_current(corpus) else "not known")
    return "a reply"


def test_it_begins_when_the_reply_is_whole(corpus: Path) -> None:
    calibrating = Calibrating()
    events, reply = drain(calibrating.after(replying(corpus), corpus))
    assert (events, reply) == ([Note("not known")], "a reply")
    drain(calibrating.settle()(never))
    assert calibration.is_current(corpus)
    assert drain(calibrating.after(replying(corpus), corpus))[0] == [Note("known")]


def test_what_is_known_is_not_found_again(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Path] = []
    renew = calibration.renew

    def counted(path: Path, stop: Stop, near: Near | None = None) -> Work[calibration.Calibration | None]:
        found.append(path)
        return renew(path, stop, near)

    monkeypatch.setattr(calibration, "renew", counted)
    calibrating = Calibrating()
    for _ in range(3):
        calibrating.begin(corpus)
        drain(calibrating.settle()(never))
    assert found == [corpus]


def test_embeddings_that_came_since_are_a_reason_to_find_out_anew(corpus: Path) -> None:
    near = Near(Embeddings(np.ones((1, 2), dtype=np.float32), {"tea": 0}, mark="new"))
    calibrating = Calibrating()
    for known in (None, near):
        drain(calibrating.after(replying(corpus), corpus, known))
        drain(calibrating.settle()(never))
    assert calibration.is_current(corpus, "new")


def test_without_a_corpus_there_is_nothing_to_find(tmp_path: Path) -> None:
    calibrating = Calibrating()
    for corpus in (None, tmp_path / "corpus.sqlite"):
        calibrating.begin(corpus)
        assert not calibrating.is_busy


def test_a_disk_that_is_full_costs_no_talk(corpus: Path) -> None:
    corpus.with_name(calibration.FILE).mkdir()  # so that nothing can be kept there
    calibrating = Calibrating()
    calibrating.begin(corpus)
    drain(calibrating.settle()(never))
    with Corpus(corpus) as opened:
        assert calibration.threshold(opened) == 0.5


def test_it_leaves_off_when_the_talk_ends(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(path: Path, stop: Stop, near: Near | None = None) -> Work[None]:
        while not stop():
            yield Note("asking")

    monkeypatch.setattr(calibration, "renew", endless)
    calibrating = Calibrating()
    calibrating.begin(corpus)
    assert calibrating.is_busy
    calibrating.end()
    assert not calibrating.is_busy
    calibrating.begin(corpus)
    assert calibrating.is_busy, "the next talk begins anew"
    calibrating.end()
