"""Search finds passages by their words, in any script, and takes nothing that is typed for a command."""

import random
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from core import passages as cutting
from core.corpus import Corpus
from core.documents import Document
from core.passages import FEWEST, MOST, WHITE, spans
from core.search import documents, passages

POST = Document(source="files", key="a", text="", title="")


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    corpus = Corpus(tmp_path / "corpus.sqlite")
    texts = {
        "kiln": ("The kiln", "We fired the kilns at night. The café was closed."),
        "boat": ("A boat", "We rowed to the island, and the kiln of the old potter stood there."),
        "tea": ("茶", "昨日は茶畑を歩いた。とても静かだった。"),
    }
    for key, (title, text) in texts.items():
        corpus.add(replace(POST, key=key, title=title, text=text))
    return corpus


def keys(corpus: Corpus, question: str) -> list[str]:
    return [passage.key for passage in passages(corpus, question)]


def test_the_best_comes_first_whatever_the_ending_or_the_accent(corpus: Corpus) -> None:
    with corpus:
        assert keys(corpus, "Tell me about the kiln") == ["kiln", "boat"]
        assert keys(corpus, "cafe?") == ["kiln"]
        assert keys(corpus, "nothing of that sort") == []


def test_writing_without_spaces_is_found(corpus: Corpus) -> None:
    with corpus:
        assert keys(corpus, "茶畑を見た?") == ["tea"]
        assert documents(corpus, "静かだった") is not None


@pytest.mark.parametrize("typed", ['"', "a OR", "kiln NEAR(", "*", "title:", "-", "'; DROP TABLE", "", "🍵", "\ud800"])
def test_nothing_that_is_typed_is_a_command(corpus: Corpus, typed: str) -> None:
    with corpus:
        before = corpus.counts()
        assert len(passages(corpus, typed)) <= before.documents
        documents(corpus, typed)
        assert corpus.counts() == before
        assert keys(corpus, "kiln")


def test_what_is_left_out_or_held_out_is_not_found(corpus: Corpus) -> None:
    with corpus:
        number = passages(corpus, "kiln")[0].document
        corpus.exclude([number], True)
        assert keys(corpus, "kiln") == ["boat"]
        assert [one.key for one in passages(corpus, "kiln", excluded_too=True)] == ["kiln", "boat"]
        assert [one.key for one in passages(corpus, "kiln", without={("files", "boat")})] == []


def test_a_search_while_typing_needs_all_words_and_takes_the_last_as_a_beginning(corpus: Corpus) -> None:
    with corpus:
        assert len(documents(corpus, "kiln pott") or ()) == 1
        assert len(documents(corpus, "kiln") or ()) == 2
        assert documents(corpus, "  ") is None


def test_a_changed_document_is_found_by_its_new_words_alone(corpus: Corpus) -> None:
    with corpus:
        corpus.add(replace(POST, key="kiln", text="Nothing but glaze."))
        assert keys(corpus, "kiln") == ["boat"]
        assert keys(corpus, "glaze") == ["kiln"]


def test_passages_are_of_120_to_220_words_and_end_with_a_sentence() -> None:
    sentence = "One two three four five six seven eight nine ten eleven. "
    text = sentence * 100
    found = [text[start:end] for start, end in spans(text)]
    assert " ".join(found) == text.strip()
    assert all(FEWEST <= len(passage.split()) <= MOST and passage.endswith(".") for passage in found)


def test_a_passage_without_a_sentence_end_is_cut_all_the_same() -> None:
    text = "word " * 1000
    assert [len(text[start:end].split()) for start, end in spans(text)] == [220, 220, 220, 220, 120]
    assert len(list(spans("x" * 1_000_000))) == 23


def test_every_white_space_parts_words() -> None:
    assert {*WHITE, " "} == {chr(n) for n in range(sys.maxunicode + 1) if chr(n).isspace()}


def test_passages_in_spaces_end_where_a_look_at_every_word_ends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(5)
    alphabet = ["a", "word", "é", "\n", "\n\n", " ", "\u00a0", "x.", "y!”", "e.g", "…", ".)", "long" * 40]
    texts = [
        chance.choice([" ", "\n", "", "\n \n"]).join(chance.choices(chance.sample(alphabet, 5), k=count))
        for count in (118, 119, 120, 121, 240, 500, 900)
        for _ in range(60)
    ]
    texts = [text for text in texts if max(map(len, text.split()), default=0) <= 200]
    quick = [list(spans(text)) for text in texts]
    monkeypatch.setattr(cutting, "end_in_spaces", lambda text, _, end: cutting.end_of_passage(text, end))
    monkeypatch.setattr(cutting, "AHEAD_IN_SPACES", cutting.AHEAD)
    monkeypatch.setattr(cutting, "in_spaces", lambda text: text)
    assert quick == [list(spans(text)) for text in texts]
