"""How fast `Look inside` is: from a question to the first picture, and under the hand. Real panes, painted for real."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.resources import as_file
from pathlib import Path
from statistics import median
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

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
from core.runs import Run

ROUNDS: Final = 5
MOVES: Final = 60  # of a hand
AIMS: Final = {"27M": 300.0, "GPT-2 124M": 1000.0}
FRAME: Final = 16.0  # milliseconds
WIDTH: Final = 820


def measure(rounds: int, seconds: float, stop: Stop) -> Work[list[InsideRow]]:
    """Each view on each shape at 128 tokens, then sliders and hover, then a training beside."""
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
            text = texts[0][:520]
            looker = Looker()
            rows += yield from _views(name, Asked(run=run, view="tokens", text=text), looker, theme, rounds)
            if name == "27M":
                rows += _under_the_hand(run, text, looker, theme)
                rows.append((yield from disturbed(run, text, seconds, stop)))
    return rows


def _views(name: str, asked: Asked, looker: Looker, theme: Theme, rounds: int) -> Work[list[InsideRow]]:
    rows: list[InsideRow] = []
    first(looker.look(replace(asked, view="counter"), never))  # opens the model
    for view in VIEWS:
        times: list[float] = []
        for _ in range(rounds):
            yield Progress(len(rows), len(VIEWS), f"{name}: {view}")
            times.append(painted(looker, replace(asked, view=view), view, theme))
        rows.append(row(f"{name}: {view}", times, AIMS[name]))
    return rows


def painted(looker: Looker, asked: Asked, view: View, theme: Theme) -> float:
    """Milliseconds from a question to its first picture; only the model is open already."""
    pane = PANES[view](theme)
    pane.resize(WIDTH, 600)
    looker.forget_results()
    started = time.perf_counter()
    pane.show_report(first(looker.look(pane.ask(asked), never)))
    paint(pane)
    took = (time.perf_counter() - started) * 1000
    pane.deleteLater()
    return took


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


def paint(widget: QWidget) -> None:
    widget.grab()


def _under_the_hand(run: Run, text: str, looker: Looker, theme: Theme) -> list[InsideRow]:
    sampling, attention = SamplingPane(theme), AttentionPane(theme)
    panes: tuple[Pane, ...] = (sampling, attention)
    for pane in panes:
        pane.resize(WIDTH, 900)
        pane.show_report(first(looker.look(pane.ask(Asked(run=run, view=pane.view, text=text * 4)), never)))
        paint(pane)
    luck = random.Random(1)

    def slide() -> None:
        sampling.temperature.slider.setValue(luck.randint(5, 200))
        paint(sampling.bars)

    def hover() -> None:
        attention.map.go(luck.randrange(attention.map.count()))
        paint(attention.map)

    rows = [
        row("27M: a slider moves", timed(slide), FRAME),
        row(f"27M: hover over {attention.map.count():,} cells", timed(hover), FRAME),
    ]
    for pane in panes:
        pane.deleteLater()
    return rows


def timed(move: Callable[[], None]) -> list[float]:
    times = []
    for _ in range(MOVES):
        started = time.perf_counter()
        move()
        times.append((time.perf_counter() - started) * 1000)
    return times


def row(what: str, times: list[float], aim: float) -> InsideRow:
    return InsideRow(what=what, median=median(times), worst=max(times), aim=aim, times=len(times))
