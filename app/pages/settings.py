"""Settings: the look, the local API, and what becomes of the writer's judgements. Serves and trains nothing itself."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.pages.base import Column, Page, fill_page, scrolled
from app.services import Services
from app.views.layouts import Flow
from app.views.look_card import LookCard
from app.views.parts import Button, at_left, card, holder, text
from app.words import settings as words
from core import feedback
from core.errors import Trouble

FIELD = 360  # pixels at most that an address must have: a narrow window with large text has no more


class Fact(QWidget):
    """A value that is there to be copied."""

    def __init__(self, services: Services, name: str) -> None:
        super().__init__()
        self.field = QLineEdit()
        self.field.setReadOnly(True)
        self.field.setAccessibleName(name)
        self.field.setMinimumWidth(min(round(260 * services.theme.scale), FIELD))
        self.copy = Button(services.theme, words.COPY, drawing="copy", does=f"{words.COPY}: {name}")
        self.copy.clicked.connect(self._on_copy)
        line = Flow(gap=8)
        label = text(name, "label", wraps=False)
        label.setMinimumWidth(
            round(90 * services.theme.scale)
        )  # the longest, so that the fields stand below each other
        line.addWidget(label)
        line.addWidget(self.field)
        line.addWidget(self.copy)
        self.setLayout(line)
        self.setSizePolicy(holder(Flow()).sizePolicy())

    def show_value(self, value: str) -> None:
        self.field.setText(value)
        self.field.setCursorPosition(0)
        self.copy.set_words(words.COPY)
        self.setVisible(bool(value))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.field.text())
        self.copy.set_words(words.COPIED)


class SettingsPage(Page):
    """What is on show is what holds."""

    key, title, drawing = "settings", words.SETTINGS, "settings"

    training_begun = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        theme = services.theme
        self.look = LookCard(services)
        self.api = QCheckBox(words.API_SWITCH)
        self.api.setAccessibleName(f"{words.API}: {words.API_SWITCH}")
        self.phone = QCheckBox(words.PHONE)
        self.address = Fact(services, words.ADDRESS)
        self.token = Fact(services, words.TOKEN)
        self.phone_address = Fact(services, words.PHONE_ADDRESS)
        self.new_token = Button(theme, words.NEW_TOKEN, does=words.NEW_TOKEN_WHY)
        self.forget = Button(theme, words.FORGET)
        self._state, self._phone_why = text("", "quiet"), text(words.PHONE_WHY, "quiet")
        self._judged = text("")
        self.learn = Button(services.theme, words.LEARN, kind="primary")
        self._lay_out()
        self.api.clicked.connect(self._on_api)
        self.phone.clicked.connect(self._on_api)
        self.new_token.clicked.connect(services.api.renew_token)
        self.forget.clicked.connect(self._on_forget)
        self.learn.clicked.connect(self._on_learn)
        services.training.started.connect(self._show)
        services.training.ended.connect(self._show)
        services.api.changed.connect(self._show)
        services.workspace.surveyed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        api, inside = card()
        for widget in (text(words.API, "heading"), text(words.API_WHY, "quiet"), self.api, self.phone, self._phone_why,
                       self._state, self.address, self.token, self.phone_address, at_left(self.new_token)):  # fmt: skip
            inside.addWidget(widget)
        judged, inside = card()
        said = (text(words.FEEDBACK, "heading"), text(words.FEEDBACK_WHY, "quiet"))
        for widget in (*said, self._judged, at_left(self.learn), at_left(self.forget)):
            inside.addWidget(widget)
        whole = Column(self.services)
        whole.add(text(words.SETTINGS, "title"), text(words.LEAD, "lead"), self.look, api, judged)
        whole.add_stretch()
        fill_page(self, scrolled(whole))

    def first_focus(self) -> QWidget:
        return self.look.scheme.buttons[self.look.scheme.index]

    def _on_api(self) -> None:
        if self.api.isChecked():
            self.services.api.begin(phone=self.phone.isChecked())
        else:
            self.services.api.end()
        self._show()

    def _on_forget(self) -> None:
        """The first press asks, the second one does it."""
        if self.forget.text() != words.FORGET_SURE:
            self.forget.set_words(words.FORGET_SURE)
            return
        try:
            feedback.forget(self.services.workspace.project)
        except Trouble as trouble:
            self.services.notices.show(trouble)
        self._show()

    def _on_learn(self) -> None:
        """The Train page shows how it goes."""
        self.services.training.begin_from_choices()
        self.training_begun.emit()

    def _show(self) -> None:
        serving = self.services.api.serving
        has_bot = self.services.api.has_bot
        self.api.setEnabled(has_bot)
        self.api.setChecked(serving is not None)
        self._state.setText(words.OFF if has_bot else words.NO_BOT)
        self._state.setVisible(serving is None)
        self.address.show_value(f"{serving.address}/v1" if serving else "")
        self.token.show_value(serving.token if serving else "")
        self.phone_address.show_value(serving.phone if serving else "")
        self.phone.setEnabled(has_bot)
        self.new_token.setVisible(serving is not None)
        self._show_judgements()

    def _show_judgements(self) -> None:
        try:
            judged = feedback.all_of(self.services.workspace.project)
        except Trouble as trouble:
            self.services.notices.show(trouble)
            judged = []
        pairs = feedback.fitting(feedback.preferences(judged))
        self._judged.setText(words.judged(len(feedback.edits(judged)), len(pairs)))
        self.learn.setVisible(len(pairs) >= feedback.LEAST_PAIRS)
        self.learn.setEnabled(self.services.api.has_bot and not self.services.training.is_running)
        self.forget.set_words(words.FORGET)
        self.forget.setEnabled(bool(judged))
