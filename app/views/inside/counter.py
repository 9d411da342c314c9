"""Counter: the model as a tower of boxes to scale, and what it costs."""

from app.theme import Theme
from app.views.inside.bars import Bar, Bars
from app.views.inside.chart import Box, Tower
from app.views.inside.pane import Facts, Pane, caption
from app.words import inside as words
from core.inside.reports import Counter, Part, Report

SHADES = {
    "embedding": 0.78, "output": 0.78, "positions": 0.62, "attention": 0.22, "feed-forward": 0.4, "norm": 0.1,
    "adapter": 0.95,
}  # fmt: skip
LARGE = (
    (1e18, "quintillion"),
    (1e15, "quadrillion"),
    (1e12, "trillion"),
    (1e9, "billion"),
    (1e6, "million"),
    (1e3, "thousand"),
)
GPT2_SMALL = 124_439_808  # parameters


class CounterPane(Pane):
    view = "counter"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._counter: Counter | None = None
        self.tower = Tower(theme, words.BOXES, self._say_box)
        self.costs = Bars(theme, words.GROWTH, self._say_cost, secret=False)
        self.beside = Bars(theme, words.BESIDE, self._say_beside, secret=False)
        self.add(caption(words.BOXES), self.tower, caption(words.BESIDE), self.beside)
        self.add(caption(words.GROWTH), self.costs)

    def show_report(self, report: Report) -> None:
        assert isinstance(report, Counter)
        self._counter, self._arrays = report, report.arrays
        self.tower.show_boxes([self._box(part, report) for part in report.parts])
        most = max(report.parameters, GPT2_SMALL)
        self.beside.show_bars(
            [
                Bar("your bot", report.parameters / most, short(report.parameters)),
                Bar(words.GPT2, GPT2_SMALL / most, short(GPT2_SMALL), kind="train"),
            ]
        )
        full = report.cache_bytes * report.context
        steps = [1, *sorted({max(report.context // 4, 1), max(report.context // 2, 1), report.context})]
        self.costs.show_bars(
            [
                Bar(f"memory for {words.pieces(each)} read", each / report.context, size(report.cache_bytes * each))
                for each in dict.fromkeys(steps)
            ]
            if full
            else []
        )

    def facts(self) -> Facts:
        found = self._counter
        if found is None:
            return ()
        moved = sum(part.moved for part in found.parts)
        return (
            ("Parameters", f"{found.parameters:,}"),
            ("… of which training moves", f"{moved:,}"),
            ("On disk and in memory (fp32)", size(found.n_bytes)),
            ("Operations to read a piece, on average", short(found.forward_flops)),
            ("… the last piece of a full context", short(found.last_flops)),
            ("Operations to learn from a piece", short(found.training_flops)),
            ("Pieces learnt from so far", f"{found.tokens_seen:,}"),
            ("Operations so far", short(found.total_flops)),
            ("Memory a piece leaves behind while writing", size(found.cache_bytes)),
            ("Context", f"{found.context:,} pieces"),
            *((part.name, f"{part.parameters:,}") for part in found.parts),
        )

    def _box(self, part: Part, report: Counter) -> Box:
        layers = max((each.layer for each in report.parts), default=-1) + 1
        row = part.layer + 1 if part.layer >= 0 else (0 if part.kind in ("embedding", "positions") else layers + 1)
        return Box(
            f"{words.part(part).partition(' (')[0]} · {short(part.parameters)}",
            float(part.parameters),
            SHADES[part.kind],
            row,
        )

    def _say_box(self, index: int) -> str:
        assert self._counter is not None
        part = self._counter.parts[index]
        share = part.parameters / max(self._counter.parameters, 1)
        moves = "" if part.moved == part.parameters else "; it stays as it was"
        return f"{words.part(part)}: {part.parameters:,} numbers, {words.percent(share)} of all{moves}"

    def _say_cost(self, index: int) -> str:
        bar = self.costs.bar(index)
        return f"{bar.words}: {bar.said}"

    def _say_beside(self, index: int) -> str:
        bar = self.beside.bar(index)
        return f"{bar.words}: {bar.said} parameters"


def short(value: float) -> str:
    """1234567 as 1.2 million."""
    for least, name in LARGE:
        if value >= least:
            return f"{value / least:,.1f} {name}"
    return f"{value:,.0f}"


def size(n_bytes: float) -> str:
    for least, name in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")):
        if n_bytes >= least:
            return f"{n_bytes / least:,.1f} {name}"
    return f"{n_bytes:,.0f} bytes"
