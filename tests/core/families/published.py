"""The config.json of real models, as their makers publish them, in the old spelling; and the same made small.

Small ones keep what is unusual: how many heads, how wide they are beside the model, scales, thetas, eps, patterns, and
flags that change nothing. Only sizes shrink, and windows and contexts with them, so that a short text goes beyond them.
"""

from collections.abc import Mapping
from typing import Any, Final

VOCAB: Final = 97
CONTEXT: Final = 128
WINDOW: Final = 16
TRAINED: Final = 32  # tokens, before the context was stretched
NEVER_SLIDES: Final = 32_768  # windows from here on hide nothing


def llama_like(
    model_type: str, heads: tuple[int, int], width: int, inner: int, layers: int, **more: Any
) -> dict[str, Any]:
    return {
        "model_type": model_type, "hidden_size": width, "intermediate_size": inner, "num_hidden_layers": layers,
        "num_attention_heads": heads[0], "num_key_value_heads": heads[1], "hidden_act": "silu", "attention_bias": False,
        "attention_dropout": 0.0, "initializer_range": 0.02, "use_cache": True, "torch_dtype": "bfloat16", **more,
    }  # fmt: skip


GPT2: Final = {
    "model_type": "gpt2", "activation_function": "gelu_new", "architectures": ["GPT2LMHeadModel"], "attn_pdrop": 0.1,
    "bos_token_id": 50256, "embd_pdrop": 0.1, "eos_token_id": 50256, "initializer_range": 0.02, "resid_pdrop": 0.1,
    "layer_norm_epsilon": 1e-05, "n_ctx": 1024, "n_embd": 768, "n_head": 12, "n_layer": 12, "n_positions": 1024,
    "summary_activation": None, "summary_first_dropout": 0.1, "summary_type": "cls_index", "summary_use_proj": True,
    "task_specific_params": {"text-generation": {"do_sample": True, "max_length": 50}}, "vocab_size": 50257,
}  # fmt: skip
NEO: Final = {
    "model_type": "gpt_neo", "activation_function": "gelu_new", "architectures": ["GPTNeoForCausalLM"],
    "attention_dropout": 0, "attention_layers": ["global", "local"] * 6, "attention_types": [[["global", "local"], 6]],
    "bos_token_id": 50256, "embed_dropout": 0, "eos_token_id": 50256, "gradient_checkpointing": False,
    "hidden_size": 768, "initializer_range": 0.02, "intermediate_size": None, "layer_norm_epsilon": 1e-05,
    "max_position_embeddings": 2048, "num_heads": 12, "num_layers": 12, "resid_dropout": 0, "vocab_size": 50257,
    "window_size": 256,
}  # fmt: skip
SMOL: Final = {
    "bos_token_id": 1, "eos_token_id": 2, "is_llama_config": True, "max_position_embeddings": 8192, "mlp_bias": False,
    "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_interleaved": False, "rope_scaling": None, "rope_theta": 100000,
    "tie_word_embeddings": True, "vocab_size": 49152,
}  # fmt: skip
LLAMA_32: Final = {
    "bos_token_id": 128000, "eos_token_id": [128001, 128008, 128009], "head_dim": 64, "mlp_bias": False,
    "max_position_embeddings": 131072, "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_theta": 500000.0,
    "rope_scaling": {
        "factor": 32.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 8192,
        "rope_type": "llama3",
    },
    "tie_word_embeddings": True, "vocab_size": 128256,
}  # fmt: skip
QWEN25: Final = {
    "bos_token_id": 151643, "eos_token_id": 151645, "max_position_embeddings": 32768, "max_window_layers": 21,
    "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "sliding_window": 32768, "tie_word_embeddings": True,
    "use_mrope": False, "use_sliding_window": False, "vocab_size": 151936,
}  # fmt: skip
QWEN3: Final = {
    "bos_token_id": 151643, "eos_token_id": 151645, "head_dim": 128, "max_position_embeddings": 40960,
    "max_window_layers": 28, "rms_norm_eps": 1e-06, "rope_scaling": None, "rope_theta": 1000000, "sliding_window": None,
    "tie_word_embeddings": True, "use_sliding_window": False, "vocab_size": 151936,
}  # fmt: skip
YARN: Final = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}
SMOLLM3: Final = {
    "bos_token_id": None, "eos_token_id": 128012, "layer_types": ["full_attention"] * 36, "max_window_layers": 28,
    "max_position_embeddings": 65536, "mlp_bias": False, "no_rope_layer_interval": 4,
    "no_rope_layers": [1, 1, 1, 0] * 9,
    "pad_token_id": 128004, "pretraining_tp": 2, "rms_norm_eps": 1e-06, "rope_scaling": None, "rope_theta": 5000000.0,
    "sliding_window": None, "use_sliding_window": False, "vocab_size": 128256,
}  # fmt: skip
GEMMA3: Final = {
    "attn_logit_softcapping": None, "bos_token_id": 2, "eos_token_id": [1, 106], "final_logit_softcapping": None,
    "head_dim": 256, "hidden_act": None, "hidden_activation": "gelu_pytorch_tanh", "max_position_embeddings": 32768,
    "pad_token_id": 0, "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06, "rope_local_base_freq": 10000,
    "rope_scaling": None, "rope_theta": 1000000, "sliding_window": 512, "vocab_size": 262144,
}  # fmt: skip
BY_LAYER: Final = {
    "_sliding_window_pattern": 6, "layer_types": (["sliding_attention"] * 5 + ["full_attention"]) * 3,
    "use_bidirectional_attention": False,
}  # fmt: skip
GRANITE: Final = {
    "attention_multiplier": 0.015625, "bos_token_id": 0, "embedding_multiplier": 12.0, "eos_token_id": 0,
    "logits_scaling": 8.0, "max_position_embeddings": 131072, "mlp_bias": False, "residual_multiplier": 0.22,
    "rms_norm_eps": 1e-05, "rope_scaling": None, "rope_theta": 10000000.0, "tie_word_embeddings": True,
    "vocab_size": 49159,
}  # fmt: skip
GRANITE_4: Final = GRANITE | {
    "init_method": "mup", "layer_types": ["attention"] * 28, "logits_scaling": 4, "mamba_chunk_size": 256,
    "mamba_conv_bias": True, "mamba_d_conv": 4, "mamba_d_head": 32, "mamba_d_state": 128, "mamba_expand": 2,
    "mamba_n_groups": 1, "mamba_n_heads": 64, "mamba_proj_bias": False, "normalization_function": "rmsnorm",
    "num_experts_per_tok": 0, "num_local_experts": 0, "output_router_logits": False, "position_embedding_type": "rope",
    "residual_multiplier": 0.263, "router_aux_loss_coef": 0.01, "shared_intermediate_size": 2048, "vocab_size": 100352,
}  # fmt: skip
OLMO2: Final = {
    "eos_token_id": 100257, "max_position_embeddings": 4096, "pad_token_id": 100277, "rms_norm_eps": 1e-06,
    "rope_scaling": None, "rope_theta": 500000, "tie_word_embeddings": False, "vocab_size": 100352,
}  # fmt: skip
PHI4: Final = {
    "auto_map": {"AutoConfig": "configuration_phi3.Phi3Config"}, "bos_token_id": 199999, "embd_pdrop": 0.0,
    "eos_token_id": 199999, "pad_token_id": 199999, "full_attn_mod": 1,
    "interpolate_factor": 1, "lm_head_bias": False, "mlp_bias": False,
    "max_position_embeddings": 131072, "original_max_position_embeddings": 4096, "partial_rotary_factor": 0.75,
    "resid_pdrop": 0.0, "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "sliding_window": 262144,
    "rope_scaling": {"long_factor": [2.0] * 48, "short_factor": [1.0] * 48, "type": "longrope"},
    "tie_word_embeddings": True, "vocab_size": 200064,
}  # fmt: skip
MISTRAL: Final = {
    "bos_token_id": 1, "eos_token_id": 2, "max_position_embeddings": 32768, "rms_norm_eps": 1e-05,
    "rope_theta": 10000.0, "sliding_window": 4096, "tie_word_embeddings": False, "vocab_size": 32000,
}  # fmt: skip

