"""A decoder-only transformer, built to any `Shape`: GPT-2, Llama, or our own. Knows no text, file or optimizer.

The names of its parameters are written to disk: a checkpoint of today must load tomorrow, so they stay.
"""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.models.attention import attend
from core.models.cache import Cache
from core.models.dropout import Dropout
from core.models.norm import RmsNorm
from core.shape import Activation, Norm, Shape

# Shape suffixes: B batch, T tokens, C width, H query heads, K key/value heads, D head width, V vocabulary.

IGNORE: Final = -1  # a target that does not count


class Linear(nn.Linear):
    """A matrix product whose weights come from `Decoder.initialise` or from a file."""

    def reset_parameters(self) -> None:
        """Nothing: filling them here would cost seconds and stir the global random state."""


class Embedding(nn.Embedding):
    """A table of rows, filled like `Linear`."""

    def reset_parameters(self) -> None:
        """Nothing, as in `Linear`."""


def _norm(kind: Norm, width: int, eps: float, bias: bool) -> nn.Module:
    return RmsNorm(width, eps) if kind == "rms" else nn.LayerNorm(width, eps, bias=bias)


def _activate(kind: Activation, x: Tensor) -> Tensor:
    match kind:
        case "silu":
            return F.silu(x)
        case "gelu_tanh":
            return F.gelu(x, approximate="tanh")
        case "relu2":
            return F.relu(x).square()


class Rope(nn.Module):
    """Rotary positions (RoFormer, 2104.09864): the two halves of a head turn by an angle that grows with position."""

    cos: Tensor
    sin: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        half = shape.head_width // 2
        speeds = shape.rope_theta ** -(torch.arange(half, dtype=torch.float64) / half)
        angles = torch.arange(shape.context, dtype=torch.float64)[:, None] * speeds
        self.register_buffer("cos", angles.cos().float(), persistent=False)
        self.register_buffer("sin", angles.sin().float(), persistent=False)

    def forward(self, x_BHTD: Tensor, start: int) -> Tensor:
        span = slice(start, start + x_BHTD.shape[2])
        cos, sin = self.cos[span], self.sin[span]
        left, right = x_BHTD.chunk(2, dim=3)
        return torch.cat((left * cos - right * sin, right * cos + left * sin), dim=3)


class Attention(nn.Module):
    """Queries, keys and values from one product; grouped key/value heads; optional norms on queries and keys."""

    def __init__(self, shape: Shape, layer: int) -> None:
        super().__init__()
        self.layer = layer
        self.heads, self.kv_heads, self.head_width = shape.heads, shape.kv_heads, shape.head_width
        inner = (shape.heads + 2 * shape.kv_heads) * shape.head_width
        self.query_key_value = Linear(shape.width, inner, bias=shape.bias)
        self.output = Linear(shape.width, shape.width, bias=shape.bias)
        self.query_norm = RmsNorm(shape.head_width, shape.norm_eps) if shape.qk_norm else None
        self.key_norm = RmsNorm(shape.head_width, shape.norm_eps) if shape.qk_norm else None

    def forward(self, x_BTC: Tensor, rope: Rope | None, cache: Cache | None) -> Tensor:
        B, T, C = x_BTC.shape
        heads_BHTD = self.query_key_value(x_BTC).view(B, T, -1, self.head_width).transpose(1, 2)
        qk_BHTD, v_BKTD = heads_BHTD.split((self.heads + self.kv_heads, self.kv_heads), dim=1)
        if self.query_norm is not None and self.key_norm is not None:
            q_BHTD, k_BKTD = qk_BHTD.split((self.heads, self.kv_heads), dim=1)
            qk_BHTD = torch.cat((self.query_norm(q_BHTD), self.key_norm(k_BKTD)), dim=1)
        if rope is not None:  # once for both: half as many passes, 2 % of a training step
            qk_BHTD = rope(qk_BHTD, cache.used if cache else 0)
        q_BHTD, k_BKTD = qk_BHTD.split((self.heads, self.kv_heads), dim=1)
        if cache is not None:
            k_BKTD, v_BKTD = cache.extend(self.layer, k_BKTD, v_BKTD)
        y_BHTD = attend(q_BHTD, k_BKTD, v_BKTD)
        y_BTC: Tensor = self.output(y_BHTD.transpose(1, 2).reshape(B, T, C))
        return y_BTC


