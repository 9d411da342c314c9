"""A decoder-only transformer, built to any `Shape`: GPT-2, Llama, or our own. Knows no text, file or optimizer.

The names of its parameters are written to disk: a checkpoint of today must load tomorrow, so they stay.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Final, Protocol, TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

from core.models.attention import attend
from core.models.cache import Cache
from core.models.documents import Documents
from core.models.dropout import Dropout
from core.models.loss import cross_entropy, with_targets
from core.models.norms import heads_norm, stream_norm
from core.models.relu2 import relu2
from core.models.rope import Rope
from core.shape import Activation, Shape

# Shape suffixes: B batch, T tokens, C width, H query heads, K key/value heads, D head width, V vocabulary.

Watch: TypeAlias = Callable[[Tensor, Tensor, Tensor], None]
Recorded: TypeAlias = Callable[[Tensor, Tensor, Tensor], Tensor]

IGNORE: Final = -1  # a target that does not count


class OneToken(Protocol):
    """The way of a single token without torch (core/models/native.py)."""

    def through(self, x_BTC: Tensor, cache: Cache) -> Tensor:
        """All blocks, which leave its keys and values in the cache."""

    def logits(self, x_BTC: Tensor) -> Tensor:
        """What the output layer makes of it, (B, T, V)."""


class Linear(nn.Linear):
    """A matrix product whose weights come from `Decoder.initialise` or from a file."""

    def reset_parameters(self) -> None:
        """Nothing: filling them here would cost seconds and stir the global random state."""

    def forward(self, x: Tensor, dropout: Dropout | None = None) -> Tensor:
        """`dropout` is for the adapters of a layer that has some (core/models/lora.py)."""
        return F.linear(x, self.weight, self.bias)


class Embedding(nn.Embedding):
    """A table of rows, filled like `Linear`."""

    def reset_parameters(self) -> None:
        """Nothing, as in `Linear`."""


def _activate(kind: Activation, x: Tensor) -> Tensor:
    match kind:
        case "silu":
            return F.silu(x)
        case "gelu_tanh":
            return F.gelu(x, approximate="tanh")
        case "relu2":
            return relu2(x)


class Attention(nn.Module):
    """Queries, keys and values from one product; grouped key/value heads; optional norms on queries and keys."""

    def __init__(self, shape: Shape, layer: int) -> None:
        super().__init__()
        self.layer = layer
        self.heads, self.kv_heads, self.head_width = shape.heads, shape.kv_heads, shape.head_width
        self.window = shape.window if shape.kind(layer) == "slide" else 0
        self.scale = shape.attention_scale or None
        inner = (shape.heads + 2 * shape.kv_heads) * shape.head_width
        qkv_bias = shape.bias if shape.qkv_bias is None else shape.qkv_bias
        self.query_key_value = Linear(shape.width, inner, bias=qkv_bias)
        self.output = Linear(shape.heads * shape.head_width, shape.width, bias=shape.bias)
        self.query_norm, self.key_norm = heads_norm(shape, shape.heads), heads_norm(shape, shape.kv_heads)
        self._flat = shape.qk_norm_flat
        self.many: torch.dtype | None = None  # in which many tokens look at each other; None: as they come
        self.watch: Watch | None = (
            None  # is shown queries (B, H, T, D), keys and values (B, K, S, D): core/inside/capture.py
        )

    def forward(
        self,
        x_BTC: Tensor,
        rope: Rope | None,
        cache: Cache | None,
        dropout: Dropout | None,
        documents: Documents | None = None,
    ) -> Tensor:
        B, T, _ = x_BTC.shape
        heads_BHTD = self.query_key_value(x_BTC, dropout).view(B, T, -1, self.head_width).transpose(1, 2)
        qk_BHTD, v_BKTD = heads_BHTD.split((self.heads + self.kv_heads, self.kv_heads), dim=1)
        if self.query_norm is not None and self.key_norm is not None:
            q_BHTD, k_BKTD = qk_BHTD.split((self.heads, self.kv_heads), dim=1)
            q_BHTD, k_BKTD = self._normed(self.query_norm, q_BHTD), self._normed(self.key_norm, k_BKTD)
            qk_BHTD = torch.cat((q_BHTD, k_BKTD), dim=1)
        if rope is not None:  # once for both: half as many passes, 2 % of a training step
            qk_BHTD = rope(qk_BHTD, documents.positions_BT if documents else cache.where if cache else 0)
        q_BHTD, k_BKTD = qk_BHTD.split((self.heads, self.kv_heads), dim=1)
        if cache is not None:
            k_BKTD, v_BKTD = cache.extend(self.layer, k_BKTD, v_BKTD)
        if self.watch is not None:
            self.watch(q_BHTD, k_BKTD, v_BKTD)
        mask = documents.hidden(self.window) if documents else cache.seen(self.window) if cache else None
        if T > 1 and self.many is not None:
            q_BHTD, k_BKTD, v_BKTD = (each.to(self.many) for each in (q_BHTD, k_BKTD, v_BKTD))
        y_BHTD = attend(q_BHTD, k_BKTD, v_BKTD, self.window, self.scale, mask)
        y_BTC: Tensor = self.output(y_BHTD.transpose(1, 2).reshape(B, T, -1).to(x_BTC.dtype), dropout)
        return y_BTC

    def _normed(self, norm: nn.Module, x_BHTD: Tensor) -> Tensor:
        if not self._flat:
            each_BHTD: Tensor = norm(x_BHTD)
            return each_BHTD
        x_BTHD = x_BHTD.transpose(1, 2)
        all_BTHD: Tensor = norm(x_BTHD.flatten(2)).view(x_BTHD.shape)
        return all_BTHD.transpose(1, 2)


class FeedForward(nn.Module):
    """Each token on its own: wider, bent, and back."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.activation = shape.activation
        self.up = Linear(shape.width, shape.inner, bias=shape.bias)
        self.gate = Linear(shape.width, shape.inner, bias=shape.bias) if shape.gated else None
        self.down = Linear(shape.inner, shape.width, bias=shape.bias)

    def forward(self, x_BTC: Tensor, dropout: Dropout | None) -> Tensor:
        wide = self.up(x_BTC, dropout)
        bent = _activate(self.activation, wide if self.gate is None else self.gate(x_BTC, dropout))
        y_BTC: Tensor = self.down(bent if self.gate is None else bent * wide, dropout)
        return y_BTC


