"""Chat templates in the words of other programs: Jinja for transformers and llama.cpp, Go's for Ollama, and stops.

Each says what core/generate/templates.py says in code. Knows no file.
"""

from dataclasses import dataclass
from typing import Final

from core.generate import templates
from core.generate.templates import Template

CHATML: Final = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
HYBRID: Final = CHATML.replace("assistant\n{% endif %}", "assistant\n<think>\n\n</think>\n\n{% endif %}")
LLAMA3: Final = (
    "<|begin_of_text|>{% for m in messages %}<|start_header_id|>{{ m['role'] }}<|end_header_id|>\n\n"
    "{{ m['content'] | trim }}<|eot_id|>{% endfor %}"
    "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)
GEMMA: Final = (
    "<bos>{% set ns = namespace(before='') %}{% for m in messages %}{% if m['role'] == 'system' %}"
    "{% set ns.before = ns.before + (m['content'] | trim) + '\n\n' %}{% else %}"
    "<start_of_turn>{{ 'model' if m['role'] == 'assistant' else 'user' }}\n{{ ns.before }}{{ m['content'] | trim }}"
    "<end_of_turn>\n{% set ns.before = '' %}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
GRANITE: Final = (
    "{% for m in messages %}<|start_of_role|>{{ m['role'] }}<|end_of_role|>{{ m['content'] }}<|end_of_text|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|start_of_role|>assistant<|end_of_role|>{% endif %}"
)
SMOLLM3: Final = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{% if m['role'] == 'assistant' %}<think>\n\n</think>\n"
    "{{ m['content'].lstrip('\n') }}{% else %}{{ m['content'] }}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n<think>\n\n</think>\n{% endif %}"
)
PHI4: Final = (
    "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
TULU: Final = (
    "{{ eos_token }}{% for m in messages %}<|{{ m['role'] }}|>\n{{ m['content'] }}"
    "{{ eos_token if m['role'] == 'assistant' else '' }}{{ '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
MISTRAL: Final = (
    "<s>{% set ns = namespace(before='', last=0) %}{% for m in messages %}{% if m['role'] == 'system' %}"
    "{% set ns.before = ns.before + m['content'] + '\n\n' %}{% elif m['role'] == 'user' %}"
    "{% set ns.last = loop.index %}{% endif %}{% endfor %}{% for m in messages %}{% if m['role'] == 'user' %}"
    "[INST] {{ ns.before if loop.index == ns.last else '' }}{{ m['content'] }}[/INST]"
    "{% elif m['role'] == 'assistant' %} {{ m['content'] | trim }}</s>{% endif %}{% endfor %}"
)
PLAIN: Final = (
    "{{ eos_token }}{% for m in messages %}{{ m['role'] | title }}: {{ m['content'] }}"
    "{{ eos_token if m['role'] == 'assistant' else '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}Assistant:{% endif %}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One template: `jinja` for most programs, `go` for Ollama, and what ends a reply besides the end of the text."""

    jinja: str
    go: str
    stops: tuple[str, ...]


WORDS: Final = {
    templates.HYBRID.title: Words(
        jinja=HYBRID,
        go="{{ range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}"
        "<|im_start|>assistant\n<think>\n\n</think>\n\n",
        stops=("<|im_end|>",),
    ),
    templates.CHATML.title: Words(
        jinja=CHATML,
        go="{{ range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}<|im_start|>assistant\n",
        stops=("<|im_end|>",),
    ),
    templates.LLAMA3.title: Words(
        jinja=LLAMA3,
        go="<|begin_of_text|>{{ range .Messages }}<|start_header_id|>{{ .Role }}<|end_header_id|>\n\n{{ .Content }}"
        "<|eot_id|>{{ end }}<|start_header_id|>assistant<|end_header_id|>\n\n",
        stops=("<|eot_id|>",),
    ),
    templates.GEMMA.title: Words(
        jinja=GEMMA,
        go='<bos>{{ range .Messages }}{{ if eq .Role "assistant" }}<start_of_turn>model\n{{ .Content }}'
        "<end_of_turn>\n"
        '{{ else if eq .Role "user" }}<start_of_turn>user\n{{ $.System }}{{ .Content }}<end_of_turn>\n'
        "{{ end }}{{ end }}"
        "<start_of_turn>model\n",
        stops=("<end_of_turn>",),
    ),
    templates.GRANITE.title: Words(
        jinja=GRANITE,
        go="{{ range .Messages }}<|start_of_role|>{{ .Role }}<|end_of_role|>{{ .Content }}<|end_of_text|>\n{{ end }}"
        "<|start_of_role|>assistant<|end_of_role|>",
        stops=("<|end_of_text|>",),
    ),
    templates.SMOLLM3.title: Words(
        jinja=SMOLLM3,
        go="{{ range .Messages }}<|im_start|>{{ .Role }}\n"
        '{{ if eq .Role "assistant" }}<think>\n\n</think>\n{{ end }}{{ .Content }}<|im_end|>\n{{ end }}'
        "<|im_start|>assistant\n<think>\n\n</think>\n",
        stops=("<|im_end|>",),
    ),
    templates.PHI4.title: Words(
        jinja=PHI4,
        go="{{ range .Messages }}<|{{ .Role }}|>{{ .Content }}<|end|>{{ end }}<|assistant|>",
        stops=("<|end|>",),
    ),
    templates.TULU.title: Words(
        jinja=TULU,
        go="<|endoftext|>{{ range .Messages }}<|{{ .Role }}|>\n{{ .Content }}"
        '{{ if eq .Role "assistant" }}<|endoftext|>{{ end }}\n{{ end }}<|assistant|>\n',
        stops=("<|user|>",),
    ),
    templates.MISTRAL.title: Words(
        jinja=MISTRAL,
        go='<s>{{ range .Messages }}{{ if eq .Role "user" }}[INST] {{ $.System }}{{ .Content }}[/INST]'
        '{{ else if eq .Role "assistant" }} {{ .Content }}</s>{{ end }}{{ end }}',
        stops=("[INST]",),
    ),
    templates.PLAIN.title: Words(
        jinja=PLAIN,
        go='{{ range .Messages }}{{ if eq .Role "user" }}User: {{ .Content }}\n{{ else }}Assistant: {{ .Content }}\n'
        "{{ end }}{{ end }}Assistant:",
        stops=("\nUser:",),
    ),
}


def of(template: Template | None) -> Words | None:
    """The template in words; None for a bot that only goes on with texts."""
    return None if template is None else WORDS[template.title]
