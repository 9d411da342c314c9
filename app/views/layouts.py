"""Two layouts that Qt lacks: a line that wraps, and equal columns that become fewer. Know no widget in particular."""

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class Wrapping(QLayout):
    """What both layouts share: a list of items and a height that follows from the width."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = 8) -> None:
        super().__init__(parent)
        self.setContentsMargins(QMargins())
        self.setSpacing(gap)
        self._items: list[QLayoutItem] = []

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
        return self.place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self.place(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """As wide as the widest item: everything else wraps."""
        size = QSize()
        for item in self.shown():
            size = size.expandedTo(item.minimumSize())
        return size

    def shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def place(self, rect: QRect, *, move: bool) -> int:
        """Lay the items into `rect` if `move`; the height they need in any case."""
        raise NotImplementedError


class Flow(Wrapping):
    """Items side by side at their own size, going on in the next line like words."""

    def place(self, rect: QRect, *, move: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self.shown():
            size = item.sizeHint()
            width = min(size.width(), rect.width())
            if x > rect.x() and x + width > rect.right() + 1:
                x, y, line = rect.x(), y + line + self.spacing(), 0
            height = item.heightForWidth(width) if item.hasHeightForWidth() else size.height()
            if move:
                item.setGeometry(QRect(QPoint(x, y), QSize(width, height)))
            x, line = x + width + self.spacing(), max(line, height)
        return y + line - rect.y()


class Columns(Wrapping):
    """Items in columns of one width, as many as fit at `least` pixels each; the items of a row are equally high."""

    def __init__(self, parent: QWidget | None = None, *, least: int, gap: int = 16) -> None:
        super().__init__(parent, gap=gap)
        self.least = least

    def place(self, rect: QRect, *, move: bool) -> int:
        items = self.shown()
        if not items:
            return 0
        least = max(self.least, self.minimumSize().width())
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
