"""After an export: read back what was written, put the same five prompts to both, and tell how many answers agree.

Reads with our own code, so it shows what the files hold; that other programs read them alike is shown by the tests.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import gguf
import numpy as np
import torch

from core import adapters, tensor_files, weights
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


def compare(bot: Subject, after: Subject, stop: Stop) -> Work[Replayed]:
    """Put the prompts to the bot as it was and to what was read back; greedily, so that chance has no part."""
    answers: list[Answer] = []
    for done, prompt in enumerate(PROMPTS):
        yield Progress(done, len(PROMPTS), "Asking both the same")
        if stop():
            break
        answers.append(Answer(prompt=prompt, before=said(bot, prompt), after=said(after, prompt)))
    return Replayed(answers=tuple(answers))


def said(bot: Subject, prompt: str) -> str:
    """What a bot answers, always taking the likeliest."""
    return drain(write(bot.model, bot.tokenizer, bot.opening(prompt), GREEDY, never))[1].text


def from_folder(bot: Subject, folder: Path) -> Subject:
    """The bot with the model in a Hugging Face folder that was just written."""
    places = tensor_files.places(folder / weights.WEIGHTS)
    return replace(bot, model=weights.load(replace(bot.source, places=places), context=bot.model.shape.context))


def from_adapter(bot: Subject, folder: Path) -> Subject:
    """The bot as its base, read from the disk again, with the adapter that was just written on it."""
    model = weights.load(bot.source, context=bot.model.shape.context)
    adapters.load(adapters.look(folder, bot.source), model, bot.source)
    return replace(bot, model=model)


def from_gguf(bot: Subject, path: Path) -> Subject:
    """The bot with the model in a GGUF file that was just written, with its weights as fp32."""
    reader = gguf.GGUFReader(path)
    found = {str(tensor.name): gguf.quants.dequantize(tensor.data, tensor.tensor_type) for tensor in reader.tensors}
    model = Decoder(bot.model.shape)
    ours = dict(model.named_parameters())
    architecture = llama_file.fitting(bot)
    for name, entry, heads in llama_file.names(bot, architecture):
        if name not in found:
            raise DiskTrouble("The exported file is not whole.", fix="Export it again.")
        array = llama_file.halves(np.array(found[name], np.float32), heads) - llama_file.is_from_one(bot, entry)
        weights.put(torch.from_numpy(array), entry.ours, ours)
    return replace(bot, model=model)
