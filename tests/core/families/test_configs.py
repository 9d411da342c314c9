"""Shapes from the config.json of real models: what their makers publish, in the old spelling and the new one."""

from typing import Any

import pytest

from core.errors import Unsupported, WrongFile
from core.families import FAMILIES, recognise
from core.families.config import Config
from core.shape import Shape

GPT2 = {"model_type": "gpt2", "activation_function": "gelu_new", "n_positions": 1024, "vocab_size": 50257}
NEO = {"model_type": "gpt_neo", "hidden_size": 768, "num_layers": 12, "num_heads": 12, "intermediate_size": None}
LLAMA3_ROPE = {
    "rope_type": "llama3",
    "factor": 32.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}
GRANITE_4 = {"num_local_experts": 0, "position_embedding_type": "rope", "layer_types": ["attention"] * 28}
SCALES = {"embedding_multiplier": 12, "residual_multiplier": 0.22, "logits_scaling": 8}


def like_llama(
    model_type: str, width: int, inner: int, layers: int, heads: tuple[int, int], vocab: int, **more: Any
) -> dict[str, Any]:
    sizes = {"hidden_size": width, "intermediate_size": inner, "num_hidden_layers": layers, "vocab_size": vocab}
    counts = {"num_attention_heads": heads[0], "num_key_value_heads": heads[1], "max_position_embeddings": 8192}
    return {"model_type": model_type, "hidden_act": "silu", "rope_theta": 1e6, **sizes, **counts, **more}


# Millions of weights as counted from the files of the models, norms and biases among them.
REAL = {
    "GPT-2": (GPT2 | {"n_embd": 768, "n_layer": 12, "n_head": 12}, 124.4),
    "GPT-2 medium": (GPT2 | {"n_embd": 1024, "n_layer": 24, "n_head": 16}, 354.8),
    "GPT-2 large": (GPT2 | {"n_embd": 1280, "n_layer": 36, "n_head": 20}, 774.0),
    "DistilGPT-2": (GPT2 | {"n_embd": 768, "n_layer": 6, "n_head": 12}, 81.9),
    "GPT-Neo 125M": (NEO | {"vocab_size": 50257, "max_position_embeddings": 2048}, 125.2),
    "SmolLM2 135M": (like_llama("llama", 576, 1536, 30, (9, 3), 49152, tie_word_embeddings=True), 134.5),
    "SmolLM2 360M": (like_llama("llama", 960, 2560, 32, (15, 5), 49152, tie_word_embeddings=True), 361.8),
    "MiniCPM5 1B": (like_llama("llama", 1536, 4608, 24, (16, 2), 130560, head_dim=128), 1080.6),
    "Llama 3.2 1B": (
        like_llama("llama", 2048, 8192, 16, (32, 8), 128256, tie_word_embeddings=True, rope_scaling=LLAMA3_ROPE),
        1235.8,
    ),
    "Qwen2.5 0.5B": (
        like_llama("qwen2", 896, 4864, 24, (14, 2), 151936, tie_word_embeddings=True, sliding_window=32768),
        494.0,
    ),
    "Qwen3 0.6B": (like_llama("qwen3", 1024, 3072, 28, (16, 8), 151936, head_dim=128, tie_word_embeddings=True), 596.0),
    "Qwen3 1.7B": (
        like_llama("qwen3", 2048, 6144, 28, (16, 8), 151936, head_dim=128, tie_word_embeddings=True),
        1720.6,
    ),
    "Qwen3 8B": (like_llama("qwen3", 4096, 12288, 36, (32, 8), 151936, head_dim=128), 8190.7),
    "SmolLM3 3B": (like_llama("smollm3", 2048, 11008, 36, (16, 4), 128256), 3075.1),
    "Gemma 3 270M": (
        like_llama("gemma3_text", 640, 2048, 18, (4, 1), 262144, head_dim=256, hidden_act=None, sliding_window=512),
        268.1,
    ),
    "Granite 3.3 2B": (
        like_llama("granite", 2048, 8192, 40, (32, 8), 49159, tie_word_embeddings=True, **SCALES),
        2533.5,
    ),
    "Granite 4.0 350M": (
        like_llama("granitemoehybrid", 1024, 2048, 28, (16, 4), 100352, tie_word_embeddings=True, **GRANITE_4, **SCALES)
        | {"shared_intermediate_size": 2048},
        352.4,
    ),
    "OLMo 2 1B": (like_llama("olmo2", 2048, 8192, 16, (16, 16), 100352), 1484.9),
    "Phi-4-mini": (
        like_llama("phi3", 3072, 8192, 32, (24, 8), 200064, tie_word_embeddings=True, partial_rotary_factor=0.75)
        | {"max_position_embeddings": 131072, "original_max_position_embeddings": 4096, "sliding_window": 262144}
        | {"rope_scaling": {"type": "longrope", "short_factor": [1.0] * 48, "long_factor": [2.0] * 48}},
        3836.0,
    ),
    "Mistral 7B": (like_llama("mistral", 4096, 14336, 32, (32, 8), 32000, sliding_window=4096), 7241.7),
}
NEO |= {"attention_types": [[["global", "local"], 6]], "window_size": 256}
REAL["GPT-Neo 125M"][0].update(NEO)


