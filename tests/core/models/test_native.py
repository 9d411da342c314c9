"""One token in machine code gives what the same integers give in torch: any shape, processor, number of threads."""

import concurrent.futures
import copy
from collections.abc import Iterator
from functools import partial

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.generate.reader import Reader
from core.models import integers, lora
from core.models.cache import Cache
from core.models.decoder import Block, Decoder
from core.models.integers import Bits, Int4, Int8
from core.models.native import Native
from core.models.packed import pack, to_answer
from core.native.plan import GROUP
from core.native.processor import AVX2, VNNI_512, Processor, of_features, this_processor
from core.shape import Shape
from tests.fakes.small_run import opinionated

HERE = this_processor()
SMALL = Shape(vocab=50, context=24, layers=3, width=64, heads=4, kv_heads=2, inner=96, gated=True, activation="silu")
GPT2 = Shape(vocab=50, context=24, layers=3, width=64, heads=4, kv_heads=4, inner=96, norm="layer",
             position="learned", bias=True, activation="gelu_tanh")  # fmt: skip
SHAPES = {
    "llama": SMALL,
    "gpt2": GPT2,
    "ours": Shape(vocab=50, context=24, layers=2, width=64, heads=2, kv_heads=1, inner=128, own_head_width=48),
    "qwen 3": Shape(vocab=50, context=24, layers=2, width=64, heads=4, kv_heads=2, inner=96, gated=True,
                    activation="silu", qk_norm=True, own_head_width=32, qkv_bias=True),
    "gemma 3": Shape(vocab=50, context=24, layers=3, width=64, heads=2, kv_heads=1, inner=96, gated=True,
                     activation="gelu_tanh", norm_position="sandwich", norm_plus_one=True, qk_norm=True,
                     kinds=("slide", "full", "slide"), window=5, rope_theta=1e6, rope_local_theta=1e4,
                     embedding_scale=8.0, attention_scale=0.2),
    "olmo 2": Shape(vocab=50, context=24, layers=2, width=64, heads=4, kv_heads=2, inner=96, gated=True,
                    activation="silu", norm_position="post", qk_norm=True, qk_norm_flat=True, tied=False),
    "smollm 3": Shape(vocab=50, context=24, layers=2, width=64, heads=4, kv_heads=2, inner=96, gated=True,
                      activation="silu", kinds=("full", "nope")),
    "granite": Shape(vocab=50, context=24, layers=2, width=64, heads=4, kv_heads=2, inner=96, gated=True,
                     activation="silu", residual_scale=0.3, logit_scale=0.2, attention_scale=0.1),
    "phi": Shape(vocab=50, context=24, layers=2, width=64, heads=2, kv_heads=1, inner=96, gated=True,
                 activation="silu", rope_width=24),
}  # fmt: skip
needs_it = pytest.mark.skipif(HERE is None, reason="machine code is written for x86-64 with AVX2 only")


class Bytes(nn.Module):
    """The same integers in torch, of rows that become bytes in groups as the code makes them."""

    def __init__(self, packed: Int8 | Int4) -> None:
        super().__init__()
        self.packed = packed

    def forward(self, x: Tensor, _dropout: object = None) -> Tensor:
        groups = x.reshape(*x.shape[:-1], -1, GROUP)
        scale = (groups.abs().amax(-1, keepdim=True) / 127).clamp(min=1e-30)
        rounded = ((groups / scale).round() * scale).view(x.shape)
        return F.linear(rounded, self.packed.whole(torch.float32), self.packed._bias_O)


def give(model: Decoder, native: Native | None) -> None:
    model.one_token = native
    for layer, block in enumerate(blocks(model)):
        block.recorded = partial(native.block, layer) if native else None


def in_torch(model: Decoder) -> Decoder:
    """A copy of a packed model whose every product is `Bytes`."""
    give(model, None)
    twin = copy.deepcopy(model)
    for part in list(twin.modules()):
        for name, child in part.named_children():
            if isinstance(child, Int8 | Int4):
                setattr(part, name, Bytes(child))
    return twin


@torch.inference_mode()
def apart(model: Decoder, twin: Decoder) -> Tensor:
    """How far what both say after each token is apart, when both remember what the twin read. A number on the edge
    between two bytes may fall to either, so that now and then a token differs a little."""
    cache, own = (Cache(model.shape, model.shape.context) for _ in range(2))
    shares = []
    for place in range(cache.length):
        own.copy(cache, place)
        ids = torch.tensor([[7 * place % model.shape.vocab]])
        given, right = (one.logits(one(ids, known)) for one, known in ((model, own), (twin, cache)))
        shares.append((given - right).norm() / right.norm())
    return torch.stack(shares)


def are_alike(shares: Tensor) -> bool:
    return bool(shares.median() < 1e-5 and shares.max() < 0.1)


def ways() -> list[Processor]:
    """What code can be tried on the processor of these tests: the second kind of VNNI by its other spelling."""
    if HERE is None:
        return []
    narrow = [VNNI_512, Processor(8, True, "+avx512vl,+avx512vnni")] if HERE == VNNI_512 else [HERE]
    return list(dict.fromkeys([*narrow, AVX2]))


def blocks(model: Decoder) -> list[Block]:
    return [block for block in model.blocks if isinstance(block, Block)]


