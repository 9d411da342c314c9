"""Chat templates as code: turns in, the ids that make a model answer out. Knows no model and no file.

Each follows the format that the model's makers document; a `chat_template` in a model's folder is a program of a
stranger's and is not read. Default system prompts and dates, which some of those programs add, are left to the caller.
What anybody typed is encoded as text, so no turn can open another one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from core.replies import Role, Turn
from core.tokenizers.pretrained import PretrainedTokenizer

__all__ = ["TEMPLATES", "Mark", "Role", "Template", "Turn", "ids", "suiting"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A control token by its name."""

    name: str


Part: TypeAlias = Mark | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """`render` ends where the reply begins. A tokenizer without the `marks` is not made for it; where turns are told
    apart by words alone, the marks only say whose tokenizer it is."""

    title: str
    marks: tuple[str, ...]
    end: str  # the mark that ends a reply; where it is empty, the tokenizer's own end
    render: Callable[[Sequence[Turn]], list[Part]]


END: Final = Mark("")  # whatever ends a text in this tokenizer
NO_THOUGHTS: Final[list[Part]] = [Mark("<think>"), "\n\n", Mark("</think>"), "\n\n"]


def ids(parts: Sequence[Part], tokenizer: PretrainedTokenizer) -> list[int]:
    """Marks as their ids, and all text between two of them encoded together, as the models were trained."""
    found: list[int] = []
    text = ""
    for part in parts:
        known = _id(part, tokenizer)
        if known is None:
            text += part.name if isinstance(part, Mark) else part
        else:
            found += [*tokenizer.encode(text), known]
            text = ""
    return found + tokenizer.encode(text)


def suiting(tokenizer: PretrainedTokenizer) -> Template:
    """The template whose marks this tokenizer has; the plain one where it has none."""
    return next(t for t in TEMPLATES if all(tokenizer.control(mark) is not None for mark in t.marks))


def chatml(turns: Sequence[Turn]) -> list[Part]:
    """Qwen 2.5, Qwen 3 Instruct, SmolLM 2."""
    parts: list[Part] = []
    for turn in turns:
        parts += [Mark("<|im_start|>"), f"{turn.role}\n{turn.text}", Mark("<|im_end|>"), "\n"]
    return [*parts, Mark("<|im_start|>"), "assistant\n"]


def chatml_without_thoughts(turns: Sequence[Turn]) -> list[Part]:
    """Models that may think first (Qwen 3, MiniCPM5) answer at once when the thoughts are there, empty."""
    return chatml(turns) + NO_THOUGHTS


def smollm3(turns: Sequence[Turn]) -> list[Part]:
    """SmolLM 3 has empty thoughts in every answer, and one line end behind them. Its own system prompt, with dates and
    tools, gives way to ours, as its makers' "/system_override" lets it."""
    silent: list[Part] = [Mark("<think>"), "\n\n", Mark("</think>"), "\n"]
    parts: list[Part] = []
    for turn in turns:
        before, said = (silent, turn.text.lstrip("\n")) if turn.role == "assistant" else ([], turn.text)
        parts += [Mark("<|im_start|>"), f"{turn.role}\n", *before, said, Mark("<|im_end|>"), "\n"]
    return [*parts, Mark("<|im_start|>"), "assistant\n", *silent]


def llama3(turns: Sequence[Turn]) -> list[Part]:
    """Llama 3, 3.1 and 3.2."""
    parts: list[Part] = [Mark("<|begin_of_text|>")]
    for turn in turns:
        parts += [*_llama3_header(turn.role), turn.text.strip(), Mark("<|eot_id|>")]
    return parts + _llama3_header("assistant")


def _llama3_header(role: Role) -> list[Part]:
    return [Mark("<|start_header_id|>"), role, Mark("<|end_header_id|>"), "\n\n"]


def gemma(turns: Sequence[Turn]) -> list[Part]:
    """Gemma knows no system: what would be one stands before the first thing the user says."""
    parts: list[Part] = [Mark("<bos>")]
    before = ""
    for turn in turns:
        if turn.role == "system":
            before += turn.text.strip() + "\n\n"
            continue
        role = "model" if turn.role == "assistant" else "user"
        parts += [Mark("<start_of_turn>"), f"{role}\n{before}{turn.text.strip()}", Mark("<end_of_turn>"), "\n"]
        before = ""
    return [*parts, Mark("<start_of_turn>"), "model\n"]


