"""Characters get ids by how often they occur; the rest is spelt in bytes."""

from core.tokenizers.chars import FIRST_CHARACTER, CharacterTokenizer


def test_the_most_frequent_characters_get_the_first_ids_and_rare_ones_none() -> None:
    tokenizer = CharacterTokenizer.train(["e" * 30 + "t" * 20, "é" * 10 + "q" * 9], vocab=512)
    assert tokenizer.vocab == FIRST_CHARACTER + 3
    assert tokenizer.encode("etéq") == [257, 258, 259, 1 + ord("q")]


def test_there_are_never_more_ids_than_asked_for() -> None:
    text = "".join(chr(0x4E00 + n) for n in range(1000)) * 10
    assert CharacterTokenizer.train([text], vocab=512).vocab == 512
