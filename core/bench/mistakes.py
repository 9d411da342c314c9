"""`mynah bench mistakes`: folders of models with one thing wrong each, and what it costs to refuse them.

A sound folder is made, with weights of chance; each mistake is made in a copy and looked at by a process of its own,
the way a training does: config and names, then the tokenizer, then the weights.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

import torch
from safetensors.torch import load_file, save_file

from core import weights
from core.bench.adapting import config
from core.bench.reports import MistakeRow
from core.events import Note, Progress, Stop, Work
from core.export import folder as export
from core.export.subject import Subject, rules_of
from core.families import gpt2
from core.models.decoder import Decoder
from core.runs import Run
from core.shape import Shape
from core.tokenizers.bpe import BpeTokenizer
from core.weights import Source

Change: TypeAlias = Callable[[Path], object]

SHAPE: Final = Shape(
    vocab=400, context=256, layers=6, width=384, heads=6, kv_heads=6, inner=1536, norm="layer", position="learned",
    activation="gelu_tanh", bias=True,
)  # fmt: skip
MATRIX: Final = "transformer.h.1.mlp.c_fc.weight"
FIRST, SECOND = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"
BACKTRACKS: Final = {
    "type": "Sequence",
    "pretokenizers": [
        {"type": "Split", "pattern": {"Regex": "(a+)+$"}, "behavior": "Isolated", "invert": False},
        {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False},
    ],
}


@dataclass(frozen=True, slots=True)
class Worker:
    """What a process says of one folder; `said` is empty where nothing was refused."""

    said: str
    seconds: float
    megabytes: float


def mistakes(stop: Stop) -> Work[list[MistakeRow]]:
    """Each mistake once, after the sound folder, which has to be taken."""
    rows: list[MistakeRow] = []
    with tempfile.TemporaryDirectory() as scratch:
        sound = plant(Path(scratch))
        for done, (name, change) in enumerate({"none": lambda _: None, **MISTAKES}.items()):
            if stop():
                break
            yield Progress(done, len(MISTAKES) + 1, name)
            folder = shutil.copytree(sound, Path(scratch) / "copy")
            change(folder)
            found = asked(folder)
            shutil.rmtree(folder)
            if bool(found.said) == (name == "none"):
                yield Note(f"“{name}” was not answered as it should be: {found.said or 'it was taken'}")
            rows.append(MistakeRow(mistake=name, said=found.said, seconds=found.seconds, megabytes=found.megabytes))
    return rows


def asked(folder: Path) -> Worker:
    """What a fresh process makes of a folder."""
    command = (sys.executable, "-m", "core.bench.mistake_worker", str(folder))
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Worker(**json.loads(done.stdout))


def plant(root: Path) -> Path:
    """A GPT-2 of 11 million weights, as other programs write it, with a tokenizer that fits."""
    run = Run(root / "run")
    run.root.mkdir()
    tokenizer = BpeTokenizer.train(["a small folder of a model, with nothing wrong in it"] * 50, SHAPE.vocab)
    tokenizer.save(run.tokenizer_file)
    shape = replace(SHAPE, vocab=tokenizer.vocab)
    model = Decoder(shape)
    model.initialise(1)
    source = Source(Path(), config(shape, tokenizer.end), gpt2.FAMILY, shape, gpt2.entries(shape), {})
    rules = {**rules_of(run), "post_processor": None}
    export.save(Subject(title="sound", model=model, source=source, tokenizer=tokenizer, rules=rules), root / "sound")
    return root / "sound"


def _tell(name: str, **changes: Any) -> Change:
    """Other values in one of the JSON files."""

    def change(folder: Path) -> None:
        told = json.loads((folder / name).read_bytes())
        (folder / name).write_text(json.dumps({**told, **changes}), "utf-8")

    return change


def _tensors(change: Callable[[dict[str, torch.Tensor]], Mapping[str, torch.Tensor]]) -> Change:
    def apply(folder: Path) -> None:
        tensors = {name: tensor.clone() for name, tensor in load_file(folder / weights.WEIGHTS).items()}
        save_file(dict(change(tensors)), folder / weights.WEIGHTS)

    return apply


def _with_nan(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    tensors["transformer.ln_f.weight"][3] = torch.nan  # the last that is read
    return tensors


def _cut(name: str) -> Change:
    def change(folder: Path) -> None:
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[:-1000])

    return change


def _shards(folder: Path) -> None:
    """The weights in two files and an index."""
    tensors = load_file(folder / weights.WEIGHTS)
    (folder / weights.WEIGHTS).unlink()
    half = len(tensors) // 2
    files = {FIRST: [*tensors][:half], SECOND: [*tensors][half:]}
    for name, chosen in files.items():
        save_file({each: tensors[each].clone() for each in chosen}, folder / name)
    places = {each: name for name, chosen in files.items() for each in chosen}
    (folder / weights.INDEX).write_text(json.dumps({"weight_map": places}), "utf-8")


def _short_shard(folder: Path) -> None:
    _shards(folder)
    _cut(SECOND)(folder)


def _leading_out(folder: Path) -> None:
    _shards(folder)
    told = json.loads((folder / weights.INDEX).read_bytes())
    told["weight_map"][MATRIX] = f"../sound/{weights.WEIGHTS}"
    (folder / weights.INDEX).write_text(json.dumps(told), "utf-8")


def _nan_in_the_last_shard(folder: Path) -> None:
    _tensors(_with_nan)(folder)
    _shards(folder)


def _twins(folder: Path) -> None:
    """A tensor of the second file stands in the first one too, with other numbers."""
    _shards(folder)
    name, tensor = next(iter(load_file(folder / SECOND).items()))
    save_file({**load_file(folder / FIRST), name: tensor * 2}, folder / FIRST)


def _only(name: str) -> Change:
    def change(folder: Path) -> None:
        for path in folder.iterdir():
            path.unlink()
        (folder / name).write_bytes(b"GGUF")

    return change


def _more_tokens_than_rows(folder: Path) -> None:
    told = json.loads((folder / weights.TOKENIZER).read_bytes())
    more = max([*told["model"]["vocab"].values(), *(token["id"] for token in told["added_tokens"])]) + 1
    marks = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized", "special"), False)
    told["added_tokens"].append({"id": more, "content": "zebra", **marks})
    (folder / weights.TOKENIZER).write_text(json.dumps(told), "utf-8")


def _endless_tokenizer(folder: Path) -> None:
    with (folder / weights.TOKENIZER).open("r+b") as file:
        file.truncate(200 << 20)


def _pickled(folder: Path) -> None:
    (folder / weights.WEIGHTS).unlink()
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04cos\nsystem\n(S'true'\ntR.")


def _huge_header(folder: Path) -> None:
    (folder / weights.WEIGHTS).write_bytes((100 << 20).to_bytes(8, "little") + bytes(64))


MISTAKES: Final[Mapping[str, Change]] = {
    "a width of -1": _tell(weights.CONFIG, n_embd=-1),
    "a vocabulary of 10^9": _tell(weights.CONFIG, vocab_size=10**9),
    "10^6 layers": _tell(weights.CONFIG, n_layer=10**6),
    "a missing tensor": _tensors(lambda old: {name: tensor for name, tensor in old.items() if name != MATRIX}),
    "an extra tensor": _tensors(lambda old: {**old, "transformer.more.weight": torch.ones(2)}),
    "a tensor of another shape": _tensors(lambda old: {**old, MATRIX: old[MATRIX].T.contiguous()}),
    "weights that are not numbers": _tensors(_with_nan),
    "whole numbers for weights": _tensors(lambda old: {**old, MATRIX: old[MATRIX].to(torch.int64)}),
    "a file that ends early": _cut(weights.WEIGHTS),
    "a shard that ends early": _short_shard,
    "an index with ..": _leading_out,
    "a header of 100 MB": _huge_header,
    "no number in the last shard": _nan_in_the_last_shard,
    "one tensor in two shards": _twins,
    "eight bits for weights": _tensors(lambda old: {**old, MATRIX: old[MATRIX].to(torch.float8_e4m3fn)}),
    "an adapter in the place of a model": _only("adapter_config.json"),
    "a file of llama.cpp": _only("model.gguf"),
    "a tokenizer of 200 MB": _endless_tokenizer,
    "more tokens than the model has rows": _more_tokens_than_rows,
    "a tokenizer that backtracks for ever": _tell(weights.TOKENIZER, pre_tokenizer=BACKTRACKS),
    "pickled weights": _pickled,
    "a type that is not known": _tell(weights.CONFIG, model_type="mamba"),
}