class Block(nn.Module):
    """One layer: attention, then feed-forward, each normed before or after or both, and added to the stream."""

    def __init__(self, shape: Shape, layer: int) -> None:
        super().__init__()
        before, after = shape.norm_position != "post", shape.norm_position != "pre"
        self.attention_norm = stream_norm(shape) if before else nn.Identity()
        self.attention = Attention(shape, layer)
        self.attention_post_norm = stream_norm(shape) if after else nn.Identity()
        self.feed_forward_norm = stream_norm(shape) if before else nn.Identity()
        self.feed_forward = FeedForward(shape)
        self.feed_forward_post_norm = stream_norm(shape) if after else nn.Identity()
        self.residual_scale = shape.residual_scale
        self.recorded: Recorded | None = (
            None  # the same for one token, without Python (core/models/recorded.py, native.py)
        )

    def forward(
        self,
        x_BTC: Tensor,
        rope: Rope | None,
        cache: Cache | None,
        dropout: Dropout | None,
        inner: Dropout | None,
        documents: Documents | None = None,
    ) -> Tensor:
        """`dropout` falls on what is added to the stream, `inner` on what adapters read."""
        if self.recorded is not None and cache is not None and not cache.is_still and x_BTC.shape[:2] == (1, 1):
            return self.recorded(x_BTC, *cache.place(self.attention.layer))
        seen_BTC = self.attention(self.attention_norm(x_BTC), rope, cache, inner, documents)
        x_BTC = x_BTC + _times(_drop(self.attention_post_norm(seen_BTC), dropout), self.residual_scale)
        bent_BTC = self.feed_forward(self.feed_forward_norm(x_BTC), inner)
        return x_BTC + _times(_drop(self.feed_forward_post_norm(bent_BTC), dropout), self.residual_scale)


