"""Every mistake of the bench is refused in a sentence, by a process that hardly grows; a sound folder is taken."""

import shutil
from pathlib import Path

import pytest

from core import weights
from core.bench import mistakes
from core.bench.mistakes import MISTAKES, asked, plant
from core.errors import Trouble
from core.tokenizers import pretrained


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plant(tmp_path_factory.mktemp("models"))


def test_a_sound_folder_is_taken_and_a_broken_one_costs_little(sound: Path, tmp_path: Path) -> None:
    assert asked(sound).said == ""
    broken = shutil.copytree(sound, tmp_path / "copy")
    MISTAKES["a vocabulary of 10^9"](broken)
    found = asked(broken)
    assert "vocab_size" in found.said
    assert found.megabytes < 300


def taken(folder: Path) -> None:
    source = weights.look(folder)
    pretrained.read(folder / weights.TOKENIZER, weights.end(source), source.shape.vocab)
    weights.load(source)


@pytest.mark.parametrize("name", list(MISTAKES))
def test_every_mistake_is_refused_in_a_sentence(name: str, sound: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sound, tmp_path / "copy")
    MISTAKES[name](folder)
    with pytest.raises(Trouble) as caught:
        taken(folder)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
    assert mistakes.MATRIX not in str(caught.value)
