"""A folder from a stranger: whatever is wrong with it is told in one sentence, at once, and costs nothing."""

import json
import math
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from core import weights
from core.errors import Trouble, Unsupported, WrongFile
from tests.core.families import oracle

CONFIG = "This model's config.json gives no usable value for {}."
DAMAGED = "{} is damaged, or is no file of weights."
OTHER_SIZES = "This model has weights of other sizes than its config.json tells."
NAME = "model.layers.1.mlp.up_proj.weight"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    oracle.make("llama", folder)
    return folder


@pytest.fixture(scope="module")
def sharded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sharded")
    oracle.make("llama", folder, shard="30KB")
    return folder


# ---- one thing wrong with a folder each


def config(**changes: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        values = json.loads((folder / "config.json").read_bytes())
        (folder / "config.json").write_text(json.dumps({**values, **changes}))

    return change


def tensors(change: Callable[[dict[str, torch.Tensor]], dict[str, torch.Tensor]]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        save_file(change(load_file(folder / weights.WEIGHTS)), folder / weights.WEIGHTS)

    return apply


def header(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        data = (folder / weights.WEIGHTS).read_bytes()
        length = int.from_bytes(data[:8], "little")
        told = json.loads(data[8 : 8 + length])
        change(told)
        raw(json.dumps(told).encode(), data[8 + length :])(folder)

    return apply


def raw(text: bytes, data: bytes = b"", length: int | None = None) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        size = (len(text) if length is None else length).to_bytes(8, "little")
        (folder / weights.WEIGHTS).write_bytes(size + text + data)

    return apply


def cut(name: str, by: int) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[: len(data) - by])

    return apply


def append(folder: Path) -> None:
    with (folder / weights.WEIGHTS).open("ab") as file:
        file.write(bytes(8))


def index(change: Callable[[dict[str, str]], object]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        told = json.loads((folder / weights.INDEX).read_bytes())
        change(told["weight_map"])
        (folder / weights.INDEX).write_text(json.dumps(told))

    return apply


def pickled(name: str) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        (folder / weights.WEIGHTS).unlink()
        (folder / name).write_bytes(b"\x80\x04cos\nsystem\n(S'touch ran'\ntR.")

    return apply


def file(name: str, text: str) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        (folder / name).write_text(text)

    return apply


def nan(old: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    old[NAME][3, 4] = math.nan
    return old


def last_nan(folder: Path) -> None:
    path = max(folder.glob("*.safetensors"))
    held = load_file(path)
    held[min(held)].view(-1)[-1] = math.nan
    save_file(held, path)


def twin(folder: Path) -> None:
    """The first part holds a tensor of the last, with other values, and the index names the last."""
    first, last = min(folder.glob("*.safetensors")), max(folder.glob("*.safetensors"))
    theirs = load_file(last)
    name = min(theirs)
    save_file(load_file(first) | {name: theirs[name] * 2}, first)


def only(name: str) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        for path in folder.iterdir():
            path.unlink()
        (folder / name).write_text("{}")

    return apply


def nested(folder: Path) -> None:
    """As in models that also see pictures."""
    values = json.loads((folder / "config.json").read_bytes())
    (folder / "config.json").write_text(json.dumps({"model_type": "gemma3", "text_config": values}))


@dataclass
class Wrong:
    """What is done to a whole folder, and what is said of it."""

    change: Callable[[Path], object]
    said: str
    kind: type[Trouble] = WrongFile
    sharded: bool = False


WRONGS = {
    "a negative width": Wrong(config(hidden_size=-1), CONFIG.format("hidden_size")),
    "a billion tokens": Wrong(config(vocab_size=10**9), CONFIG.format("vocab_size")),
    "a number with 400 digits": Wrong(config(rms_norm_eps=10**400), CONFIG.format("rms_norm_eps")),
    "not a number": Wrong(config(rms_norm_eps=math.nan), CONFIG.format("rms_norm_eps")),
    "a yes for a number": Wrong(config(num_hidden_layers=True), CONFIG.format("num_hidden_layers")),
    "a million layers": Wrong(config(num_hidden_layers=10**6), CONFIG.format("num_hidden_layers")),
    "no width": Wrong(config(hidden_size=None), CONFIG.format("hidden_size")),
    "heads that do not divide": Wrong(config(num_key_value_heads=3), CONFIG.format("its sizes")),
    "a turn of nothing": Wrong(config(rope_parameters={"rope_theta": 1}), CONFIG.format("its rotary positions")),
    "a context stretched beyond all measure": Wrong(
        config(rope_parameters={"rope_type": "yarn", "factor": 1e-300}), CONFIG.format("its rotary positions")
    ),
    "an unknown way to stretch a context": Wrong(
        config(rope_parameters={"rope_type": "dynamic", "factor": 2.0}),
        "This model is built in a way that Mynah does not know: its config.json sets rope_type to something else.",
        Unsupported,
    ),
    "a gain of another family": Wrong(
        config(rope_parameters={"rope_type": "yarn", "factor": 4.0, "mscale": 0.7}),
        "This model is built in a way that Mynah does not know: its config.json sets mscale to something else.",
        Unsupported,
    ),
    "sizes one floor below": Wrong(nested, "Mynah does not know this type of model.", Unsupported),
    "more words than rows": Wrong(config(vocab_size=999_999), OTHER_SIZES),
    "more layers than there are": Wrong(
        config(num_hidden_layers=200), "This model misses some of the weights that its config.json promises."
    ),
    "an unknown type": Wrong(config(model_type="gpt_oss"), "Mynah does not know this type of model.", Unsupported),
    "an unknown activation": Wrong(
        config(hidden_act="swish7"),
        "This model is built in a way that Mynah does not know: its config.json sets hidden_act to something else.",
        Unsupported,
    ),
    "a list for a type": Wrong(config(model_type=["llama"]), "Mynah does not know this type of model.", Unsupported),
    "no config": Wrong(lambda folder: (folder / "config.json").unlink(), "This folder has no config.json."),
    "a config of brackets": Wrong(file("config.json", "[" * 100_000), "config.json is damaged."),
    "a config that is a list": Wrong(file("config.json", "[]"), "config.json is damaged."),
    "a missing tensor": Wrong(
        tensors(lambda old: {name: tensor for name, tensor in old.items() if name != NAME}),
        "This model misses some of the weights that its config.json promises.",
    ),
    "an extra tensor": Wrong(
        tensors(lambda old: old | {"adapter.weight": torch.ones(2)}),
        "This model holds weights that its config.json does not explain.",
    ),
    "a tensor turned round": Wrong(tensors(lambda old: old | {NAME: old[NAME].T.contiguous()}), OTHER_SIZES),
    "weights that are not numbers": Wrong(tensors(nan), "This model holds weights that are not numbers."),
    "whole numbers for weights": Wrong(
        tensors(lambda old: old | {NAME: old[NAME].to(torch.int64)}),
        "model.safetensors holds weights in a precision that Mynah cannot read (I64).",
    ),
    "eight bits for weights": Wrong(
        tensors(lambda old: old | {NAME: old[NAME].to(torch.float8_e4m3fn)}),
        "model.safetensors holds weights in a precision that Mynah cannot read (F8_E4M3).",
    ),
    "an early end": Wrong(cut(weights.WEIGHTS, 1000), DAMAGED.format(weights.WEIGHTS)),
    "something behind the end": Wrong(append, DAMAGED.format(weights.WEIGHTS)),
    "an early end in the header": Wrong(raw(b'{"a"', length=1000), DAMAGED.format(weights.WEIGHTS)),
    "an empty file": Wrong(file(weights.WEIGHTS, ""), DAMAGED.format(weights.WEIGHTS)),
    "a header of 100 MB": Wrong(raw(b"", length=100 << 20), DAMAGED.format(weights.WEIGHTS)),
    "one name twice": Wrong(
        raw(
            b'{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}'
        ),
        DAMAGED.format(weights.WEIGHTS),
    ),
    "tensors that overlap": Wrong(
        header(lambda told: told[NAME].update(data_offsets=[0, 56 * 32 * 4])), DAMAGED.format(weights.WEIGHTS)
    ),
    "a hole between tensors": Wrong(
        header(lambda told: told[NAME].update(data_offsets=[at + 8 for at in told[NAME]["data_offsets"]])),
        DAMAGED.format(weights.WEIGHTS),
    ),
    "a million dimensions": Wrong(
        header(lambda told: told[NAME].update(shape=[1] * 10**5)), DAMAGED.format(weights.WEIGHTS)
    ),
    "a length below zero": Wrong(
        header(lambda told: told[NAME].update(shape=[-56, -32])), DAMAGED.format(weights.WEIGHTS)
    ),
    "thousands of empty tensors": Wrong(
        header(
            lambda told: told.update(
                {str(n): {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for n in range(20_000)}
            )
        ),
        DAMAGED.format(weights.WEIGHTS),
    ),
    "a pickle": Wrong(
        pickled("pytorch_model.bin"),
        "The weights of this model are in a format that can run code, so Mynah does not open them.",
        Unsupported,
    ),
    "a checkpoint of torch": Wrong(
        pickled("consolidated.pt"),
        "The weights of this model are in a format that can run code, so Mynah does not open them.",
        Unsupported,
    ),
    "an adapter": Wrong(
        only("adapter_config.json"),
        "This folder holds an adapter, which only changes a model, and not a model.",
        Unsupported,
    ),
    "a file of llama.cpp": Wrong(
        only("model-q8_0.gguf"),
        "These weights are in the format of llama.cpp (GGUF), from which Mynah cannot train.",
        Unsupported,
    ),
    "no weights": Wrong(lambda folder: (folder / weights.WEIGHTS).unlink(), "This folder has no weights."),
    "an index that leads out": Wrong(
        index(lambda told: told.update({NAME: "../whole/model.safetensors"})),
        f"{weights.INDEX} is damaged.",
        sharded=True,
    ),
    "an index that leads elsewhere": Wrong(
        index(lambda told: told.update({NAME: "/etc/passwd"})), f"{weights.INDEX} is damaged.", sharded=True
    ),
    "an index of other places": Wrong(
        index(lambda told: told.update({NAME: told["model.embed_tokens.weight"]})),
        f"{weights.INDEX} is damaged.",
        sharded=True,
    ),
    "a part that is missing": Wrong(
        lambda folder: next(folder.glob("*-00002-*")).unlink(),
        "A part of this model's weights is missing.",
        sharded=True,
    ),
    "a weight in the last part that is not a number": Wrong(
        last_nan, "This model holds weights that are not numbers.", sharded=True
    ),
    "one tensor in two parts": Wrong(twin, "model-0000", sharded=True),
    "a part that ends early": Wrong(
        lambda folder: cut(next(folder.glob("*-00002-*")).name, 10)(folder), "model-00002-of-", sharded=True
    ),
}


@pytest.mark.parametrize("wrong", WRONGS.values(), ids=list(WRONGS))
def test_what_is_wrong_is_told_in_a_sentence(wrong: Wrong, whole: Path, sharded: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sharded if wrong.sharded else whole, tmp_path / "model")
    wrong.change(folder)
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(wrong.kind) as caught:
        weights.load(weights.look(folder))
    assert caught.value.what.startswith(wrong.said)
    assert caught.value.fix.endswith(".")
    assert sorted(path.name for path in folder.iterdir()) == before


def test_an_unknown_type_is_told_with_those_that_are_known(whole: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(whole, tmp_path / "model")
    config(model_type="mamba")(folder)
    with pytest.raises(Unsupported) as caught:
        weights.look(folder)
    assert str(caught.value) == (
        "Mynah does not know this type of model. It can read GPT-2, DistilGPT-2, GPT-Neo, Llama, SmolLM2, MiniCPM5, "
        "Qwen 2.5, Qwen 3, SmolLM 3, Gemma 3 (text), Granite 3, Granite 4 (dense), OLMo 2, Phi-4-mini, Mistral."
    )


MEASURE = r"""
import re, sys
from pathlib import Path
from core import weights
from core.errors import Trouble

def peak():
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1])

first, *folders = map(Path, sys.argv[1:])
weights.load(weights.look(first))
before = peak()
for folder in folders:
    try:
        weights.load(weights.look(folder))
    except Trouble:
        continue
    sys.exit("nothing was refused")
print((peak() - before) // 1024)
"""


linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems tell their peak of memory elsewhere")


@linux
def test_no_refusal_takes_memory(whole: Path, sharded: Path, tmp_path: Path) -> None:
    folders = []
    for number, wrong in enumerate(WRONGS.values()):
        folder = shutil.copytree(sharded if wrong.sharded else whole, tmp_path / str(number))
        wrong.change(folder)
        folders.append(folder)
    done = subprocess.run([sys.executable, "-c", MEASURE, whole, *folders], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 100  # MB


@linux
def test_a_model_takes_its_own_memory_and_a_tensors(whole: Path, tmp_path: Path) -> None:
    """38 million weights, of which the largest tensor has an eighth."""
    oracle.make("llama", tmp_path, hidden_size=768, intermediate_size=3072, vocab_size=6_000)
    program = MEASURE.replace("continue", "raise").replace('sys.exit("nothing was refused")', "continue")
    done = subprocess.run([sys.executable, "-c", program, whole, tmp_path], capture_output=True, text=True, check=True)
    size = (tmp_path / weights.WEIGHTS).stat().st_size >> 20
    assert size < int(done.stdout) < 1.35 * size


def test_code_in_a_folder_is_not_run(whole: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(whole, tmp_path / "model")
    marker = tmp_path / "ran"
    (folder / "modeling_llama.py").write_text(f"open({str(marker)!r}, 'w')")
    (folder / "rng_state.pth").write_bytes(b"\x80\x04cos\nsystem\n.")
    config(auto_map={"AutoModelForCausalLM": "modeling_llama.Model"}, chat_template="{{ 1/0 }}")(folder)
    weights.load(weights.look(folder))
    assert not marker.exists()