class FeedForward(nn.Module):
    """Each token on its own: wider, bent, and back."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.activation = shape.activation
        self.up = Linear(shape.width, shape.inner, bias=shape.bias)
        self.gate = Linear(shape.width, shape.inner, bias=shape.bias) if shape.gated else None
        self.down = Linear(shape.inner, shape.width, bias=shape.bias)

    def forward(self, x_BTC: Tensor) -> Tensor:
        wide = self.up(x_BTC)
        bent = _activate(self.activation, wide if self.gate is None else self.gate(x_BTC))
        y_BTC: Tensor = self.down(bent if self.gate is None else bent * wide)
        return y_BTC


class Block(nn.Module):
    """One layer: attention, then feed-forward, each normed before and added after."""

    def __init__(self, shape: Shape, layer: int) -> None:
        super().__init__()
        self.attention_norm = _norm(shape.norm, shape.width, shape.norm_eps, shape.bias)
        self.attention = Attention(shape, layer)
        self.feed_forward_norm = _norm(shape.norm, shape.width, shape.norm_eps, shape.bias)
        self.feed_forward = FeedForward(shape)

    def forward(self, x_BTC: Tensor, rope: Rope | None, cache: Cache | None, dropout: Dropout | None) -> Tensor:
        x_BTC = x_BTC + _drop(self.attention(self.attention_norm(x_BTC), rope, cache), dropout)
        return x_BTC + _drop(self.feed_forward(self.feed_forward_norm(x_BTC)), dropout)


class Decoder(nn.Module):
    """Token ids in, a guess about each next token out. Weights mean nothing before `initialise` or a load."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = Embedding(shape.vocab, shape.width)
        self.positions = Embedding(shape.context, shape.width) if shape.position == "learned" else None
        self.rope = Rope(shape) if shape.position == "rope" else None
        self.blocks = nn.ModuleList(Block(shape, layer) for layer in range(shape.layers))
        self.norm = _norm(shape.norm, shape.width, shape.norm_eps, shape.bias)
        self.head = None if shape.tied else Linear(shape.width, shape.vocab, bias=False)

    @torch.no_grad()
    def initialise(self, seed: int) -> None:
        """Weights as in GPT-2: normal with 0.02, less where a layer adds to the stream, so that depth adds no noise."""
        generator = torch.Generator().manual_seed(seed)
        for name, weight in self.named_parameters():
            if weight.ndim < 2:
                weight.fill_(0.0 if name.endswith("bias") else 1.0)
                continue
            adds = name.endswith(("attention.output.weight", "feed_forward.down.weight"))
            deviation = 0.02 / (2 * self.shape.layers) ** 0.5 if adds else 0.02
            weight.copy_(torch.normal(0.0, deviation, weight.shape, generator=generator))

    def forward(self, ids_BT: Tensor, cache: Cache | None = None, dropout: Dropout | None = None) -> Tensor:
        """Hidden states (B, T, C) after the last norm; with a cache, of tokens that follow those in it."""
        T, start, room = ids_BT.shape[1], cache.used if cache else 0, cache.length if cache else self.shape.context
        if start + T > min(room, self.shape.context):
            raise ValueError(f"{start + T} tokens do not fit {min(room, self.shape.context)}")
        x_BTC = self.embedding(ids_BT)
        if self.positions is not None:
            x_BTC = x_BTC + self.positions.weight[start : start + T]
        x_BTC = _drop(x_BTC, dropout)
        for block in self.blocks:
            x_BTC = block(x_BTC, self.rope, cache, dropout)
        if cache is not None:
            cache.used += T
        hidden_BTC: Tensor = self.norm(x_BTC)
        return hidden_BTC

    def logits(self, x_BTC: Tensor) -> Tensor:
        """What each token of the vocabulary scores as the next one, (B, T, V) in fp32."""
        table = self.embedding if self.head is None else self.head
        return F.linear(x_BTC, table.weight).float()

    def loss(self, ids_BT: Tensor, targets_BT: Tensor, dropout: Dropout | None = None) -> Tensor:
        """Cross entropy in nats, summed over the targets that are not `IGNORE`; fp32."""
        logits_BTV = self.logits(self(ids_BT, dropout=dropout))
        return F.cross_entropy(logits_BTV.flatten(0, 1), targets_BT.flatten(), ignore_index=IGNORE, reduction="sum")


def _drop(x: Tensor, dropout: Dropout | None) -> Tensor:
    return x if dropout is None else dropout(x)
