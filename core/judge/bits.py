"""Bits per byte: how surprised a model is by text it never saw, whatever its tokenizer. Knows no model."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

ROUNDS: Final = 1_000  # of the bootstrap


@dataclass(frozen=True, slots=True)
class Surprise:
    """One document: nats over all of its tokens, and its bytes in UTF-8."""

    nats: float
    n_bytes: int


@dataclass(frozen=True, slots=True)
class Bits:
    """Bits per byte, and the range that holds it in 95 of 100 draws of as many documents."""

    value: float
    low: float
    high: float


def bits(documents: Sequence[Surprise], seed: int = 1337) -> Bits:
    """Over all documents together, with a bootstrap over documents. ValueError where there is not one byte."""
    nats_N = np.array([document.nats for document in documents])
    bytes_N = np.array([document.n_bytes for document in documents], dtype=np.float64)
    if bytes_N.sum() <= 0:
        raise ValueError("there is no text to measure on")
    drawn = np.random.default_rng(seed).integers(0, len(nats_N), (ROUNDS, len(nats_N)))
    values = nats_N[drawn].sum(1) / np.maximum(bytes_N[drawn].sum(1), 1) / math.log(2)
    low, high = np.quantile(values, [0.025, 0.975])
    return Bits(float(nats_N.sum() / bytes_N.sum() / math.log(2)), float(low), float(high))


def fewer(base: Bits, bot: Bits) -> float:
    """How many percent fewer bits the bot needs than the base."""
    return 100 * (1 - bot.value / base.value) if base.value else 0.0


def surely_fewer(base: Bits, bot: Bits) -> bool:
    """Whether the two ranges lie apart, the bot's below."""
    return bot.high < base.low