class Decoder(nn.Module):
    """Token ids in, a guess about each next token out. Weights mean nothing before `initialise` or a load."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = Embedding(shape.vocab, shape.width)
        self.positions = Embedding(shape.context, shape.width) if shape.position == "learned" else None
        self.rope = Rope(shape) if shape.position == "rope" else None
        self.local_rope = Rope(shape, local=True) if shape.rope_local_theta else None
        self.blocks = nn.ModuleList(Block(shape, layer) for layer in range(shape.layers))
        self.norm = stream_norm(shape)
        self.head = None if shape.tied else Linear(shape.width, shape.vocab, bias=False)
        self.output: nn.Module | None = None  # a packed output layer (core/models/packed.py), instead of the other two
        self.checkpointing = False  # whether each block is computed again for its gradients: slower, in less memory
        self.one_token: OneToken | None = None
        self.moved: Hashable = None  # what hooks add to its stream now, as data: other keys and values follow from it
        self.adapted = False  # then dropout falls on what the adapters read, as nothing else learns

    @torch.no_grad()
    def initialise(self, seed: int) -> None:
        """Weights as in GPT-2: normal with 0.02, less where a layer adds to the stream, so that depth adds no noise."""
        generator = torch.Generator().manual_seed(seed)
        for name, weight in self.named_parameters():
            if weight.ndim < 2:
                weight.fill_(0.0 if name.endswith("bias") or self.shape.norm_plus_one else 1.0)
                continue
            adds = name.endswith(("attention.output.weight", "feed_forward.down.weight"))
            deviation = 0.02 / (2 * self.shape.layers) ** 0.5 if adds else 0.02
            weight.copy_(torch.normal(0.0, deviation, weight.shape, generator=generator))

    def forward(
        self,
        ids_BT: Tensor,
        cache: Cache | None = None,
        dropout: Dropout | None = None,
        starts_BT: Tensor | None = None,
    ) -> Tensor:
        """Hidden states (B, T, C) after the last norm; with a cache, of tokens that follow those in it; with starts, of
        several documents, each of which is read as if it were alone (core/models/documents.py)."""
        T, start, room = ids_BT.shape[1], cache.used if cache else 0, cache.length if cache else self.shape.context
        if start + T > min(room, self.shape.context):
            raise ValueError(f"{start + T} tokens do not fit {min(room, self.shape.context)}")
        x_BTC = _times(self.embedding(ids_BT), self.shape.embedding_scale)
        documents = None if starts_BT is None else Documents.of(starts_BT, x_BTC.dtype, self.shape.window)
        if self.positions is not None:
            where = documents.positions_BT if documents else cache.where if cache else 0
            span = slice(where, where + T) if isinstance(where, int) else where
            x_BTC = x_BTC + self.positions.weight[span]
        dropout, inner = (None, dropout) if self.adapted else (dropout, None)
        x_BTC = _drop(x_BTC, dropout)
        blocks: Iterable[nn.Module] = self.blocks
        if cache is not None and self.one_token is not None and self._goes_alone(ids_BT, cache):
            x_BTC, blocks = self.one_token.through(x_BTC, cache), ()
        for layer, block in enumerate(blocks):
            if self.checkpointing and torch.is_grad_enabled():
                x_BTC = checkpoint(self._again, layer, x_BTC, dropout, inner, documents, use_reentrant=False)
            else:
                x_BTC = block(x_BTC, self.rope_of(layer), cache, dropout, inner, documents)
        if cache is not None:
            cache.used += T
        hidden_BTC: Tensor = self.norm(x_BTC)
        return hidden_BTC

    def _goes_alone(self, ids_BT: Tensor, cache: Cache) -> bool:
        """Whether this is one token, and nobody listens to a block, or changes what it gives."""
        heard = (block._forward_hooks or block._forward_pre_hooks for block in self.blocks)
        return ids_BT.shape == (1, 1) and not cache.is_still and not any(heard)

    def _again(
        self,
        layer: int,
        x_BTC: Tensor,
        dropout: Dropout | None,
        inner: Dropout | None,
        documents: Documents | None,
    ) -> Tensor:
        """A block that can be computed twice: its noise comes from a source of its own, which starts over each time."""
        dropout, inner = (each and each.apart(layer) for each in (dropout, inner))
        y_BTC: Tensor = self.blocks[layer](x_BTC, self.rope_of(layer), None, dropout, inner, documents)
        return y_BTC

    def logits(self, x_BTC: Tensor) -> Tensor:
        """What each token of the vocabulary scores as the next one, (B, T, V) in fp32."""
        if self.one_token is not None and x_BTC.shape[:2] == (1, 1):
            return _times(self.one_token.logits(x_BTC), self.shape.logit_scale)
        if self.output is not None:
            return _times(self.output(x_BTC).float(), self.shape.logit_scale)
        table = self.embedding if self.head is None else self.head
        # In rows: of one token as it lies among many torch would make a batch, and for that copy the table.
        logits_NV = F.linear(x_BTC.flatten(0, -2), table.weight).float()
        return _times(logits_NV.view(*x_BTC.shape[:-1], -1), self.shape.logit_scale)

    def loss(
        self, ids_BT: Tensor, targets_BT: Tensor, dropout: Dropout | None = None, starts_BT: Tensor | None = None
    ) -> Tensor:
        """Cross entropy in nats, summed over the targets that are not `IGNORE`; fp32."""
        x_NC = self(ids_BT, dropout=dropout, starts_BT=starts_BT).flatten(0, 1)
        targets_N = targets_BT.flatten()
        if self.output is not None:
            return F.cross_entropy(self.logits(x_NC), targets_N, ignore_index=IGNORE, reduction="sum")
        places_M, count = with_targets(targets_N, IGNORE)
        if count < len(targets_N):
            x_NC, targets_N = x_NC.index_select(0, places_M), targets_N[places_M].clamp(min=0)
        table = self.embedding if self.head is None else self.head
        return cross_entropy(x_NC, table.weight, targets_N, self.shape.logit_scale, count)

    def rope_of(self, layer: int) -> Rope | None:
        """The positions that a layer sees."""
        kind = self.shape.kind(layer)
        if kind == "slide" and self.local_rope is not None:
            return self.local_rope
        return None if kind == "nope" else self.rope


def _times(x: Tensor, scale: float) -> Tensor:
    """The scale is rounded to the precision of `x` first, as it was where the weights were trained (Gemma)."""
    return x if scale == 1 else x * torch.tensor(scale, dtype=x.dtype).item()


def _drop(x: Tensor, dropout: Dropout | None) -> Tensor:
    return x if dropout is None else dropout(x)
