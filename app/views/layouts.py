"""Two layouts that Qt lacks: a line that wraps, and equal columns that become fewer. Know no widget in particular."""

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class Wrapping(QLayout):
    """What both layouts share: a list of items and a height that follows from the width."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = 8) -> None:
        self._heights: dict[int, int] = {}  # by width, until anything changes: Qt asks many times over
        super().__init__(parent)
        self.setContentsMargins(QMargins())
        self.setSpacing(gap)
        self._items: list[QLayoutItem] = []

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            margins = self.contentsMargins()
            inner = QRect(0, 0, width - margins.left() - margins.right(), 0)
            self._heights[width] = self.place(inner, move=False) + margins.top() + margins.bottom()
        return self._heights[width]

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self.place(self.contentsRect(), move=True)

    def minimumSize(self) -> QSize:
        """As wide as the widest item, because everything else wraps; what follows from a width has no least height."""
        margins = self.contentsMargins()
        size = QSize()
        for item in self.shown():
            least = item.minimumSize()
            size = size.expandedTo(QSize(least.width(), 0) if item.hasHeightForWidth() else least)
        return size.grownBy(margins)

    def sizeHint(self) -> QSize:
        """Everything in one row."""
        width = sum(self.wish(item) for item in self.shown()) + self.spacing() * max(len(self.shown()) - 1, 0)
        width += self.contentsMargins().left() + self.contentsMargins().right()
        return QSize(width, self.heightForWidth(width))

    def wish(self, item: QLayoutItem) -> int:
        """How wide an item would like to be."""
        return item.sizeHint().width()

    def shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def place(self, rect: QRect, *, move: bool) -> int:
        """Lay the items into `rect` if `move`; the height they need in any case."""
        raise NotImplementedError


class Flow(Wrapping):
    """Items side by side at their own size, going on in the next line like words."""

    def place(self, rect: QRect, *, move: bool) -> int:
        y = rect.y()
        for line in self.lines(rect.width()):
            tallest = max(size.height() for _, size in line)
            x = rect.x()
            for item, size in line:
                if move:
                    item.setGeometry(QRect(QPoint(x, y + (tallest - size.height()) // 2), size))
                x += size.width() + self.spacing()
            y += tallest + self.spacing()
        return max(y - self.spacing() - rect.y(), 0)

    def lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        """The items and their sizes, broken into lines of at most `width`."""
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        room = -1
        for item in self.shown():
            size = item.sizeHint().boundedTo(QSize(width, 1 << 20))
            if item.hasHeightForWidth():
                size.setHeight(item.heightForWidth(size.width()))
            if size.width() > room:
                lines.append([])
                room = width
            lines[-1].append((item, size))
            room -= size.width() + self.spacing()
        return lines


class Columns(Wrapping):
    """Items in columns of one width, as many as fit at `least` pixels each; the items of a row are equally high."""

    def __init__(self, parent: QWidget | None = None, *, least: int, gap: int = 16) -> None:
        super().__init__(parent, gap=gap)
        self.least = least

    def wish(self, item: QLayoutItem) -> int:
        return max(self.least, item.minimumSize().width())

    def place(self, rect: QRect, *, move: bool) -> int:
        items = self.shown()
        if not items:
            return 0
        least = max(self.wish(item) for item in items)
        count = max(1, min(len(items), (rect.width() + self.spacing()) // (least + self.spacing())))
        width = (rect.width() - (count - 1) * self.spacing()) // count
        y = rect.y()
        for start in range(0, len(items), count):
            row = items[start : start + count]
            height = max(item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
                         for item in row)  # fmt: skip
            for column, item in enumerate(row):
                if move:
                    item.setGeometry(QRect(rect.x() + column * (width + self.spacing()), y, width, height))
            y += height + self.spacing()
        return y - self.spacing() - rect.y()
