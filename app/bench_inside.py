"""How fast `Look inside` is: from a question to the first picture, and under the hand. Real panes, painted for real."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.resources import as_file
from pathlib import Path
from statistics import median
from typing import Final, TypeAlias

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

import resources
from app.main import application
from app.pages.inside import PANES
from app.theme import Theme
from app.views.inside.attention import AttentionPane
from app.views.inside.pane import Pane
from app.views.inside.sampling import SamplingPane
from core.bench.inside import SHAPES, InsideRow, disturbed, plant
from core.documents import Document
from core.events import Progress, Stop, Work, never
from core.inside.look import Looker
from core.inside.reports import VIEWS, Asked, Report, View

ROUNDS: Final = 5
MOVES: Final = 60  # of a hand
AIMS: Final = {"27M": 300.0, "GPT-2 124M": 1000.0}
FRAME: Final = 16.0  # milliseconds
WIDTH: Final = 820

Timed: TypeAlias = tuple[float, float]  # milliseconds by the clock, and of processors


def measure(rounds: int, seconds: float, stop: Stop) -> Work[list[InsideRow]]:
    """Each view on each shape at 128 tokens, then sliders and hover, then a training beside."""
    if QApplication.instance() is None:
        application()
    rows: list[InsideRow] = []
    owner = QObject()
    theme = Theme("dark", 100, owner)
    theme.apply()
    with tempfile.TemporaryDirectory() as folder, as_file(resources.sample_corpus()) as essays:
        texts = [path.read_text("utf-8") for path in sorted(Path(essays).glob("*.md"))]
        documents = [Document(source="sample", key=str(number), text=text) for number, text in enumerate(texts)]
        for name in SHAPES:
            if stop():
                break
            yield Progress(0, 0, f"making a model of the shape {name}")
            run = plant(Path(folder), name, documents)
            asked = Asked(run=run, view="counter", text=texts[0][:520])
            looker = Looker()
            rows.append(row(f"{name}: opening the model", [timed(lambda: first(looker.look(asked, never)))], 0))  # noqa: B023
            rows += yield from _views(name, asked, looker, theme, rounds)
            rows += _under_the_hand(name, asked, looker, theme)
            if name == "27M":
                rows.append((yield from disturbed(run, asked.text, seconds, stop)))
    return rows


def _views(name: str, asked: Asked, looker: Looker, theme: Theme, rounds: int) -> Work[list[InsideRow]]:
    rows: list[InsideRow] = []
    again: list[Timed] = []
    for view in VIEWS:
        times: list[Timed] = []
        for _ in range(rounds):
            yield Progress(len(rows), len(VIEWS), f"{name}: {view}")
            looker.forget_results()
            times.append(painted(looker, replace(asked, view=view), view, theme))
            looker.forget_results()
            first(looker.look(replace(asked, view="writing"), never))
            again.append(painted(looker, replace(asked, view=view), view, theme))
        rows.append(row(f"{name}: {view}", times, AIMS[name]))
    return [*rows, row(f"{name}: any view of a text that was read", again, AIMS[name])]


def painted(looker: Looker, asked: Asked, view: View, theme: Theme) -> Timed:
    """From a question to its first picture; the model is open already."""
    pane = PANES[view](theme)
    pane.resize(WIDTH, 600)

    def look() -> None:
        pane.show_report(first(looker.look(pane.ask(asked), never)))
        pane.grab()

    took = timed(look)
    gone(pane)
    return took


def gone(pane: Pane) -> None:
    """Let go of it now: no window runs here that would do it later."""
    pane.deleteLater()
    QCoreApplication.sendPostedEvents(pane, QEvent.Type.DeferredDelete.value)


def first(work: Iterator[object]) -> Report:
    """The first report that work gives."""
    while True:
        try:
            event = next(work)
        except StopIteration as end:
            report: Report = end.value
            return report
        if isinstance(event, Report):
            return event


def _under_the_hand(name: str, asked: Asked, looker: Looker, theme: Theme) -> list[InsideRow]:
    sampling, attention = SamplingPane(theme), AttentionPane(theme)
    panes: tuple[Pane, ...] = (sampling, attention)
    longer = replace(asked, text=asked.text * 4)
    for pane in panes:
        pane.resize(WIDTH, 900)
        pane.show_report(first(looker.look(pane.ask(longer), never)))
        pane.grab()
    luck = random.Random(1)
    bars, map_ = (QImage(cells.size(), QImage.Format.Format_RGB32) for cells in (sampling.bars, attention.map))

    def slide() -> None:
        sampling.temperature.slider.setValue(luck.randint(5, 200))
        sampling.bars.render(bars)

    def hover() -> None:
        attention.map.go(luck.randrange(attention.map.count()))
        attention.map.render(map_)

    rows = [
        row(f"{name}: a slider moves", [timed(slide) for _ in range(MOVES)], FRAME),
        row(f"{name}: hover over {attention.map.count():,} cells", [timed(hover) for _ in range(MOVES)], FRAME),
    ]
    for pane in panes:
        gone(pane)
    return rows


def timed(move: Callable[[], object]) -> Timed:
    started, worked = time.perf_counter(), time.process_time()
    move()
    return (time.perf_counter() - started) * 1000, (time.process_time() - worked) * 1000


def row(what: str, times: list[Timed], aim: float) -> InsideRow:
    by_clock, by_processor = zip(*times, strict=True)
    return InsideRow(
        what=what,
        median=median(by_clock),
        worst=max(by_clock),
        processor=median(by_processor),
        aim=aim,
        times=len(times),
    )
