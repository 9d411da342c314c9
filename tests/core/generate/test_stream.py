"""A reply is written in whole characters, ends where it should, and does not depend on how the model is cached."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from core.events import drain, never
from core.generate.stream import opening, write
from core.models.cache import Cache
from core.models.decoder import Decoder
from core.models.dropout import Dropout
from core.replies import Piece, Reply, Sampling
from core.shape import Shape
from tests.fakes.byte_tokenizer import ByteTokenizer
from tests.fakes.small_run import opinionated

TOKENIZER = ByteTokenizer()
END = TOKENIZER.end
SHAPE = Shape(vocab=TOKENIZER.vocab, context=16, layers=2, width=16, heads=2, kv_heads=1, inner=32)
GREEDY = Sampling(temperature=0, min_p=0, repetition=1, length=40)
FREE = Sampling(temperature=1, min_p=0, repetition=1, length=40)


class Parrot(Decoder):
    """Writes the ids it was given, whatever it reads."""

    def __init__(self, ids: Iterable[int]) -> None:
        super().__init__(SHAPE)
        self.ids = iter(ids)

    def forward(
        self,
        ids_BT: Tensor,
        cache: Cache | None = None,
        dropout: Dropout | None = None,
        starts_BT: Tensor | None = None,
    ) -> Tensor:
        assert cache is not None
        cache.used += ids_BT.shape[1]
        return torch.zeros(*ids_BT.shape, SHAPE.width)

    def logits(self, x_BTC: Tensor) -> Tensor:
        assert x_BTC.shape[:2] == (1, 1)
        logits_BTV = torch.zeros(1, 1, SHAPE.vocab)
        logits_BTV[..., next(self.ids)] = 1
        return logits_BTV


@pytest.fixture
def model() -> Decoder:
    return opinionated(SHAPE, seed=3)


def written(model: Decoder, prompt: Sequence[int], sampling: Sampling = GREEDY) -> tuple[list[object], Reply]:
    events, reply = drain(write(model, TOKENIZER, prompt, sampling, never))
    return events, replace(reply, seconds=0)


def without_cache(model: Decoder, prompt: Sequence[int], length: int) -> str:
    """The likeliest text, every token from one pass over everything that the context holds."""
    context, ids, new = SHAPE.context, list(prompt), list[int]()
    for _ in range(length):
        if len(ids) > context:
            ids = ids[-context // 2 :]
        with torch.no_grad():
            chosen = int(model.logits(model(torch.tensor([ids])))[0, -1].argmax())
        if chosen == END:
            break
        ids.append(chosen)
        new.append(chosen)
    return bytes(new).decode("utf-8", "replace")


def test_pieces_are_whole_characters() -> None:
    pieces, reply = written(Parrot([*"aé€😀".encode(), END]), [END])
    assert pieces == [Piece("a"), Piece("é"), Piece("€"), Piece("😀")]
    assert reply == Reply("aé€😀", tokens=10, seconds=0, ended=True, stopped=False)


def test_bytes_that_are_no_character_become_one_replacement_and_the_text_goes_on() -> None:
    pieces, reply = written(Parrot([0xE2, *b"ok", END]), [END])
    assert pieces == [Piece("\ufffdo"), Piece("k")]
    assert reply.text == "\ufffdok"


def test_a_character_cut_by_the_length_is_left_out() -> None:
    _, reply = written(Parrot("ab😀".encode()), [END], replace(GREEDY, length=4))
    assert reply == Reply("ab", tokens=4, seconds=0, ended=False, stopped=False)


def test_stop_is_asked_before_each_token() -> None:
    answers = iter([False, False, True])
    events, reply = drain(write(Parrot(b"abc"), TOKENIZER, [END], GREEDY, lambda: next(answers)))
    assert events == [Piece("a"), Piece("b")]
    assert replace(reply, seconds=0) == Reply("ab", tokens=2, seconds=0, ended=False, stopped=True)


def test_a_token_that_is_an_end_only_in_writing_does_not_end_the_reply() -> None:
    _, reply = written(Parrot([*b"<|end|>", END]), [END])
    assert reply.text == "<|end|>"
    assert opening(TOKENIZER, "<|end|>") == [END, *b"<|end|>"]


def test_an_empty_prompt_is_a_fresh_document() -> None:
    assert opening(TOKENIZER, "") == [END]


def test_spaces_at_the_end_of_a_prompt_are_left_to_the_reply() -> None:
    assert opening(TOKENIZER, " the bird  ") == [END, *b" the bird"]
    assert opening(TOKENIZER, "the bird\n") == [END, *b"the bird\n"]


def test_half_a_surrogate_pair_in_a_prompt_is_replaced() -> None:
    assert opening(TOKENIZER, "a\ud83db") == [END, *b"a?b"]


@pytest.mark.parametrize("prompt", [[END], list(b"hello"), list(b"a prompt that is longer than the context")])
def test_the_cache_changes_no_text_also_when_the_context_is_full_many_times_over(
    model: Decoder, prompt: list[int]
) -> None:
    _, reply = written(model, prompt, replace(GREEDY, length=100))
    assert reply.tokens > 3 * SHAPE.context
    assert reply.text == without_cache(model, prompt, 100)


def test_of_a_prompt_longer_than_the_context_the_newest_part_counts(model: Decoder) -> None:
    newest = list(b"newest 8")
    assert written(model, list(b"0123456789") + newest) == written(model, newest)
    assert written(model, list(b"0123456789") + newest) != written(model, list(b"newest 9"))


def test_the_same_seed_gives_the_same_text_and_no_seed_a_new_one(model: Decoder) -> None:
    assert written(model, [END], replace(FREE, seed=5)) == written(model, [END], replace(FREE, seed=5))
    assert len({written(model, [END], replace(FREE, seed=seed))[1].text for seed in (5, 6, None, None)}) == 4


def test_a_training_step_between_two_tokens_is_not_disturbed(model: Decoder) -> None:
    work = write(model, TOKENIZER, [END], replace(FREE, seed=1), never)
    next(work)
    assert not torch.is_inference_mode_enabled()
    ids_BT = torch.tensor([list(b"training")])
    torch.autograd.backward(model.loss(ids_BT[:, :-1], ids_BT[:, 1:]))
    assert all(weight.grad is not None for weight in model.parameters())
    drain(work)
