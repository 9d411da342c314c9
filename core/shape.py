"""The shape of a decoder-only transformer, as data. Knows no torch: plans and forecasts read it too.

One module (core/models/decoder.py) builds every shape. A family of pretrained models is one
value of this class; a flag that no shape in use needs is not here yet.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

Norm: TypeAlias = Literal["rms", "layer"]
Position: TypeAlias = Literal["rope", "learned"]
Activation: TypeAlias = Literal["silu", "gelu_tanh", "relu2"]


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
    norm: Norm = "rms"
    norm_eps: float = 1e-5
    position: Position = "rope"
    rope_theta: float = 10_000.0
    activation: Activation = "relu2"
    gated: bool = False  # a third feed-forward matrix multiplies the activation, as in Llama
    bias: bool = False  # on every linear layer and norm, as in GPT-2
    qk_norm: bool = False  # norm each head's queries and keys
    tied: bool = True  # the output layer is the embedding

    def __post_init__(self) -> None:
        for name in ("vocab", "context", "layers", "width", "heads", "kv_heads", "inner"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.width % self.heads or self.heads % self.kv_heads:
            raise ValueError(f"{self.heads} heads must divide width {self.width}, {self.kv_heads} kv_heads the heads")
        if self.position == "rope" and self.head_width % 2:
            raise ValueError(f"rotary positions need an even head width, got {self.head_width}")

    @property
    def head_width(self) -> int:
        return self.width // self.heads

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

    def training_flops(self, length: int) -> float:
        """Floating-point operations to train on one token at `length`: 6 N for the matrices (PaLM, appendix B),
        and 6 L T d for causal attention, half of the full square's 12."""
        matrices = self.linear_parameters + self.vocab * self.width
        return 6.0 * matrices + 6.0 * self.layers * length * self.width

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
