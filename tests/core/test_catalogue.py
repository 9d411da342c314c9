"""The catalogue: what it promises of sizes is what the notes computed."""

import pytest

from core import catalogue, shelf
from core.catalogue import CATALOGUE, Model


def model(id_: str) -> Model:
    found = catalogue.find(id_)
    assert found is not None
    return found


def test_ids_are_names_that_the_shelf_takes_and_no_two_are_alike() -> None:
    assert len({model.id for model in CATALOGUE}) == len({model.repo for model in CATALOGUE}) == len(CATALOGUE)
    assert [model.id for model in CATALOGUE if not shelf.may_be_id(model.id)] == []


def test_a_revision_is_a_commit_or_is_pinned_when_a_download_begins() -> None:
    assert {len(model.revision) for model in CATALOGUE if model.revision != "main"} == {40}


@pytest.mark.parametrize(("id_", "bf16"), [("qwen3-1.7b", 3441), ("qwen3-4b-instruct-2507", 8045), ("gpt2", 249)])
def test_sizes_are_those_computed_from_the_configs(id_: str, bf16: int) -> None:
    assert model(id_).bytes / 1e6 == pytest.approx(bf16, rel=0.01)
