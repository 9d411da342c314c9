"""What is exported: a bot taken apart into what other programs know: config, named tensors, tokenizer.json, template.

Our own models from nothing are told as Qwen 3 with a gate: relu(u) * u is relu(u) squared, so their feed-forward layer
is Qwen's with the same matrix as gate and as up. Knows no file format.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from core import assemble, checkpoints, weights
from core.errors import Unsupported
from core.families import llama, qwen3
from core.families.base import GATE, UP, Entry, Rows
from core.generate import templates
from core.generate.templates import Template
from core.models import lora
from core.models.decoder import Decoder
from core.replies import Sampling
from core.runs import Run
from core.shape import Shape
from core.tokenizers import bpe, chars, envelope, files, pretrained
from core.tokenizers.base import Tokenizer
from core.tokenizers.bpe import END
from core.tokenizers.pretrained import PretrainedTokenizer
from core.weights import Source


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subject:
    """One bot. `rules` is its tokenizer.json; without a `template` it goes on with texts and knows no turns."""

    title: str
    model: Decoder  # adapters, if it has some, stay apart
    source: Source  # config and names of tensors, as transformers has them
    tokenizer: Tokenizer
    rules: Mapping[str, Any]
    template: Template | None = None
    sampling: Sampling = field(default_factory=Sampling)
    dtype: torch.dtype = torch.float32  # of the files
    base: str = ""  # the model it began with, for people

    @property
    def is_from_nothing(self) -> bool:
        return not self.base

    @contextlib.contextmanager
    def whole(self) -> Iterator[dict[str, Tensor]]:
        """Its parameters with what adapters learnt added to them, while the block lasts."""
        lora.merge(self.model)
        try:
            yield dict(self.model.named_parameters())
        finally:
            lora.unmerge(self.model)

    def opening(self, prompt: str) -> list[int]:
        """The ids that make it answer, or go on with, `prompt`."""
        if self.template is not None and isinstance(self.tokenizer, PretrainedTokenizer):
            return templates.ids(self.template.render([templates.Turn("user", prompt)]), self.tokenizer)
        return [self.tokenizer.end, *self.tokenizer.encode(prompt)]


def of_run(run: Run) -> Subject:
    """The bot of a run's best checkpoint. Raises DiskTrouble without one."""
    recipe, tokenizer = run.recipe(), files.load(run.tokenizer_file)
    model = assemble.trained(recipe, checkpoints.best(run).weights).requires_grad_(requires_grad=False)
    if recipe.base is None:
        source, template = described(recipe.shape, tokenizer), None
    else:
        source = weights.look(assemble.found(recipe.base))
        template = templates.suiting(tokenizer) if isinstance(tokenizer, PretrainedTokenizer) else None
        if template is not None and template.end and isinstance(tokenizer, PretrainedTokenizer):
            tokenizer = tokenizer.ended_by(template.end)
    return Subject(
        title=run.title or run.name,
        model=model,
        source=source,
        tokenizer=tokenizer,
        rules=rules_of(run),
        template=template,
        dtype=kept_in(source),
        base=recipe.base.name if recipe.base else "",
    )


def kept_in(source: Source) -> torch.dtype:
    """The precision of the base's own files: a larger one would hold no more."""
    dtypes = {place.dtype for place in source.places.values()}
    return torch.bfloat16 if dtypes == {torch.bfloat16} else torch.float32


def rules_of(run: Run) -> dict[str, Any]:
    """The run's tokenizer as a tokenizer.json."""
    kind, body = envelope.read(run.tokenizer_file)
    if kind == pretrained.KIND:
        rules: dict[str, Any] = body["file"]
        return rules
    if kind == bpe.KIND:
        return {**body, "decoder": BYTE_LEVEL, "post_processor": opened_by(END)}
    if kind == chars.KIND:
        return characters(body["characters"])
    raise envelope.wrong_file()


BYTE_LEVEL: Final = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
PLAIN_TOKEN: Final = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}


def opened_by(end: str) -> dict[str, Any]:
    """A part of tokenizer.json that puts the end before every text: for us a text begins where another ended."""
    return {
        "type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": end, "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {end: {"id": end, "ids": [0], "tokens": [end]}},
    }


def characters(letters: list[str]) -> dict[str, Any]:
    """A tokenizer of characters as BPE that merges nothing and spells what is rare in bytes."""
    vocab = {END: 0, **{f"<0x{n:02X}>": chars.FIRST_BYTE + n for n in range(256)}}
    vocab |= {letter: chars.FIRST_CHARACTER + n for n, letter in enumerate(letters)}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": 0, "content": END, **PLAIN_TOKEN}],
        "normalizer": None,
        "pre_tokenizer": None,
        "post_processor": opened_by(END),
        "decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"}]},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": True,
            "ignore_merges": False,
            "vocab": vocab,
            "merges": [],
        },
    }


def described(shape: Shape, tokenizer: Tokenizer) -> Source:
    """A model from nothing in the words of Qwen 3. Raises Unsupported for a shape that this cannot tell."""
    told = replace(shape, vocab=1, context=1, layers=1, width=2, heads=1, kv_heads=1, inner=1, own_head_width=0)
    plain = Shape(vocab=1, context=1, layers=1, width=2, heads=1, kv_heads=1, inner=1, qk_norm=True)
    if replace(told, norm_eps=plain.norm_eps, rope_theta=plain.rope_theta, tied=True) != plain:
        raise Unsupported("This bot has a shape that no other program knows.", fix="Export it as one .mynah file.")
    config = {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "hidden_act": "relu",
        "vocab_size": shape.vocab,
        "max_position_embeddings": shape.context,
        "num_hidden_layers": shape.layers,
        "hidden_size": shape.width,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "head_dim": shape.head_width,
        "intermediate_size": shape.inner,
        "rms_norm_eps": shape.norm_eps,
        "rope_theta": shape.rope_theta,
        "attention_bias": False,
        "tie_word_embeddings": shape.tied,
        "bos_token_id": tokenizer.end,
        "eos_token_id": tokenizer.end,
    }
    entries = [_with_gate(entry) for entry in llama.entries(shape)]
    return Source(Path(), config, qwen3.FAMILY, shape, entries, {})


def _with_gate(entry: Entry) -> Entry:
    """Gate and up are one matrix here."""
    return replace(
        entry, ours=tuple(Rows(rows.name.replace(GATE, UP)) if GATE in rows.name else rows for rows in entry.ours)
    )
