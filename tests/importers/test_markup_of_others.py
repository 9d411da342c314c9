"""Org, reStructuredText, AsciiDoc: no order in a file is followed, and no shape of it takes long or costs its words."""

import time
from pathlib import Path

import pytest

from core.documents import Document
from importers import ALL
from importers.base import TextFile

ENDINGS = (".org", ".rst", ".adoc")


def document(name: str, text: str) -> Document:
    file = TextFile(Path("/writing") / name, text)
    (item,) = next(importer for importer in ALL if importer.can_read(file)).read(file)
    assert isinstance(item, Document)
    return item


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("a.org", '#+INCLUDE: "{place}"'),
        ("a.org", "#+SETUPFILE: {place}"),
        ("a.org", "#+begin_export html\nSECRET\n#+end_export"),
        ("a.org", "#+begin_src sh :results output\n# cat\n#+end_src\n\n#+RESULTS:\n: SECRET"),
        ("a.rst", ".. include:: {place}"),
        ("a.rst", ".. literalinclude:: {place}\n   :language: text"),
        ("a.rst", ".. raw:: html\n   :file: {place}"),
        ("a.rst", ".. raw:: html\n\n   <b>SECRET</b>"),
        ("a.rst", ".. csv-table::\n   :file: {place}"),
        ("a.adoc", "include::{place}[]"),
        ("a.adoc", "include::{place}[tag=x,lines=1..3]"),
        ("a.adoc", "++++\n<b>SECRET</b>\n++++"),
    ],
)
def test_an_order_in_a_file_is_not_followed_and_the_words_around_it_stay(name: str, order: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    found = document(name, f"Before.\n\n{order.replace('{place}', str(secret))}\n\nAfter.")
    assert "SECRET" not in found.text
    assert str(tmp_path) not in found.text
    assert found.text.startswith("Before.")
    assert found.text.endswith("After.")


UNENDING = {
    "begun blocks": "#+begin_quote\n", "drawers": ":LOGBOOK:\n", "fences": "----\n", "other fences": "====\n____\n",
    "spaces": " ", "stars": "*", "opened links": "[[", "slashes": " /a", "marks": " `a", "colons": "a::\n\n",
    "titles": "a\n====\n", "tables": "===  ===\n", "grids": "+---+\n", "items": "- a\n  ", "directives": ".. a::\n   ",
    "roles": ":a:`", "underscores": "a_", "settings": "{toc}", "places": "|a|", "orders": "include::[", "dots": "a.a.",
    "notes": "footnote:[", "depth": "* " * 9, "terms": "a:: ", "headings": "= a ", "tabs": "\t", "cells": "|a\n",
}  # fmt: skip


@pytest.mark.parametrize("piece", UNENDING.values(), ids=UNENDING)
@pytest.mark.parametrize("ending", ENDINGS)
def test_no_shape_of_a_text_takes_long(ending: str, piece: str) -> None:
    """A guard against the square of the time: what is linear takes a fraction of a second here."""
    begun = time.process_time()
    document(f"a{ending}", f"= Words\n:toc: {'x' * 500}\n\n.. |a| replace:: {'x' * 500}\n\n{piece * 4_000}\n\nwords")
    assert time.process_time() - begun < 60


@pytest.mark.parametrize(
    ("ending", "setting", "use"), [(".adoc", ":x: {much}", "{x}"), (".rst", ".. |x| replace:: {much}", "|x|")]
)
def test_what_a_text_puts_in_may_not_grow_without_end(ending: str, setting: str, use: str) -> None:
    found = document(f"a{ending}", f"{setting.replace('{much}', 'much ' * 1_000)}\n\nWords.\n\n{f'{use} ' * 10_000}")
    assert len(found.text) < 500_000


def test_deep_lists_and_blocks_end_somewhere() -> None:
    nested = "\n".join(f"{' ' * (2 * depth)}- item {depth}" for depth in range(300))
    assert "item 299" in document("a.rst", nested).text
    begun = "\n".join(f"#+begin_b{depth}" for depth in range(2_000)) + "\nwords\n"
    assert "words" in document("a.org", begun + "\n".join(f"#+end_b{depth}" for depth in reversed(range(2_000)))).text


@pytest.mark.parametrize(
    ("name", "text", "day"),
    [
        ("a.org", "#+DATE: [2020-02-03 Mon 10:00]\n\nx", "2020-02-03T10:00:00+00:00"),
        ("2020-02-03-a.org", "* x\n\ny", "2020-02-03T00:00:00+00:00"),
        ("a.rst", "T\n=\n\n:date: 2010-10-03 10:20\n\nx", "2010-10-03T10:20:00+00:00"),
        ("a.rst", ".. post:: 2 May, 2015\n\nx", "None"),
        ("a.rst", ".. post:: Sep 02, 2015\n\nx", "2015-09-02T00:00:00+00:00"),
        ("a.rst", ":Date: $Date: 2009-01-02 $\n\nx", "2009-01-02T00:00:00+00:00"),
        ("a.adoc", "= T\nA Writer\nv1.0, 2018-02-03\n\nx", "2018-02-03T00:00:00+00:00"),
        ("a.adoc", "= T\n:page-date: 2018-02-03 09:00:00 +0100\n\nx", "2018-02-03T08:00:00+00:00"),
    ],
)
def test_the_day_is_where_each_kind_has_it(name: str, text: str, day: str) -> None:
    written = document(name, text).written
    assert (written.isoformat() if written else "None") == day


def test_a_sign_that_ends_nothing_and_a_picture_leave_no_trace() -> None:
    text = document("a.org", "Saw a fox [[file:fox.jpg]] -- twice.\n\n#+end_src\n\nAfter.").text
    assert text == "Saw a fox -- twice.\n\nAfter."
