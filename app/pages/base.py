"""What every page is: a widget with a title and a drawing for the sidebar. Knows no other page."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.services import Services

WIDEST = 880  # pixels of a column at 100 %: lines stay readable
MARGIN = 32
TIGHT = 16  # the margin in a narrow window


class Page(QWidget):
    """One screen. `key` is what the settings remember."""

    key = ""
    title = ""
    drawing = ""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services

    def first_focus(self) -> QWidget:
        """Where the keyboard goes when the page is shown."""
        return self


class Column(QWidget):
    """A column in the middle of the page, no wider than a line should be, or than `widest`."""

    def __init__(self, services: Services, *, gap: int = 16, widest: int = WIDEST) -> None:
        super().__init__()
        self._widest = widest
        self._theme = services.theme
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(gap)
        self._outer = QHBoxLayout(self)
        self._outer.addStretch(1)
        self._outer.addWidget(self._inner, 1000)
        self._outer.addStretch(1)
        self._theme.changed.connect(self._dress)
        self._dress()

    def add(self, *widgets: QWidget, share: int = 0) -> None:
        """Widgets from the top down; `share` of the height that is left over goes to each."""
        for widget in widgets:
            self._column.addWidget(widget, share)

    def insert(self, place: int, widget: QWidget) -> None:
        """A widget between others; one that is elsewhere moves here."""
        self._column.insertWidget(place, widget)

    def add_space(self, pixels: int = 8) -> None:
        self._column.addSpacing(pixels)

    def add_stretch(self, share: int = 1) -> None:
        self._column.addStretch(share)

    def minimumSizeHint(self) -> QSize:
        """The height follows from the width alone: a scroll area asks for it."""
        return QSize(super().minimumSizeHint().width(), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._dress()

    def _dress(self) -> None:
        margin = MARGIN if self.width() >= 640 * self._theme.scale else TIGHT
        self._outer.setContentsMargins(margin, margin, margin, margin)
        self._inner.setMaximumWidth(round(self._widest * self._theme.scale))


def scrolled(inside: QWidget) -> QScrollArea:
    """`inside` as high as it needs to be, and scrolled where the window is lower."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area


def fill_page(page: QWidget, inside: QWidget) -> None:
    """Let `inside` be the whole page."""
    frame = QVBoxLayout(page)
    frame.setContentsMargins(0, 0, 0, 0)
    frame.addWidget(inside)