PUBLISHED: Final[Mapping[str, Mapping[str, Any]]] = {
    "GPT-2": GPT2,
    "GPT-2 medium": GPT2 | {"n_embd": 1024, "n_head": 16, "n_layer": 24},
    "GPT-2 large": GPT2 | {"n_embd": 1280, "n_head": 20, "n_layer": 36},
    "DistilGPT-2": GPT2 | {"n_layer": 6, "_num_labels": 1, "id2label": {"0": "LABEL_0"}},
    "GPT-Neo 125M": NEO,
    "SmolLM2 135M": llama_like("llama", (9, 3), 576, 1536, 30, **SMOL),
    "SmolLM2 360M": llama_like("llama", (15, 5), 960, 2560, 32, **SMOL),
    "MiniCPM5 1B": llama_like(
        "llama", (16, 2), 1536, 4608, 24, **SMOL | {"head_dim": 128, "tie_word_embeddings": False, "rope_theta": 1e7}
    ),
    "Llama 3.2 1B": llama_like("llama", (32, 8), 2048, 8192, 16, **LLAMA_32),
    "Qwen2.5 0.5B": llama_like("qwen2", (14, 2), 896, 4864, 24, **QWEN25),
    "Qwen3 0.6B": llama_like("qwen3", (16, 8), 1024, 3072, 28, **QWEN3),
    "Qwen3 8B, stretched": llama_like(
        "qwen3", (32, 8), 4096, 12288, 36, **QWEN3 | {"tie_word_embeddings": False, "rope_scaling": YARN}
    ),
    "SmolLM3 3B": llama_like("smollm3", (16, 4), 2048, 11008, 36, **SMOLLM3),
    "Gemma 3 270M": llama_like("gemma3_text", (4, 1), 640, 2048, 18, **GEMMA3 | BY_LAYER),
    "Gemma 3 1B": llama_like("gemma3_text", (4, 1), 1152, 6912, 26, **GEMMA3 | {"sliding_window_pattern": 6}),
    "Gemma 3 4B, text": llama_like(
        "gemma3_text", (8, 4), 2560, 10240, 34, **GEMMA3 | {"rope_scaling": {"factor": 8.0, "rope_type": "linear"}}
    ),
    "Granite 3.3 2B": llama_like("granite", (32, 8), 2048, 8192, 40, **GRANITE),
    "Granite 4.0 350M": llama_like("granitemoehybrid", (16, 4), 1024, 2048, 28, **GRANITE_4),
    "OLMo 2 1B": llama_like("olmo2", (16, 16), 2048, 8192, 16, **OLMO2),
    "OLMo 2 32B": llama_like("olmo2", (40, 8), 5120, 27648, 64, **OLMO2),
    "Phi-4-mini": llama_like("phi3", (24, 8), 3072, 8192, 32, **PHI4),
    "Mistral 7B 0.1": llama_like("mistral", (32, 8), 4096, 14336, 32, **MISTRAL),
    "Mistral 7B 0.3": llama_like(
        "mistral", (32, 8), 4096, 14336, 32, **MISTRAL | {"sliding_window": None, "rope_theta": 1e6}
    ),
}


