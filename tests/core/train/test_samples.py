"""Prompts are openings that the model never sees, in the writer's own plain words."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from msgspec import structs

from core import shards
from core.documents import Document
from core.events import drain, never
from core.shards import Shard
from core.train.samples import COMMON, prompts
from tests.fakes import tiny
from tests.fakes.byte_tokenizer import ByteTokenizer

TOKENIZER = ByteTokenizer()
REST = " and so it went on, for a good long while."


def held_out(folder: Path, texts: list[str]) -> Shard:
    """A held-out side that holds exactly these texts."""
    drain(shards.build(tiny.documents(), TOKENIZER, folder / "tokens", never))
    ids = [n for text in texts for n in (*TOKENIZER.encode(text), TOKENIZER.end)]
    shard = Shard.open(folder / "tokens", "held_out", TOKENIZER)
    return replace(shard, ids=np.array(ids, np.uint16), targets_mask=np.ones(len(ids), np.bool_))


def test_prompts_are_the_first_words_of_pieces(tmp_path: Path) -> None:
    texts = ["Kettles hum slowly" + REST, "I’m not sure" + REST, "Kettles hum slowly" + REST, "Über die Brücke" + REST]
    assert prompts(held_out(tmp_path, texts), TOKENIZER) == (
        "Kettles hum slowly",
        "I’m not sure",
        "Über die Brücke",
        *COMMON[:2],
    )


def test_headings_links_code_and_short_pieces_are_no_prompts(tmp_path: Path) -> None:
    texts = ["# A heading" + REST, "[link]: https://x.org it" + REST, "x = 1; y" + REST, "Too short", "So it is" + REST]
    assert prompts(held_out(tmp_path, texts), TOKENIZER) == ("So it is", *COMMON[:4])


def test_words_of_others_are_no_prompts(tmp_path: Path) -> None:
    shard = held_out(tmp_path, ["Somebody else said" + REST])
    shard.targets_mask[:8] = False
    assert prompts(shard, TOKENIZER) == COMMON


def test_no_prompt_ends_in_a_space_since_pieces_bring_their_own() -> None:
    assert [prompt for prompt in COMMON if prompt != prompt.strip()] == []


def test_a_run_always_gets_five(tmp_path: Path) -> None:
    quoted: list[Document] = [structs.replace(document, quotes=((0, 10),)) for document in tiny.documents()]
    drain(shards.build(quoted, TOKENIZER, tmp_path / "tokens", never))
    assert len(prompts(Shard.open(tmp_path / "tokens", "held_out", TOKENIZER), TOKENIZER)) == 5
