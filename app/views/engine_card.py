"""A card that gets the engine at the first start: what it is, how much comes, how far it is. Knows no page."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from app.engines import Engines
from app.theme import Theme
from app.views.layouts import Flow
from app.views.parts import Button, card, holder, text
from app.views.task_card import TaskCard
from app.words import engine as words
from app.words.models import arriving
from core.engine.ready import Ready
from core.events import Progress


class EngineCard(QWidget):
    """Hidden when there is an engine and nothing was said about it."""

    def __init__(self, theme: Theme, engines: Engines) -> None:
        super().__init__()
        self._engines = engines
        frame, inside = card("call")
        self.what = text(words.LOOKING, "quiet")
        self.get = Button(theme, words.GET, kind="primary")
        self.kit = Button(theme, words.KIT, does=words.KIT_WHY)
        self.task = TaskCard(theme, words.STOP, words.ABOUT)
        self.get.clicked.connect(self._on_get)
        self.kit.clicked.connect(self._on_kit)
        self.task.stop_wanted.connect(self._on_stop)
        buttons = Flow()
        for button in (self.get, self.kit):
            buttons.addWidget(button)
        self._buttons = holder(buttons)
        for widget in (text(words.MISSING, "heading"), text(words.WHY), self.what, self._buttons):
            inside.addWidget(widget)
        self._call = frame
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(frame)
        column.addWidget(self.task)
        engines.changed.connect(self._refresh)
        engines.progressed.connect(self._on_progressed)
        engines.ended.connect(self._on_ended)
        self._refresh()

    def _refresh(self) -> None:
        engines = self._engines
        self._call.setVisible(engines.is_missing)
        self._buttons.setVisible(not engines.is_running)
        if engines.standing is not None:
            self.what.setText(words.what_comes(engines.standing))
        self.get.setEnabled(engines.can_repair)
        self.kit.setEnabled(engines.can_repair)
        if engines.is_running and self.task.isHidden():
            self.task.begin(words.LOOKING)
        self.setVisible(engines.is_missing or engines.is_running or bool(self.task.status.text()))

    def _on_get(self) -> None:
        self._engines.begin()

    def _on_kit(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, words.KIT)
        if folder:
            self._engines.begin(Path(folder))

    def _on_stop(self) -> None:
        self._engines.stop()
        self.task.stopping()

    def _on_progressed(self, progress: Progress) -> None:
        speed = self.task.speed(progress.done) if progress.total else 0.0
        sentence = arriving(progress.done, progress.total, speed, progress.note)
        self.task.show_progress(progress.done, progress.total, sentence)

    def _on_ended(self, found: Ready | None) -> None:
        if found is None:
            self.task.end(words.STOPPED)
        else:
            self.task.end(words.REPAIRED if self._engines.needs_new_start else words.ready(found))
