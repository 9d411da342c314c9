"""What a model is made of and what it costs, worked out from its shape. Tests count the real ones. No torch.

Forward: two operations for each weight that a token is multiplied by, and 4 T d for each layer's attention over T
tokens, half of that on average. Training: three times as much (PaLM 2204.02311, appendix B).
"""

from collections.abc import Iterator, Sequence

from core.inside.reports import Part
from core.recipe import Recipe
from core.shape import Shape


def parts(recipe: Recipe, adapters: Sequence[int] = ()) -> tuple[Part, ...]:
    """The boxes, from the bottom up. Of a run with adapters, whose sizes are given layer by layer, only these move."""
    return tuple(_parts(recipe.shape, recipe.adapts, adapters))


def _parts(shape: Shape, frozen: bool, adapters: Sequence[int]) -> Iterator[Part]:
    def part(name: str, kind: str, layer: int, size: int) -> Part:
        return Part(name, kind, layer, size, 0 if frozen else size)  # type: ignore[arg-type]  # of the kinds below

    yield part("embedding", "embedding", -1, shape.vocab * shape.width)
    if shape.position == "learned":
        yield part("positions", "positions", -1, shape.context * shape.width)
    for layer in range(shape.layers):
        yield part(f"layer {layer + 1} attention", "attention", layer, attention(shape))
        yield part(f"layer {layer + 1} feed-forward", "feed-forward", layer, feed_forward(shape))
        yield part(f"layer {layer + 1} norms", "norm", layer, norms(shape))
        if adapters:
            yield Part(f"layer {layer + 1} adapters", "adapter", layer, adapters[layer], adapters[layer])
    yield part("last norm", "norm", -1, norm(shape))
    if not shape.tied:
        yield part("output", "output", -1, shape.vocab * shape.width)


def attention(shape: Shape) -> int:
    inner = (shape.heads + 2 * shape.kv_heads) * shape.head_width
    out = shape.heads * shape.head_width
    qkv_bias = shape.bias if shape.qkv_bias is None else shape.qkv_bias
    biases = inner * qkv_bias + shape.width * shape.bias
    heads = (shape.heads + shape.kv_heads) if shape.qk_norm_flat else 2
    return shape.width * (inner + out) + biases + (heads * shape.head_width if shape.qk_norm else 0)


def feed_forward(shape: Shape) -> int:
    matrices = 3 if shape.gated else 2
    return matrices * shape.width * shape.inner + shape.bias * ((matrices - 1) * shape.inner + shape.width)


def norms(shape: Shape) -> int:
    """Of one layer: two, or four where each part is normed before and after."""
    return (4 if shape.norm_position == "sandwich" else 2) * norm(shape)


def norm(shape: Shape) -> int:
    return shape.width * (2 if shape.norm == "layer" and shape.bias else 1)


def forward_flops(shape: Shape, length: int) -> float:
    """For one token of a text of `length`, on average."""
    matrices = shape.linear_parameters + shape.vocab * shape.width
    return 2.0 * matrices + 2.0 * shape.layers * length * shape.heads * shape.head_width


def last_flops(shape: Shape, length: int) -> float:
    """For the last token of a text of `length`, which looks at all of it."""
    matrices = shape.linear_parameters + shape.vocab * shape.width
    return 2.0 * matrices + 4.0 * shape.layers * length * shape.heads * shape.head_width


def cache_bytes(shape: Shape) -> int:
    """Keys and values that one token leaves behind, in fp32."""
    return 2 * shape.layers * shape.kv_heads * shape.head_width * 4
