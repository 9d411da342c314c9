"""What an export holds is the bot: other programs, which know nothing of Mynah, say the same."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gguf
import pytest
import torch
from jinja2 import Environment
from peft import PeftModel
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer

from core import adapters
from core.errors import Unsupported
from core.events import drain, never
from core.export import chat, folder, llama_file, replay, subject, vocabulary, write
from core.export.llama_file import Precision
from core.export.replay import GREEDY, PROMPTS
from core.export.subject import Subject
from core.generate.stream import UTF8
from core.paths import home
from core.taken import Form
from tests.core.export import subjects
from tests.core.families import oracle
from tests.fakes import foreign_tokenizers

KINDS = ("gpt2", "llama", "qwen", "gemma", "olmo", "phi")


@pytest.fixture(scope="module", params=KINDS)
def bot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return subjects.subject(request.param, tmp_path_factory.mktemp(request.param))


def by_transformers(place: Path, bot: Subject) -> list[str]:
    """Greedy answers of `transformers`, from text to text, with its own tokenizer and the exported template."""
    tokenizer: Any = AutoTokenizer.from_pretrained(place)
    model = oracle.reference(place)
    said = []
    for prompt in PROMPTS:
        if bot.template is None:
            ids = tokenizer(prompt, return_tensors="pt")["input_ids"]
        else:
            turns = [{"role": "user", "content": prompt}]
            asked = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
            ids = tokenizer(asked, return_tensors="pt", add_special_tokens=False)["input_ids"]
        assert ids[0].tolist() == bot.opening(prompt)
        written = model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            repetition_penalty=1.0,
            max_new_tokens=GREEDY.length,
            eos_token_id=bot.tokenizer.end,
            pad_token_id=bot.tokenizer.end,
        )[0, ids.shape[1] :].tolist()
        said.append(text(bot, written))
    return said


def text(bot: Subject, ids: Sequence[int]) -> str:
    """As our own streams have it: the last character only when it is whole."""
    return UTF8(errors="replace").decode(bot.tokenizer.decode_bytes(ids))


def ours(bot: Subject) -> list[str]:
    return [replay.said(bot, prompt) for prompt in PROMPTS]


def test_transformers_says_the_same_from_the_folder(bot: Subject, tmp_path: Path) -> None:
    folder.save(bot, tmp_path / "out")
    assert by_transformers(tmp_path / "out", bot) == ours(bot)
    assert drain(replay.compare(bot, replay.from_folder(bot, tmp_path / "out"), never))[1].same == len(PROMPTS)


def test_a_bot_with_adapters_is_exported_with_what_it_learnt(tmp_path: Path) -> None:
    bot = subject.of_run(subjects.from_base(tmp_path, tmp_path / "base"))
    bare = subjects.subject("llama", tmp_path / "bare")
    folder.save(bot, tmp_path / "out")
    assert by_transformers(tmp_path / "out", bot) == ours(bot) != ours(bare)


@pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated")  # peft's own
def test_what_was_learnt_alone_is_an_adapter_that_peft_reads(tmp_path: Path) -> None:
    bot = subject.of_run(subjects.from_base(tmp_path, tmp_path / "base"))
    folder.save_adapter(bot, tmp_path / "out")
    adapted: Any = PeftModel.from_pretrained(oracle.reference(tmp_path / "base"), str(tmp_path / "out"))
    ids = torch.tensor([bot.opening(PROMPTS[0])])
    with torch.no_grad():
        torch.testing.assert_close(adapted(ids).logits, bot.model.logits(bot.model(ids)), atol=1e-3, rtol=1e-3)


def test_each_form_of_a_bot_with_adapters_is_asked_the_same_five_prompts(tmp_path: Path) -> None:
    run = subjects.from_base(tmp_path, tmp_path / "base")
    forms: tuple[Form, ...] = ("folder", "adapter", "gguf-f16", "gguf-q8_0", "gguf-q4_0", "ollama")
    for form in forms:
        done = drain(write.export(run, form, tmp_path / form, never))[1]
        assert done is not None
        assert [each.prompt for each in done.answers] == list(PROMPTS)
        assert done.same == 5 or form not in ("folder", "adapter")


def test_an_adapter_that_holds_something_else_is_seen_when_it_is_asked(tmp_path: Path) -> None:
    bot = subject.of_run(subjects.from_base(tmp_path, tmp_path / "base"))
    folder.save_adapter(bot, tmp_path / "out")
    weights_file = tmp_path / "out" / adapters.WEIGHTS
    learnt = load_file(weights_file)
    save_file({name: tensor * (-1 if "lora_B" in name else 1) for name, tensor in learnt.items()}, weights_file)
    assert drain(replay.compare(bot, replay.from_adapter(bot, tmp_path / "out"), never))[1].same == 0


def test_on_another_computer_the_base_is_found_on_the_shelf(tmp_path: Path) -> None:
    run = subjects.from_base(tmp_path, tmp_path / "base")
    before = ours(subject.of_run(run))
    home().models.mkdir(parents=True)
    (tmp_path / "base").rename(home().models / "base")
    assert ours(subject.of_run(run)) == before


@pytest.mark.parametrize("kind", ["characters", "bpe"])
def test_transformers_says_the_same_from_a_bot_that_began_from_nothing(tmp_path: Path, kind: Any) -> None:
    bot = subject.of_run(subjects.from_nothing(tmp_path, kind))
    folder.save(bot, tmp_path / "out")
    assert by_transformers(tmp_path / "out", bot) == ours(bot)
    assert "goes on with a text" in (tmp_path / "out" / "README.md").read_text("utf-8")


@pytest.mark.parametrize(("precision", "least"), [("f16", 4), ("q8_0", 0), ("q4_0", 0)])
def test_llama_cpp_says_the_same_from_the_gguf_file(
    bot: Subject, tmp_path: Path, precision: Precision, least: int
) -> None:
    llama_cpp = pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: GGUF is read by us alone")
    path = tmp_path / "bot.gguf"
    assert drain(llama_file.save(bot, path, precision, never))[1]
    theirs = llama_cpp.Llama(str(path), n_ctx=128, n_threads=1, verbose=False, logits_all=False)
    said = []
    for prompt in PROMPTS:
        opening = bot.opening(prompt)
        if bot.template is not None and bot.template.title != "plain":
            assert theirs.tokenize(text_of(bot, prompt).encode(), add_bos=False, special=True) == opening
        written: list[int] = []
        for token in theirs.generate(opening, temp=0.0, repeat_penalty=1.0):
            if token == bot.tokenizer.end or len(written) == GREEDY.length:
                break
            written.append(token)
        said.append(text(bot, written))
    theirs.close()
    same = sum(one == other for one, other in zip(said, ours(bot), strict=True))
    assert same >= least
    read_back = replay.from_gguf(bot, path)
    if precision == "f16":
        assert drain(replay.compare(bot, read_back, never))[1].same >= least
    assert sum(replay.said(read_back, prompt) == one for prompt, one in zip(PROMPTS, said, strict=True)) >= least


def test_llama_cpp_cuts_every_text_as_we_do(bot: Subject, tmp_path: Path) -> None:
    llama_cpp = pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: GGUF is read by us alone")
    assert drain(llama_file.save(bot, tmp_path / "bot.gguf", "f16", never))[1]
    theirs = llama_cpp.Llama(str(tmp_path / "bot.gguf"), vocab_only=True, verbose=False)
    texts = [
        *foreign_tokenizers.TEXT[:3],
        "ALLCAPS aLtErNaTe's 12345 a/b//\n\n\n  end ",
        "Иван, 世界 🙂 \t\tx",
        "<b>&amp;",
    ]
    for each in texts:
        assert theirs.tokenize(each.encode(), add_bos=False, special=False) == bot.tokenizer.encode(each), each
    theirs.close()


def test_scores_that_would_join_what_our_merges_do_not_are_refused() -> None:
    rules = json.loads(foreign_tokenizers.gemma().to_str())  # one way to make each token, where scores know all
    with pytest.raises(Unsupported, match="no name for"):
        vocabulary.told(rules, 1000)


def test_a_gemma_whose_layers_see_otherwise_than_llama_cpp_believes_is_refused(tmp_path: Path) -> None:
    bot = subjects.subject("gemma", tmp_path / "base")
    for change in ({"kinds": ("full",) * 6}, {"rope_local_theta": 20_000.0}, {"attention_scale": 0.5}):
        other = replace(bot.model.shape, **change)
        assert not llama_file.is_known(other, gguf.MODEL_ARCH.GEMMA3)
    assert llama_file.is_known(bot.model.shape, gguf.MODEL_ARCH.GEMMA3)


def text_of(bot: Subject, prompt: str) -> str:
    words = chat.of(bot.template)
    assert words is not None
    turns = [{"role": "user", "content": prompt}]
    return Environment().from_string(words.jinja).render(messages=turns, add_generation_prompt=True)
