"""The learning curve as an SVG drawing, in the colours of the page around it. Knows no run, only points."""

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Protocol


class HasPlace(Protocol):
    """What a point must tell."""

    @property
    def step(self) -> int: ...
    @property
    def bits(self) -> float: ...


WIDTH, HEIGHT = 880, 340
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 16, 44


class Frame:
    """Maps steps and bits to places on the drawing."""

    def __init__(self, points: Sequence[HasPlace], shown: Sequence[HasPlace]) -> None:
        bits = [point.bits for point in shown or points]
        low, high = (min(bits), max(bits)) if bits else (0.0, 8.0)
        pad = max(0.02, 0.06 * (high - low))
        self.low, self.high = max(0.0, low - pad), high + pad
        self.steps = max((point.step for point in (*points, *shown)), default=1)

    def x(self, step: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * step / max(1, self.steps)

    def y(self, bits: float) -> float:
        share = (bits - self.low) / (self.high - self.low)
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - min(1.05, max(-0.05, share)))


def draw(
    each: Sequence[HasPlace], learnt: Sequence[HasPlace], unseen: Sequence[HasPlace], best: HasPlace | None
) -> str:
    """Three curves and a mark at the best point. The frame is chosen for the looks: the first steps run out of it."""
    frame = Frame(each, (*learnt, *unseen))
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="curve-title">',
        '<title id="curve-title">Bits per byte at each step: lower is better</title>',
        f'<clipPath id="frame"><rect x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}"'
        f' height="{HEIGHT - TOP - BOTTOM}"/></clipPath>',
        *grid(frame),
        '<g clip-path="url(#frame)">',
        *(line(frame, points, kind) for points, kind in ((each, "each"), (learnt, "learnt"), (unseen, "unseen"))),
        "</g>",
    ]
    if best is not None:
        x, y = frame.x(best.step), frame.y(best.bits)
        anchor = "end" if x > WIDTH * 0.7 else "start"
        parts.append(f'<circle class="best" cx="{x:.1f}" cy="{y:.1f}" r="6"/>')
        parts.append(
            f'<text class="best-text" x="{x + (-12 if anchor == "end" else 12):.1f}" y="{max(TOP + 14, y - 30):.1f}"'
            f' text-anchor="{anchor}">best: {best.bits:.3f} at step {best.step:,}</text>'
        )
    return "\n".join([*parts, "</svg>"])


def grid(frame: Frame) -> list[str]:
    """Lines across with their values, and the steps below."""
    drawn: list[str] = []
    for value in ticks(frame.low, frame.high):
        y = frame.y(value)
        drawn.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        drawn.append(f'<text class="tick" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
    for value in ticks(0, frame.steps):
        x = frame.x(value)
        drawn.append(f'<text class="tick" x="{x:.1f}" y="{HEIGHT - 22}" text-anchor="middle">{value:,.0f}</text>')
    drawn.append(f'<text class="tick" x="{WIDTH / 2}" y="{HEIGHT - 4}" text-anchor="middle">steps</text>')
    return drawn


def line(frame: Frame, points: Sequence[HasPlace], kind: str) -> str:
    if len(points) == 1:
        return f'<circle class="{kind}" cx="{frame.x(points[0].step):.1f}" cy="{frame.y(points[0].bits):.1f}" r="3"/>'
    places = " ".join(f"{frame.x(point.step):.1f},{frame.y(point.bits):.1f}" for point in points)
    return f'<polyline class="{kind}" points="{places}"/>' if points else ""


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round values from `low` to `high`, about so many."""
    span = max(high - low, 1e-9)
    rough = span / about
    base = 10.0 ** floor(log10(rough))
    size = next(base * step for step in (1, 2, 5, 10) if base * step >= rough)
    first = ceil(low / size)
    return [round(size * n, 10) for n in range(first, floor(high / size) + 1)]
