"""A card for one base model: what it is, whether it fits, and its one or two buttons. Knows no shelf and no job."""

from typing import Self

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from app.theme import Theme
from app.views.layouts import Flow
from app.views.parts import Button, holder, text
from app.words import models as words
from core.catalogue import Model
from core.forecast import Fit
from core.shelf import Shelved

PATIENCE = 4000  # milliseconds in which a second press deletes


class ModelCard(QFrame):
    """`download_wanted` and `delete_wanted` carry the model's id; deleting is asked for twice."""

    download_wanted = Signal(str)
    delete_wanted = Signal(str)

    def __init__(self, theme: Theme, id_: str, title: str, facts: str, about: str) -> None:
        super().__init__()
        self.id = id_
        self.setProperty("kind", "card")
        self.setAccessibleName(title)
        self._theme = theme
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(4)
        for widget in (text(title, "heading"), text(about, ""), text(facts, "quiet")):
            if widget.text():
                column.addWidget(widget)
        self.buttons = Flow()
        self._line = holder(self.buttons)
        column.addWidget(self._line)
        self._is_sure = QTimer(self, singleShot=True, interval=PATIENCE)
        self._is_sure.timeout.connect(self._calm)
        self.download: Button | None = None
        self.delete: Button | None = None

    @classmethod
    def of_shelved(cls, theme: Theme, model: Shelved) -> Self:
        made = cls(theme, model.id, model.title, words.shelved(model), words.KINDS[model.card.kind])
        made._add_delete(model.title)
        return made

    @classmethod
    def of_offer(cls, theme: Theme, model: Model, fits: Fit | None, arrived: int) -> Self:
        about = model.good_for if not model.asks else f"{model.good_for} {words.TERMS.format(address=model.asks)}"
        made = cls(theme, model.id, model.title, words.offer(model, fits), about)
        label = words.GO_ON if arrived else words.DOWNLOAD
        made.download = Button(theme, label, drawing="download", does=f"{label}: {model.title}")
        made.download.clicked.connect(made._on_download)
        made.buttons.addWidget(made.download)
        if arrived:
            made.buttons.addWidget(text(f"{words.size(arrived)} are here", "small", wraps=False))
            made._add_delete(model.title)
        return made

    def allow(self, allowed: bool) -> None:
        for button in (self.download, self.delete):
            if button is not None:
                button.setEnabled(allowed)

    def _add_delete(self, title: str) -> None:
        self.delete = Button(self._theme, words.DELETE, does=f"{words.DELETE}: {title}")
        self.delete.clicked.connect(self._on_delete)
        self.buttons.addWidget(self.delete)

    def _on_download(self) -> None:
        self.download_wanted.emit(self.id)

    def _on_delete(self) -> None:
        if self._is_sure.isActive():
            self._is_sure.stop()
            self.delete_wanted.emit(self.id)
        elif self.delete is not None:
            self.delete.set_words(words.REALLY)
            self._is_sure.start()

    def _calm(self) -> None:
        if self.delete is not None:
            self.delete.set_words(words.DELETE)
