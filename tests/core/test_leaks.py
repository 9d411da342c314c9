"""Nothing that is measured on shares fifty characters with what is learnt, on every corpus at hand: looked up letter
by letter, without the hashes of core/leaks.py."""

from collections.abc import Iterable
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest

from core.curate.clean import View, clean
from core.documents import Document
from core.events import drain, never
from core.examples.build import as_section, of_view
from core.leaks import SPAN, leaked, text_of, without_leaks
from core.selection import Selection
from core.split import Section, split
from tests.core.curate.table import writing

CORPORA = ("blogs/ashfurrow", "blogs/jessfraz", "blogs/raphlinus", "blogs/rubenerd", "essays", "synthetic", "samples")


def view(folder: Path, home: Path) -> View:
    documents = writing([folder], home)
    made = drain(clean([(n, one, False) for n, one in enumerate(documents)], Selection(), never))[1]
    assert made is not None
    return made


def shared(away: Iterable[str], learnt: Iterable[str]) -> set[str]:
    """Every fifty characters that are on both sides."""
    held = {text[n : n + SPAN] for text in away for n in range(len(text) - SPAN + 1)}
    return {text[n : n + SPAN] for text in learnt for n in range(len(text) - SPAN + 1) if text[n : n + SPAN] in held}


def assert_nothing_is_shared(made: View) -> None:
    sections = without_leaks(split(made.learnt()))
    away = [text_of(one) for one in sections if one.side != "train"]
    assert sum(map(len, away)) > 100
    assert shared(away, (text_of(one) for one in sections if one.side == "train")) == set()
    sides = of_view(made)
    talk = [text_of(as_section(one)) for one in (*sides.held_out, *sides.test)]
    assert shared(talk, (text_of(as_section(one)) for one in sides.train)) == set()


@pytest.mark.parametrize("name", CORPORA)
def test_no_corpus_shares_fifty_characters_between_its_sides(shared_data: Path, tmp_path: Path, name: str) -> None:
    assert_nothing_is_shared(view(shared_data / name, tmp_path))


def test_nor_does_the_sample_that_ships(tmp_path: Path) -> None:
    with resources.as_file(resources.files("resources") / "sample_corpus" / "essays") as essays:
        assert_nothing_is_shared(view(essays, tmp_path))


def test_what_is_planted_on_both_sides_is_found_and_cut_out() -> None:
    refrain = "as my grandmother used to say, the kiln knows best what we forgot"
    learnt = Section(Document(source="a", key="1", text=f"So, {refrain}."), 0, 70, "train", closed=True)
    text = f"Then again, {refrain}, and the evening came."
    away = Section(Document(source="a", key="2", text=text), 0, len(text), "test", closed=True)
    assert leaked([away], [learnt]) == [[(10, 12 + len(refrain))]]
    kept = without_leaks([learnt, away])
    assert [text_of(one) for one in kept[1:]] == ["Then again", ", and the evening came."]
    assert shared((text_of(one) for one in kept[1:]), [text_of(learnt)]) == set()
    assert without_leaks([learnt, replace(away, side="train")]) == [learnt, replace(away, side="train")]
