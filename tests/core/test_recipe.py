"""A recipe defends itself and survives the disk; a shape counts its own weights."""

import json
from dataclasses import replace

import pytest

from core.recipe import VERSION, Base, Method, Recipe
from core.shape import Shape

CHARACTERS = Shape(vocab=99, context=256, layers=6, width=384, heads=6, kv_heads=6, inner=1536)
RECIPE = Recipe(shape=CHARACTERS, tokenizer="characters", steps=100, length=256, batch=16)


def test_a_recipe_comes_back_from_its_file_as_it_was() -> None:
    assert Recipe.from_json(RECIPE.to_json()) == RECIPE


def test_a_recipe_on_a_base_comes_back_too() -> None:
    base = Base(name="a model", folder="/somewhere/a model", sha256="00ff")
    recipe = replace(RECIPE, method="qlora", base=base, tokenizer="pretrained")
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert recipe.learning_parameters == 32 * 6 * (3 * 384 + 3 * 384 + 2 * 384 + 2 * (384 + 1536))


def test_a_recipe_with_every_flag_of_a_family_comes_back_too() -> None:
    shape = replace(CHARACTERS, kinds=("slide", "nope") * 3, window=9, rope_divisors=(1.5,) * 32, norm_position="post")
    recipe = replace(RECIPE, shape=shape)
    again = Recipe.from_json(recipe.to_json())
    assert again == recipe
    assert hash(again) == hash(recipe)


def test_a_recipe_from_before_there_were_families_means_what_it_meant() -> None:
    sizes = {"vocab": 99, "context": 256, "layers": 6, "width": 384, "heads": 6, "kv_heads": 6, "inner": 1536}
    kinds = {"norm": "rms", "norm_eps": 1e-05, "position": "rope", "rope_theta": 10000.0, "activation": "relu2"}
    shape = {**sizes, **kinds, "gated": False, "bias": False, "qk_norm": False, "tied": True}
    old = {"version": 1, "shape": shape, "tokenizer": "characters", "steps": 100, "length": 256, "batch": 16}
    assert Recipe.from_json(json.dumps(old)) == RECIPE


def test_a_recipe_of_another_version_or_with_unknown_fields_is_refused() -> None:
    with pytest.raises(ValueError, match="another version"):
        Recipe.from_json(RECIPE.to_json().replace(f'"version": {VERSION}', f'"version": {VERSION + 1}'))
    with pytest.raises(TypeError):
        Recipe.from_json(RECIPE.to_json().replace('"clip"', '"clop"'))


@pytest.mark.parametrize(
    "wrong", [{"steps": 0}, {"batch": 0}, {"dropout": 1.0}, {"decay_share": 1.1}, {"length": 257}, {"rank": 0}]
)
def test_an_impossible_recipe_cannot_be_made(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"must be|do not fit"):
        replace(RECIPE, **wrong)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("method", ["full", "lora", "qlora"])
def test_what_adamw_trained_before_is_not_for_muon(method: Method) -> None:
    assert replace(RECIPE, optimizer="muon").optimizer == "muon"
    with pytest.raises(ValueError, match="from nothing"):
        replace(RECIPE, optimizer="muon", method=method)


@pytest.mark.parametrize(
    "wrong",
    [
        *({"width": 0}, {"heads": 5}, {"kv_heads": 4}, {"width": 18, "heads": 6}),
        *({"rope_width": 66}, {"rope_divisors": (1.0,)}, {"kinds": ("full",)}, {"kinds": ("slide",) * 6}),
    ],
)
def test_an_impossible_shape_cannot_be_made(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"at least 1|must divide|even head width|cannot turn|one kind"):
        replace(CHARACTERS, **wrong)  # type: ignore[arg-type]  # wrong on purpose


def test_a_shape_counts_its_weights() -> None:
    # 6 blocks of 4 attention matrices of 384 x 384 and 2 of 384 x 1536, and 99 embeddings of 384
    assert CHARACTERS.linear_parameters == 6 * (4 * 384 * 384 + 2 * 384 * 1536) == 10_616_832
    assert CHARACTERS.parameters == 10_616_832 + 99 * 384
    gpt2 = Shape(
        vocab=50_257, context=1024, layers=12, width=768, heads=12, kv_heads=12, inner=3072, norm="layer",
        position="learned", activation="gelu_tanh", bias=True,
    )  # fmt: skip
    assert gpt2.parameters == pytest.approx(124.4e6, rel=0.002)  # 124,439,808 with its norms and biases


def test_a_shape_counts_the_work_of_a_training_step() -> None:
    assert CHARACTERS.training_flops(256) == 6 * (10_616_832 + 99 * 384) + 6 * 6 * 256 * 384
