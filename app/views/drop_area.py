"""The place to drop folders and files. Knows nothing about what becomes of them."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel, QVBoxLayout

from app import words
from app.theme import Theme
from app.views.layouts import Flow
from app.views.parts import Button, holder, restyle, text


class DropArea(QFrame):
    """Emits the paths that were dropped on it, or chosen with its two buttons."""

    chosen = Signal(list)  # of Path

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("kind", "drop")
        self.setAcceptDrops(True)
        self._icon = QLabel()
        self._heading = text(words.DROP, "heading")
        self._kinds = text(words.DROP_KINDS, "quiet")
        self.folder = Button(theme, words.CHOOSE_FOLDER, drawing="folder")
        self.files = Button(theme, words.CHOOSE_FILES, drawing="file")
        self.folder.clicked.connect(self._choose_folder)
        self.files.clicked.connect(self._choose_files)
        buttons = Flow()
        buttons.addWidget(self.folder)
        buttons.addWidget(self.files)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(32, 28, 32, 28)
        inside.setSpacing(8)
        for widget in (self._icon, self._heading, self._kinds):
            inside.addWidget(widget)
        inside.addSpacing(8)
        inside.addWidget(holder(buttons))
        theme.changed.connect(self._paint_icon)
        self._paint_icon()

    def make_small(self, small: bool) -> None:
        """Give way to the list once there is one."""
        self._icon.setVisible(not small)
        self._kinds.setVisible(not small)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if paths(event):
            event.acceptProposedAction()
            restyle(self, "over", True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        restyle(self, "over", False)

    def dropEvent(self, event: QDropEvent) -> None:
        restyle(self, "over", False)
        event.acceptProposedAction()
        self.chosen.emit(paths(event))

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


def paths(event: QDropEvent) -> list[Path]:
    """The files and folders of this computer among what is dragged."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
