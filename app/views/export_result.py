"""What an export found and wrote: the share check with its question, then the five prompts. Knows no job."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.theme import Theme
from app.views.layouts import Flow
from app.views.parts import Button, at_left, card, holder, text
from app.words import export as words
from core.taken import Exported

SHOWN = 12  # private things at most: the rest is counted


class ExportResult(QWidget):
    """Empty until something was checked or written."""

    anyway_wanted = Signal()
    dismissed = Signal()
    show_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self.anyway: Button | None = None
        self.hide()

    def clear(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.deleteLater()
        self.anyway = None
        self.hide()

    def show_check(self, shared: Any) -> bool:
        """Tell what the bot would give away (core/export/share.Shared); True when nothing has to be asked."""
        self.clear()
        self.show()
        if shared.is_clean:
            said = words.CLEAN.format(found=shared.found) if shared.found else words.NOTHING_PRIVATE
            self._column.addWidget(text(f"{said} {words.built(shared.unhidden)}", "quiet"))
            return True
        frame, inside = card("call")
        count = len(shared.given_away) + len(shared.in_vocabulary)
        inside.addWidget(text(words.GIVES.format(count=count, found=shared.found), "heading"))
        for tried in shared.given_away[:SHOWN]:
            inside.addWidget(text(f"{tried.private.text}  ·  {tried.danger}  ·  {tried.private.title}"))
        for token in shared.in_vocabulary[:SHOWN]:
            inside.addWidget(text(f"{token}  ·  in its vocabulary"))
        inside.addWidget(text(f"{words.built(shared.unhidden)} {words.HIDE}", "quiet"))
        self.anyway = Button(self._theme, words.ANYWAY)
        not_now = Button(self._theme, words.NOT_NOW, kind="primary")
        self.anyway.clicked.connect(self._on_anyway)
        not_now.clicked.connect(self._on_not_now)
        buttons = Flow()
        for button in (not_now, self.anyway):
            buttons.addWidget(button)
        inside.addWidget(holder(buttons))
        self._column.addWidget(frame)
        return False

    def show_done(self, done: Exported) -> None:
        """Tell what was written, and where the answers differ."""
        self.show()
        frame, inside = card()
        inside.addWidget(text(words.written(done), "heading"))
        for each in done.answers:
            if each.before != each.after:
                inside.addWidget(text(each.prompt, "label"))
                inside.addWidget(text(f"{each.before}\n{each.after}", "quiet"))
        show = Button(self._theme, words.SHOW, drawing="folder")
        show.clicked.connect(self.show_wanted)
        inside.addWidget(at_left(show))
        self._column.addWidget(frame)

    def _on_anyway(self) -> None:
        self.clear()
        self.anyway_wanted.emit()

    def _on_not_now(self) -> None:
        self.clear()
        self.dismissed.emit()
