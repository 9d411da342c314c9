"""Three pictures of points: a tree of branches, a map of neighbours, a tower of boxes to scale. Know no model."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from app.theme import Theme
from app.views.inside.cells import LEFT, Cells
from app.views.inside.scale import colour, ink_on

NEAREST: Final = 0.42  # of the way out, where the strongest star is
PASSES: Final = 60  # of pushing labels apart
MAP: Final = 320  # pixels of the map's height at 100 %
TOWER: Final = 420


@dataclass(frozen=True, slots=True)
class Node:
    """A token in the tree; `parent` is the index of the one before it, -1 at the root."""

    words: str
    chance: float
    parent: int
    is_here: bool = False


class Tree(Cells):
    """Branches from left to right, in the order in which they were tried."""

    def __init__(self, theme: Theme, about: str, say: Callable[[int], str]) -> None:
        self._say = say
        self._nodes: Sequence[Node] = ()
        super().__init__(theme, about)

    def show_nodes(self, nodes: Sequence[Node], current: int) -> None:
        self._nodes = nodes
        self.refresh(current)

    def count(self) -> int:
        return len(self._nodes)

    def words(self, index: int) -> str:
        return self._say(index)

    def tall(self, width: int) -> int:
        return round(self._row() * max(1, sum(1 for n in range(self.count()) if not self._children(n))) + 8)

    def cell(self, index: int) -> QRectF:
        places = self._places()
        depth, row = places[index]
        deepest = max(each for each, _ in places) + 1
        wide = min(150 * self.theme.scale, (self.width() - 8) / max(deepest, 1))
        return QRectF(4 + depth * wide, 4 + row * self._row(), wide - 18, self._row() - 8)

    def paint(self, painter: QPainter) -> None:
        colours = self.theme.colours
        metrics = QFontMetricsF(painter.font())
        for index, node in enumerate(self._nodes):
            rect = self.cell(index)
            if node.parent >= 0:
                start = self.cell(node.parent)
                path = QPainterPath(QPointF(start.right(), start.center().y()))
                bend = (rect.left() - start.right()) / 2
                path.cubicTo(
                    QPointF(start.right() + bend, start.center().y()),
                    QPointF(rect.left() - bend, rect.center().y()),
                    QPointF(rect.left(), rect.center().y()),
                )
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(colours.edge), 1 + 4 * node.chance))
                painter.drawPath(path)
            ground = QColor(colours.tint if node.is_here else colours.raised)
            painter.setPen(QPen(QColor(colours.accent if node.is_here else colours.line), 1.2))
            painter.setBrush(ground)
            painter.drawRoundedRect(rect, 6, 6)
            said = f"{node.words}  {node.chance:.0%}" if node.parent >= 0 else node.words
            words = metrics.elidedText(said, Qt.TextElideMode.ElideMiddle, rect.width() - 10)
            self.write(painter, rect, words, QColor(colours.text))

    def _children(self, index: int) -> list[int]:
        return [n for n, node in enumerate(self._nodes) if node.parent == index]

    def _places(self) -> list[tuple[int, float]]:
        """Depth and row of each node: leaves take rows of their own, the others the middle of their children's."""
        places: dict[int, tuple[int, float]] = {}
        free = 0

        def lay(index: int, depth: int) -> float:
            nonlocal free
            below = [lay(child, depth + 1) for child in self._children(index)]
            if not below:
                below = [float(free)]
                free += 1
            places[index] = depth, sum(below) / len(below)
            return places[index][1]

        for index, node in enumerate(self._nodes):
            if node.parent < 0:
                lay(index, 0)
        return [places[index] for index in range(len(self._nodes))]

    def _row(self) -> float:
        return QFontMetricsF(self.font_of()).height() + 18


@dataclass(frozen=True, slots=True)
class Star:
    """A word on the flat map, from -1 to 1; `strength` from 0 to 1 is how near it is to the middle."""

    words: str
    x: float
    y: float
    strength: float


