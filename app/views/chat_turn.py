"""One turn of a talk: what was said, where it comes from, and what can be done with it. Knows no bot and no file."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.layouts import Flow
from app.views.parts import Button, holder, text
from app.views.safe_text import SafeText
from app.words import AGAIN, COPY
from app.words import chat as words

SHARE = 0.86  # of the row that a bubble may take
MARGIN = 16


class Bubble(QWidget):
    """The surface. Its size follows the text and the width it is given."""

    def __init__(self, theme: Theme, ground: str) -> None:
        super().__init__()
        self._theme, self._ground = theme, ground
        self.words = SafeText(theme)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(MARGIN, 12, MARGIN, 12)
        inside.addWidget(self.words)
        theme.changed.connect(self.update)

    def fit(self, most: int) -> None:
        size = self.words.fit(max(most - 2 * MARGIN, 40))
        self.setFixedSize(size + QSize(2 * MARGIN, 24))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(self._theme.colours, self._ground)))
        painter.drawRoundedRect(QRectF(self.rect()), 18, 18)


class Editor(QWidget):
    """A field in a turn's place, with what was said in it."""

    saved = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme, about: str, words_: str) -> None:
        super().__init__()
        self.field = QPlainTextEdit(words_)
        self.field.setAccessibleName(about)
        self.field.setTabChangesFocus(True)
        self.field.setMinimumHeight(round(110 * theme.scale))
        self.save = Button(theme, words.SAVE, kind="primary")
        self.cancel = Button(theme, words.CANCEL)
        self.save.clicked.connect(self._on_save)
        self.cancel.clicked.connect(self.left)
        buttons = Flow(gap=8)
        buttons.addWidget(self.save)
        buttons.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.field)
        column.addWidget(holder(buttons))

    def _on_save(self) -> None:
        if self.field.toPlainText().strip():
            self.saved.emit(self.field.toPlainText().strip())


