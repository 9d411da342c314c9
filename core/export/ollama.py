"""A Modelfile, with which `ollama create` takes a GGUF file in: template, stops, sampling and who the bot is."""

from core import persona
from core.export import chat
from core.export.subject import Subject
from core.generate.templates import PLAIN


def modelfile(subject: Subject, gguf_name: str, who: str = "") -> str:
    """The text of the Modelfile for a GGUF file that lies beside it.

    A bot that follows what it is told is told who it is, as it was in training, unless `who` says something else.
    """
    sampling = subject.sampling
    lines = [f"FROM ./{gguf_name}"]
    words = chat.of(subject.template)
    if words is None:
        lines.append('TEMPLATE """{{ .Prompt }}"""')
    else:
        lines.append(f'TEMPLATE """{words.go}"""')
        lines += [f'PARAMETER stop "{escaped(stop)}"' for stop in words.stops]
    lines += [
        f"PARAMETER temperature {sampling.temperature}",
        f"PARAMETER top_k {sampling.top_k}",
        f"PARAMETER top_p {sampling.top_p}",
        f"PARAMETER min_p {sampling.min_p}",
        f"PARAMETER repeat_penalty {sampling.repetition}",
        f"PARAMETER num_predict {sampling.length}",
        f"PARAMETER num_ctx {min(subject.model.shape.context, 8192)}",
    ]
    if subject.template not in (None, PLAIN):
        lines.append('SYSTEM """' + (who or persona.system("").text).replace('"""', '"') + '"""')
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
