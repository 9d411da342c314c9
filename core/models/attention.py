"""Causal attention: each token looks at itself and at what came before. Knows no weights and no cache."""

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

# Shape suffixes: B batch, H query heads, K key/value heads (H is a multiple), T new tokens, S tokens so far,
# D head width. The T queries are the last T of the S tokens.

# On the CPU, batched products and a softmax beat torch's fused kernel on short sequences: forward and backward of one
# layer in bf16 took 15 ms against 29 at 256 tokens, but 83 against 66 at 1024; in fp32 15 to 17 against 20, at 512 27
# against 38.
PLAIN_UP_TO: Final = 512
PART: Final = 128  # tokens of a prompt that look back together: 5 ms a layer at 512, in one 8, torch's kernel 11


def attend(
    q_BHTD: Tensor,
    k_BKSD: Tensor,
    v_BKSD: Tensor,
    window: int = 0,
    scale: float | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """Softmax-weighted values, (B, H, T, D). With a `window`, each token sees that many, itself among them; with a
    `mask`, just what it says: which tokens are seen, or what is added to their scores."""
    H, K, T = q_BHTD.shape[1], k_BKSD.shape[1], q_BHTD.shape[2]
    if mask is not None and (T == 1 or not _is_short(q_BHTD, k_BKSD)):
        return F.scaled_dot_product_attention(q_BHTD, k_BKSD, v_BKSD, attn_mask=mask, scale=scale, enable_gqa=H != K)
    if mask is None and window:
        k_BKSD, v_BKSD = k_BKSD[:, :, 1 - window - T :], v_BKSD[:, :, 1 - window - T :]
    if T == 1 and q_BHTD.is_cpu and not torch.is_grad_enabled():
        return _one(q_BHTD, k_BKSD, v_BKSD, scale or q_BHTD.shape[3] ** -0.5)
    reads = not torch.is_grad_enabled() and q_BHTD.is_cpu and q_BHTD.dtype == torch.bfloat16
    if reads or _is_short(q_BHTD, k_BKSD):
        return _in_parts(q_BHTD, k_BKSD, v_BKSD, window, scale, mask)
    return _fused(q_BHTD, k_BKSD, v_BKSD, window, scale)


def _one(q_BH1D: Tensor, k_BKSD: Tensor, v_BKSD: Tensor, scale: float) -> Tensor:
    """One new token, which sees all. To torch's kernel the queries that share keys are given as tokens: else it would
    read those keys once for each."""
    B, H, _, D = q_BH1D.shape
    q_BKGD = q_BH1D.view(B, k_BKSD.shape[1], -1, D)  # G: the queries of a key/value head
    return F.scaled_dot_product_attention(q_BKGD, k_BKSD, v_BKSD, scale=scale).view(B, H, 1, D)


def _in_parts(
    q_BHTD: Tensor, k_BKSD: Tensor, v_BKSD: Tensor, window: int, scale: float | None, mask: Tensor | None
) -> Tensor:
    """A few tokens at a time, each time only over what they see: half of all scores are of what is hidden. What learns
    in bf16 gains nothing by it up to two parts, and by four of them a third; in fp32 by two of them a seventh."""
    T, past = q_BHTD.shape[2], k_BKSD.shape[2] - q_BHTD.shape[2]
    size = T if torch.is_grad_enabled() and q_BHTD.dtype == torch.bfloat16 and T <= 2 * PART else PART
    parts_BNHD: list[Tensor] = []
    for first in range(0, T, size):
        last = min(T, first + size)
        seen = slice(max(0, past + first - window + 1) if window and mask is None else 0, past + last)
        hidden = None if mask is None else mask[:, :, first:last, seen]
        part_BHND = _plain(q_BHTD[:, :, first:last], k_BKSD[:, :, seen], v_BKSD[:, :, seen], window, scale, hidden)
        parts_BNHD.append(part_BHND.transpose(1, 2))
    return torch.cat(parts_BNHD, 1).transpose(1, 2)  # as the layer goes on with it


def _plain(
    q_BHTD: Tensor, k_BKSD: Tensor, v_BKSD: Tensor, window: int, scale: float | None, mask: Tensor | None
) -> Tensor:
    """Two products and a softmax. Queries that share keys are rows of one matrix, so no key is copied for each."""
    B, H, T, D = q_BHTD.shape
    K, S = k_BKSD.shape[1:3]
    rows_NRD = (q_BHTD * (scale or D**-0.5)).reshape(B * K, -1, D)  # N: keys of a sequence, R: rows that look at them
    scores_NRS = torch.bmm(rows_NRD, k_BKSD.reshape(B * K, S, D).transpose(1, 2))
    if mask is not None or T > 1:
        hidden = _hidden(T, S, window, q_BHTD) if mask is None else mask
        scores_NRS = (scores_NRS.view(B, H, T, S) + hidden).view(B * K, -1, S)
    return torch.bmm(scores_NRS.softmax(2), v_BKSD.reshape(B * K, S, D)).view(B, H, T, D)


def _hidden(T: int, S: int, window: int, like: Tensor) -> Tensor:
    """Minus infinity where one of the last T of S tokens does not look (T, S)."""
    hidden_TS = torch.full((T, S), float("-inf"), dtype=like.dtype, device=like.device).triu(S - T + 1)
    if 0 < window < S:
        hidden_TS.masked_fill_(~_seen(T, S, window, like.device), float("-inf"))
    return hidden_TS


def _is_short(q_BHTD: Tensor, k_BKSD: Tensor) -> bool:
    """Whether batched products are faster than torch's fused kernel: in fp32 only where something learns."""
    kinds = (torch.bfloat16, torch.float32) if torch.is_grad_enabled() else (torch.bfloat16,)
    return q_BHTD.is_cpu and q_BHTD.dtype in kinds and k_BKSD.shape[2] <= PLAIN_UP_TO


def _fused(q_BHTD: Tensor, k_BKSD: Tensor, v_BKSD: Tensor, window: int, scale: float | None) -> Tensor:
    T, S = q_BHTD.shape[2], k_BKSD.shape[2]
    grouped = q_BHTD.shape[1] != k_BKSD.shape[1]
    if (S == T or T == 1) and not 0 < window < S:
        return F.scaled_dot_product_attention(q_BHTD, k_BKSD, v_BKSD, is_causal=T > 1, scale=scale, enable_gqa=grouped)
    seen_TS = _seen(T, S, window or S, q_BHTD.device)
    return F.scaled_dot_product_attention(q_BHTD, k_BKSD, v_BKSD, attn_mask=seen_TS, scale=scale, enable_gqa=grouped)


def _seen(T: int, S: int, window: int, device: torch.device) -> Tensor:
    """Which of the S tokens each of the last T sees: itself and the `window` - 1 before it."""
    return torch.ones(T, S, dtype=torch.bool, device=device).tril(S - T).triu(S - T - window + 1)