def granite(turns: Sequence[Turn]) -> list[Part]:
    """Granite 3 and 4."""
    parts: list[Part] = []
    for turn in turns:
        parts += [*_granite_role(turn.role), turn.text, Mark("<|end_of_text|>"), "\n"]
    return parts + _granite_role("assistant")


def _granite_role(role: Role) -> list[Part]:
    return [Mark("<|start_of_role|>"), role, Mark("<|end_of_role|>")]


def phi4(turns: Sequence[Turn]) -> list[Part]:
    """Phi-4-mini: a mark for each role, and no line ends."""
    parts: list[Part] = []
    for turn in turns:
        parts += [Mark(f"<|{turn.role}|>"), turn.text, Mark("<|end|>")]
    return [*parts, Mark("<|assistant|>")]


def tulu(turns: Sequence[Turn]) -> list[Part]:
    """OLMo 2: roles are words, and an answer ends as a text does."""
    parts: list[Part] = [END]
    for turn in turns:
        parts.append(f"<|{turn.role}|>\n{turn.text}")
        parts += [END, "\n"] if turn.role == "assistant" else ["\n"]
    return [*parts, "<|assistant|>\n"]


def mistral(turns: Sequence[Turn]) -> list[Part]:
    """Mistral 7B since 0.3: what would be the system stands before the last thing the user says."""
    asked = [number for number, turn in enumerate(turns) if turn.role == "user"]
    system = "".join(f"{turn.text}\n\n" for turn in turns if turn.role == "system")
    parts: list[Part] = [Mark("<s>")]
    for number, turn in enumerate(turns):
        if turn.role == "user":
            before = system if number == asked[-1] else ""
            parts += [Mark("[INST]"), f" {before}{turn.text}", Mark("[/INST]")]
        elif turn.role == "assistant":
            parts += [f" {turn.text.strip()}", Mark("</s>")]
    return parts


def plain(turns: Sequence[Turn]) -> list[Part]:
    """For models that were never taught to talk, such as GPT-2: three labels in words, and the end of a text.

    The labels are text, so nothing but training keeps the two sides apart.
    """
    parts: list[Part] = [END]
    for turn in turns:
        parts += [f"{turn.role.title()}: {turn.text}", END if turn.role == "assistant" else "\n"]
    return [*parts, "Assistant:"]


def _id(part: Part, tokenizer: PretrainedTokenizer) -> int | None:
    if isinstance(part, str):
        return None
    return tokenizer.end if part == END else tokenizer.control(part.name)


CHATML: Final = Template(title="ChatML", marks=("<|im_start|>", "<|im_end|>"), end="<|im_end|>", render=chatml)
HYBRID: Final = Template(
    title="ChatML, without thoughts",
    marks=("<|im_start|>", "<|im_end|>", "<think>", "</think>"),
    end="<|im_end|>",
    render=chatml_without_thoughts,
)
SMOLLM3: Final = Template(
    title="SmolLM 3",
    marks=("<|begin_of_text|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"),
    end="<|im_end|>",
    render=smollm3,
)
LLAMA3: Final = Template(
    title="Llama 3",
    marks=("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"),
    end="<|eot_id|>",
    render=llama3,
)
GEMMA: Final = Template(
    title="Gemma", marks=("<bos>", "<start_of_turn>", "<end_of_turn>"), end="<end_of_turn>", render=gemma
)
GRANITE: Final = Template(
    title="Granite",
    marks=("<|start_of_role|>", "<|end_of_role|>", "<|end_of_text|>"),
    end="<|end_of_text|>",
    render=granite,
)
PHI4: Final = Template(
    title="Phi 4",
    marks=("<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<|endofprompt|>"),  # Phi 3 lacks the last
    end="<|end|>",
    render=phi4,
)
TULU: Final = Template(
    title="Tulu", marks=("<|endofprompt|>", "<|pad|>", "<|im_start|>", "<|im_end|>"), end="", render=tulu
)
MISTRAL: Final = Template(title="Mistral", marks=("<s>", "[INST]", "[/INST]", "</s>"), end="</s>", render=mistral)
PLAIN: Final = Template(title="plain", marks=(), end="", render=plain)

# In the order in which they are tried: the first whose marks are all there. SmolLM 3 has those of a hybrid too, and a
# hybrid those of plain ChatML, as OLMo 2 has, which does not use them.
TEMPLATES: Final = (SMOLLM3, TULU, HYBRID, CHATML, LLAMA3, GEMMA, GRANITE, PHI4, MISTRAL, PLAIN)
