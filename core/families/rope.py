"""Rotary positions as config.json tells them, in its old spelling and its new one. Knows no torch.

Contexts that were stretched after training slow some pairs of each head down; by how much is worked out here, so that
the decoder needs to know no method by name.
"""

import math
from typing import Any, Final

from core.families.config import CONTEXT, Config, unknown, unusable

MOST: Final = 1e4  # times as slow as before; real models are at most 64 times


def rotary(
    config: Config, head_width: int, theta: float, section: Config | None = None, partly: bool = False
) -> dict[str, Any]:
    """The fields of `Shape` that say how queries and keys turn; `theta` is the family's default. Only in families whose
    heads may turn `partly` a share of them does."""
    section = section or config.section("rope_parameters", "rope_scaling")
    theta = section.number("rope_theta", config.number("rope_theta", theta))
    for told in () if partly else (section, config):
        told.demand("partial_rotary_factor", 1.0)
    share = section.number("partial_rotary_factor", config.number("partial_rotary_factor", 1.0))
    turned = int(head_width * min(1.0, share))
    if theta <= 1 or turned < 2:
        raise unusable("its rotary positions")
    speeds = [theta ** (-pair / (turned // 2)) for pair in range(turned // 2)]
    stretched = _stretched(config, section, theta, speeds)
    factors = (*stretched.get("rope_divisors", ()), stretched.get("rope_gain", 1.0))
    if not all(1 / MOST < factor < MOST for factor in factors):
        raise unusable("its rotary positions")
    return {"rope_theta": theta, "rope_width": turned if turned != head_width else 0, **stretched}


def _stretched(config: Config, section: Config, theta: float, speeds: list[float]) -> dict[str, Any]:
    kinds = {name: name for name in ("default", "linear", "llama3", "yarn", "longrope")}
    match section.word("rope_type", kinds, section.word("type", kinds, "default")):
        case "linear":
            return {"rope_divisors": (section.number("factor"),) * len(speeds)}
        case "llama3":
            return {"rope_divisors": _llama3(section, speeds)}
        case "yarn":
            return _yarn(config, section, theta, speeds)
        case "longrope":
            return _longrope(config, section, len(speeds))
    return {}


def _llama3(section: Config, speeds: list[float]) -> tuple[float, ...]:
    """Long waves are slowed by `factor`, short ones not, those between in part (Llama 3.1's own code)."""
    factor, low, high = (section.number(name) for name in ("factor", "low_freq_factor", "high_freq_factor"))
    if low == high:
        raise unknown("high_freq_factor")
    trained = section.count("original_max_position_embeddings", CONTEXT)
    divisors = []
    for speed in speeds:
        turns = trained * speed / (2 * math.pi)  # that this pair makes over the context it was trained on
        kept = min(1.0, max(0.0, (turns - low) / (high - low)))
        divisors.append(1 / ((1 - kept) / factor + kept))
    return tuple(divisors)


def _yarn(config: Config, section: Config, theta: float, speeds: list[float]) -> dict[str, Any]:
    """YaRN (2309.00071): as Llama 3, but by the pair's number, and what was turned grows a little."""
    for name in ("mscale", "mscale_all_dim"):  # another gain, which none of the families that we read has
        section.demand(name, None)
    factor = section.number("factor")
    fast, slow = section.number("beta_fast", 32.0), section.number("beta_slow", 1.0)
    trained = section.count(
        "original_max_position_embeddings", CONTEXT, config.count("max_position_embeddings", CONTEXT)
    )
    width = 2 * len(speeds)

    def pair_with(turns: float) -> float:
        return width * math.log(trained / (turns * 2 * math.pi)) / (2 * math.log(theta))

    first, last = pair_with(fast), pair_with(slow)
    if section.flag("truncate", default=True):
        first, last = math.floor(first), math.ceil(last)
    first, last = max(first, 0), min(last, width - 1)
    divisors = []
    for pair in range(len(speeds)):
        slowed = min(1.0, max(0.0, (pair - first) / (last - first or 0.001)))
        divisors.append(1 / (slowed / factor + 1 - slowed))
    gain = section.number("attention_factor", 0.1 * math.log(factor) + 1 if factor > 1 else 1.0)
    return {"rope_divisors": tuple(divisors), "rope_gain": gain}


def _longrope(config: Config, section: Config, pairs: int) -> dict[str, Any]:
    """LongRoPE (2402.13753) has one set of divisors up to the context of the training and another beyond.

    Ours is the first, and the context ends there: the second makes short texts worse, and which of them holds would
    have to be decided before the first token is kept.
    """
    longest = config.count("max_position_embeddings", CONTEXT)
    trained = config.count(
        "original_max_position_embeddings", CONTEXT, section.count("original_max_position_embeddings", CONTEXT, longest)
    )
    factor = section.number("factor", longest / trained)
    usual = math.sqrt(1 + math.log(factor) / math.log(trained)) if factor > 1 and trained > 1 else 1.0
    return {
        "context": min(longest, trained),
        "rope_divisors": section.numbers("short_factor", pairs),
        "rope_gain": section.number("attention_factor", usual),
    }
