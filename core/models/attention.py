"""Causal attention: each token looks at itself and at what came before. Knows no weights and no cache."""

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

# Shape suffixes: B batch, H query heads, K key/value heads (H is a multiple), T new tokens, S tokens so far,
# D head width. The T queries are the last T of the S tokens.

# On the CPU, batched products and a softmax beat torch's fused kernel in bf16 on short sequences: forward and
# backward of one layer took 15 ms against 29 at 256 tokens, but 83 against 66 at 1024.
PLAIN_UP_TO: Final = 512


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
    if mask is not None:
        k_BHSD, v_BHSD = _for_each_query_head(k_BKSD, H // K), _for_each_query_head(v_BKSD, H // K)
        return _weighted(_scores(q_BHTD, k_BHSD, scale) + mask, v_BHSD)
    if window:
        k_BKSD, v_BKSD = k_BKSD[:, :, 1 - window - T :], v_BKSD[:, :, 1 - window - T :]
    if T == 1 and q_BHTD.is_cpu and not torch.is_grad_enabled():
        return _one(q_BHTD, k_BKSD, v_BKSD, scale or q_BHTD.shape[3] ** -0.5)
    if _is_short(q_BHTD, k_BKSD):
        return _plain(q_BHTD, _for_each_query_head(k_BKSD, H // K), _for_each_query_head(v_BKSD, H // K), window, scale)
    return _fused(q_BHTD, k_BKSD, v_BKSD, window, scale)


def _one(q_BH1D: Tensor, k_BKSD: Tensor, v_BKSD: Tensor, scale: float) -> Tensor:
    """One new token, which sees all: two products, in which the queries that share keys are rows of one matrix.

    torch's fused kernel is made for many queries; for one it took several times as long.
    """
    B, H, _, D = q_BH1D.shape
    K, S = k_BKSD.shape[1:3]
    q_NGD = (q_BH1D * scale).view(B * K, H // K, D)  # N: a batch's key/value heads, G: the queries of each
    scores_NGS = torch.bmm(q_NGD, k_BKSD.reshape(B * K, S, D).transpose(1, 2))
    return torch.bmm(scores_NGS.softmax(2), v_BKSD.reshape(B * K, S, D)).view(B, H, 1, D)


def _plain(q_BHTD: Tensor, k_BHSD: Tensor, v_BHSD: Tensor, window: int, scale: float | None) -> Tensor:
    T, S = q_BHTD.shape[2], k_BHSD.shape[2]
    scores_BHTS = _scores(q_BHTD, k_BHSD, scale)
    if T > 1:
        future_TS = torch.full((T, S), float("-inf"), dtype=q_BHTD.dtype).triu(S - T + 1)
        scores_BHTS = scores_BHTS + future_TS
    if 0 < window < S:
        scores_BHTS = scores_BHTS.masked_fill(~_seen(T, S, window, q_BHTD.device), float("-inf"))
    return _weighted(scores_BHTS, v_BHSD)


def _is_short(q_BHTD: Tensor, k_BKSD: Tensor) -> bool:
    """Whether batched products are faster than torch's fused kernel."""
    return q_BHTD.is_cpu and q_BHTD.dtype == torch.bfloat16 and k_BKSD.shape[2] <= PLAIN_UP_TO


def _scores(q_BHTD: Tensor, k_BHSD: Tensor, scale: float | None) -> Tensor:
    return (q_BHTD * (scale or q_BHTD.shape[3] ** -0.5)) @ k_BHSD.transpose(2, 3)


def _weighted(scores_BHTS: Tensor, v_BHSD: Tensor) -> Tensor:
    return scores_BHTS.softmax(3) @ v_BHSD


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


def _for_each_query_head(x_BKSD: Tensor, queries: int) -> Tensor:
    return x_BKSD if queries == 1 else x_BKSD.repeat_interleave(queries, dim=1)
