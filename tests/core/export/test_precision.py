"""What llama.cpp computes from our GGUF files: the same numbers in fp32, and with fewer bits as close as those allow.

Compared are the logits after every token of the same text, so that no near tie of two tokens hides a difference.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
import torch
from gguf import GGMLQuantizationType as Kind
from torch import Tensor

from core.events import drain, never
from core.export import llama_file
from core.export.llama_file import Precision
from core.export.replay import PROMPTS
from core.export.subject import Subject
from tests.core.export import subjects

KINDS: Final = ("gpt2", "llama", "qwen", "gemma", "olmo", "phi", "phi3", "qwen2", "smollm3", "granite", "mistral")
REST: Final = " and so we walked on through the rain, talking of books and other things"
# How far apart at most, of the length of all logits: some 1.3 times what llama-cpp-python 0.3.36 was measured at.
# Gemma's numbers, the second of each, are the largest.
FAR: Final[dict[Precision, tuple[float, float]]] = {"f16": (0.0025, 0.006), "q8_0": (0.05, 0.13), "q4_0": (0.65, 0.80)}
LIKELIEST: Final[dict[Precision, float]] = {"f16": 0.95, "q8_0": 0.80, "q4_0": 0.22}  # by chance it is less than 0.01
TIE: Final = 0.02  # of the largest logit: closer than this, two tokens may change places in f16


@pytest.fixture(scope="module", params=KINDS)
def bot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Subject:
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: GGUF is read by us alone")
    return subjects.subject(request.param, tmp_path_factory.mktemp(request.param))


def texts(bot: Subject) -> list[list[int]]:
    return [[*bot.opening(prompt), *bot.tokenizer.encode(REST)][:64] for prompt in PROMPTS]


def ours(bot: Subject) -> Tensor:
    with torch.no_grad():
        return torch.cat([bot.model.logits(bot.model(torch.tensor([ids])))[0].float() for ids in texts(bot)])


def theirs(bot: Subject, path: Path, precision: Precision, **how: Any) -> Tensor:
    llama_cpp: Any = pytest.importorskip("llama_cpp")
    assert drain(llama_file.save(bot, path, precision, never))[1]
    model = llama_cpp.Llama(str(path), n_ctx=128, n_threads=1, verbose=False, logits_all=True, **how)
    found = []
    for ids in texts(bot):
        model.reset()
        model.eval(ids)
        found.append(torch.from_numpy(np.array(model.scores[: len(ids)], np.float32)))
    model.close()
    return torch.cat(found)


def apart(one: Tensor, other: Tensor) -> float:
    return float((one - other).norm() / other.norm())


def test_in_fp32_llama_cpp_computes_what_we_do(bot: Subject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llama_file, "KINDS", {"f16": Kind.F32})
    exact = theirs(bot, tmp_path / "bot.gguf", "f16", type_k=0, type_v=0)  # what it remembers is fp32 too
    assert apart(exact, ours(bot)) < 0.001  # its GELU and SiLU are tables of f16


@pytest.mark.parametrize("precision", FAR)
def test_fewer_bits_are_as_close_as_they_can_be(bot: Subject, tmp_path: Path, precision: Precision) -> None:
    said, meant = theirs(bot, tmp_path / "bot.gguf", precision), ours(bot)
    assert apart(said, meant) < FAR[precision][bot.base == "gemma"]
    same = said.argmax(-1) == meant.argmax(-1)
    assert float(same.float().mean()) > LIKELIEST[precision]
    if precision == "f16":
        best, second = meant[~same].topk(2).values.unbind(-1)
        assert bool((best - second < TIE * meant.abs().max()).all())  # other words only where two were as good
