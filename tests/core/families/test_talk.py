"""All of it together: a folder as it is downloaded, and a reply that `transformers` would give as well."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from core import weights
from core.events import drain, never
from core.generate import templates
from core.generate.stream import write
from core.generate.templates import Turn
from core.replies import Reply, Sampling
from core.tokenizers import pretrained
from tests.core.families import oracle
from tests.fakes import foreign_tokenizers as foreign

LIKELIEST = Sampling(temperature=0, repetition=1, length=40)


@pytest.mark.parametrize(("model", "family"), [("qwen3", "qwen"), ("gemma3", "gemma"), ("granite 4", "granite")])
def test_a_downloaded_folder_talks_as_transformers_does(model: str, family: str, tmp_path: Path) -> None:
    oracle.make(model, tmp_path, vocab_size=512)  # more than the tokenizer has, as in real models
    foreign.write(tmp_path / "tokenizer.json", foreign.ALL[family]())
    tokenizer = pretrained.read(tmp_path / "tokenizer.json", end=0)
    template = templates.suiting(tokenizer)
    tokenizer = tokenizer.ended_by(template.end)
    prompt = templates.ids(template.render([Turn("user", "Is the dog all gone?")]), tokenizer)

    _, reply = drain(write(weights.load(weights.look(tmp_path)), tokenizer, prompt, LIKELIEST, never))

    theirs: Any = oracle.reference(tmp_path)
    ids = theirs.generate(torch.tensor([prompt]), do_sample=False, max_new_tokens=40, eos_token_id=tokenizer.end)[0]
    written = [id_ for id_ in ids[len(prompt) :].tolist() if id_ != tokenizer.end]
    assert isinstance(reply, Reply)
    assert reply.tokens == len(written)
    assert reply.text == tokenizer.decode_bytes(written).decode("utf-8", "replace")


def test_a_model_saved_and_read_again_says_the_same(tmp_path: Path) -> None:
    oracle.make("qwen3", tmp_path / "first", vocab_size=512)
    file = foreign.write(tmp_path / "first" / "tokenizer.json", foreign.qwen())
    source = weights.look(tmp_path / "first")
    weights.save(weights.load(source), source, file, tmp_path / "second")
    replies = []
    for folder in (tmp_path / "first", tmp_path / "second"):
        tokenizer = pretrained.read(folder / "tokenizer.json", end=0)
        model = weights.load(weights.look(folder))
        replies.append(drain(write(model, tokenizer, tokenizer.encode("The dog"), LIKELIEST, never))[1].text)
    assert replies[0] == replies[1]
    assert json.loads((tmp_path / "second" / "config.json").read_bytes())["dtype"] == "float32"
