"""The smallest model there is, and a hundred thousand strings: nothing breaks, nothing is lost."""

import random
from dataclasses import replace
from typing import Final

import pytest

from core.events import drain, never
from core.inside.look import Looker
from core.inside.reports import VIEWS, Asked, View
from core.runs import Run
from core.tokenizers.bpe import BpeTokenizer
from core.train import loop
from tests.fakes import tiny

STRINGS: Final = 100_000
RANGES: Final = (
    (32, 126),
    (0, 31),
    (0xA0, 0x24F),
    (0x590, 0x6FF),
    (0x4E00, 0x9FFF),
    (0x1F300, 0x1FAFF),
    (0x200B, 0x200F),
)


@pytest.fixture(scope="module")
def one_layer(tmp_path_factory: pytest.TempPathFactory) -> Run:
    project = tiny.project(tmp_path_factory.mktemp("one") / "me", tiny.documents())
    run = tiny.run(project)
    recipe = run.recipe()
    small = replace(recipe, shape=replace(recipe.shape, layers=1), steps=4, evaluate_every=2, save_every=2)
    run.recipe_file.write_text(small.to_json(), "utf-8")
    drain(loop.go_on(run, never))
    return run


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("text", ["The kettle hums.", "", "T"])
def test_a_model_of_one_layer_can_be_looked_into(one_layer: Run, view: View, text: str) -> None:
    report = drain(Looker().look(Asked(run=one_layer, view=view, text=text), never))[1]
    assert report.of.startswith("step ")
    assert report.arrays


def test_a_hundred_thousand_strings_come_back_as_they_were() -> None:
    """Of letters, signs, accents, right to left, Chinese, emoji and what cannot be seen."""
    tokenizer = BpeTokenizer.train([document.text for document in tiny.documents()] + ["naïve 日本 🦜 مرحبا"], 400)
    luck = random.Random(8)
    for _ in range(STRINGS):
        low, high = luck.choice(RANGES)
        text = "".join(chr(luck.randint(low, high)) for _ in range(luck.randint(0, 6))) + luck.choice(
            ("", " the", "\n")
        )
        assert tokenizer.decode_bytes(tokenizer.encode(text)) == text.encode("utf-8")