def said(model: Decoder, tokens: int = 30) -> Tensor:
    """The logits after each of so many tokens that the context is full on the way."""
    reader = Reader(model)
    return torch.stack([reader.read([7 * n % model.shape.vocab]) for n in range(tokens)])


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@needs_it
@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_every_shape_says_what_it_says_in_torch(shape: Shape, bits: Bits) -> None:
    torch.manual_seed(1)
    model = opinionated(shape, seed=1)
    with torch.no_grad():
        for norm in (part for name, part in model.named_parameters() if "norm" in name):
            norm.add_(torch.randn_like(norm) * 0.2)
    model = pack(model, bits)
    twin = in_torch(model)
    for way in ways():
        give(model, Native(model, way))
        assert are_alike(apart(model, twin))


@needs_it
@pytest.mark.parametrize("bits", [8, 4])
def test_any_number_of_threads_gives_the_same_numbers(bits: Bits) -> None:
    model = pack(opinionated(SMALL, seed=2), bits)
    assert model.one_token is not None
    given = []
    for count in (1, 2, 3, 7):
        torch.set_num_threads(count)
        given.append(said(model))
    assert all(torch.equal(each, given[0]) for each in given)


@needs_it
def test_adapters_are_heard_as_strong_as_they_are_now() -> None:
    model = opinionated(SMALL, seed=3)
    lora.attach(model, lora.whole(model), rank=4, alpha=8, seed=1)
    for layer in lora.adapted(model):
        torch.nn.init.normal_(layer.lora_b, std=0.3, generator=torch.Generator().manual_seed(1))
        for weight in (layer.lora_a, layer.lora_b):  # which the code keeps in bf16
            weight.data = weight.data.bfloat16().float()
    model = pack(model, 8)
    assert isinstance(model.one_token, Native)
    code = model.one_token
    twin = in_torch(model)
    give(model, code)
    heard = []
    for strength in (1.0, 0.0, 0.7):
        lora.set_strength(model, strength)
        lora.set_strength(twin, strength)
        assert are_alike(apart(model, twin))
        heard.append(said(model))
    assert not torch.allclose(heard[0], heard[1], rtol=0.1)
    assert not torch.allclose(heard[0], heard[2], rtol=0.1)


@needs_it
def test_who_listens_to_a_block_hears_each_token_and_may_change_it() -> None:
    model, asked = pack(opinionated(SMALL, seed=4), 8), list[int]()
    plain = said(model)
    handle = model.blocks[1].register_forward_hook(lambda _module, _inputs, output: asked.append(output.shape[1]))
    assert torch.equal(said(model), plain)
    handle.remove()
    assert asked.count(1) >= 29
    handle = model.blocks[1].register_forward_hook(lambda _module, _inputs, output: output + 1)
    assert not torch.equal(said(model), plain)
    handle.remove()
    assert torch.equal(said(model), plain)


@needs_it
def test_two_talks_at_once_do_not_disturb_each_other() -> None:
    torch.set_num_threads(3)
    models = [pack(opinionated(SMALL, seed=seed), 8) for seed in (5, 6)]
    alone = [said(model, 200) for model in models]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda model: said(model, 200), models * 2))
    assert all(torch.equal(one, other) for one, other in zip(together, alone * 2, strict=True))


@needs_it
def test_code_that_gives_other_numbers_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Int8.tiles

    def wrong(layer: Int8, processor: Processor) -> object:
        tiles = right(layer, processor)
        tiles.matrix.copy_(tiles.matrix.flip(0))
        return tiles

    monkeypatch.setattr(Int8, "tiles", wrong)
    model = pack(opinionated(SMALL, seed=7), 8)
    assert model.one_token is None
    assert said(model).isfinite().all()


@needs_it
def test_a_shape_of_no_whole_tiles_goes_on_in_torch() -> None:
    odd = Shape(vocab=50, context=24, layers=1, width=40, heads=2, kv_heads=2, inner=96)
    model = pack(opinionated(odd, seed=8), 8)
    assert model.one_token is None
    assert said(model).isfinite().all()


def test_each_processor_gets_the_best_that_it_knows() -> None:
    old, zen = (
        {"avx2": True, "fma": True},
        dict.fromkeys(("avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512vnni"), True),
    )
    assert of_features({}) is None
    assert of_features(old) == AVX2
    assert of_features(old | zen) == VNNI_512
    assert of_features(old | zen | {"avx512vl": False}) == AVX2
    narrow = of_features(old | {"avxvnni": True})
    assert narrow is not None
    assert (narrow.lanes, narrow.has_vnni) == (8, True)


def test_other_kinds_of_processors_are_left_to_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    assert this_processor() is None
    model = pack(opinionated(SMALL, seed=9), 8)
    assert model.one_token is None
    assert said(model).isfinite().all()


@needs_it
@pytest.mark.skipif(not integers.multiplies_bytes(), reason="this processor has no products of bytes")
@pytest.mark.parametrize("bits", [8, 4])
def test_prompts_are_still_multiplied_as_bytes(bits: Bits, monkeypatch: pytest.MonkeyPatch) -> None:
    model, products, asked = pack(opinionated(SMALL, seed=9), bits), torch._int_mm, list[int]()
    assert model.one_token is not None

    def counted(x8_MI: Tensor, q_IO: Tensor) -> Tensor:
        asked.append(len(x8_MI))
        return products(x8_MI, q_IO)

    monkeypatch.setattr(torch, "_int_mm", counted)
    Reader(model).read(list(range(20)))
    assert asked == [20] * 5 * SMALL.layers


def test_who_does_not_want_it_can_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYNAH_MACHINE_CODE", "0")
    assert pack(opinionated(SMALL, seed=9), 8).one_token is None


@needs_it
def test_only_replies_of_packed_models_have_it() -> None:
    assert pack(opinionated(SMALL, seed=10), 8).one_token is not None
    assert to_answer(opinionated(SMALL, seed=10)).one_token is None  # so small that it answers whole