class ChatTurn(QWidget):
    """A row: the user's bubble on the right, the bot's on the left. `id` is the line of the conversation."""

    again_wanted = Signal(int)
    copy_wanted = Signal(int)
    edited = Signal(int, str)
    judged = Signal(int, int)  # the line, and 1, -1 or 0
    branch_wanted = Signal(int, int)  # the line, and -1 or 1
    source_wanted = Signal(str, int)  # the key of a document, and which note it was
    link_asked = Signal(str)

    def __init__(self, theme: Theme, *, mine: bool) -> None:
        super().__init__()
        self._theme, self.mine, self.id = theme, mine, 0
        self._editor: Editor | None = None
        self._sources: list[Button] = []
        self._copies: list[str] = []
        self.bubble = Bubble(theme, "tint" if mine else "bubble")
        self.bubble.words.link_asked.connect(self.link_asked)
        self.bubble.words.copy_asked.connect(self._on_copy_asked)
        self._note = text("", "quiet")
        self._note.hide()
        self._make_buttons()
        self._lay_out()
        theme.changed.connect(self._fit)

    def _make_buttons(self) -> None:
        theme = self._theme
        self.copy = Button(theme, COPY, kind="small", drawing="copy", does=words.COPY_TURN)
        self.again = Button(theme, AGAIN, kind="small", drawing="again", does=words.REPLY_AGAIN)
        about = words.EDIT_MINE if self.mine else words.EDIT_REPLY
        self.edit = Button(theme, words.EDIT, kind="small", drawing="edit", does=about)
        self.up = Button(theme, "", kind="small", drawing="up", does=words.UP)
        self.down = Button(theme, "", kind="small", drawing="down", does=words.DOWN)
        self.earlier = Button(theme, "", kind="small", drawing="left", does=words.EARLIER)
        self.later = Button(theme, "", kind="small", drawing="right", does=words.LATER)
        self.place = text("", "quiet", wraps=False)
        self.figures = text("", "quiet", wraps=False)
        for thumb in (self.up, self.down):
            thumb.setCheckable(True)
        self.copy.clicked.connect(self._on_copy)
        self.again.clicked.connect(self._on_again)
        self.edit.clicked.connect(self._on_edit)
        self.up.clicked.connect(self._on_up)
        self.down.clicked.connect(self._on_down)
        self.earlier.clicked.connect(self._on_earlier)
        self.later.clicked.connect(self._on_later)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        if self.mine:
            line.addStretch(1)
        line.addWidget(self.bubble)
        if not self.mine:
            line.addStretch(1)
        self._under = Flow(gap=4)
        parts = [self.earlier, self.place, self.later, self.copy, self.edit]
        if not self.mine:
            parts = [self.copy, self.again, self.edit, self.up, self.down, self.earlier, self.place, self.later]
            parts.append(self.figures)
        for part in parts:
            self._under.addWidget(part)
        for unused in {self.again, self.up, self.down, self.figures} - set(parts):
            unused.setParent(self)
            unused.hide()
        self._below = holder(self._under)
        self._below.hide()
        self._sources_line = Flow(gap=4)
        self._sources_box = holder(self._sources_line)
        self._sources_box.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addLayout(line)
        self._column.addWidget(self._note)
        self._column.addWidget(self._sources_box)
        if self.mine:
            self._column.addWidget(self._below, 0, Qt.AlignmentFlag.AlignRight)
            self._below.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        else:
            self._column.addWidget(self._below)

    @property
    def text(self) -> str:
        return self.bubble.words.text

    def set_text(self, words_: str, *, formatted: bool = False) -> None:
        self.bubble.words.set_text(words_, formatted=formatted)
        self._fit()

    def show_done(self, *, figures: str = "", place: str = "", thumb: int = 0, again: bool = True) -> None:
        """Show what can be done with a turn that is whole."""
        self.figures.setText(figures)
        self.figures.setVisible(bool(figures) and not self.mine)
        self.place.setText(place)
        for part in (self.earlier, self.place, self.later):
            part.setVisible(bool(place))
        self.again.setVisible(again and not self.mine)
        self.up.setChecked(thumb > 0)
        self.down.setChecked(thumb < 0)
        self._below.show()

    def show_sources(self, sources: list[tuple[int, str, str]], note: str, own_words: list[str]) -> None:
        """The notes that a reply rests on; `own_words` are its sentences that stand in none of them."""
        for number, heading, key in sources:
            button = Button(self._theme, f"[{number}] {heading}", kind="small", drawing="file")
            button.setAccessibleName(f"{words.SOURCE}: {heading}")
            button.setProperty("key", key)
            button.setProperty("number", number)
            button.clicked.connect(self._on_source)
            self._sources.append(button)
            self._sources_line.addWidget(button)
        self._sources_box.setVisible(bool(sources))
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self.bubble.words.tint(own_words, "quiet")

    def show_copies(self, copies: list[tuple[str, str, str]]) -> None:
        """Passages that stand in the writing word for word, each with the key and the heading of where."""
        self._copies = [key for _, key, _ in copies]
        self.bubble.words.shade([passage for passage, _, _ in copies])
        for key, heading in {key: heading for _, key, heading in copies}.items():
            button = Button(self._theme, words.word_for_word(heading), kind="small", drawing="copy")
            button.setAccessibleName(f"{words.SOURCE}: {heading}")
            button.setProperty("key", key)
            button.setProperty("number", 0)
            button.clicked.connect(self._on_source)
            self._sources.append(button)
            self._sources_line.addWidget(button)
        self._sources_box.setVisible(bool(self._sources))

    def _on_copy_asked(self, number: int) -> None:
        if number < len(self._copies):
            self.source_wanted.emit(self._copies[number], 0)

    @property
    def sources(self) -> list[Button]:
        return self._sources

    @property
    def editor(self) -> Editor | None:
        return self._editor

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.bubble.fit(min(round(self.width() * SHARE), round(640 * self._theme.scale)))

    def _on_copy(self) -> None:
        self.copy_wanted.emit(self.id)

    def _on_again(self) -> None:
        self.again_wanted.emit(self.id)

    def _on_up(self) -> None:
        self.down.setChecked(False)
        self.judged.emit(self.id, int(self.up.isChecked()))

    def _on_down(self) -> None:
        self.up.setChecked(False)
        self.judged.emit(self.id, -int(self.down.isChecked()))

    def _on_earlier(self) -> None:
        self.branch_wanted.emit(self.id, -1)

    def _on_later(self) -> None:
        self.branch_wanted.emit(self.id, 1)

    def _on_source(self) -> None:
        button = self.sender()
        self.source_wanted.emit(str(button.property("key")), int(button.property("number")))

    def _on_edit(self) -> None:
        if self._editor is not None:
            return
        about = words.EDIT_MINE if self.mine else words.EDIT_REPLY
        self._editor = Editor(self._theme, about, self.text)
        self._editor.saved.connect(self._on_saved)
        self._editor.left.connect(self._end_edit)
        self._column.insertWidget(1, self._editor)
        self.bubble.hide()
        self._below.hide()
        self._editor.field.setFocus()

    def _on_saved(self, said: str) -> None:
        self._end_edit()
        self.edited.emit(self.id, said)

    def _end_edit(self) -> None:
        if self._editor is not None:
            self._column.removeWidget(self._editor)
            self._editor.hide()
            self._editor.deleteLater()
            self._editor = None
            self.bubble.show()
            self._below.show()
