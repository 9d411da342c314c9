"""The shape of a decoder-only transformer, as data. Knows no torch: plans and forecasts read it too.

One module (core/models/decoder.py) builds every shape. A family of pretrained models is a few values of this class;
a flag that no family in use needs is not here yet. A new flag has a default that means what older files meant.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, Self, TypeAlias

Norm: TypeAlias = Literal["rms", "layer"]
NormPosition: TypeAlias = Literal["pre", "sandwich", "post"]  # before a layer's part, before and after, or after it
Position: TypeAlias = Literal["rope", "learned"]
Activation: TypeAlias = Literal["silu", "gelu_tanh", "relu2"]
Kind: TypeAlias = Literal["full", "slide", "nope"]  # sees all, sees a window, sees all without rotary positions

COUNTS: Final = ("vocab", "context", "layers", "width", "heads", "kv_heads", "inner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Sizes and switches of one decoder. `inner` is the width of the feed-forward layer."""

    vocab: int
    context: int  # the longest sequence it was made for, in tokens
    layers: int
    width: int
    heads: int
    kv_heads: int
    inner: int
    own_head_width: int = 0  # where it is not width / heads
    kinds: tuple[Kind, ...] = ()  # of each layer; all "full" when empty
    window: int = 0  # tokens that a "slide" layer sees, its own among them
    norm: Norm = "rms"
    norm_eps: float = 1e-5
    norm_position: NormPosition = "pre"
    norm_plus_one: bool = False  # weights of norms are stored as their distance from one, as in Gemma
    position: Position = "rope"
    rope_theta: float = 10_000.0
    rope_local_theta: float = 0.0  # of "slide" layers, where it differs
    rope_width: int = 0  # how much of each head turns, where it is not all
    rope_divisors: tuple[float, ...] = ()  # slow each pair of a head down, for contexts stretched after training
    rope_gain: float = 1.0  # on what was turned, for the same
    activation: Activation = "relu2"
    gated: bool = False  # a third feed-forward matrix multiplies the activation, as in Llama
    bias: bool = False  # on every linear layer and norm, as in GPT-2
    qkv_bias: bool | None = None  # on queries, keys and values, where it is not as `bias`
    qk_norm: bool = False  # norm each head's queries and keys
    qk_norm_flat: bool = False  # norm all heads of a token together instead, as in OLMo 2
    attention_scale: float = 0.0  # on products of queries and keys, where it is not 1 / sqrt(head_width)
    embedding_scale: float = 1.0
    residual_scale: float = 1.0  # on what each layer's parts add
    logit_scale: float = 1.0
    tied: bool = True  # the output layer is the embedding

    def __post_init__(self) -> None:
        for name in COUNTS:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if (self.width % self.heads and not self.own_head_width) or self.heads % self.kv_heads:
            raise ValueError(f"{self.heads} heads must divide width {self.width}, {self.kv_heads} kv_heads the heads")
        if self.position == "rope" and self.turned % 2:
            raise ValueError(f"rotary positions need an even head width, got {self.turned}")
        if self.turned > self.head_width or len(self.rope_divisors) not in (0, self.turned // 2):
            raise ValueError(f"{self.turned} of {self.head_width} numbers cannot turn, or have other divisors")
        if len(self.kinds) not in (0, self.layers) or ("slide" in self.kinds and self.window < 1):
            raise ValueError("each layer has one kind, and one that slides has a window")

    @property
    def head_width(self) -> int:
        return self.own_head_width or self.width // self.heads

    def kind(self, layer: int) -> Kind:
        return self.kinds[layer] if self.kinds else "full"

    @property
    def turned(self) -> int:
        """How many numbers of each head's queries and keys turn with position."""
        return self.rope_width or self.head_width

    @property
    def linear_parameters(self) -> int:
        """Weights of the matrices inside the blocks: what one token is multiplied by."""
        attention = self.width * (2 * self.heads + 2 * self.kv_heads) * self.head_width
        return self.layers * (attention + (3 if self.gated else 2) * self.width * self.inner)

    @property
    def parameters(self) -> int:
        """All weights that are stored, except norms and biases (well under 1 %)."""
        tables = self.vocab * self.width * (1 if self.tied else 2)
        return self.linear_parameters + tables + (self.context * self.width if self.position == "learned" else 0)

    def adapter_parameters(self, rank: int) -> int:
        """Weights of adapters of this rank on every matrix: queries, keys and values have a pair each."""
        heads = (self.heads + 2 * self.kv_heads) * self.head_width
        attention = 3 * self.width + heads + self.heads * self.head_width + self.width
        return rank * self.layers * (attention + (3 if self.gated else 2) * (self.width + self.inner))

    def training_flops(self, length: int) -> float:
        """Floating-point operations to train on one token at `length`: 6 N for the matrices (PaLM, appendix B),
        and 6 L T d for causal attention, half of the full square's 12."""
        matrices = self.linear_parameters + self.vocab * self.width
        return 6.0 * matrices + 6.0 * self.layers * length * self.heads * self.head_width

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        """The shape that `to_json` gave, whatever JSON made of its tuples."""
        lists: dict[str, Any] = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
        return cls(**{**fields, **lists})