def shape(config: dict[str, Any]) -> Shape:
    return recognise(config)[1]


@pytest.mark.parametrize("name", REAL)
def test_a_real_model_has_as_many_weights_as_are_published(name: str) -> None:
    config, millions = REAL[name]
    assert shape(config).parameters / 1e6 == pytest.approx(millions, rel=1.5e-3)


def test_every_family_is_among_them() -> None:
    assert {config["model_type"] for config, _ in REAL.values()} == {family.model_type for family in FAMILIES}


def test_what_tells_families_apart() -> None:
    shapes = {name: shape(config) for name, (config, _) in REAL.items()}
    assert shapes["GPT-Neo 125M"].kinds == ("full", "slide") * 6
    assert shapes["SmolLM3 3B"].kinds == ("full", "full", "full", "nope") * 9
    assert shapes["Gemma 3 270M"].kinds == (("slide",) * 5 + ("full",)) * 3
    assert (shapes["Mistral 7B"].kinds, shapes["Mistral 7B"].window) == (("slide",) * 32, 4096)
    assert (shapes["Qwen2.5 0.5B"].kinds, shapes["Phi-4-mini"].kinds) == ((), ())  # windows nobody uses
    assert (shapes["Phi-4-mini"].context, shapes["Phi-4-mini"].rope_width) == (4096, 96)
    assert shapes["Phi-4-mini"].rope_gain == pytest.approx(1.1902, abs=1e-4)
    assert shapes["Granite 4.0 350M"].logit_scale == 1 / 8
    assert max(shapes["Llama 3.2 1B"].rope_divisors) == 32
    assert min(shapes["Llama 3.2 1B"].rope_divisors) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"rope_scaling": None}, {"rope_parameters": {"rope_type": "default", "rope_theta": 1e6}}),
        (
            {"rope_scaling": {"type": "linear", "factor": 2.0}},
            {"rope_parameters": {"rope_type": "linear", "factor": 2}},
        ),
        (
            {"rope_scaling": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}},
            {"rope_parameters": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}},
        ),
    ],
)
def test_both_spellings_of_rotary_positions_mean_the_same(old: dict[str, Any], new: dict[str, Any]) -> None:
    config = like_llama("qwen3", 1024, 3072, 28, (16, 8), 151936, head_dim=128)
    assert shape(config | old) == shape(config | new)


def test_both_spellings_of_gemma_mean_the_same() -> None:
    config, _ = REAL["Gemma 3 270M"]
    new = {
        "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1_000_000.0},
        "sliding_attention": {"rope_type": "default", "rope_theta": 10_000.0},
    }
    old = {
        "rope_theta": 1_000_000.0,
        "rope_local_base_freq": 10_000.0,
        "rope_scaling": {"type": "linear", "factor": 8.0},
    }
    assert shape(config | old) == shape(config | {"rope_theta": None, "rope_parameters": new})


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("GPT-2", {"scale_attn_by_inverse_layer_idx": True}),
        ("GPT-2", {"activation_function": "relu"}),
        ("Llama 3.2 1B", {"attention_bias": True}),
        ("Llama 3.2 1B", {"rope_scaling": {"rope_type": "dynamic", "factor": 2.0}}),
        ("Gemma 3 270M", {"final_logit_softcapping": 30.0}),
        ("Granite 4.0 350M", {"layer_types": ["mamba"] * 28}),
        ("Granite 4.0 350M", {"num_local_experts": 62}),
        ("SmolLM3 3B", {"use_sliding_window": True}),
        ("Llama 3.2 1B", {"partial_rotary_factor": 0.5}),  # which transformers passes over in Llama
        ("Qwen3 0.6B", {"rope_scaling": {"rope_type": "yarn", "factor": 4.0, "mscale": 1.0}}),
    ],
)
def test_a_way_that_we_do_not_build_is_refused(name: str, change: dict[str, Any]) -> None:
    with pytest.raises(Unsupported, match="in a way that Mynah does not know"):
        recognise(REAL[name][0] | change)


@pytest.mark.parametrize(
    "change",
    [
        {"attention_types": [[["global", "local"], 10**9]]},
        {"attention_types": [[["global", []], 6]]},
        {"attention_types": [[["global"] * 12, "1"]]},
        {"attention_types": {}},
        {"window_size": 0},
    ],
)
def test_a_pattern_that_does_not_fit_the_layers_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(WrongFile, match=r"config\.json gives no usable value"):
        recognise(REAL["GPT-Neo 125M"][0] | change)


@pytest.mark.parametrize("value", ["12", 1.5, 0, -1, 10**30, [], {}, float("nan"), True])
def test_a_count_is_a_count(value: object) -> None:
    with pytest.raises(WrongFile, match="layers"):
        Config({"layers": value}).count("layers", 256)
