"""What is kept of a talk spares reading it again, and changes no number of what follows."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from core import footprint, voice
from core.events import drain, never
from core.generate.kept import AT_ONCE, Kept
from core.generate.reader import LEAST, STEP, Reader
from core.generate.stream import write
from core.models import lora
from core.models.decoder import Decoder
from core.models.integers import multiplies_bytes
from core.models.packed import pack
from core.replies import Piece, Reply, Sampling
from core.shape import Shape
from core.voice import Voice
from tests.fakes.byte_tokenizer import ByteTokenizer
from tests.fakes.small_run import opinionated

TOKENIZER = ByteTokenizer()
LLAMA = Shape(
    vocab=TOKENIZER.vocab,
    context=768,
    layers=2,
    width=64,
    heads=4,
    kv_heads=2,
    inner=96,
    gated=True,
    activation="silu",
)
SHAPES = {
    "llama": LLAMA,
    "gpt2": replace(LLAMA, norm="layer", position="learned", bias=True, gated=False, activation="gelu_tanh"),
    "sliding": replace(LLAMA, kinds=("slide", "full"), window=90, rope_local_theta=1e4),
    "stretched": replace(LLAMA, rope_divisors=(1.0, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 8.0), rope_gain=1.1),
}
FORMS: dict[str, Callable[[Decoder], Decoder]] = {
    "fp32": lambda model: model.float(),
    "int8": lambda model: pack(model, 8),
    "int4": lambda model: pack(model, 4),
}
HOW = Sampling(temperature=1, min_p=0, repetition=1, length=30, seed=7)
GENERATOR = torch.Generator().manual_seed(3)


@pytest.fixture(autouse=True)
def _alike() -> None:
    """In whatever order tests run, each has the same ids: with others a reply may end at once."""
    GENERATOR.manual_seed(3)


def some(count: int) -> list[int]:
    """Ids that begin no other prompt, none of them the end."""
    return torch.randint(200, (count,), generator=GENERATOR).tolist()


def fresh(model: Decoder, ids: Sequence[int]) -> Tensor:
    return Reader(model).read(ids)


def is_exact(form: str) -> bool:
    """Whether this processor multiplies what is packed as integers: in bf16 sums of many tokens are rounded otherwise
    than those of few."""
    return form == "fp32" or multiplies_bytes()


def assert_same(one_V: Tensor, other_V: Tensor, form: str) -> None:
    near = (1e-5 if is_exact(form) else 3e-2) * float(other_V.abs().max())
    torch.testing.assert_close(one_V, other_V, atol=near, rtol=0)


def said(model: Decoder, ids: Sequence[int], kept: Kept | None, how: Sampling = HOW, tokens: int = 1000) -> Reply:
    """A reply, stopped after so many tokens."""
    left = iter(range(tokens))
    reply = drain(write(model, TOKENIZER, ids, how, lambda: next(left, None) is None, kept))[1]
    return replace(reply, seconds=0)


@contextmanager
def counted(model: Decoder) -> Iterator[list[int]]:
    """How many tokens each pass through the model read."""
    passes: list[int] = []

    def count(module: nn.Module, args: tuple[Tensor, ...]) -> None:
        passes.append(args[0].shape[1])

    handle = model.register_forward_pre_hook(count)
    try:
        yield passes
    finally:
        handle.remove()


@pytest.fixture(scope="module")
def model() -> Decoder:
    return opinionated(LLAMA, seed=3)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_later_turn_has_the_logits_of_a_talk_that_was_read_anew(shape: str, form: str) -> None:
    model = FORMS[form](opinionated(SHAPES[shape], seed=3))
    kept, ids = Kept(model), some(150)
    for turn, length in enumerate((1, 40, 65, 128, 100)):
        with kept.reader(ids) as reader:
            assert (reader.used >= len(ids) - length - 20 - 2 * STEP) == bool(turn)
            assert_same(reader.read(ids[reader.used :]), fresh(model, ids), form)
            written = some(20)  # token by token, as a reply is
            for token in written:
                reader.read([token])
        ids = ids + written + some(length)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("length", [65, 130, 140, 192, 225])
def test_the_same_prompt_again_has_the_same_logits_also_where_little_is_left_to_read(form: str, length: int) -> None:
    model = FORMS[form](opinionated(LLAMA, seed=3))
    kept, ids = Kept(model), some(length)
    for _ in range(2):
        with kept.reader(ids) as reader:
            assert_same(reader.read(ids[reader.used :]), fresh(model, ids), form)


@pytest.mark.parametrize("form", FORMS)
def test_a_later_turn_reads_only_what_is_new(form: str) -> None:
    model = FORMS[form](opinionated(LLAMA, seed=3))
    kept, ids = Kept(model), some(500)
    ids += [*said(model, ids, kept).text.encode("latin-1", "replace"), *some(20)]
    with counted(model) as passes:
        later = said(model, ids, kept, replace(HOW, length=1))
    assert later == said(model, ids, None, replace(HOW, length=1)) or not is_exact(form)
    assert sum(passes) <= len(ids) - 500 + STEP + LEAST


@pytest.mark.parametrize("tokens", [0, 1, 9])
def test_a_reply_that_was_cut_short_leaves_nothing_behind(model: Decoder, tokens: int) -> None:
    kept, ids = Kept(model), some(200)
    cut = said(model, ids, kept, tokens=tokens)
    assert cut.stopped
    assert said(model, ids, kept) == said(model, ids, None)


def test_the_same_question_again_is_hardly_read_again_and_gets_the_same_reply(model: Decoder) -> None:
    kept, ids = Kept(model), some(300)
    first = said(model, ids, kept)
    with counted(model) as passes:
        assert said(model, ids, kept) == first
    assert passes[0] <= STEP + LEAST
    assert said(model, ids, kept, replace(HOW, seed=8)) == said(model, ids, None, replace(HOW, seed=8)) != first


@pytest.mark.parametrize("place", [0, 70, 299])
def test_an_edited_turn_is_read_from_where_it_differs(model: Decoder, place: int) -> None:
    kept, ids = Kept(model), some(400)
    said(model, ids, kept)
    edited = [*ids[:place], (ids[place] + 1) % 200, *ids[place + 1 :]]
    with counted(model) as passes:
        assert said(model, edited, kept) == said(model, edited, None)
    assert passes[0] == 400 - place // STEP * STEP


def test_talks_of_several_people_in_turn_stay_known(model: Decoder) -> None:
    kept = Kept(model)
    persona = some(130)  # with which all begin
    talks = [[*persona, *some(200 + n)] for n in range(3)]
    for round_ in range(3):
        for n, ids in enumerate(talks):
            with counted(model) as passes:
                assert said(model, ids, kept) == said(model, ids, None)
            assert passes[0] <= (2 * STEP + LEAST if round_ else len(ids) - 2 * STEP if n else len(ids))
            talks[n] = [*ids, *some(40)]


def test_more_talks_than_are_kept_are_answered_as_ever_and_the_oldest_is_forgotten(model: Decoder) -> None:
    kept, talks = Kept(model), [some(150) for _ in range(footprint.TALKS + 1)]
    for ids in talks:
        said(model, ids, kept)
    assert len(kept) == footprint.TALKS
    for ids, first in zip(talks[::-1], [STEP + LEAST] * footprint.TALKS + [150], strict=True):
        with counted(model) as passes:
            assert said(model, ids, kept) == said(model, ids, None)
        assert passes[0] == pytest.approx(first, abs=LEAST)


def test_large_talks_are_fewer() -> None:
    wide = replace(LLAMA, context=4096, layers=24, width=512, heads=8, kv_heads=2)
    assert footprint.a_talk(wide) == 2 * 4 * 24 * 2 * 64 * 4096
    assert footprint.talks_kept(wide) == 2
    assert footprint.talks_kept(replace(wide, kv_heads=8)) == 1
    assert footprint.talking(wide, "cpu") == footprint.talking(replace(wide, context=2048), "cpu")  # four smaller ones


def test_a_prompt_longer_than_the_context_and_a_talk_that_fills_it_are_as_ever(model: Decoder) -> None:
    kept, ids = Kept(model), some(LLAMA.context - 10)
    for prompt in (ids, [*ids, *some(20)], ids[200:], ids):
        assert said(model, prompt, kept) == said(model, prompt, None)


def test_what_was_read_with_other_adapters_counts_as_another_talk() -> None:
    model = opinionated(LLAMA, seed=3)
    lora.attach(model, lora.whole(model), rank=4, alpha=8, seed=1)
    with torch.no_grad():
        for layer in lora.adapted(model):
            layer.lora_b.fill_(0.01)
    kept, ids, replies = Kept(model), some(200), list[str]()
    for strength in (1.0, 0.5, 1.0, 0.0):
        lora.set_strength(model, strength)
        replies.append(said(model, ids, kept).text)
        assert replies[-1] == said(model, ids, None).text
    assert replies[0] == replies[2]
    assert len(set(replies)) == 3


def test_what_was_read_with_a_voice_added_counts_as_another_talk(model: Decoder) -> None:
    known = Voice(layer=0, direction=(1.0,) + (0.0,) * 63, base=0.0, mine=1.0, deviation=9.0, floor=3.0, told_apart=0.9)
    kept, ids, replies = Kept(model), some(200), list[str]()
    for added in (0.0, 2.0, 0.0):
        with voice.speaking(model, known, added=added):
            replies.append(said(model, ids, kept).text)
            assert replies[-1] == said(model, ids, None).text
    assert replies[0] == replies[2] != replies[1]


def test_two_replies_at_the_same_time_do_not_disturb_each_other(model: Decoder) -> None:
    kept, ids = Kept(model), some(200)
    alone = said(model, ids, None)
    works = [write(model, TOKENIZER, ids, HOW, never, kept) for _ in range(2)]
    pieces = list(zip(*works, strict=True))  # one of each in turn
    assert all(first == second for first, second in pieces)
    assert "".join(piece.text for piece, _ in pieces if isinstance(piece, Piece)) == alone.text
    assert said(model, ids, kept) == alone


def test_what_is_read_ahead_is_there_when_the_question_comes(model: Decoder) -> None:
    kept, ids = Kept(model), some(500)
    with counted(model) as passes:
        kept.read_ahead([*ids, *some(50)], never)
    assert passes == [AT_ONCE] * 4
    with counted(model) as passes:
        assert said(model, ids, kept) == said(model, ids, None)
    assert passes[0] <= STEP + LEAST


def test_reading_ahead_ends_when_the_question_comes_and_leaves_what_it_read(model: Decoder) -> None:
    kept, ids = Kept(model), some(500)
    answers = iter([False, False, True])
    with counted(model) as passes:
        kept.read_ahead(ids, lambda: next(answers))
    assert passes == [AT_ONCE, AT_ONCE]
    with kept.reader(ids) as reader:
        assert reader.used == 2 * AT_ONCE


def test_nothing_is_read_ahead_while_a_reply_is_written(model: Decoder) -> None:
    kept = Kept(model)
    work = write(model, TOKENIZER, some(100), HOW, never, kept)
    next(work)
    with counted(model) as passes:
        kept.read_ahead(some(200), never)
    work.close()
    kept.read_ahead(some(200), never)
    assert (passes, len(kept)) == ([], 2)
