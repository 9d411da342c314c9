"""Text is shown as it is, however long its lines are."""

import time

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from app.theme import Theme
from app.views.plain_text import LONGEST, PlainText, hard_wrapped


@given(st.text(alphabet="ab \n", max_size=200))
def test_ordinary_text_is_left_alone(words: str) -> None:
    assert hard_wrapped(words) == words


@given(st.integers(0, 4), st.integers(0, LONGEST))
def test_endless_lines_are_cut_and_lose_nothing(times: int, rest: int) -> None:
    words = "x" * (times * LONGEST + rest) + "\n\nend"
    wrapped = hard_wrapped(words)
    assert wrapped.replace("\n", "") == words.replace("\n", "")
    assert max(map(len, wrapped.split("\n"))) <= LONGEST


def test_markup_is_text(qapp: QApplication) -> None:
    block = PlainText(Theme("light", 100, qapp))
    block.set_text("<b>bold</b> &amp; **not**")
    assert block.text == "<b>bold</b> &amp; **not**"
    assert block.accessibleName() == "<b>bold</b> &amp; **not**"


def test_a_megabyte_without_a_space_is_laid_out_in_time(qapp: QApplication) -> None:
    block = PlainText(Theme("light", 100, qapp))
    started = time.perf_counter()
    block.set_text("x" * 1_000_000)
    block.fit(600)
    assert time.perf_counter() - started < 10
