"""A bot as one GGUF file, which llama.cpp, Ollama and LM Studio read: f16, q8_0 or q4_0. Writes whole or not at all.

Four things differ from our weights: llama.cpp turns pairs of neighbours where Llama's files turn halves, so
queries and keys are put in another order; stretched positions are tensors of divisors; Gemma's norms are whole there,
not their distance from one; and vectors stay in fp32.
"""

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import gguf
import numpy as np
import numpy.typing as npt
import torch
from gguf import GGMLQuantizationType as Kind

from core import weights
from core.atomic import disk_errors, swap, sync_file, sync_folder
from core.errors import Unsupported
from core.events import Progress, Stop, Work
from core.export import chat, vocabulary
from core.export.folder import refuse_existing
from core.export.subject import Subject
from core.families.base import Entry
from core.shape import Shape

Precision: TypeAlias = Literal["f16", "q8_0", "q4_0"]
ENDINGS: Final = (".weight", ".bias")
Array: TypeAlias = npt.NDArray[np.float32]

ARCHITECTURES: Final = {  # model_type to llama.cpp's name
    "gpt2": gguf.MODEL_ARCH.GPT2,
    "llama": gguf.MODEL_ARCH.LLAMA,
    "mistral": gguf.MODEL_ARCH.LLAMA,
    "qwen2": gguf.MODEL_ARCH.QWEN2,
    "qwen3": gguf.MODEL_ARCH.QWEN3,
    "smollm3": gguf.MODEL_ARCH.SMOLLM3,
    "granite": gguf.MODEL_ARCH.GRANITE,
    "gemma3_text": gguf.MODEL_ARCH.GEMMA3,
    "olmo2": gguf.MODEL_ARCH.OLMO2,
    "phi3": gguf.MODEL_ARCH.PHI3,
}
DIVISORS: Final = {  # the tensors in which each looks for divisors: Phi's are those within the context and beyond it
    gguf.MODEL_ARCH.LLAMA: ("rope_freqs.weight",),
    gguf.MODEL_ARCH.PHI3: ("rope_factors_short.weight", "rope_factors_long.weight"),
}
PHI_3: Final = re.compile("phi-?3", re.IGNORECASE)  # in a name, llama.cpp takes it for that model's vocabulary
GEMMA_EVERY: Final = 6  # which layer of Gemma sees all; llama.cpp has this and the next as constants
GEMMA_LOCAL_THETA: Final = 10_000.0
NEIGHBOURS: Final = {gguf.MODEL_ARCH.LLAMA, gguf.MODEL_ARCH.SMOLLM3, gguf.MODEL_ARCH.GRANITE}  # turn pairs of these
KINDS: Final[Mapping[Precision, Kind]] = {"f16": Kind.F16, "q8_0": Kind.Q8_0, "q4_0": Kind.Q4_0}
FILE_TYPES: Final[Mapping[Precision, gguf.LlamaFileType]] = {
    "f16": gguf.LlamaFileType.MOSTLY_F16,
    "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0,
    "q4_0": gguf.LlamaFileType.MOSTLY_Q4_0,
}


def save(subject: Subject, path: Path, precision: Precision, stop: Stop) -> Work[bool]:
    """Write the file; False, and nothing there, when stopped. Raises Unsupported for a bot llama.cpp cannot run."""
    refuse_existing(path)
    architecture = fitting(subject)
    words = vocabulary.told(subject.rules, subject.model.shape.vocab)
    part = path.with_name(path.name + ".part")
    with disk_errors("exporting the model"):
        try:
            writer = gguf.GGUFWriter(part, gguf.MODEL_ARCH_NAMES[architecture])
            _describe(writer, subject, architecture, precision)
            _add_words(writer, subject, words)
            total = len(subject.source.entries)
            with subject.whole() as ours:
                tensors = _tensors(subject, ours, architecture, precision)
                for done, (name, array, kind) in enumerate(tensors, start=1):
                    if stop():
                        return False
                    data = array if kind in (Kind.F32, Kind.F16) else gguf.quants.quantize(array, kind)
                    plain = kind in (Kind.F32, Kind.F16)
                    writer.add_tensor(name, data.copy() if plain else data, raw_dtype=None if plain else kind)
                    yield Progress(done, total, "Writing")
            writer.write_header_to_file()
            writer.write_kv_data_to_file()
            writer.write_tensors_to_file()
            writer.close()
            sync_file(part)
            swap(part, path)
            sync_folder(path.parent)
        finally:
            part.unlink(missing_ok=True)
    return True