class StarMap(Cells):
    """Words around the middle, which is the first of them."""

    def __init__(self, theme: Theme, about: str, say: Callable[[int], str]) -> None:
        self._say = say
        self._stars: Sequence[Star] = ()
        self._laid: tuple[tuple[int, float], list[QRectF]] = ((-1, 0.0), [])
        super().__init__(theme, about)

    def show_stars(self, stars: Sequence[Star]) -> None:
        self._stars = stars
        self._laid = ((-1, 0.0), [])
        self.refresh()

    def count(self) -> int:
        return len(self._stars)

    def words(self, index: int) -> str:
        return self._say(index)

    def tall(self, width: int) -> int:
        return round(MAP * self.theme.scale)

    def cell(self, index: int) -> QRectF:
        return self._lay()[index]

    def paint(self, painter: QPainter) -> None:
        if not self._stars:
            return
        rects = self._lay()
        colours = self.theme.colours
        middle = rects[0].center()
        for star, rect in zip(self._stars[1:], rects[1:], strict=True):
            line = QColor(colours.accent)
            line.setAlphaF(0.15 + 0.5 * star.strength)
            painter.setPen(QPen(line, 1 + 3 * star.strength))
            painter.drawLine(middle, rect.center())
        for index, (star, rect) in enumerate(zip(self._stars, rects, strict=True)):
            ground = QColor(colours.accent) if not index else colour(0.12 + 0.5 * star.strength, self.theme.is_dark)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
            painter.setFont(self.font_of("body" if index < 6 else "small", strong=not index))
            self.write(painter, rect, star.words, QColor(colours.on_accent) if not index else ink_on(ground))

    def _lay(self) -> list[QRectF]:
        """Labels at their places, pushed apart where they would lie on each other."""
        key = (self.width(), self.theme.scale)
        if self._laid[0] == key:
            return self._laid[1]
        high, wide = self.tall(self.width()), self.width()
        spots = around(self._stars)
        rects: list[QRectF] = []
        for index, star in enumerate(self._stars):
            metrics = QFontMetricsF(self.font_of("body" if index < 6 else "small", strong=not index))
            w, h = metrics.horizontalAdvance(star.words) + 20, metrics.height() + 8
            x, y = spots[index]
            rects.append(QRectF(x * (wide / 2 - 70) + (wide - w) / 2, y * (high / 2 - 22) + (high - h) / 2, w, h))
        for _ in range(PASSES):
            if not self._push(rects, wide, high):
                break
        self._laid = (key, rects)
        return rects

    @staticmethod
    def _push(rects: list[QRectF], wide: float, high: float) -> bool:
        moved = False
        for a, one in enumerate(rects):
            for b in range(a + 1, len(rects)):
                other = rects[b]
                both = one.adjusted(-3, -3, 3, 3).intersected(other)
                if both.isEmpty():
                    continue
                moved = True
                down = 1 if other.center().y() >= one.center().y() else -1
                right = 1 if other.center().x() >= one.center().x() else -1
                if both.height() <= both.width():
                    other.translate(0, down * (both.height() * 0.6 + 1))
                else:
                    other.translate(right * (both.width() * 0.6 + 1), 0)
                other.moveLeft(min(max(other.left(), 2), wide - other.width() - 2))
                other.moveTop(min(max(other.top(), 2), high - other.height() - 2))
        return moved


def around(stars: Sequence[Star]) -> list[tuple[float, float]]:
    """Places on a disc from -1 to 1, the first star in the middle: in even steps by the way that each lies on the flat
    map, and the farther out the weaker.
    """
    others = range(1, len(stars))
    order = sorted(others, key=lambda n: math.atan2(stars[n].y, stars[n].x))
    weakest = min((star.strength for star in stars[1:]), default=0.0)
    spots = [(0.0, 0.0)] * len(stars)
    for place, n in enumerate(order):
        angle = 2 * math.pi * (place + 0.5) / len(order)
        out = 1 - (1 - NEAREST) * (stars[n].strength - weakest) / max(1 - weakest, 1e-6)
        spots[n] = out * math.cos(angle), out * math.sin(angle)
    return spots


@dataclass(frozen=True, slots=True)
class Box:
    """A part in a row of the tower; `size` is what its area stands for, `shade` its colour from 0 to 1."""

    words: str
    size: float
    shade: float
    row: int


class Tower(Cells):
    """Rows on top of each other, the first at the bottom; areas are to scale."""

    def __init__(self, theme: Theme, about: str, say: Callable[[int], str]) -> None:
        self._say = say
        self._boxes: Sequence[Box] = ()
        super().__init__(theme, about)

    def show_boxes(self, boxes: Sequence[Box]) -> None:
        self._boxes = boxes
        self.refresh()

    def count(self) -> int:
        return len(self._boxes)

    def words(self, index: int) -> str:
        return self._say(index)

    def tall(self, width: int) -> int:
        return round(TOWER * self.theme.scale)

    def cell(self, index: int) -> QRectF:
        box = self._boxes[index]
        total = sum(each.size for each in self._boxes) or 1.0
        high = self.tall(self.width()) - 4
        rows = {each.row: 0.0 for each in self._boxes}
        for each in self._boxes:
            rows[each.row] += each.size
        below = sum(size for row, size in rows.items() if row < box.row)
        before = sum(each.size for each in self._boxes[:index] if each.row == box.row)
        y = 2 + high * (1 - (below + rows[box.row]) / total)
        wide = self.width() - 4
        x, w = 2 + wide * before / rows[box.row], wide * box.size / rows[box.row]
        return QRectF(x, y, w, high * rows[box.row] / total)

    def paint(self, painter: QPainter) -> None:
        metrics = QFontMetricsF(painter.font())
        for index, box in enumerate(self._boxes):
            rect = self.cell(index)
            ground = colour(box.shade, self.theme.is_dark)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            gap = 1.0 if min(rect.width(), rect.height()) > 4 else 0.2
            painter.drawRoundedRect(rect.adjusted(gap, gap, -gap, -gap), 3, 3)
            if rect.height() > metrics.height() * 0.9 and rect.width() > 48:
                words = metrics.elidedText(box.words, Qt.TextElideMode.ElideRight, rect.width() - 12)
                painter.setPen(ink_on(ground))
                painter.drawText(rect.adjusted(8, 0, -4, 0), int(LEFT), words)
