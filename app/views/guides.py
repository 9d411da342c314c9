"""How to get each export, in three steps: a list to browse. Knows no importer."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QVBoxLayout

from app.theme import Theme
from app.views.layouts import Columns
from app.views.parts import column, holder, text
from app.words import gathering as words
from core.sources import Guide


class Guides(QFrame):
    """A field to find a service, their list, and the steps of the one that is chosen."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._guides: list[Guide] = []
        self.setProperty("kind", "card")
        self.search = QLineEdit(placeholderText=words.GUIDES_FIND)
        self.search.setAccessibleName(words.GUIDES_FIND)
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName(words.SERVICES)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._title = text("", "heading")
        self._steps = [text("") for _ in range(3)]
        side = Columns(least=round(240 * theme.scale), gap=20)
        side.addWidget(holder(column(self.search, self.list)))
        about = column(self._title, *self._steps)
        about.addStretch(1)
        side.addWidget(holder(about))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(20, 20, 20, 20)
        inside.addWidget(holder(side))
        self.search.textChanged.connect(self._filter)
        self.list.currentRowChanged.connect(self._show)
        theme.changed.connect(self._fit)
        self._fit()
        self.hide()

    def fill(self, guides: Sequence[Guide]) -> None:
        """Once, when they are first asked for: knowing them takes every importer."""
        self._guides = sorted(guides, key=lambda guide: guide.title.casefold())
        self.list.addItems([guide.title for guide in self._guides])
        self.list.setCurrentRow(0)

    @property
    def is_filled(self) -> bool:
        return bool(self._guides)

    @property
    def said(self) -> str:
        """The steps on show."""
        return "\n".join(step.text() for step in self._steps)

    def _filter(self, typed: str) -> None:
        wanted = typed.strip().casefold()
        fits = [wanted in f"{guide.title} {guide.source}".casefold() for guide in self._guides]
        for row, shown in enumerate(fits):
            self.list.item(row).setHidden(not shown)
        self.list.setCurrentRow(fits.index(True) if True in fits else -1)

    def _show(self, row: int) -> None:
        guide = self._guides[row] if row >= 0 else None
        self._title.setText(guide.title if guide else words.GUIDES_NOTHING)
        for number, step in enumerate(self._steps, start=1):
            step.setText(f"{number}. {guide.steps[number - 1]}" if guide else words.GUIDES_NONE * (number == 1))
            step.setAlignment(Qt.AlignmentFlag.AlignTop)

    def _fit(self) -> None:
        self.list.setFixedHeight(round(200 * self._theme.scale))
