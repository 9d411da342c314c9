"""The catalogue: base models that Mynah offers, as data. Light: knows no torch, no disk and no network.

Sizes were computed from each config.json. Only models whose family is in core/families are listed. A revision of
40 digits is the commit of the model hub that is fetched; "main" is pinned to what it is when a download begins.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["instruct", "base"]  # answers questions, or only goes on with a text


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One base model. `parameters` are weights, `linear` those inside its blocks; both in millions."""

    id: str
    title: str
    repo: str
    revision: str
    licence: str
    kind: Kind
    good_for: str  # a sentence
    parameters: float
    linear: float
    layers: int
    width: int
    vocab: int
    kv_bytes: int  # of the cache for one token, in bf16
    asks: str = ""  # the address of terms that the user must accept first

    @property
    def bytes(self) -> int:
        """On disk and in memory, in bf16."""
        return round(self.parameters * 2e6)


def find(id_: str) -> Model | None:
    """The model of that id, if it is listed."""
    return next((model for model in CATALOGUE if model.id == id_), None)


CATALOGUE: Final = (
    Model(
        id="smollm2-135m-instruct",
        title="SmolLM2 135M",
        repo="HuggingFaceTB/SmolLM2-135M-Instruct",
        revision="12fd25f77366fa6b3b4b768ec3050bf629380bac",
        licence="Apache-2.0",
        kind="instruct",
        good_for="The smallest that answers. For a laptop without a graphics card, to see how it goes.",
        parameters=134.5,
        linear=106.2,
        layers=30,
        width=576,
        vocab=49_152,
        kv_bytes=23_040,
    ),
    Model(
        id="smollm2-360m-instruct",
        title="SmolLM2 360M",
        repo="HuggingFaceTB/SmolLM2-360M-Instruct",
        revision="a10cc1512eabd3dde888204e902eca88bddb4951",
        licence="Apache-2.0",
        kind="instruct",
        good_for="A small model for a computer without a graphics card, or with an old one.",
        parameters=361.8,
        linear=314.6,
        layers=32,
        width=960,
        vocab=49_152,
        kv_bytes=40_960,
    ),
    Model(
        id="granite-4.0-350m",
        title="Granite 4.0 350M",
        repo="ibm-granite/granite-4.0-350m",
        revision="main",
        licence="Apache-2.0",
        kind="instruct",
        good_for="As small, and used to several languages.",
        parameters=352.4,
        linear=249.6,
        layers=28,
        width=1024,
        vocab=100_352,
        kv_bytes=28_672,
    ),
    Model(
        id="gemma-3-270m-it",
        title="Gemma 3 270M",
        repo="google/gemma-3-270m-it",
        revision="ac82b4e820549b854eebf28ce6dedaf9fdfa17b3",
        licence="Gemma terms of use",
        kind="instruct",
        good_for="Many languages in a small model.",
        parameters=268.1,
        linear=100.3,
        layers=18,
        width=640,
        vocab=262_144,
        kv_bytes=18_432,
        asks="https://ai.google.dev/gemma/terms",
    ),
    Model(
        id="qwen3-0.6b",
        title="Qwen3 0.6B",
        repo="Qwen/Qwen3-0.6B",
        revision="c1899de289a04d12100db370d81485cdf75e47ca",
        licence="Apache-2.0",
        kind="instruct",
        good_for="Good answers for its size. For a Mac with 8 GB, or an older graphics card.",
        parameters=596.0,
        linear=440.4,
        layers=28,
        width=1024,
        vocab=151_936,
        kv_bytes=114_688,
    ),
    Model(
        id="minicpm5-1b",
        title="MiniCPM5 1B",
        repo="openbmb/MiniCPM5-1B",
        revision="main",
        licence="Apache-2.0",
        kind="instruct",
        good_for="The fast one for a graphics card with 8 GB.",
        parameters=1080.6,
        linear=679.6,
        layers=24,
        width=1536,
        vocab=130_560,
        kv_bytes=24_576,
    ),
    Model(
        id="granite-4.0-1b",
        title="Granite 4.0 1B",
        repo="ibm-granite/granite-4.0-1b",
        revision="main",
        licence="Apache-2.0",
        kind="instruct",
        good_for="Careful answers, several languages.",
        parameters=1632.0,
        linear=1426.0,
        layers=40,
        width=2048,
        vocab=100_352,
        kv_bytes=81_920,
    ),
    Model(
        id="qwen3-1.7b",
        title="Qwen3 1.7B",
        repo="Qwen/Qwen3-1.7B",
        revision="70d244cc86ccca08cf5af4e1e306ecf908b1ad5e",
        licence="Apache-2.0",
        kind="instruct",
        good_for="The balance of quality and time on a graphics card with 8 to 12 GB, or a Mac with 16 GB.",
        parameters=1720.6,
        linear=1409.3,
        layers=28,
        width=2048,
        vocab=151_936,
        kv_bytes=114_688,
    ),
    Model(
        id="smollm3-3b",
        title="SmolLM3 3B",
        repo="HuggingFaceTB/SmolLM3-3B",
        revision="a07cc9a04f16550a088caea529712d1d335b0ac1",
        licence="Apache-2.0",
        kind="instruct",
        good_for="Made in the open, its training texts too. For 12 GB.",
        parameters=3075.0,
        linear=2812.0,
        layers=36,
        width=2048,
        vocab=128_256,
        kv_bytes=73_728,
    ),
    Model(
        id="granite-4.1-3b",
        title="Granite 4.1 3B",
        repo="ibm-granite/granite-4.1-3b",
        revision="main",
        licence="Apache-2.0",
        kind="instruct",
        good_for="Twelve languages, for 12 GB.",
        parameters=3403.0,
        linear=3146.0,
        layers=40,
        width=2560,
        vocab=100_352,
        kv_bytes=81_920,
    ),
    Model(
        id="qwen3-4b-instruct-2507",
        title="Qwen3 4B Instruct",
        repo="Qwen/Qwen3-4B-Instruct-2507",
        revision="cdbee75f17c01a7cc42f958dc650907174af0554",
        licence="Apache-2.0",
        kind="instruct",
        good_for="The best answers that a graphics card with 8 to 12 GB can be taught overnight.",
        parameters=4022.0,
        linear=3633.0,
        layers=36,
        width=2560,
        vocab=151_936,
        kv_bytes=147_456,
    ),
    Model(
        id="qwen3-8b",
        title="Qwen3 8B",
        repo="Qwen/Qwen3-8B",
        revision="b968826d9c46dd6066d109eabc6255188de91218",
        licence="Apache-2.0",
        kind="instruct",
        good_for="Better still, and slow: for 12 GB and a long night, or 24 GB.",
        parameters=8191.0,
        linear=6946.0,
        layers=36,
        width=4096,
        vocab=151_936,
        kv_bytes=147_456,
    ),
    Model(
        id="gpt2",
        title="GPT-2",
        repo="openai-community/gpt2",
        revision="607a30d783dfa663caf39e06633721c8d4cfcd7e",
        licence="MIT",
        kind="base",
        good_for="A classic to learn from. It writes on in your voice, and does not answer questions.",
        parameters=124.4,
        linear=85.0,
        layers=12,
        width=768,
        vocab=50_257,
        kv_bytes=36_864,
    ),
    Model(
        id="gpt2-medium",
        title="GPT-2 medium",
        repo="openai-community/gpt2-medium",
        revision="6dcaa7a952f72f9298047fd5137cd6e4f05f41da",
        licence="MIT",
        kind="base",
        good_for="The classic, larger. It writes on in your voice, and does not answer questions.",
        parameters=354.8,
        linear=302.0,
        layers=24,
        width=1024,
        vocab=50_257,
        kv_bytes=98_304,
    ),
)
