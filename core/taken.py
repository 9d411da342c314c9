"""What is asked of an export and what came of it, as data. Light: window and command line use it."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Form: TypeAlias = Literal["folder", "adapter", "gguf-f16", "gguf-q8_0", "gguf-q4_0", "ollama", "mynah"]

FORMS: Final[dict[Form, str]] = {
    "mynah": "One .mynah file, for Mynah on another computer",
    "folder": "A Hugging Face folder, for transformers and most other programs",
    "adapter": "Only what was learnt, for peft (bots made from a base model)",
    "gguf-f16": "GGUF, whole precision, for llama.cpp and LM Studio",
    "gguf-q8_0": "GGUF, half the size, hardly a difference",
    "gguf-q4_0": "GGUF, a quarter of the size, now and then other words",
    "ollama": "GGUF with a Modelfile, for Ollama",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One prompt put to the bot and to what was exported."""

    prompt: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """Where the export lies, and the five prompts: fewer when it was stopped while they were asked."""

    form: Form
    path: str
    bytes: int
    answers: tuple[Compared, ...]

    @property
    def same(self) -> int:
        return sum(each.before == each.after for each in self.answers)
