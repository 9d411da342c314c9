"""The voice in a base model is found from what is learnt, kept beside the project, and used when it talks."""

from pathlib import Path

import pytest

from core import talk
from core.asking import Ask, Speaker, voice_file
from core.bot import Bot
from core.errors import Unsupported
from core.events import drain, never
from core.judge import listening, speaking
from core.replies import Sampling, Turn
from core.voice import Voice
from tests.core.judge.test_measure import writing
from tests.fakes import tiny
from tests.fakes.instruct import instruct_model


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speaking, "LENGTH", 12)


def test_a_base_model_is_steered_by_the_voice_that_was_found_in_it(tmp_path: Path) -> None:
    project = tiny.project(tmp_path / "me", writing())
    folder = instruct_model(tmp_path / "tiny")
    speaker, bot = Speaker(base=folder), Bot.of_base(folder)
    assert talk.voice_of(bot, speaker, project.root) is None
    found = drain(listening.find_voice(project, folder, never, count=10))[1]
    assert found == talk.voice_of(bot, speaker, project.root)
    assert isinstance(found, Voice)
    said: dict[float, str] = {}
    for pushed in (0.0, 2.0):
        ask = Ask(turns=(Turn("user", "Hi"),), voice=pushed, sampling=Sampling(temperature=0, length=30))
        answer = drain(talk.answer(bot, ask, None, never, known=found))[1]
        assert answer.voice is not None
        said[pushed] = answer.reply.text
    assert said[0.0] != said[2.0]


def test_stopped_nothing_is_kept_and_with_too_little_it_says_so(tmp_path: Path) -> None:
    project = tiny.project(tmp_path / "me", writing())
    folder = instruct_model(tmp_path / "tiny")
    calls = iter([False] * 3)
    assert drain(listening.find_voice(project, folder, lambda: next(calls, True), count=10))[1] is None
    assert not voice_file(Speaker(base=folder), project.root).exists()
    with pytest.raises(Unsupported, match="too little"):
        drain(listening.find_voice(project, folder, never, count=3))


def test_a_voice_of_another_model_is_not_used(tmp_path: Path) -> None:
    folder = instruct_model(tmp_path / "tiny")
    other = Voice(layer=0, direction=(1.0, 0.0), base=0, mine=1, deviation=1, floor=0, told_apart=1)
    listening.keep(other, voice_file(Speaker(base=folder), tmp_path))
    assert talk.voice_of(Bot.of_base(folder), Speaker(base=folder), tmp_path) is None