def fitting(subject: Subject) -> gguf.MODEL_ARCH:
    """What llama.cpp calls a model like this. Raises Unsupported where it has none, before anything is written."""
    shape = subject.model.shape
    if subject.is_from_nothing:
        raise Unsupported(
            "llama.cpp has no model built like a bot that began from nothing.",
            fix="Export it as a Hugging Face folder or as one .mynah file. Bots made from a base model come as GGUF.",
        )
    architecture = ARCHITECTURES.get(subject.source.family.model_type)
    if architecture is None or not is_known(shape, architecture):
        raise Unsupported(
            f"Mynah cannot write {subject.source.family.title} as GGUF yet.",
            fix="Export a Hugging Face folder: llama.cpp's own converter takes that.",
        )
    return architecture


def is_known(shape: Shape, architecture: gguf.MODEL_ARCH) -> bool:
    """Whether llama.cpp's code for this architecture computes what a model of this shape does."""
    if shape.rope_divisors and architecture not in DIVISORS:
        return False
    if architecture == gguf.MODEL_ARCH.PHI3:
        return True
    if shape.rope_gain != 1:
        return False
    if architecture == gguf.MODEL_ARCH.GEMMA3:
        seen = tuple("full" if (layer + 1) % GEMMA_EVERY == 0 else "slide" for layer in range(shape.layers))
        scaled = math.isclose(shape.attention_scale, shape.head_width**-0.5, rel_tol=1e-6)
        return scaled and shape.kinds == seen and shape.rope_local_theta == GEMMA_LOCAL_THETA
    return not shape.window and (not shape.attention_scale or architecture == gguf.MODEL_ARCH.GRANITE)


def _context(shape: Shape, architecture: gguf.MODEL_ARCH) -> int:
    """llama.cpp has no windows for Phi: within one, all is seen."""
    return min(shape.context, shape.window or shape.context) if architecture == gguf.MODEL_ARCH.PHI3 else shape.context


def _describe(writer: gguf.GGUFWriter, subject: Subject, architecture: gguf.MODEL_ARCH, precision: Precision) -> None:
    """Sizes and switches, and how to sample."""
    shape = subject.model.shape
    writer.add_name(PHI_3.sub("Phi 3", subject.title))
    writer.add_description("Trained by Mynah on the writing of one person")
    writer.add_context_length(_context(shape, architecture))
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_file_type(FILE_TYPES[precision])
    writer.add_vocab_size(shape.vocab)
    if shape.norm == "layer":
        writer.add_layer_norm_eps(shape.norm_eps)
    else:
        writer.add_layer_norm_rms_eps(shape.norm_eps)
    if shape.position == "rope":
        writer.add_key_length(shape.head_width)
        writer.add_value_length(shape.head_width)
        writer.add_rope_dimension_count(shape.turned)
        writer.add_rope_freq_base(shape.rope_theta)
    if architecture == gguf.MODEL_ARCH.GEMMA3:
        writer.add_sliding_window(shape.window)
    elif architecture == gguf.MODEL_ARCH.PHI3:
        writer.add_rope_scaling_orig_ctx_len(shape.context)
        writer.add_rope_scaling_attn_factors(shape.rope_gain)
    elif architecture == gguf.MODEL_ARCH.GRANITE:
        _scales(writer, shape)
    sampling = subject.sampling
    writer.add_float32("general.sampling.temp", sampling.temperature)
    writer.add_float32("general.sampling.min_p", sampling.min_p)
    writer.add_float32("general.sampling.top_p", sampling.top_p)
    writer.add_int32("general.sampling.top_k", sampling.top_k)
    writer.add_float32("general.sampling.penalty_repeat", sampling.repetition)


