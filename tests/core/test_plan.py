"""The plan suits the writing, the time and the machine, and says so in plain words."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import adapt
from core.errors import DiskTrouble
from core.machine import Machine
from core.plan import LEAST_CHARACTERS, PASSES_AT_MOST, TooSmall, Wish, duration, how_often, make, with_vocab
from core.recipe import Base, Recipe
from core.shape import Shape

LAPTOP = Machine(cores=2, free_disk=100 << 30, flops_per_second=150e9)
FIVE_MINUTES = Wish(minutes=5)


def shape(vocab: int, layers: int, width: int, heads: int, context: int = 256) -> Shape:
    return Shape(
        vocab=vocab,
        context=context,
        layers=layers,
        width=width,
        heads=heads,
        kv_heads=heads,
        inner=4 * width,
        qk_norm=True,
    )


def test_five_minutes_on_a_laptop_are_planned_in_full() -> None:
    plan = make(1_400_000, FIVE_MINUTES, LAPTOP)
    assert plan.recipe == Recipe(
        shape=shape(4096, 4, 128, 4),
        tokenizer="bpe",
        steps=1079,
        length=256,
        batch=16,
        learning_rate=2e-3,
        warmup_steps=54,
        dropout=0.1,
        evaluate_every=108,
        save_every=254,
    )
    assert plan.seconds == pytest.approx(255, abs=1)
    assert plan.passes == pytest.approx(11, abs=0.1)
    assert plan.words == (
        "You have 1,400,000 characters of your own writing, about 777 pages.",
        "The model gets 1.3 million weights in 4 layers: the largest that your writing and the time allow.",
        "It reads 4,096 frequent pieces of words, and goes through your writing about 11 times in about 1,079 "
        "steps, more or fewer as the time allows.",
        "This takes about 5 minutes on this computer.",
        "It will continue a text in your manner and will not answer questions: expect your rhythm and your turns of"
        " phrase, and sentences that wander.",
    )


@pytest.mark.parametrize(("depth", "width"), [(1, 128), (4, 256), (6, 384), (8, 512), (9, 640), (12, 768), (20, 1280)])
def test_one_dial_sets_the_size_as_in_nanochat(depth: int, width: int) -> None:
    plan = make(1_400_000, replace(FIVE_MINUTES, depth=depth), LAPTOP)
    assert plan.recipe.shape == shape(4096, depth, width, width // 128)
    assert plan.words[1].endswith(": the size that you asked for.")


def test_the_dial_says_what_it_could_read_and_reads_what_there_is() -> None:
    plan = make(1_400_000, Wish(minutes=600, depth=6), LAPTOP)
    weights = 12 * 6 * 384**2 + 4096 * 384
    assert plan.passes == pytest.approx(40, rel=0.01)
    assert f"use of {12 * weights / 1e6:,.0f} million tokens, and reads {40 * 0.4:.1f} million." in plan.words[3]
    assert plan.recipe.optimizer == "muon"
    assert make(1_400_000, Wish(minutes=600, tier=4), LAPTOP).recipe.optimizer == "adamw"


def test_no_model_reads_more_than_twelve_tokens_a_weight() -> None:
    plan = make(40_000_000, Wish(minutes=6_000, depth=1), LAPTOP)
    read = plan.recipe.steps * plan.recipe.tokens_per_step
    assert read == pytest.approx(12 * (12 * 128**2 + 8192 * 128), rel=0.01)


def test_a_deeper_model_makes_fewer_steps_in_the_same_time_and_smaller_ones() -> None:
    shallow, deep = (make(1_400_000, replace(FIVE_MINUTES, depth=depth), LAPTOP).recipe for depth in (4, 12))
    assert deep.steps * deep.tokens_per_step < shallow.steps * shallow.tokens_per_step
    assert deep.table_rate < shallow.table_rate


@pytest.mark.parametrize("depth", [0, 49])
def test_no_model_has_no_layers_or_too_many(depth: int) -> None:
    with pytest.raises(ValueError, match="depth must be from 1 to 48"):
        Wish(depth=depth)


@pytest.mark.parametrize(
    ("characters", "expected", "steps", "per_step"),
    [
        (20_000, shape(512, 4, 128, 4, context=128), 391, 2048),
        (300_000, shape(1024, 4, 256, 4), 848, 2048),
        (900_000, shape(4096, 4, 192, 3), 1131, 2048),
        (1_400_000, shape(4096, 4, 128, 4), 1079, 4096),
        (5_000_000, shape(8192, 4, 128, 4), 1583, 2048),
    ],
)
def test_the_model_suits_the_writing(characters: int, expected: Shape, steps: int, per_step: int) -> None:
    recipe = make(characters, FIVE_MINUTES, LAPTOP).recipe
    assert (recipe.shape, recipe.steps, recipe.tokens_per_step) == (expected, steps, per_step)


@given(
    characters=st.integers(LEAST_CHARACTERS, 200_000_000),
    minutes=st.floats(0.1, 10_000) | st.none(),
    steps=st.integers(1, 1_000_000) | st.none(),
    speed=st.floats(1e9, 1e15) | st.none(),
)
def test_every_wish_has_a_plan_that_keeps_its_promises(
    characters: int, minutes: float | None, steps: int | None, speed: float | None
) -> None:
    machine = replace(LAPTOP, flops_per_second=speed, free_disk=1 << 50)
    plan = make(characters, Wish(minutes=minutes, steps=steps), machine)
    recipe = plan.recipe
    assert recipe.steps == (steps or recipe.steps)
    assert 1 <= recipe.evaluate_every <= recipe.steps
    assert recipe.steps / recipe.evaluate_every <= 40
    assert 1 <= recipe.save_every <= recipe.steps
    assert recipe.warmup_steps <= 100
    if steps is None and recipe.steps > 1:  # a single step may be longer than the time
        assert plan.passes <= PASSES_AT_MOST * 1.5
        assert plan.seconds <= 60 * (minutes or 10)


def test_more_time_and_a_faster_machine_give_a_larger_model() -> None:
    sizes = [make(2_000_000, Wish(minutes=minutes), LAPTOP).recipe.shape.parameters for minutes in (5, 20, 100)]
    assert sizes == sorted(set(sizes))
    fast = replace(LAPTOP, flops_per_second=15e12)
    assert make(2_000_000, FIVE_MINUTES, fast).recipe.shape.parameters == sizes[-1]


def test_with_steps_asked_for_nothing_measured_enters_the_recipe() -> None:
    slow, fast = (replace(LAPTOP, flops_per_second=speed) for speed in (1e9, 1e15))
    wish = Wish(steps=30)
    assert make(900_000, wish, slow) == make(900_000, wish, fast)
    assert make(900_000, wish, slow).recipe.steps == 30
    assert not any("This takes" in sentence for sentence in make(900_000, wish, slow).words)


def test_seed_and_precision_are_taken_over() -> None:
    recipe = make(900_000, Wish(seed=7), replace(LAPTOP, precision="bf16")).recipe
    assert (recipe.seed, recipe.precision) == (7, "bf16")


def test_the_recipe_takes_the_vocabulary_that_training_the_tokenizer_gave() -> None:
    recipe = make(900_000, FIVE_MINUTES, LAPTOP).recipe
    assert with_vocab(recipe, 3999) == replace(recipe, shape=replace(recipe.shape, vocab=3999))


def test_too_little_writing_is_said_with_how_much_is_missing() -> None:
    with pytest.raises(TooSmall) as trouble:
        make(12_300, Wish(), LAPTOP)
    assert str(trouble.value) == (
        "There are 12,300 characters of your own writing, and learning needs 20,000: about 5 more pages."
        " Add more of what you have written, then train again."
    )
    with pytest.raises(TooSmall, match="about 1 more page"):
        make(19_999, Wish(), LAPTOP)


def test_a_disk_without_room_is_said_before_the_work() -> None:
    with pytest.raises(DiskTrouble, match="needs 64 MB on the disk, and 10 MB are free"):
        make(1_400_000, FIVE_MINUTES, replace(LAPTOP, free_disk=10_000_000))


def test_durations_are_said_as_people_say_them() -> None:
    assert [duration(s) for s in (0.2, 20, 100, 300, 7000, 9000)] == [
        "a few seconds",
        "about 20 seconds",
        "about 2 minutes",
        "about 5 minutes",
        "about 117 minutes",
        "about 2.5 hours",
    ]


def test_how_often_it_is_read_is_said_as_people_say_it() -> None:
    assert [how_often(passes) for passes in (0.1, 0.9, 1.6, 11.2)] == [
        "a part of your writing",
        "your writing about once",
        "your writing about 2 times",
        "your writing about 11 times",
    ]


@pytest.mark.parametrize("wish", [{"minutes": 0}, {"minutes": -1}, {"steps": 0}])
def test_a_wish_for_nothing_is_refused(wish: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Wish(**wish)


def test_who_asks_for_more_than_a_base_model_reads_is_told_how_much_that_is() -> None:
    """Phi-4-mini's positions are built up to the 4,096 tokens that it was trained on."""
    shape = Shape(vocab=1000, context=4096, layers=2, width=64, heads=2, kv_heads=2, inner=128)
    base = Base(name="phi", folder="phi", sha256="0")
    for length, told in ((6000, 1), (4096, 0), (None, 0)):
        made = adapt.make(10**6, shape, base, Wish(length=length, base=Path("phi"), method="lora"), LAPTOP)
        assert made.recipe.length <= 4096
        assert len([word for word in made.words if "4,096 at most" in word]) == told
