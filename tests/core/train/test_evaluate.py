"""Bits per byte counts the writer's own bytes, on the same passages each time."""

import math
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from msgspec import structs

from core import shards
from core.documents import Document
from core.events import Progress, drain, never
from core.models.decoder import IGNORE, Decoder
from core.shards import Shard
from core.train.evaluate import LEAST, MOST, Passages, bits_per_byte, budget
from tests.core.test_recipe import RECIPE
from tests.fakes import tiny
from tests.fakes.byte_tokenizer import ByteTokenizer

TOKENIZER = ByteTokenizer()


@pytest.fixture
def pool() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


def shard(folder: Path, documents: list[Document]) -> Shard:
    drain(shards.build(documents, TOKENIZER, folder / "tokens", never))
    return Shard.open(folder / "tokens", "train", TOKENIZER)


def undecided() -> Decoder:
    """A model to which every next byte is as likely as any other."""
    model = Decoder(tiny.recipe(TOKENIZER.vocab).shape)
    with torch.no_grad():
        for weight in model.parameters():
            weight.zero_()
    return model


def test_a_model_that_knows_nothing_needs_the_bits_of_its_alphabet(tmp_path: Path, pool: Executor) -> None:
    passages = Passages.choose(shard(tmp_path, tiny.documents()), TOKENIZER, 32, 10_000)
    events, bits = drain(bits_per_byte(undecided(), passages, pool, never))
    ends = int((passages.targets_NT == TOKENIZER.end).sum())  # cost bits and stand for no byte
    assert bits == pytest.approx(math.log2(257) * (1 + ends / passages.n_bytes), rel=1e-5)
    rows = len(passages.ids_NT)
    assert events[-1] == Progress(rows, rows, "Measuring")


def test_the_same_model_measures_the_same_on_any_number_of_threads(tmp_path: Path, pool: Executor) -> None:
    passages = Passages.choose(shard(tmp_path, tiny.documents()), TOKENIZER, 32, 1_000)
    model = Decoder(tiny.recipe(TOKENIZER.vocab).shape)
    model.initialise(1)
    first = drain(bits_per_byte(model, passages, pool, never))[1]
    with ThreadPoolExecutor(1) as alone:
        assert drain(bits_per_byte(model, passages, alone, never))[1] == first


def test_words_of_others_are_read_but_not_counted(tmp_path: Path) -> None:
    plain = tiny.documents()
    quoting = [structs.replace(document, quotes=((0, 100),)) for document in plain]
    whole = Passages.choose(shard(tmp_path / "plain", plain), TOKENIZER, 32, 10**9)
    own = Passages.choose(shard(tmp_path / "quoting", quoting), TOKENIZER, 32, 10**9)
    assert np.array_equal(whole.ids_NT, own.ids_NT)
    assert 0.5 < own.n_bytes / whole.n_bytes < 0.95
    assert own.n_bytes == np.count_nonzero((own.targets_NT != IGNORE) & (own.targets_NT != TOKENIZER.end))


def test_passages_are_spread_over_the_whole_text_and_follow_it(tmp_path: Path) -> None:
    source = shard(tmp_path, tiny.documents())
    passages = Passages.choose(source, TOKENIZER, 32, 320)
    assert passages.ids_NT.shape == (10, 32)
    assert np.array_equal(passages.ids_NT[0], source.ids[:32])
    assert np.array_equal(passages.targets_NT[0], source.ids[1:33])
    last = (source.n_tokens - 1) // 32 * 32
    assert np.array_equal(passages.targets_NT[-1], source.ids[last - 31 : last + 1])


def test_a_text_shorter_than_one_row_is_measured_too(tmp_path: Path) -> None:
    source = shard(tmp_path, tiny.documents(count=30, sentences=1))
    short = replace(source, ids=source.ids[:20], targets_mask=source.targets_mask[:20])
    assert Passages.choose(short, TOKENIZER, 32, 1_000).ids_NT.shape == (1, 19)


def test_asked_to_stop_there_is_no_measurement(tmp_path: Path, pool: Executor) -> None:
    passages = Passages.choose(shard(tmp_path, tiny.documents()), TOKENIZER, 32, 1_000)
    assert drain(bits_per_byte(undecided(), passages, pool, lambda: True)) == ([], None)


def test_how_much_is_measured_follows_how_much_is_learnt_within_bounds() -> None:
    assert budget(replace(RECIPE, evaluate_every=1)) == LEAST
    assert budget(replace(RECIPE, evaluate_every=100)) == 100 * 16 * 256 // 16
    assert budget(replace(RECIPE, evaluate_every=10_000)) == MOST