def small(name: str) -> dict[str, Any]:
    """The config of this model, with everything but its sizes."""
    told = dict(PUBLISHED[name])
    for id_ in ("bos_token_id", "eos_token_id", "pad_token_id"):
        if isinstance(told.get(id_), int | list):
            told[id_] = 0
    match told["model_type"]:
        case "gpt2":
            return told | {"n_embd": 4 * told["n_head"], "n_layer": 3, "n_positions": CONTEXT, "vocab_size": VOCAB}
        case "gpt_neo":
            layers = {"attention_layers": ["global", "local"] * 2, "attention_types": [[["global", "local"], 2]]}
            sizes = {"hidden_size": 48, "num_layers": 4, "window_size": WINDOW, "max_position_embeddings": CONTEXT}
            return told | layers | sizes | {"vocab_size": VOCAB}
    return _small_llama(told)


def _small_llama(told: dict[str, Any]) -> dict[str, Any]:
    wide = told.get("head_dim") or told["hidden_size"] // told["num_attention_heads"]
    head = 16 if "partial_rotary_factor" in told else 8
    layers = 7 if told["model_type"] == "gemma3_text" else 5 if told["model_type"] == "smollm3" else 3
    width = round(told["hidden_size"] * head / wide)
    inner = round(told["intermediate_size"] / told["hidden_size"] * width)
    sizes = {"hidden_size": width, "intermediate_size": inner, "num_hidden_layers": layers}
    changed = {**sizes, "vocab_size": VOCAB, "max_position_embeddings": CONTEXT}
    changed |= {name: told[name][:layers] for name in ("layer_types", "no_rope_layers") if name in told}
    if "head_dim" in told:
        changed["head_dim"] = head
    if (told.get("sliding_window") or NEVER_SLIDES) < NEVER_SLIDES:
        changed["sliding_window"] = WINDOW
    if "shared_intermediate_size" in told:
        changed |= {"shared_intermediate_size": inner, "mamba_n_heads": 8, "mamba_d_head": width // 4}
    if told.get("rope_scaling"):
        changed["rope_scaling"] = _stretched(told["rope_scaling"], int(head * told.get("partial_rotary_factor", 1)))
    if "original_max_position_embeddings" in told:
        changed["original_max_position_embeddings"] = 110  # of LongRoPE, beyond which it is another model
    return told | changed


def _stretched(told: Mapping[str, Any], turned: int) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    if "original_max_position_embeddings" in told:
        changed["original_max_position_embeddings"] = TRAINED
    if "short_factor" in told:
        pairs = range(turned // 2)
        changed |= {"short_factor": [1 + pair / 10 for pair in pairs], "long_factor": [1.0 + pair for pair in pairs]}
    return {**told, **changed}
