"""Chat: begin a text, and the bot goes on. Knows no model; words arrive as pieces."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import words
from app.jobs import Job
from app.pages.base import Column, Page, scrolled
from app.services import Services
from app.views.bubble import Turn
from app.views.composer import Composer
from app.views.conversation import Conversation
from app.views.empty_chat import EmptyChat
from app.views.parts import Button, text
from core import runs
from core.events import Note
from core.replies import FROM_SCRATCH, Piece, Reply


class ChatPage(Page):
    """A conversation in turns, each begun by the user and continued by the bot."""

    key, title, drawing = "chat", words.CHAT, "chat"

    train_wanted = Signal()
    replied = Signal()  # a reply is whole, or has failed

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._job: Job | None = None
        self._opening = self._written = ""
        self._turn: Turn | None = None
        self.empty = EmptyChat(services.theme)
        self.conversation = Conversation(services.theme)
        self.composer = Composer(services.theme)
        self._lay_out()
        self._make_actions()

        self.empty.begun.connect(self._on_sent)
        self.empty.train_wanted.connect(self.train_wanted)
        self.composer.sent.connect(self._on_sent)
        self.composer.stop_wanted.connect(self.stop)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.stop)
        services.workspace.switched.connect(self._on_switched)
        services.workspace.surveyed.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        middle = Column(self.services)
        middle.add(text(words.CHAT, "title"), text(FROM_SCRATCH, "quiet"), self.empty, self.conversation)
        middle.add_stretch()
        area = scrolled(middle)
        self.conversation.follow(area)
        self._below = Column(self.services)
        self._below.add(self.composer)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.setSpacing(0)
        frame.addWidget(area, 1)
        frame.addWidget(self._below)

    def _make_actions(self) -> None:
        theme = self.services.theme
        self.again = Button(theme, words.AGAIN, kind="small", drawing="again", does=words.AGAIN_WHY)
        self.copy = Button(theme, words.COPY, kind="small", drawing="copy", does=words.COPY_WHY)
        self.again.clicked.connect(self._on_again)
        self.copy.clicked.connect(self._on_copy)
        self._take_actions()

    def first_focus(self) -> QWidget:
        return self.composer.field if self.composer.isEnabled() else self.empty.train

    @property
    def is_replying(self) -> bool:
        return self._job is not None

    def stop(self) -> None:
        """Let the bot end its text here."""
        if self._job is not None:
            self._job.stop()

    def _on_sent(self, opening: str) -> None:
        if self._job is None:
            self.conversation.add(mine=True).set_text(opening)
            self._begin(opening)

    def _on_again(self) -> None:
        if self._job is None and self.conversation.turns:
            self._take_actions()
            self.conversation.remove_last()
            self._begin(self._opening)

    def _begin(self, opening: str) -> None:
        run = runs.speaker(self.services.workspace.project.runs)
        if run is None:
            return
        self._take_actions()
        self._opening, self._written = opening, ""
        self._turn = self.conversation.add(mine=False)
        self._turn.set_text(words.WAKING)
        task = self.services.works.reply(run, opening, self.composer.sampling)
        self._job = self.services.device.submit(task, "reply", self, urgent=True)
        self._job.noted.connect(self._on_noted)
        self._job.succeeded.connect(self._on_succeeded)
        self._job.failed.connect(self._on_failed)
        self.composer.show_replying(True)
        self._show_parts()

    def _on_noted(self, events: list[object]) -> None:
        for event in events:
            if isinstance(event, Note):
                self.services.notices.tell(event.text)
        self._written += "".join(event.text for event in events if isinstance(event, Piece))
        self._show(self._written)

    def _on_succeeded(self, reply: Reply) -> None:
        self._show(reply.text)
        self._end()

    def _on_failed(self, error: Exception) -> None:
        self._end()
        self.services.notices.show(error)

    def _show(self, continuation: str) -> None:
        if self._turn is not None:
            self._turn.set_text(words.continued(continuation))

    def _end(self) -> None:
        self._job = None
        self.composer.show_replying(False)
        if self._turn is not None:
            self.copy.set_words(words.COPY)
            self._turn.set_actions(self.again, self.copy)
        self._turn = None
        self.replied.emit()

    def _take_actions(self) -> None:
        """Take the two buttons away from the turn that had them."""
        for button in (self.again, self.copy):
            button.setParent(self)
            button.hide()
        for turn in self.conversation.turns:
            turn.hide_actions()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._opening + self.conversation.turns[-1].text.removeprefix("…"))
        self.copy.set_words(words.COPIED)

    def _on_switched(self) -> None:
        self.stop()
        self._take_actions()
        self._turn = None
        self.conversation.clear()
        self._refresh()

    def _refresh(self) -> None:
        has_bot = self.services.workspace.survey.run is not None
        self.empty.show_bot(has_bot)
        self.composer.setEnabled(has_bot)
        self._show_parts()

    def _show_parts(self) -> None:
        has_turns = bool(self.conversation.turns)
        self.empty.setVisible(not has_turns)
        self.conversation.setVisible(has_turns)
        self._below.setVisible(self.composer.isEnabled() or has_turns)
