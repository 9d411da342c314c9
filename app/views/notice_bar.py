"""The one strip for notices, above the pages. Knows no page."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout

from app import words
from app.notices import Notice, Notices
from app.theme import Theme
from app.views.parts import Button, restyle, text


class NoticeBar(QFrame):
    """Hidden while there is nothing to say."""

    def __init__(self, notices: Notices, theme: Theme) -> None:
        super().__init__()
        self._notices = notices
        self.setProperty("kind", "notice")
        self._text = text("")
        self.button = Button(theme, " ")
        self.close_button = Button(theme, "", kind="bare", drawing="close", does=words.DISMISS)
        line = QHBoxLayout(self)
        line.setContentsMargins(24, 8, 16, 8)
        line.setSpacing(16)
        line.addWidget(self._text, 1)
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.button.clicked.connect(self._on_pressed)
        self.close_button.clicked.connect(notices.dismiss)
        notices.changed.connect(self._on_changed)
        self._on_changed(notices.now)

    def _on_changed(self, notice: Notice | None) -> None:
        self.setVisible(notice is not None)
        if notice is None:
            return
        self._text.setText(notice.text)
        self.setAccessibleName(notice.text)
        self.button.setVisible(bool(notice.button))
        self.button.setText(notice.button)
        self.button.setAccessibleName(notice.button)
        restyle(self, "trouble", notice.kind == "trouble")

    def _on_pressed(self) -> None:
        notice = self._notices.now
        self._notices.dismiss()
        if notice is not None and notice.action is not None:
            notice.action()
