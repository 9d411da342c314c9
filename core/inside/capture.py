"""Named hook points of a decoder: what flows through it while it reads, kept on request. Knows no text and no file.

embed                  T × C    the embedding, with learned positions
block.I.resid_pre      T × C    the stream before layer I
block.I.attn.query     H × T × D    what each token looks for, as each head reads it
block.I.attn.key       K × T × D    what each token offers to be found by
block.I.attn.value     K × T × D    and what it hands on where it is found
block.I.attn.pattern   H × T × T    how much each token looks at each one before it
block.I.resid_mid      T × C    the stream after its attention
block.I.resid_post     T × C    and after its feed-forward part
final.norm             T × C    what the output layer reads
logits                 T × V    what each next token scores

Hooks are torch's own, put on for one pass and taken off after it: off, a pass is what it was, but for one question
for each layer. The pass itself is never changed: patterns are worked out beside it, in fp32. So logits with hooks are
logits without, bit for bit.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import torch
from torch import Tensor, nn

from core.models.decoder import Attention, Block, Decoder

# Shape suffixes: B batch (always 1), T tokens, C width, H query heads, K key/value heads, S tokens so far,
# D head width.


WATCHED: Final = ("query", "key", "value", "pattern")  # inside attention


def points(layers: int) -> list[str]:
    """All names, in the order in which they are passed."""
    parts = ("resid_pre", *(f"attn.{part}" for part in WATCHED), "resid_mid", "resid_post")
    inside = [f"block.{layer}.{part}" for layer in range(layers) for part in parts]
    return ["embed", *inside, "final.norm", "logits"]


@torch.inference_mode()
def capture(model: Decoder, ids: Sequence[int], wanted: Collection[str]) -> dict[str, Tensor]:
    """What passes the wanted points while `ids` (at least one, at most the context) are read; fp32, on the CPU."""
    unknown = set(wanted) - set(points(model.shape.layers))
    if unknown:
        raise ValueError(f"there is no such point: {sorted(unknown)}")
    seen: dict[str, Tensor] = {}
    ids_BT = torch.tensor([list(ids)], device=model.embedding.weight.device)
    with hooked(model, set(wanted), seen):
        hidden_BTC = model(ids_BT)
    if "logits" in wanted:
        seen["logits"] = model.logits(hidden_BTC)[0].cpu()
    return seen


@contextmanager
def hooked(model: Decoder, wanted: Collection[str], seen: dict[str, Tensor]) -> Iterator[None]:
    """Inside the block every pass through `model` leaves what passes the wanted points in `seen`."""
    with ExitStack() as stack:

        def keep_input(module: nn.Module, name: str) -> None:
            if name in wanted:
                hook: Callable[..., None] = lambda _module, inputs: _keep(seen, name, inputs[0])  # noqa: E731
                stack.callback(module.register_forward_pre_hook(hook).remove)

        def keep_output(module: nn.Module, name: str) -> None:
            if name in wanted:
                hook: Callable[..., None] = lambda _module, _inputs, output: _keep(seen, name, output)  # noqa: E731
                stack.callback(module.register_forward_hook(hook).remove)

        keep_input(model.blocks[0], "embed")
        keep_output(model.norm, "final.norm")
        for layer, block in enumerate(model.blocks):
            assert isinstance(block, Block)
            keep_input(block, f"block.{layer}.resid_pre")
            keep_input(block.feed_forward_norm, f"block.{layer}.resid_mid")
            keep_output(block, f"block.{layer}.resid_post")
            watched = [part for part in WATCHED if f"block.{layer}.attn.{part}" in wanted]
            if watched:
                stack.enter_context(_watched(block.attention, f"block.{layer}.attn.", watched, seen))
        yield


@contextmanager
def _watched(attention: Attention, prefix: str, parts: Sequence[str], seen: dict[str, Tensor]) -> Iterator[None]:
    def watch(q_BHTD: Tensor, k_BKSD: Tensor, v_BKSD: Tensor) -> None:
        for part, value in (("query", q_BHTD), ("key", k_BKSD), ("value", v_BKSD)):
            if part in parts:
                _keep(seen, prefix + part, value)
        if "pattern" in parts:
            seen[prefix + "pattern"] = pattern(q_BHTD[0], k_BKSD[0], attention.window, attention.scale).cpu()

    attention.watch = watch
    try:
        yield
    finally:
        attention.watch = None


def pattern(q_HTD: Tensor, k_KSD: Tensor, window: int, scale: float | None) -> Tensor:
    """softmax(q k / sqrt(D)) over what each token may see, (H, T, S) in fp32."""
    H, T, D = q_HTD.shape
    K, S = k_KSD.shape[:2]
    k_HSD = k_KSD.float().repeat_interleave(H // K, dim=0)
    scores_HTS = (q_HTD.float() * (scale or D**-0.5)) @ k_HSD.transpose(1, 2)
    seen_TS = torch.ones(T, S, dtype=torch.bool, device=q_HTD.device).tril(S - T)
    if window:
        seen_TS = seen_TS.triu(S - T - window + 1)
    return scores_HTS.masked_fill(~seen_TS, float("-inf")).softmax(2)


def _keep(seen: dict[str, Tensor], name: str, value: Any) -> None:
    seen[name] = value[0].detach().float().cpu()
