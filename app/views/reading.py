"""Two small sheets: a text of the writer's own to read, and a question with a target to agree to. Open nothing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.pages.base import scrolled
from app.services import Services
from app.theme import Theme
from app.views.layouts import Flow
from app.views.parts import Button, holder, text
from app.views.plain_text import PlainText
from app.words import chat as words
from app.work.talk import document
from core.documents import Document


class Reading(QDialog):
    """What the writer wrote, fetched from the corpus while the sheet is open already."""

    def __init__(self, page: QWidget, services: Services, key: str) -> None:
        super().__init__(page)
        self.setWindowTitle(words.SOURCE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.heading = text("", "heading")
        self.words = PlainText(services.theme)
        close = Button(services.theme, words.CLOSE)
        close.clicked.connect(self.close)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(self.heading)
        column.addWidget(self.words)
        column.addStretch(1)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(inside))
        self.resize(round(560 * services.theme.scale), round(480 * min(services.theme.scale, 1.2)))
        job = services.disk.submit(document(services.workspace.project, key), "read a post", self, urgent=True)
        job.succeeded.connect(self._on_read)
        job.failed.connect(services.notices.show)

    def _on_read(self, found: Document | None) -> None:
        if found is None:
            self.words.set_text(words.GONE)
            return
        date = f" · {found.written:%d %B %Y}" if found.written else ""
        self.heading.setText(f"{found.title or found.kind}{date}")
        self.words.set_text(found.text)


class Question(QDialog):
    """Shows a target in full and asks; only a press of the button agrees."""

    agreed = Signal(str)

    def __init__(self, page: QWidget, theme: Theme, asked: str, target: str, does: str) -> None:
        super().__init__(page)
        self.setWindowTitle(asked)
        self.setModal(True)
        self._target = target
        shown = PlainText(theme)
        shown.set_text(target)
        self.agree = Button(theme, does, kind="primary")
        self.leave = Button(theme, words.CANCEL)
        self.agree.clicked.connect(self._on_agreed)
        self.leave.clicked.connect(self.reject)
        buttons = Flow(gap=12)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.agree)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        for widget in (text(asked, "heading"), shown, holder(buttons)):
            column.addWidget(widget)
        self.setMinimumWidth(round(420 * theme.scale))
        self.leave.setFocus()

    def _on_agreed(self) -> None:
        self.accept()
        self.agreed.emit(self._target)
