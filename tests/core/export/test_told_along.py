"""What goes along with weights: template, stops, sampling and who the bot is, as llama.cpp and Ollama read them."""

from pathlib import Path

import gguf
import pytest
from jinja2 import Environment

from core.events import drain, never
from core.export import chat, llama_file, ollama
from core.export.subject import Subject
from core.persona import system
from tests.core.export import subjects
from tests.core.generate.test_templates import GOLDEN, KINDS, TALK


@pytest.fixture(scope="module", params=["gpt2", "llama", "qwen"])
def bot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return subjects.subject(request.param, tmp_path_factory.mktemp(request.param))


def test_a_gguf_file_tells_template_end_and_sampling(bot: Subject, tmp_path: Path) -> None:
    path = tmp_path / "bot.gguf"
    assert drain(llama_file.save(bot, path, "f16", never))[1]
    told = {name: field.contents() for name, field in gguf.GGUFReader(path).fields.items()}
    words = chat.of(bot.template)
    assert told.get("tokenizer.chat_template") == (words.jinja if words else None)
    assert told["tokenizer.ggml.eos_token_id"] == bot.tokenizer.end
    names = {
        "temp": "temperature",
        "top_k": "top_k",
        "top_p": "top_p",
        "min_p": "min_p",
        "penalty_repeat": "repetition",
    }
    for theirs, ours in names.items():
        assert told[f"general.sampling.{theirs}"] == pytest.approx(getattr(bot.sampling, ours))


def test_a_modelfile_tells_template_stops_sampling_and_who_the_bot_is(bot: Subject) -> None:
    lines = ollama.modelfile(bot, "model.gguf").splitlines()
    assert lines[0] == "FROM ./model.gguf"
    words = chat.of(bot.template)
    assert lines[1].startswith(f'TEMPLATE """{words.go.splitlines()[0] if words else "{{ .Prompt }}"}')
    stops = [line for line in lines if line.startswith("PARAMETER stop")]
    assert stops == [f'PARAMETER stop "{ollama.escaped(stop)}"' for stop in (words.stops if words else ())]
    for name in ("temperature", "top_k", "top_p", "min_p"):
        assert f"PARAMETER {name} {getattr(bot.sampling, name)}" in lines
    follows = words is not None and bot.template is not None and bot.template.title != "plain"
    assert (f'SYSTEM """{system("").text}"""' in lines) is follows
    assert ('SYSTEM """Be kind."""' in ollama.modelfile(bot, "m", "Be kind.").splitlines()) is follows


@pytest.mark.parametrize("kind", GOLDEN)
def test_other_programs_write_a_talk_as_we_do(kind: str) -> None:
    """In both ways in which they let Jinja treat line ends."""
    words = chat.of(KINDS[kind][0])
    assert words is not None
    turns = [{"role": turn.role, "content": turn.text} for turn in TALK]
    for trims in (False, True):
        template = Environment(trim_blocks=trims, lstrip_blocks=trims).from_string(words.jinja)
        told = template.render(messages=turns, add_generation_prompt=True, eos_token="<|endoftext|>")
        assert told == GOLDEN[kind]
