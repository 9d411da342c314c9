"""Checkpoints as programs of all years have written them: each gives the logits that `transformers` gives.

What is in a file beside the weights, and what config.json says wrongly, may change none of them.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from core import weights
from core.errors import WrongFile
from tests.core.families import oracle

Tensors = dict[str, Tensor]
IDS = torch.randint(0, 97, (2, 60), generator=torch.Generator().manual_seed(3))


def written(folder: Path, name: str, change: Callable[[Tensors], Tensors] = dict, **told: Any) -> Path:
    """The oracle's checkpoint, changed; what is `told` otherwise stands in its config.json."""
    oracle.make(name, folder)
    save_file(change(load_file(folder / weights.WEIGHTS)), folder / weights.WEIGHTS, {"format": "pt"})
    config = json.loads((folder / weights.CONFIG).read_bytes())
    (folder / weights.CONFIG).write_text(json.dumps(config | told), "utf-8")
    return folder


@torch.no_grad()
def check(folder: Path) -> weights.Source:
    source = weights.look(folder)
    model = weights.load(source)
    expected = oracle.reference(folder)(IDS).logits
    torch.testing.assert_close(model.logits(model(IDS)), expected, atol=1e-4, rtol=0)
    return source


ROTARY = ["llama", "qwen2", "qwen3", "smollm3", "gemma3", "granite", "granite 4", "olmo2", "phi3", "mistral"]


@pytest.mark.parametrize("name", ROTARY)
def test_speeds_of_positions_that_were_saved_beside_the_weights_are_passed_over(tmp_path: Path, name: str) -> None:
    each = {f"model.layers.{layer}.self_attn.rotary_emb.inv_freq": torch.ones(4) for layer in range(4)}
    check(written(tmp_path, name, lambda old: old | each | {"model.rotary_emb.inv_freq": torch.ones(4)}))


@pytest.mark.parametrize("name", ["llama", "qwen3", "gemma3"])
def test_a_file_of_the_bare_model_has_no_prefix(tmp_path: Path, name: str) -> None:
    check(written(tmp_path, name, lambda old: {name.removeprefix("model."): tensor for name, tensor in old.items()}))


def test_an_output_layer_of_its_own_counts_whatever_the_config_says(tmp_path: Path) -> None:
    """And a copy of this model says so, or it would lose that layer where it is read next."""
    source = check(written(tmp_path / "it", "llama", tie_word_embeddings=True))
    assert not source.shape.tied
    (tmp_path / "tokenizer.json").write_text("{}")
    weights.save(weights.load(source), source, tmp_path / "tokenizer.json", tmp_path / "saved")
    saved = check(tmp_path / "saved")
    assert (saved.shape.tied, saved.config["tie_word_embeddings"]) == (False, False)


def test_an_output_layer_that_is_the_embedding_once_more_is_passed_over(tmp_path: Path) -> None:
    def twice(old: Tensors) -> Tensors:
        return old | {"lm_head.weight": old["model.embed_tokens.weight"].clone()}

    assert check(written(tmp_path, "llama, tied", twice)).shape.tied


def biases(value: float) -> Callable[[Tensors], Tensors]:
    names = [f"model.layers.{layer}.self_attn.{part}_proj.bias" for layer in range(4) for part in "qo"]
    return lambda old: old | {name: torch.full((32,), value) for name in names}


def test_biases_that_add_nothing_are_passed_over(tmp_path: Path) -> None:
    check(written(tmp_path, "llama", biases(0.0)))


@pytest.mark.parametrize("value", [1e-6, float("nan")])
def test_biases_that_add_something_are_not(tmp_path: Path, value: float) -> None:
    with pytest.raises(WrongFile, match="does not explain"):
        weights.look(written(tmp_path, "llama", biases(value)))


def test_weights_of_several_precisions_are_one_model(tmp_path: Path) -> None:
    def mixed(old: Tensors) -> Tensors:
        kinds = {"q_proj": torch.float16, "mlp": torch.bfloat16}
        return {
            name: tensor.to(next((dtype for part, dtype in kinds.items() if part in name), tensor.dtype))
            for name, tensor in old.items()
        }

    check(written(tmp_path, "llama", mixed))


def test_an_index_may_name_one_file(tmp_path: Path) -> None:
    written(tmp_path, "llama")
    whole, part = tmp_path / weights.WEIGHTS, "model-00001-of-00001.safetensors"
    names = list(load_file(whole))
    whole.rename(tmp_path / part)
    (tmp_path / weights.INDEX).write_text(
        json.dumps({"metadata": {}, "weight_map": dict.fromkeys(names, part)}), "utf-8"
    )
    check(tmp_path)


STRETCHES: dict[str, dict[str, Any]] = {
    "linear": {"factor": 4.0},
    "yarn": {"factor": 2.0, "original_max_position_embeddings": 16},
    "yarn, by its own gain": {"factor": 4.0, "attention_factor": 1.3, "original_max_position_embeddings": 32},
    "yarn, not rounded": {"factor": 4.0, "truncate": False, "original_max_position_embeddings": 32},
    "llama3": {
        "factor": 8.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8,
    },
}


@pytest.mark.parametrize("name", list(STRETCHES))
def test_far_beyond_the_context_it_was_trained_on_positions_are_theirs(tmp_path: Path, name: str) -> None:
    how = {"rope_type": name.partition(",")[0], "rope_theta": 1e4, **STRETCHES[name]}
    oracle.write({**oracle.LLAMA, "model_type": "llama", "rope_parameters": how}, tmp_path)
    check(tmp_path)


def test_longrope_is_theirs_up_to_the_context_it_was_trained_on_and_ends_there(tmp_path: Path) -> None:
    rope = {"tie_word_embeddings": True, "rope_parameters": oracle.LONGROPE}
    for trained in (60, 59):
        oracle.write(
            {**oracle.LLAMA, "model_type": "phi3", "original_max_position_embeddings": trained, **rope},
            tmp_path / str(trained),
        )
    assert check(tmp_path / "60").shape.context == 60
    with pytest.raises(ValueError, match="60 tokens do not fit 59"):
        check(tmp_path / "59")
