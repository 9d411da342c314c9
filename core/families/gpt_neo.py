"""GPT-Neo: GPT-2 in which every other layer sees a window, and whose attention is not scaled."""

from typing import Final

from core.families import config as limits
from core.families import gpt2
from core.families.base import DOWN, OUTPUT, QKV, UP, Entry, Family, same, three
from core.families.config import Config, unusable
from core.shape import Kind, Shape

MATRICES: Final = {"attn.attention.out_proj": OUTPUT, "mlp.c_fc": UP, "mlp.c_proj": DOWN}
KINDS: Final[dict[str, Kind]] = {"global": "full", "local": "slide"}


def shape(config: Config) -> Shape:
    config.word("activation_function", gpt2.TANH, "gelu_tanh")
    width, heads = config.count("hidden_size", limits.WIDTH), config.count("num_heads", limits.HEADS)
    layers = config.count("num_layers", limits.LAYERS)
    return Shape(
        vocab=config.count("vocab_size", limits.VOCABULARY),
        context=config.count("max_position_embeddings", limits.CONTEXT),
        layers=layers,
        width=width,
        heads=heads,
        kv_heads=heads,
        inner=config.count("intermediate_size", limits.INNER, 4 * width),
        kinds=kinds(config, layers),
        window=config.count("window_size", limits.CONTEXT, 256),
        norm="layer",
        norm_eps=config.number("layer_norm_epsilon", 1e-5),
        position="learned",
        activation="gelu_tanh",
        bias=True,
        qkv_bias=False,
        attention_scale=1.0,
        tied=config.flag("tie_word_embeddings", default=True),
    )


def kinds(config: Config, layers: int) -> tuple[Kind, ...]:
    """The layers' kinds, told one by one, or as one pattern and how often it repeats."""
    if config.has("attention_layers"):
        return config.words("attention_layers", KINDS, ["full"] * layers)
    match config.items("attention_types", 1):
        case [[[*pattern], int(times)]] if len(pattern) * times == layers and all(word in [*KINDS] for word in pattern):
            return tuple(KINDS[word] for word in pattern) * times
    raise unusable("attention_types")


def entries(shape: Shape) -> list[Entry]:
    found = gpt2.outside(shape)
    for layer in range(shape.layers):
        theirs, ours = f"transformer.h.{layer}.", f"blocks.{layer}."
        names = [f"{theirs}attn.attention.{name}_proj.weight" for name in "qkv"]
        found += three(names, f"{ours}{QKV}.weight", shape)
        for name, part in MATRICES.items():
            found.append(same(f"{theirs}{name}.weight", f"{ours}{part}.weight"))
            found.append(same(f"{theirs}{name}.bias", f"{ours}{part}.bias"))
        found += gpt2.norms(theirs, ours)
    return found


FAMILY: Final = Family(
    model_type="gpt_neo",
    title="GPT-Neo",
    shape=shape,
    entries=entries,
    ignorable=(r"h\.\d+\.attn\.attention\.(masked_)?bias",),
    prefix="transformer.",
)
