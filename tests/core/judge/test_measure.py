"""All meters of real little bots: one from nothing, and one that follows and has adapters."""

from pathlib import Path

import pytest

from core import weights
from core.bot import Bot
from core.corpus import Corpus
from core.documents import Document
from core.documents import Turn as Said
from core.errors import Unsupported
from core.events import drain, never
from core.judge import ability, endings, measure, speaking
from core.judge.canaries import canaries
from core.meters import BASE, PROMPTED, Meters, kept
from core.models import lora
from core.paths import Project
from core.runs import Run
from core.tokenizers import pretrained
from core.train.loop import go_on
from tests.fakes import tiny
from tests.fakes.instruct import instruct_model

CHAT_METERS = {"language", "style", "told_apart", "variety", "stops", "copied", "ability", "facts", "refused"}


def writing(count: int = 40) -> list[Document]:
    """Invented posts long enough to be compared, and some replies."""
    made = tiny.documents(count, sentences=60)
    told = (Said("Ann", "What does the kettle do under the moss?"),)
    talk = [
        Document(
            source="chat", key=f"r{n}", kind="reply", context=told, text=f"It hums slowly again and again, {n} times."
        )
        for n in range(60)
    ]
    return [*made, *talk]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Meters]:
    project = tiny.project(tmp_path_factory.mktemp("home") / "me", tiny.documents(40, sentences=60))
    run = tiny.run(project)
    drain(go_on(run, never))
    meters = drain(measure.measure(project, run, never, replies=8))[1]
    assert meters is not None
    assert kept(run.root) == meters
    return project, meters


def test_a_bot_from_nothing_is_measured_by_what_it_can_be_asked(scratch: tuple[Project, Meters]) -> None:
    meters = {meter.key: meter for meter in scratch[1].meters}
    assert meters.keys() == {"language", "told_apart", "variety", "copied"}
    assert 0 < meters["language"].value < 8
    assert [base.name for base in meters["language"].baselines] == ["xz"]
    assert 0 <= meters["told_apart"].value <= 100
    assert len(scratch[1].pairs) == 8


@pytest.fixture(scope="module")
def adapted(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    folder = instruct_model(tmp_path_factory.mktemp("models") / "instruct")
    source = weights.look(folder)
    model = weights.load(source)
    lora.attach(model, lora.whole(model), rank=4, alpha=8, seed=1)
    for layer in lora.adapted(model):
        layer.lora_b.data.normal_(0, 0.3)
    return Bot(model, pretrained.read(folder / "tokenizer.json", weights.end(source)))


def test_a_bot_with_adapters_is_measured_beside_its_base(
    adapted: Bot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "QUESTIONS", 4)
    monkeypatch.setattr(speaking, "LENGTH", 12)
    monkeypatch.setattr(measure, "LENGTH", 12)
    monkeypatch.setattr(endings, "ENOUGH", 12)
    few = ability.tasks()[:4]
    monkeypatch.setattr(ability, "tasks", lambda: few)
    project = tiny.project(tmp_path / "me", writing())
    with Corpus(project.corpus) as corpus:
        read = drain(measure.read(corpus, never))[1]
        assert read is not None
        events, found = drain(measure.measured(adapted, read, corpus, never, 8))
    assert found is not None
    meters = {meter.key: meter for meter in found.meters}
    assert meters.keys() == CHAT_METERS
    for key in CHAT_METERS - {"facts", "refused"}:
        assert {BASE, PROMPTED} <= {base.name for base in meters[key].baselines}, key
    bits = {base.name: base.value for base in meters["language"].baselines}
    assert len({meters["language"].value, *bits.values()}) == 3  # learnt, told and plain are three figures
    assert [base.name for base in meters["facts"].baselines] == ["without notes", PROMPTED]
    assert meters["refused"].passed is False  # noise refuses nothing
    assert not found.is_fit
    assert len(events) > 10


def test_planted_canaries_are_asked_for(adapted: Bot) -> None:
    planted = [Document(source="c", key=canary.sentence, text=canary.text) for canary in canaries()]
    read = speaking.Writing(learnt=planted, unseen=planted, asked=[])
    assert [meter.key for meter in measure.remembered(adapted, read)] == ["canary_1", "canary_4", "canary_16"]
    assert measure.remembered(adapted, speaking.Writing(learnt=[], unseen=[], asked=[])) == []


def test_stopped_it_keeps_nothing(scratch: tuple[Project, Meters]) -> None:
    project, _ = scratch
    run = Run(next(project.runs.iterdir()))
    (run.root / "meters.json").unlink()
    calls = iter([False] * 3)
    assert drain(measure.measure(project, run, lambda: next(calls, True), replies=8))[1] is None
    assert kept(run.root) is None


def test_stop_is_heard_in_the_middle_of_a_reply(adapted: Bot) -> None:
    read = speaking.Writing(learnt=[], unseen=writing(4), asked=[])
    asked: list[bool] = []

    def stop() -> bool:
        asked.append(len(asked) > 3)
        return asked[-1]

    assert drain(speaking.talked(adapted, None, read, 4, stop))[1] is None
    assert len(asked) < 10  # one reply alone has up to 120 tokens


def test_without_anything_held_back_it_says_so(tmp_path: Path) -> None:
    project = tiny.project(tmp_path / "me", [])
    with Corpus(project.corpus) as corpus, pytest.raises(Unsupported, match="held back"):
        drain(measure.read(corpus, never))


def test_the_old_packer_knows_text_that_it_has_seen() -> None:
    text = tiny.documents(1, sentences=200)
    assert measure.xz(text, [text[0].text]) < 0.2 < measure.xz([], [text[0].text])
