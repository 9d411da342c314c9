"""Where one names what is to be gathered: an address or a handle, files, folders. Knows not what becomes of them."""

import re
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QCheckBox, QFileDialog, QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout

from app import words
from app.place import place_of
from app.theme import Theme
from app.views.layouts import Flow
from app.views.parts import Button, holder, restyle, row, text
from app.words import gathering
from core.sources import Place

SITE: Final = re.compile(r"\w\.\w{2,}|^https?:", re.IGNORECASE)  # what may have a robots.txt


class DropArea(QFrame):
    """Emits the places that were typed, dropped on it, or chosen with its buttons."""

    chosen = Signal(list)  # of Place

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("kind", "drop")
        self.setAcceptDrops(True)
        self._icon = QLabel()
        self._kinds = text(words.DROP_KINDS, "quiet")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 20, 24, 20)
        inside.setSpacing(8)
        inside.addWidget(self._icon)
        inside.addWidget(text(gathering.ADDRESS, "heading"))
        inside.addWidget(holder(self._make_field()))
        self.own_site = QCheckBox(gathering.OWN_SITE)
        self._own_site_why = text(gathering.OWN_SITE_WHY, "quiet")
        self._own_site_why.hide()
        self.own_site.setAccessibleDescription(gathering.OWN_SITE_WHY)
        self.own_site.hide()
        inside.addWidget(self.own_site)
        inside.addWidget(self._own_site_why)
        inside.addSpacing(4)
        inside.addWidget(text(gathering.OR_DROP))
        inside.addWidget(self._kinds)
        inside.addWidget(holder(self._make_buttons()))
        theme.changed.connect(self._paint_icon)
        self._paint_icon()

    def _make_field(self) -> QHBoxLayout:
        self.address = QLineEdit(placeholderText=gathering.ADDRESS_HINT)
        self.address.setAccessibleName(gathering.ADDRESS)
        self.look = Button(self._theme, gathering.LOOK, does=gathering.LOOK_DOES, kind="primary")
        self.address.returnPressed.connect(self._on_typed)
        self.address.textChanged.connect(self._on_text)
        self.look.clicked.connect(self._on_typed)
        self.look.setEnabled(False)
        return row(self.address, self.look)

    def _make_buttons(self) -> Flow:
        self.folder = Button(self._theme, words.CHOOSE_FOLDER, drawing="folder")
        self.files = Button(self._theme, words.CHOOSE_FILES, drawing="file")
        self.folder.clicked.connect(self._choose_folder)
        self.files.clicked.connect(self._choose_files)
        buttons = Flow()
        buttons.addWidget(self.folder)
        buttons.addWidget(self.files)
        return buttons

    def make_small(self, small: bool) -> None:
        """Give way to the list once there is one."""
        self._icon.setVisible(not small)
        self._kinds.setVisible(not small)

    def _on_text(self, typed: str) -> None:
        self.look.setEnabled(bool(typed.strip()))
        for widget in (self.own_site, self._own_site_why):
            widget.setVisible(bool(SITE.search(typed)) or self.own_site.isChecked())

    def _on_typed(self) -> None:
        if typed := self.address.text().strip():
            self.address.clear()
            self.chosen.emit([place_of(typed)])
            self.own_site.setChecked(False)  # it was said of this address
            self._on_text("")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if places(event.mimeData()):
            event.acceptProposedAction()
            restyle(self, "over", True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        restyle(self, "over", False)

    def dropEvent(self, event: QDropEvent) -> None:
        restyle(self, "over", False)
        event.acceptProposedAction()
        self.chosen.emit(places(event.mimeData()))

    def _choose_folder(self) -> None:
        if folder := QFileDialog.getExistingDirectory(self, words.CHOOSE_FOLDER):
            self.chosen.emit([Path(folder)])

    def _choose_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, words.CHOOSE_FILES)
        if names:
            self.chosen.emit([Path(name) for name in names])

    def _paint_icon(self) -> None:
        side = round(32 * self._theme.scale)
        self._icon.setPixmap(self._theme.icon("gather", "accent_text").pixmap(QSize(side, side)))
        self._icon.setAlignment(Qt.AlignmentFlag.AlignLeft)


def places(dragged: QMimeData) -> list[Place]:
    """The files and folders of this computer among what is dragged, else the addresses, else a short text."""
    urls = dragged.urls()
    if local := [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]:
        return [*local]
    if urls:
        return [url.toString() for url in urls if url.scheme() in ("http", "https")]
    typed = dragged.text().strip()
    place = place_of(typed) if typed and len(typed.splitlines()) == 1 else None
    return [] if place is None or (isinstance(place, Path) and not place.exists()) else [place]