def _scales(writer: gguf.GGUFWriter, shape: Shape) -> None:
    """Granite's four factors, where they are not 1."""
    if shape.embedding_scale != 1:
        writer.add_embedding_scale(shape.embedding_scale)
    if shape.residual_scale != 1:
        writer.add_residual_scale(shape.residual_scale)
    if shape.attention_scale:
        writer.add_attention_scale(shape.attention_scale)
    if shape.logit_scale != 1:
        writer.add_logit_scale(1 / shape.logit_scale)


def _add_words(writer: gguf.GGUFWriter, subject: Subject, words: vocabulary.Vocabulary) -> None:
    writer.add_tokenizer_model(words.model)
    writer.add_tokenizer_pre(words.pre)
    writer.add_token_list(list(words.tokens))
    writer.add_token_types(list(words.kinds))
    if words.scores:
        writer.add_token_scores(list(words.scores))
        writer.add_add_space_prefix(False)
        writer.add_unk_token_id(words.unknown)
    else:
        writer.add_token_merges(list(words.merges))
    writer.add_bos_token_id(subject.tokenizer.end)
    writer.add_eos_token_id(subject.tokenizer.end)
    writer.add_add_bos_token(False)
    told = chat.of(subject.template)
    if told is not None:
        writer.add_chat_template(told.jinja)


def _tensors(
    subject: Subject, ours: Mapping[str, torch.Tensor], architecture: gguf.MODEL_ARCH, precision: Precision
) -> Iterator[tuple[str, npt.NDArray[Any], Kind]]:
    """Each tensor by llama.cpp's name, in its order of rows, as fp32 or f16, with the kind in which it is kept."""
    for name, entry, heads in names(subject, architecture):
        tensor = weights.tensor_of(entry, ours)
        array: Array = (tensor.T if entry.transposed else tensor).detach().float().contiguous().numpy()
        array = neighbours(array, heads) + is_from_one(subject, entry)
        kind = Kind.F32 if array.ndim == 1 or name == "position_embd.weight" else _kept(name, array, precision)
        yield name, array.astype(np.float16) if kind is Kind.F16 else array, kind
    divisors = subject.model.shape.rope_divisors
    for name in DIVISORS.get(architecture, ()) if divisors else ():
        yield name, np.array(divisors, np.float32), Kind.F32


def names(subject: Subject, architecture: gguf.MODEL_ARCH) -> Iterator[tuple[str, Entry, int]]:
    """Llama.cpp's name of each tensor, and how many heads turn in pairs of neighbours in it; 0 for none."""
    shape, prefix = subject.model.shape, subject.source.family.prefix
    known = gguf.get_tensor_name_map(architecture, shape.layers)
    for entry in subject.source.entries:
        whole = prefix + entry.theirs.removeprefix(prefix)
        name = known.get_name(entry.theirs, ENDINGS) or known.get_name(whole, ENDINGS)
        if name is None:
            raise ValueError(f"llama.cpp has no name for {entry.theirs}")
        heads = 0
        if architecture in NEIGHBOURS:
            heads = shape.heads if ".q_proj." in entry.theirs else shape.kv_heads if ".k_proj." in entry.theirs else 0
        yield name, entry, heads


def is_from_one(subject: Subject, entry: Entry) -> bool:
    """Whether our files hold how far this tensor is from one, where llama.cpp has it whole."""
    return subject.model.shape.norm_plus_one and entry.theirs.endswith("norm.weight")


def neighbours(array: Array, heads: int) -> Array:
    """Rows in the order in which neighbours turn together, where halves did; as it is without heads."""
    if not heads:
        return array
    halves = array.reshape(heads, 2, -1, *array.shape[1:])
    return np.ascontiguousarray(halves.swapaxes(1, 2).reshape(array.shape))


def halves(array: Array, heads: int) -> Array:
    """The reverse of `neighbours`."""
    if not heads:
        return array
    pairs = array.reshape(heads, -1, 2, *array.shape[1:])
    return np.ascontiguousarray(pairs.swapaxes(1, 2).reshape(array.shape))


def _kept(name: str, array: Array, precision: Precision) -> Kind:
    """Rows that do not fill blocks of 32 stay in f16; what is read for every word stays finer than 4 bits."""
    if array.shape[-1] % 32:
        return Kind.F16
    if precision == "q4_0" and name in ("token_embd.weight", "output.weight"):
        return Kind.Q8_0
    return KINDS[precision]
