"""After an export: read back what was written, put the same five prompts to both, and tell how many answers agree.

Reads with our own code, so it shows what the files hold; that other programs read them alike is shown by the tests.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import gguf
import numpy as np
import torch

from core import tensor_files, weights
from core.errors import DiskTrouble
from core.events import Progress, Stop, Work, drain, never
from core.export import llama_file
from core.export.subject import Subject
from core.generate.stream import write
from core.models.decoder import Decoder
from core.replies import Sampling

PROMPTS: Final = (
    "The first thing I noticed was",
    "What do you think about work?",
    "Tell me about a place you like.",
    "On the whole,",
    "How should one spend a Sunday?",
)
LENGTH: Final = 24  # tokens of each answer
GREEDY: Final = Sampling(temperature=0, repetition=1.0, length=LENGTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One prompt, and what both said."""

    prompt: str
    before: str
    after: str

    @property
    def is_same(self) -> bool:
        return self.before == self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """All prompts. Fewer bits mean other words now and then: that is no fault."""

    answers: tuple[Answer, ...]

    @property
    def same(self) -> int:
        return sum(answer.is_same for answer in self.answers)


def compare(subject: Subject, after: Decoder, stop: Stop) -> Work[Replayed]:
    """Put the prompts to the bot as it was and to `after`; greedily, so that chance has no part."""
    answers: list[Answer] = []
    for done, prompt in enumerate(PROMPTS):
        yield Progress(done, len(PROMPTS), "Asking both the same")
        if stop():
            break
        before, now = (said(model, subject, prompt) for model in (subject.model, after))
        answers.append(Answer(prompt=prompt, before=before, after=now))
    return Replayed(answers=tuple(answers))


def said(model: Decoder, subject: Subject, prompt: str) -> str:
    """What a model answers, always taking the likeliest."""
    return drain(write(model, subject.tokenizer, subject.opening(prompt), GREEDY, never))[1].text


def from_folder(subject: Subject, folder: Path) -> Decoder:
    """The model in a Hugging Face folder that was just written."""
    places = tensor_files.places(folder / weights.WEIGHTS)
    return weights.load(replace(subject.source, places=places), context=subject.model.shape.context)


def from_gguf(subject: Subject, path: Path) -> Decoder:
    """The model in a GGUF file that was just written, with its weights as fp32."""
    reader = gguf.GGUFReader(path)
    found = {str(tensor.name): gguf.quants.dequantize(tensor.data, tensor.tensor_type) for tensor in reader.tensors}
    model = Decoder(subject.model.shape)
    ours = dict(model.named_parameters())
    architecture = llama_file.fitting(subject)
    for name, entry, heads in llama_file.names(subject, architecture):
        if name not in found:
            raise DiskTrouble("The exported file is not whole.", fix="Export it again.")
        array = llama_file.halves(np.array(found[name], np.float32), heads) - llama_file.is_from_one(subject, entry)
        weights.put(torch.from_numpy(array), entry.ours, ours)
    return model
