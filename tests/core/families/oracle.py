"""Tiny random checkpoints made by `transformers`, which is the oracle of these tests and no part of Mynah."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch
from transformers import AutoConfig, AutoModelForCausalLM
from transformers.utils import logging

logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # transformers has no types here
logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # nor here

SEED: Final = 1

NO_IDS: Final = {"bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 0}
LLAMA: Final = {
    "vocab_size": 97,
    "hidden_size": 32,
    "intermediate_size": 56,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 128,
    "rms_norm_eps": 0.02,
    **NO_IDS,
}
GPT2: Final = {
    "vocab_size": 97,
    "n_embd": 32,
    "n_layer": 3,
    "n_head": 4,
    "n_positions": 128,
    "layer_norm_epsilon": 0.02,
    **NO_IDS,
}
GPT_NEO: Final = {
    "vocab_size": 97,
    "hidden_size": 32,
    "num_layers": 4,
    "num_heads": 4,
    "attention_types": [[["global", "local"], 2]],
    "window_size": 6,
    "max_position_embeddings": 128,
    "layer_norm_epsilon": 0.02,
    **NO_IDS,
}
SCALES: Final = {
    "embedding_multiplier": 12.0,
    "residual_multiplier": 0.22,
    "attention_multiplier": 0.125,
    "logits_scaling": 8.0,
    "tie_word_embeddings": True,
}
GRANITE_4: Final = {
    **LLAMA,
    **SCALES,
    "shared_intermediate_size": 56,
    "num_local_experts": 0,
    "num_experts_per_tok": 0,
    "position_embedding_type": "rope",
    "layer_types": ["attention"] * 4,
    "mamba_n_heads": 8,
    "mamba_d_head": 8,
}
LLAMA3_ROPE: Final = {
    "rope_type": "llama3",
    "rope_theta": 500_000.0,
    "factor": 32.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 32,
}
YARN: Final = {
    "rope_type": "yarn",
    "rope_theta": 1_000_000.0,
    "factor": 4.0,
    "beta_fast": 8.0,
    "original_max_position_embeddings": 32,
}
LONGROPE: Final = {
    "rope_type": "longrope",
    "rope_theta": 10_000.0,
    "partial_rotary_factor": 0.75,
    "short_factor": [1.0, 1.1, 1.3],
    "long_factor": [1.0, 2.0, 3.0],
}
GEMMA_ROPES: Final = {
    "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1_000_000.0},
    "sliding_attention": {"rope_type": "default", "rope_theta": 10_000.0},
}

# One checkpoint for each family and each of its ways: (model_type, config).
MODELS: Final[dict[str, tuple[str, Mapping[str, Any]]]] = {
    "gpt2": ("gpt2", GPT2),
    "gpt_neo": ("gpt_neo", GPT_NEO),
    "llama": ("llama", LLAMA),
    "llama, tied": ("llama", {**LLAMA, "tie_word_embeddings": True, "head_dim": 16}),
    "llama 3.2": ("llama", {**LLAMA, "tie_word_embeddings": True, "rope_parameters": LLAMA3_ROPE}),
    "qwen2": ("qwen2", {**LLAMA, "tie_word_embeddings": True}),
    "qwen2, stretched": ("qwen2", {**LLAMA, "rope_parameters": YARN}),
    "qwen2, sliding": (
        "qwen2",
        {**LLAMA, "use_sliding_window": True, "sliding_window": 7, "max_window_layers": 2},
    ),
    "qwen3": ("qwen3", {**LLAMA, "head_dim": 16}),
    "smollm3": ("smollm3", {**LLAMA, "tie_word_embeddings": True}),
    "gemma3": ("gemma3_text", {**LLAMA, "head_dim": 16, "sliding_window": 8, "num_hidden_layers": 6}),
    "gemma3, stretched": (
        "gemma3_text",
        {**LLAMA, "head_dim": 16, "sliding_window": 8, "num_hidden_layers": 6, "rope_parameters": GEMMA_ROPES},
    ),
    "gemma3, wide": (  # its window hides nothing, but layers that slide still turn in their own way
        "gemma3_text",
        {**LLAMA, "head_dim": 16, "sliding_window": 4096, "num_hidden_layers": 2, "sliding_window_pattern": 2},
    ),
    "granite": ("granite", {**LLAMA, **SCALES}),
    "granite 4": ("granitemoehybrid", GRANITE_4),
    "olmo2": ("olmo2", LLAMA),
    "phi3": ("phi3", {**LLAMA, "tie_word_embeddings": True}),
    "phi4-mini": (
        "phi3",
        {
            **LLAMA,
            "tie_word_embeddings": True,
            "original_max_position_embeddings": 100,
            "rope_parameters": LONGROPE,
        },
    ),
    "mistral": ("mistral", LLAMA | {"sliding_window": None}),
    "mistral, sliding": ("mistral", LLAMA | {"sliding_window": 9, "head_dim": 16}),
}


def make(name: str, folder: Path, shard: str = "5GB", **sizes: int) -> None:
    """Write the checkpoint called `name`."""
    model_type, config = MODELS[name]
    write({"model_type": model_type, **config, **sizes}, folder, shard)


def write(config: Mapping[str, Any], folder: Path, shard: str = "5GB") -> None:
    """Write a checkpoint, every tensor random, norms and biases too: a wrong one must show."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))
    torch.manual_seed(SEED)
    make_model: Any = AutoModelForCausalLM.from_config  # which has no types
    model = make_model(AutoConfig.from_pretrained(folder), dtype=torch.float32)
    with torch.no_grad():
        for tensor in model.parameters():
            tensor.copy_(torch.randn_like(tensor) * (0.3 if tensor.ndim == 1 else 0.15) + (tensor.ndim == 1) * 0.7)
    model.save_pretrained(folder, max_shard_size=shard)


def reference(folder: Path) -> Any:
    """The checkpoint as `transformers` reads it."""
    return as_told(folder, torch.float32)


def as_told(folder: Path, dtype: torch.dtype | None = None) -> Any:
    """The same in another precision, or in the one that its config.json tells."""
    model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype or "auto", attn_implementation="eager")
    return model.eval()
