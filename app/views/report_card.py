"""The report of a run in the window: how it is, what happened, what to try. Knows no disk."""

from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from app.theme import Theme
from app.views.layouts import Flow
from app.views.parts import Button, column, holder, text
from app.words import history as words
from core.report.story import Story

LINES = 14  # of the night that are shown here; the page has them all


class ReportCard(QFrame):
    """Buttons for the page, the name and the trash; above them the story in sentences."""

    open_wanted = Signal()
    save_wanted = Signal()
    rename_wanted = Signal()
    delete_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.title = text("", "heading")
        self.model = text("", "quiet")
        self.health = text("")
        self.used = text("", "quiet")
        self.night = text("")
        self.advice = text("")
        self.open = Button(theme, words.OPEN_REPORT, kind="primary", drawing="file")
        self.save = Button(theme, words.SAVE_REPORT)
        self.rename = Button(theme, words.RENAME)
        self.delete = Button(theme, words.DELETE)
        wanted = (self.open_wanted, self.save_wanted, self.rename_wanted, self.delete_wanted)
        buttons = Flow(gap=12)
        for button, signal in zip((self.open, self.save, self.rename, self.delete), wanted, strict=True):
            button.clicked.connect(signal)
            buttons.addWidget(button)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(8)
        for widget in (self.title, self.model, self.health, self.used):
            inside.addWidget(widget)
        self._happened = holder(column(text(words.HAPPENED, "label"), self.night, gap=4))
        inside.addWidget(self._happened)
        inside.addWidget(text(words.NEXT, "label"))
        inside.addWidget(self.advice)
        inside.addSpacing(8)
        inside.addWidget(holder(buttons))

    def show_story(self, story: Story) -> None:
        self.title.setText(story.title)
        self.model.setText(story.model[:1].upper() + story.model[1:] + ".")
        self.health.setText(story.health.sentence)
        self.used.setText(story.used)
        self.night.setText("\n".join(f"{clock(at)}{sentence}" for at, sentence in story.night[-LINES:]))
        self._happened.setVisible(bool(story.night))
        self.advice.setText("\n".join(story.advice))


def clock(at: float | None) -> str:
    """The hour by the clock on the wall."""
    return "" if at is None else f"{datetime.fromtimestamp(at, tz=UTC).astimezone():%d %b %H:%M}   "
