"""Each named model as its makers tell of it: from a folder with weights in parts, and back to one that others read."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from core import weights
from core.families import FAMILIES
from core.models.cache import Cache
from core.models.decoder import Decoder
from tests.core.families import oracle, published

CLOSE = 1e-4
TOKENS = 100  # beyond every window and every context before it was stretched, but for LongRoPE's


@dataclass
class Pair:
    folder: Path
    source: weights.Source
    theirs: Any
    ours: Decoder


@pytest.fixture(scope="module", params=list(published.PUBLISHED))
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """With weights in parts, and the very config.json that was published, but for its sizes."""
    folder = tmp_path_factory.mktemp("model")
    told = published.small(request.param)
    oracle.write(told, folder, shard="20KB")
    (folder / "config.json").write_text(json.dumps(told))
    source = weights.look(folder)
    return Pair(folder, source, oracle.reference(folder), weights.load(source))


def text() -> Tensor:
    return torch.randint(0, published.VOCAB, (2, TOKENS), generator=torch.Generator().manual_seed(3))


@torch.no_grad()
def logits(model: Decoder, ids_BT: Tensor) -> Tensor:
    return model.logits(model(ids_BT))


def test_every_family_is_among_them() -> None:
    assert {told["model_type"] for told in published.PUBLISHED.values()} == {each.model_type for each in FAMILIES}


@torch.no_grad()
def test_logits_are_theirs_beyond_every_window(pair: Pair) -> None:
    assert len(list(pair.folder.glob("*.safetensors"))) > 3
    torch.testing.assert_close(logits(pair.ours, text()), pair.theirs(text()).logits, atol=CLOSE, rtol=0)


@torch.no_grad()
def test_64_tokens_are_theirs_with_a_cache(pair: Pair) -> None:
    prompt = text()[:1, :30]
    theirs = pair.theirs.generate(prompt, do_sample=False, min_new_tokens=64, max_new_tokens=64, eos_token_id=None)
    cache, unread, ours = Cache(pair.ours.shape, TOKENS), prompt, prompt
    for _ in range(64):
        unread = pair.ours.logits(pair.ours(unread, cache)[:, -1:]).argmax(2)
        ours = torch.cat((ours, unread), 1)
    assert ours.tolist() == theirs.tolist()


@torch.no_grad()
def test_packed_documents_say_what_they_say_alone(pair: Pair) -> None:
    starts_BT = torch.zeros(2, TOKENS, dtype=torch.long)
    starts_BT[:, 23:], starts_BT[:, 60:] = 23, 60
    packed = pair.ours.logits(pair.ours(text(), starts_BT=starts_BT))
    alone = [logits(pair.ours, ids_BT) for ids_BT in torch.split(text(), [23, 37, TOKENS - 60], dim=1)]
    torch.testing.assert_close(packed, torch.cat(alone, 1), atol=CLOSE, rtol=0)


@torch.no_grad()
def test_in_bf16_others_read_what_is_saved_as_they_read_the_original(pair: Pair, tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    weights.save(
        weights.load(pair.source, torch.bfloat16), pair.source, tmp_path / "tokenizer.json", tmp_path / "saved"
    )
    saved, original = oracle.as_told(tmp_path / "saved"), oracle.as_told(pair.folder, torch.bfloat16)
    assert saved.dtype == torch.bfloat16
    assert torch.equal(saved(text()).logits, original(text()).logits)
