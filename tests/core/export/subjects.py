"""Bots to export: tiny models of the great families, with tokenizers like theirs, put together by `transformers`."""

import json
from pathlib import Path
from typing import Final

import torch

from core import assemble, checkpoints, weights
from core.checkpoints import Standing
from core.events import drain, never
from core.export.subject import Subject
from core.generate import templates
from core.models.decoder import Decoder
from core.recipe import Base, Recipe, TokenizerKind
from core.runs import Run
from core.shape import Shape
from core.tokenizers import files, pretrained
from tests.core.families import oracle
from tests.fakes import foreign_tokenizers

MAKERS: Final = {
    "gpt2": ("gpt2", foreign_tokenizers.gpt2, "<|endoftext|>"),
    "llama": ("llama 3.2", foreign_tokenizers.llama3, "<|end_of_text|>"),
    "qwen": ("qwen3", foreign_tokenizers.qwen, "<|endoftext|>"),
    "gemma": ("gemma3", foreign_tokenizers.sentence_piece, "<eos>"),
    "olmo": ("olmo2", foreign_tokenizers.llama3, "<|end_of_text|>"),
    "phi": ("phi4-mini", foreign_tokenizers.gpt_4o, "<|endoftext|>"),
    "phi3": ("phi3", foreign_tokenizers.gpt_4o, "<|endoftext|>"),
    "qwen2": ("qwen2", foreign_tokenizers.qwen, "<|endoftext|>"),
    "smollm3": ("smollm3", foreign_tokenizers.llama3, "<|end_of_text|>"),
    "granite": ("granite", foreign_tokenizers.gpt2, "<|endoftext|>"),
    "mistral": ("mistral", foreign_tokenizers.llama3, "<|end_of_text|>"),
}
SIZES: Final = {
    "gpt2": {"n_embd": 64, "n_head": 4},
    "llama": {"hidden_size": 64, "intermediate_size": 96},
    "qwen": {"hidden_size": 64, "intermediate_size": 96},
    "gemma": {"hidden_size": 64, "intermediate_size": 96, "query_pre_attn_scalar": 16},
    "olmo": {"hidden_size": 64, "intermediate_size": 96},
}


def subject(kind: str, folder: Path) -> Subject:
    """A bot of that kind; its base is written to `folder`."""
    name, make_tokenizer, end = MAKERS[kind]
    made = make_tokenizer()
    id_ = made.token_to_id(end)
    assert id_ is not None
    sizes = {**SIZES.get(kind, {}), "vocab_size": made.get_vocab_size(), "eos_token_id": id_, "bos_token_id": id_}
    oracle.make(name, folder, "5GB", **sizes)
    made.save(str(folder / "tokenizer.json"))
    source = weights.look(folder)
    tokenizer = pretrained.read(folder / "tokenizer.json", id_)
    template = templates.suiting(tokenizer)
    if template.end:
        tokenizer = tokenizer.ended_by(template.end)
    return Subject(
        title=f"A tiny {kind}",
        model=weights.load(source).requires_grad_(requires_grad=False),
        source=source,
        tokenizer=tokenizer,
        rules=json.loads((folder / "tokenizer.json").read_bytes()),
        template=template,
        dtype=torch.float32,
        base=kind,
    )


def from_nothing(root: Path, kind: TokenizerKind) -> Run:
    """A run with a checkpoint: a random model in the shape that plans give to one that begins from nothing."""
    run = Run(root / "runs" / "2026-01-01 00.00.00")
    run.root.mkdir(parents=True)
    tokenizer = files.train(kind, foreign_tokenizers.TEXT, 400)
    tokenizer.save(run.tokenizer_file)
    shape = Shape(vocab=tokenizer.vocab, context=128, layers=2, width=64, heads=2, kv_heads=2, inner=256, qk_norm=True)
    recipe = Recipe(shape=shape, tokenizer=kind, steps=1, length=32, batch=1)
    run.recipe_file.write_text(recipe.to_json(), "utf-8")
    model = Decoder(shape)
    model.initialise(1)
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(6 if weight.ndim > 1 else 1).add_(0.2 * torch.randn(weight.shape, generator=generator))
    tensors = {f"model.{name}": weight for name, weight in model.state_dict().items()}
    checkpoints.save(run, Standing(step=1, bits_per_byte=2.0), {**tensors, "optimizer.x": torch.zeros(1)})
    return run


def from_base(root: Path, base: Path) -> Run:
    """A run that put adapters on a base model, with what it learnt made up."""
    bot = subject("llama", base)
    sha256 = drain(weights.fingerprint(bot.source, never))[1]
    assert sha256 is not None
    run = Run(root / "runs" / "2026-01-01 00.00.00")
    run.root.mkdir(parents=True)
    bot.tokenizer.save(run.tokenizer_file)
    begun = Base(name=base.name, folder=str(base), sha256=sha256)
    shape = weights.usable_shape(bot.source)
    recipe = Recipe(shape=shape, tokenizer="pretrained", steps=1, length=32, batch=1, method="lora", base=begun, rank=4)
    run.recipe_file.write_text(recipe.to_json(), "utf-8")
    model, generator = assemble.begin(recipe), torch.Generator().manual_seed(3)
    learnt = {f"model.{name}": weight for name, weight in model.named_parameters() if weight.requires_grad}
    with torch.no_grad():
        for weight in learnt.values():
            weight.copy_(0.3 * torch.randn(weight.shape, generator=generator))
    checkpoints.save(run, Standing(step=1, bits_per_byte=2.0), {**learnt, "optimizer.x": torch.zeros(1)})
    return run
