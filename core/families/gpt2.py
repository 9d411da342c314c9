"""GPT-2 in all its sizes, and DistilGPT-2: learned positions, biases everywhere, matrices that lie transposed."""

from typing import Final

from core.families import config as limits
from core.families.base import DOWN, OUTPUT, QKV, UP, Entry, Family, same
from core.families.config import Config
from core.shape import Shape

MATRICES: Final = {"attn.c_attn": QKV, "attn.c_proj": OUTPUT, "mlp.c_fc": UP, "mlp.c_proj": DOWN}
NORMS: Final = {"ln_1": "attention_norm", "ln_2": "feed_forward_norm"}
TANH: Final = {"gelu_new": "gelu_tanh", "gelu_pytorch_tanh": "gelu_tanh"}


def shape(config: Config) -> Shape:
    for name, value in (
        ("scale_attn_weights", True),
        ("scale_attn_by_inverse_layer_idx", False),
        ("add_cross_attention", False),
    ):
        config.demand(name, value)
    config.word("activation_function", TANH, "gelu_tanh")
    width, heads = config.count("n_embd", limits.WIDTH), config.count("n_head", limits.HEADS)
    return Shape(
        vocab=config.count("vocab_size", limits.VOCABULARY),
        context=config.count("n_positions", limits.CONTEXT),
        layers=config.count("n_layer", limits.LAYERS),
        width=width,
        heads=heads,
        kv_heads=heads,
        inner=config.count("n_inner", limits.INNER, 4 * width),
        norm="layer",
        norm_eps=config.number("layer_norm_epsilon", 1e-5),
        position="learned",
        activation="gelu_tanh",
        bias=True,
        tied=config.flag("tie_word_embeddings", default=True),
    )


def entries(shape: Shape) -> list[Entry]:
    found = outside(shape)
    for layer in range(shape.layers):
        theirs, ours = f"transformer.h.{layer}.", f"blocks.{layer}."
        for name, part in MATRICES.items():
            found.append(same(f"{theirs}{name}.weight", f"{ours}{part}.weight", transposed=True))
            found.append(same(f"{theirs}{name}.bias", f"{ours}{part}.bias"))
        found += norms(theirs, ours)
    return found


def outside(shape: Shape) -> list[Entry]:
    """What lies before and behind the layers."""
    found = [
        same("transformer.wte.weight", "embedding.weight"),
        same("transformer.wpe.weight", "positions.weight"),
        same("transformer.ln_f.weight", "norm.weight"),
        same("transformer.ln_f.bias", "norm.bias"),
    ]
    return found if shape.tied else [*found, same("lm_head.weight", "head.weight")]


def norms(theirs: str, ours: str) -> list[Entry]:
    parts = ("weight", "bias")
    return [same(f"{theirs}{name}.{part}", f"{ours}{norm}.{part}") for name, norm in NORMS.items() for part in parts]


FAMILY: Final = Family(
    model_type="gpt2",
    title="GPT-2, DistilGPT-2",
    shape=shape,
    entries=entries,
    ignorable=(r"h\.\d+\.attn\.(masked_)?bias",),
    prefix="transformer.",
)
