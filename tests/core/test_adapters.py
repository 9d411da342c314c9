"""Adapters against `peft`: the same logits, the same gradients, the same files; and wrong folders, each refused."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from torch import Tensor

from core import adapters, weights
from core.errors import Trouble, Unsupported, WrongFile
from core.models import lora
from core.models.decoder import Decoder
from tests.core.families import oracle

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")  # what peft asks of its kin

CLOSE = 1e-5
RANK, ALPHA = 3, 6
MODELS = (
    "gpt2",
    "gpt_neo",
    "llama",
    "qwen2",
    "qwen3",
    "smollm3",
    "gemma3",
    "granite",
    "granite 4",
    "olmo2",
    "phi3",
    "mistral",
)
GPT2 = ["c_attn", "c_proj", "c_fc"]
NEO = ["q_proj", "k_proj", "v_proj", "out_proj", "c_proj", "c_fc"]
LLAMA = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
TARGETS = {
    "gpt2": GPT2,
    "gpt_neo": NEO,
    "phi3": ["qkv_proj", "o_proj", "gate_up_proj", "down_proj"],
    "granite 4": ["q_proj", "k_proj", "v_proj", "o_proj", "input_linear", "output_linear"],
}


@dataclass
class Pair:
    """One base and one random adapter, as `peft` reads them and as we do."""

    base: Path
    folder: Path
    theirs: Any
    source: weights.Source
    ours: Decoder


def text() -> Tensor:
    return torch.randint(0, 97, (2, 30), generator=torch.Generator().manual_seed(3))


@torch.no_grad()
def logits(model: Decoder) -> Tensor:
    return model.logits(model(text()))


def test_every_family_is_among_them() -> None:
    assert {oracle.MODELS[name][0] for name in MODELS} == {model_type for model_type, _ in oracle.MODELS.values()}


def their_adapter(base: Path, folder: Path, **options: Any) -> None:
    """An adapter made and saved by `peft`, with a random B."""
    torch.manual_seed(4)
    config = LoraConfig(r=RANK, lora_alpha=ALPHA, task_type="CAUSAL_LM", **options)
    model: Any = get_peft_model(oracle.reference(base), config)
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            if "lora_" in name:
                tensor.normal_(0, 0.1)
    model.save_pretrained(str(folder))


def their_model(base: Path, folder: Path) -> Any:
    model: Any = PeftModel.from_pretrained(oracle.reference(base), str(folder), is_trainable=True)
    return model.eval()


def read(base: Path, folder: Path) -> tuple[weights.Source, Decoder]:
    source = weights.look(base)
    model = weights.load(source)
    adapters.load(adapters.look(folder, source), model, source)
    return source, model


def fresh(source: weights.Source) -> Decoder:
    model = weights.load(source)
    adapters.attach(model, source, rank=RANK, alpha=ALPHA, seed=1)
    return model


@pytest.fixture(scope="module", params=MODELS)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    base, folder = tmp_path_factory.mktemp("base"), tmp_path_factory.mktemp("adapter")
    oracle.make(request.param, base)
    their_adapter(
        base, folder, target_modules=TARGETS.get(request.param, LLAMA), fan_in_fan_out=request.param == "gpt2"
    )
    return Pair(base, folder, their_model(base, folder), *read(base, folder))


def test_logits_are_equal(pair: Pair) -> None:
    theirs = pair.theirs(text()).logits
    torch.testing.assert_close(logits(pair.ours), theirs, atol=CLOSE, rtol=CLOSE)
    assert not torch.allclose(oracle.reference(pair.base)(text()).logits, theirs, atol=0.01)


def test_gradients_are_equal(pair: Pair, tmp_path: Path) -> None:
    ids, targets = text()[:, :-1], text()[:, 1:]
    pair.theirs.zero_grad()
    their_logits_BVT = pair.theirs(ids).logits.transpose(1, 2)
    torch.autograd.backward(torch.nn.functional.cross_entropy(their_logits_BVT, targets))
    learning = [weight for weight in pair.ours.parameters() if weight.requires_grad]
    gradients = torch.autograd.grad(pair.ours.loss(ids, targets) / targets.numel(), learning)
    other = fresh(pair.source)  # adapters that hold our gradients: saved, they have the names of theirs
    with torch.no_grad():
        for weight, gradient in zip((w for w in other.parameters() if w.requires_grad), gradients, strict=True):
            weight.copy_(gradient)
    ours = named(other, pair.source, tmp_path)
    theirs = {name.replace(".default", ""): weight.grad for name, weight in pair.theirs.named_parameters()}
    assert ours.keys() == {name for name, gradient in theirs.items() if gradient is not None}
    for name, gradient in ours.items():
        torch.testing.assert_close(gradient, theirs[name], atol=CLOSE / 10, rtol=CLOSE)


def named(model: Decoder, source: weights.Source, tmp_path: Path) -> dict[str, Tensor]:
    """The adapters of `model` as a file has them."""
    adapters.save(model, source, tmp_path / "named")
    return load_file(tmp_path / "named" / adapters.WEIGHTS)


def test_what_is_saved_is_what_was_read(pair: Pair, tmp_path: Path) -> None:
    before, after = load_file(pair.folder / adapters.WEIGHTS), named(pair.ours, pair.source, tmp_path)
    assert before.keys() == after.keys()
    assert [name for name in before if not torch.equal(before[name], after[name])] == []


def test_what_is_saved_is_read_by_peft(pair: Pair, tmp_path: Path) -> None:
    adapters.save(pair.ours, pair.source, tmp_path / "saved", dropout=0.05)
    assert sorted(path.name for path in (tmp_path / "saved").iterdir()) == [adapters.CONFIG, adapters.WEIGHTS]
    again = their_model(pair.base, tmp_path / "saved")
    assert torch.equal(again(text()).logits, pair.theirs(text()).logits)
    assert again.peft_config["default"].lora_dropout == 0.05


def test_merged_it_is_a_model_for_everyone(pair: Pair, tmp_path: Path) -> None:
    _, model = read(pair.base, pair.folder)
    expected = logits(model)
    lora.merge(model)
    torch.testing.assert_close(logits(model), expected, atol=CLOSE, rtol=CLOSE)
    (tmp_path / "tokenizer.json").write_text("{}")
    weights.save(model, pair.source, tmp_path / "tokenizer.json", tmp_path / "merged")
    theirs = oracle.reference(tmp_path / "merged")(text()).logits
    torch.testing.assert_close(theirs, expected, atol=CLOSE, rtol=CLOSE)


def test_strength_scales_as_alpha_does_in_peft(pair: Pair, tmp_path: Path) -> None:
    _, model = read(pair.base, pair.folder)
    lora.set_strength(model, 0.5)
    config = json.loads((pair.folder / adapters.CONFIG).read_bytes())
    (tmp_path / adapters.CONFIG).write_text(json.dumps({**config, "lora_alpha": ALPHA / 2}))
    save_file(load_file(pair.folder / adapters.WEIGHTS), tmp_path / adapters.WEIGHTS)
    theirs = their_model(pair.base, tmp_path)(text()).logits
    torch.testing.assert_close(logits(model), theirs, atol=CLOSE, rtol=CLOSE)


# ---- the files of the world


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("llama")
    oracle.make("llama", folder)
    return folder


def test_an_adapter_of_some_layers_only_leaves_the_others(base: Path, tmp_path: Path) -> None:
    their_adapter(base, tmp_path, target_modules=["q_proj", "v_proj"])
    _, model = read(base, tmp_path)
    theirs = their_model(base, tmp_path)(text()).logits
    torch.testing.assert_close(logits(model), theirs, atol=CLOSE, rtol=CLOSE)


def test_a_scale_by_the_root_of_the_rank_is_read_and_saved_as_another_alpha(base: Path, tmp_path: Path) -> None:
    their_adapter(base, tmp_path / "theirs", target_modules=LLAMA, use_rslora=True)
    source, model = read(base, tmp_path / "theirs")
    theirs = their_model(base, tmp_path / "theirs")(text()).logits
    torch.testing.assert_close(logits(model), theirs, atol=CLOSE, rtol=CLOSE)
    adapters.save(model, source, tmp_path / "ours")
    again = their_model(base, tmp_path / "ours")(text()).logits
    torch.testing.assert_close(again, theirs, atol=CLOSE, rtol=CLOSE)


NAME = f"{adapters.PREFIX}model.layers.1.mlp.up_proj.lora_A.weight"


def config(**changes: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        values = json.loads((folder / adapters.CONFIG).read_bytes())
        (folder / adapters.CONFIG).write_text(json.dumps({**values, **changes}))

    return change


def tensors(change: Callable[[dict[str, Tensor]], dict[str, Tensor]]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        save_file(change(load_file(folder / adapters.WEIGHTS)), folder / adapters.WEIGHTS)

    return apply


def cut(folder: Path) -> None:
    data = (folder / adapters.WEIGHTS).read_bytes()
    (folder / adapters.WEIGHTS).write_bytes(data[:-100])


@dataclass
class Wrong:
    """What is done to a whole folder, and what is said of it."""

    change: Callable[[Path], object]
    said: str
    kind: type[Trouble] = WrongFile


KIND = "This adapter is of a kind that Mynah does not know."
VALUES = "This adapter has an adapter_config.json without usable values."
PARTS = "This adapter changes other parts of a model than this one has."
SIZES = "This adapter has weights of other sizes than fit this model."
DAMAGED = "adapter_model.safetensors is damaged, or is no file of weights."
WRONGS = {
    "no rank": Wrong(config(r=0), VALUES),
    "a rank of millions": Wrong(config(r=10**7), VALUES),
    "an alpha that is no number": Wrong(config(lora_alpha=math.nan), VALUES),
    "no targets": Wrong(config(target_modules=None), VALUES),
    "targets that are no words": Wrong(config(target_modules=[1]), VALUES),
    "another rank": Wrong(config(r=RANK + 1), SIZES),
    "another method": Wrong(config(peft_type="LOHA"), KIND, Unsupported),
    "magnitudes apart": Wrong(config(use_dora=True), KIND, Unsupported),
    "scales that differ": Wrong(config(alpha_pattern={"q_proj": 3}), KIND, Unsupported),
    "a whole layer beside the pairs": Wrong(config(modules_to_save=["lm_head"]), KIND, Unsupported),
    "a changed base": Wrong(config(init_lora_weights="pissa"), KIND, Unsupported),
    "ranks that differ": Wrong(config(rank_pattern={"q_proj": 2}), KIND, Unsupported),
    "a variant of next year": Wrong(config(use_xlora=True), KIND, Unsupported),
    "a list for a config": Wrong(
        lambda folder: (folder / adapters.CONFIG).write_text("[]"),
        "adapter_config.json is damaged.",
    ),
    "no config": Wrong(lambda folder: (folder / adapters.CONFIG).unlink(), "This folder has no adapter_config.json."),
    "no weights": Wrong(
        lambda folder: (folder / adapters.WEIGHTS).unlink(), "This folder has no adapter_model.safetensors."
    ),
    "a missing tensor": Wrong(tensors(lambda old: {name: old[name] for name in old if name != NAME}), PARTS),
    "an extra tensor": Wrong(tensors(lambda old: old | {"lm_head.weight": torch.ones(2)}), PARTS),
    "targets without tensors": Wrong(config(target_modules=["q_proj"]), PARTS),
    "targets of another model": Wrong(config(target_modules=["c_attn"]), PARTS),
    "a tensor turned round": Wrong(tensors(lambda old: old | {NAME: old[NAME].T.contiguous()}), SIZES),
    "weights that are not numbers": Wrong(
        tensors(lambda old: old | {NAME: old[NAME] * math.nan}), "This adapter holds weights that are not numbers."
    ),
    "whole numbers for weights": Wrong(
        tensors(lambda old: old | {NAME: old[NAME].to(torch.int64)}),
        "adapter_model.safetensors holds weights in a precision that Mynah cannot read (I64).",
    ),
    "an early end": Wrong(cut, DAMAGED),
    "a header of 100 MB": Wrong(
        lambda folder: (folder / adapters.WEIGHTS).write_bytes((100 << 20).to_bytes(8, "little")), DAMAGED
    ),
}


@pytest.mark.parametrize("wrong", WRONGS.values(), ids=list(WRONGS))
def test_what_is_wrong_is_told_and_nothing_is_attached(wrong: Wrong, base: Path, tmp_path: Path) -> None:
    source = weights.look(base)
    model = weights.load(source)
    adapters.save(fresh(source), source, tmp_path / "adapter")
    wrong.change(tmp_path / "adapter")
    with pytest.raises(wrong.kind) as caught:
        adapters.load(adapters.look(tmp_path / "adapter", source), model, source)
    assert caught.value.what == wrong.said
    assert caught.value.fix.endswith(".")
    assert not model.adapted


def test_a_save_that_fails_leaves_nothing(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = weights.look(base)
    model = fresh(source)

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(adapters, "write_file", full)
    with pytest.raises(Trouble, match="The disk is full while saving the adapter"):
        adapters.save(model, source, tmp_path / "adapter")
    assert list(tmp_path.iterdir()) == []
