"""How fast a large library answers, and how smooth the window stays meanwhile: an invented one, thrown away after.

What is measured is what somebody at the keyboard waits for: from the choice of a filter, or the end of a word, to the
totals on the screen and to the table that follows.
"""

import random
import statistics
import string
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QTimer

from app import main
from app.beats import Beats, Wait
from app.bench_gui import Heartbeat, until, wait
from app.pages.library import LibraryPage
from app.window import Window
from app.works import Works
from core.bench.corpus import writing
from core.corpus import Corpus
from core.documents import Document, Turn
from core.paths import Home

FIRST: Final = datetime(2001, 1, 1, tzinfo=UTC)
BATCH: Final = 10_000
SCROLL: Final = 4.0  # seconds, from the first document to the last
TURN: Final = 16  # milliseconds between two turns of a wheel
FILTERS: Final = (("source", 1), ("year", 3), ("kind", 1), ("language", 2), ("person", 5))


def measure(documents: int, rounds: int) -> list[Wait | Beats]:
    """Medians of `rounds`, on a library of so many documents."""
    app = main.application()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        words = fill(home, documents)
        services = main.build(home, Works(), app)
        window = Window(services)
        window.show()
        beat = Heartbeat()
        found: list[Wait | Beats] = list(walk(window, beat, words, rounds))
        found += [Beats.of(part, gaps) for part, gaps in beat.gaps.items() if gaps]
        window.close()
        main.close(services)
    return found


def fill(home: Home, documents: int) -> list[str]:
    """An invented library: posts, and twice as many messages. Returns its words, the most frequent first."""
    luck = random.Random(5)
    words = ["".join(luck.choices(string.ascii_lowercase, k=max(3, round(luck.gauss(5, 2))))) for _ in range(30_000)]
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))
    with Corpus(home.project().corpus) as corpus:
        for begin in range(0, documents, BATCH):
            with corpus.batch():
                for n in range(begin, min(documents, begin + BATCH)):
                    talk = n % 3 > 0
                    text = writing(luck, words, weights, luck.randint(2, 30) if talk else luck.randint(30, 120))
                    corpus.add(invented(n, text, talk))
    return words


def invented(n: int, text: str, talk: bool) -> Document:
    return Document(
        source=("whatsapp", "telegram")[n % 2] if talk else ("blog", "medium")[n % 2],
        key=str(n),
        text=text,
        title="" if talk else text[:40],
        kind="message" if talk else "post",
        written=FIRST + timedelta(hours=n),
        thread=f"t{n % 997}" if talk else "",
        language=("en", "de", "fr")[n % 7 % 3],
        context=(Turn(f"Person {n % 50}", "Well?"),) if talk else (),
    )


def walk(window: Window, beat: Heartbeat, words: list[str], rounds: int) -> Iterator[Wait]:
    """Open the library, use every filter, search, scroll."""
    page = window.library
    beat.begin("idle")
    wait(2)
    beat.begin("opening")
    started = time.perf_counter()
    window.show_page(window.pages.index(page))
    until(page.shelving.looked, window.services.notices)
    opened = 1000 * (time.perf_counter() - started)
    yield Wait(asked="open the library", totals=opened, table=opened, longest=opened)
    beat.begin("filters")
    for name, place in FILTERS:
        yield answered(page, f"filter by {name}", rounds, partial(pick, page, name, place))
    beat.begin("search")
    for about, word in (("frequent", words[0]), ("rarer", words[300]), ("rare", words[20_000])):
        yield answered(page, f"search for a {about} word", rounds, partial(search, page, word))
    beat.begin("scrolling")
    scroll(page)


def answered(page: LibraryPage, asked: str, rounds: int, ask: Callable[[], None]) -> Wait:
    """How long the totals and the table take after `ask`; in between everything is shown again."""
    totals, tables = [], []
    for _ in range(rounds):
        times: list[float] = []
        hear = page.shelving.counted.connect(lambda _, times=times: times.append(time.perf_counter()))
        started = time.perf_counter()
        ask()
        until(page.shelving.looked, page.services.notices)
        tables.append(1000 * (time.perf_counter() - started))
        totals.append(1000 * (times[0] - started))
        page.shelving.counted.disconnect(hear)
        page.documents.search.clear()
        for box in page.documents.boxes.values():
            box.setCurrentIndex(0)
        page.documents.length.activated.emit(0)
        until(page.shelving.looked, page.services.notices)
    return Wait(asked=asked, totals=statistics.median(totals), table=statistics.median(tables), longest=max(totals))


def pick(page: LibraryPage, name: str, place: int) -> None:
    box = page.documents.boxes[name]
    box.setCurrentIndex(min(place, box.count() - 1))
    box.activated.emit(box.currentIndex())


def search(page: LibraryPage, word: str) -> None:
    page.documents.search.setText(word + " ")
    page.documents.search.returnPressed.emit()


def scroll(page: LibraryPage) -> None:
    """From the first document to the last, as somebody pulls the bar."""
    bar, loop = page.documents.table.view.verticalScrollBar(), QEventLoop()
    started = time.perf_counter()
    turn = QTimer(interval=TURN)

    def on_turn() -> None:
        share = (time.perf_counter() - started) / SCROLL
        bar.setValue(round(min(1.0, share) * bar.maximum()))
        if share >= 1:
            loop.quit()

    turn.timeout.connect(on_turn)
    turn.start()
    loop.exec()
    turn.stop()
