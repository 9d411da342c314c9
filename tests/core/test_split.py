"""The held-out split: by document, fair, and undisturbed by what is added later."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.documents import Document
from core.split import EVERY, LONG, SECTION, Section, cut, held_out_share, is_held_out, split, split_by_hash


def post(key: int, characters: int = 3000) -> Document:
    paragraph = "A sentence of a post, and another one.\n\n"
    text = f"Post {key}.\n\n" + paragraph * (1 + characters // len(paragraph))
    return Document(source="blog", key=f"{key}.md", text=text[:characters])


def sides(documents: list[Document]) -> dict[str, bool]:
    return {section.document.key: section.held_out for section in split(documents)}


def test_the_side_of_a_document_is_written_in_stone() -> None:
    held_out = [key for key in range(100) if is_held_out(post(key))]
    assert held_out == [35, 45, 65, 75, 86]


def test_the_same_text_under_two_names_is_on_one_side() -> None:
    post_elsewhere = [replace(post(key), source="feed", key=f"https://example.org/{key}") for key in range(100)]
    assert [is_held_out(post(key)) for key in range(100)] == [is_held_out(again) for again in post_elsewhere]


def test_adding_documents_moves_none_to_the_other_side() -> None:
    few = sides([post(key) for key in range(0, 300, 2)])
    many = sides([post(key) for key in range(300)])
    assert {key: many[key] for key in few} == few


def test_a_short_document_is_never_cut() -> None:
    documents = [post(key, LONG) for key in range(150)]
    assert [(s.start, s.end, s.closed) for s in split(documents)] == [(0, LONG, True)] * 150


def test_a_book_is_cut_at_paragraph_ends_into_chapters() -> None:
    book = post(1, 400_000)
    sections = split_by_hash(book)
    assert [s.start for s in sections[1:]] == [s.end for s in sections[:-1]]
    assert (sections[0].start, sections[-1].end) == (0, 400_000)
    assert all(book.text[: section.start].endswith("\n\n") for section in sections[1:])
    assert all(abs(section.end - section.start - SECTION) < 100 for section in sections)
    assert sum(section.held_out for section in sections) in (1, 2)


def test_a_section_is_closed_where_the_text_goes_on_on_the_other_side() -> None:
    sections = split([post(1, 400_000)])
    for section, following in pairwise(sections):
        assert section.closed == (section.held_out != following.held_out)
    assert sections[-1].closed


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13, 20, 50])
@pytest.mark.parametrize("characters", [1_000, 3_000, 30_000, 100_000])
def test_any_number_of_documents_gives_a_fair_share_or_at_least_something(count: int, characters: int) -> None:
    sections = split([post(key, characters) for key in range(count)])
    share = held_out_share(sections)
    if count * characters >= 20_000:
        assert 0.03 < share < 0.15
    assert sum(section.end - section.start for section in sections) == count * characters


def test_what_others_wrote_is_not_counted_as_held_out() -> None:
    mine = Document(source="me", key="mine", text="My own words are these. " * 1000)
    theirs = [Document(source="x", key=str(n), text="Not mine at all. " * 500, role="other") for n in range(50)]
    sections = split([mine, *theirs])
    assert 0.03 < held_out_share(sections) < 0.15
    assert {section.document.key for section in sections if section.held_out} == {"mine"}


def test_no_documents_have_no_sections() -> None:
    assert split([]) == []
    assert split([Document(source="a", key="b", text="")]) == []


@given(text=st.text(st.sampled_from("ab \n"), max_size=400), count=st.integers(1, 40))
def test_spans_make_up_the_text(text: str, count: int) -> None:
    spans = cut(text, count)
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(start < end for start, end in spans)
    assert len(spans) <= count


@given(borders=st.sets(st.integers(0, 40), min_size=2), start=st.integers(0, 39), data=st.data())
def test_parts_make_up_a_section_and_know_their_owner(borders: set[int], start: int, data: st.DataObject) -> None:
    end = data.draw(st.integers(start + 1, 40))
    ordered = sorted(borders)
    quotes = tuple(zip(ordered[::2], ordered[1::2], strict=False))
    text = "".join("Q" if any(a <= n < b for a, b in quotes) else "m" for n in range(40))
    section = Section(Document(source="s", key="k", text=text, quotes=quotes), start, end, "train", True)
    assert "".join(part for part, _ in section.parts()) == text[start:end]
    assert all(set(part) <= ({"m"} if own else {"Q"}) for part, own in section.parts())
    assert section.own_characters == text[start:end].count("m")


def test_of_four_books_about_a_fourteenth_is_held_out(shared_data: Path) -> None:
    books = sorted((shared_data / "essays" / "chesterton").glob("*.txt"))
    sections = split([Document(source="books", key=book.name, text=book.read_text("utf-8")) for book in books])
    assert held_out_share(sections) == pytest.approx(1 / EVERY, abs=0.025)
