"""The share check finds what a bot has learnt by heart, and what stands in its vocabulary."""

from pathlib import Path

import pytest
import torch

from core.corpus import Corpus
from core.documents import Document
from core.events import drain, never
from core.export import share, subject
from core.export.subject import Subject
from core.models.decoder import Decoder
from core.shape import Shape
from core.tokenizers.chars import CharacterTokenizer
from tests.core.export import subjects
from tests.fakes import tiny

SECRET = "ring me under +49 30 901820 after nine"


def parrot(text: str, times: int) -> Subject:
    """A bot that was made to learn one text by heart, or hardly."""
    tokenizer = CharacterTokenizer.train([(text + "0123456789") * 20], 400)
    shape = Shape(vocab=tokenizer.vocab, context=64, layers=2, width=64, heads=2, kv_heads=2, inner=128, qk_norm=True)
    model = Decoder(shape)
    model.initialise(1)
    ids = torch.tensor([[tokenizer.end, *tokenizer.encode(text)]])
    optimizer = torch.optim.AdamW(model.parameters(), 3e-3)
    for _ in range(times):
        optimizer.zero_grad()
        model.loss(ids[:, :-1], ids[:, 1:]).backward()  # type: ignore[no-untyped-call]  # torch has no types here
        optimizer.step()
    return Subject(
        title="Parrot",
        model=model.requires_grad_(requires_grad=False),
        source=subject.described(shape, tokenizer),
        tokenizer=tokenizer,
        rules={},
    )


def corpus(root: Path, text: str) -> Corpus:
    project = tiny.project(root, [*tiny.documents(2), Document(source="notes", key="1", text=text, title="Call me")])
    return Corpus(project.corpus, read_only=True)


def test_a_number_learnt_by_heart_is_found(tmp_path: Path) -> None:
    with corpus(tmp_path, SECRET) as opened:
        shared = drain(share.check(parrot(SECRET, 150), opened, never))[1]
    assert shared.found == 1
    assert [(tried.private.text, tried.private.title, tried.danger) for tried in shared.given_away] == [
        ("+49 30 901820", "Call me", "at once")
    ]
    assert not shared.is_clean


def test_a_bot_that_learnt_nothing_gives_nothing_away(tmp_path: Path) -> None:
    with corpus(tmp_path, SECRET) as opened:
        shared = drain(share.check(parrot(SECRET, 0), opened, never))[1]
    assert (shared.found, shared.given_away) == (1, ())


@pytest.mark.parametrize(
    ("number", "anywhere", "expected"),
    [
        ("20 Fenchurch Street", 0.0, share.OTHERS),  # likely everywhere
        ("20 Fenchurch Street", 5.0, 0),  # likely here
        ("+49 30 901820", 0.0, 0),  # so well known that it comes up everywhere
    ],
)
def test_a_short_number_that_is_likely_everywhere_is_not_called_known_by_heart(
    monkeypatch: pytest.MonkeyPatch, number: str, anywhere: float, expected: int
) -> None:
    private = share.Private(kind="phones", text=number, before="ring me under ", times=1, title="x")

    def surprises(model: object, opening: list[int], texts: list[list[int]]) -> list[float]:
        ahead = anywhere if len(opening) == 1 else 0.0  # how surprising the true one is, beside 5 for each other
        return [ahead, *([5.0] * (len(texts) - 1))]

    monkeypatch.setattr(share, "surprises", surprises)
    assert share.rank(parrot(SECRET, 0), private) == expected


def test_a_private_piece_in_the_vocabulary_is_found(tmp_path: Path) -> None:
    bot = subject.of_run(subjects.from_nothing(tmp_path, "bpe"))
    token = next(
        text
        for id_ in range(bot.tokenizer.vocab)
        if len(text := bot.tokenizer.decode_bytes([id_]).decode("utf-8", "ignore").strip()) >= 5
    )
    private = share.Private(kind="keys", text=f"{token}", before="", times=1, title="x")
    assert list(share.in_vocabulary(bot, [private])) == []  # a word is no private thing
    bot.tokenizer.decode_bytes = lambda ids: b"90182"  # type: ignore[method-assign]  # one token for a number
    private = share.Private(kind="phones", text="+49 30 901820", before="", times=1, title="x")
    assert set(share.in_vocabulary(bot, [private])) == {"90182"}


def test_stopped_it_does_not_call_a_bot_clean(tmp_path: Path) -> None:
    asked = iter([False, True])
    with corpus(tmp_path, SECRET) as opened:
        shared = drain(share.check(parrot(SECRET, 0), opened, lambda: next(asked)))[1]
    assert (shared.found, shared.tried, shared.is_clean) == (1, (), False)
