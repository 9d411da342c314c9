"""Chat: talk with a bot, or begin a text and it goes on. Knows no model; words arrive as pieces."""

from functools import partial

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app import words as common
from app.ahead import Ahead
from app.jobs import Job
from app.pages.base import Column, Page, scrolled
from app.services import Services
from app.speakers import Choice, choices
from app.talk import Talk
from app.views.answer_dials import AnswerDials
from app.views.chat_turn import ChatTurn
from app.views.composer import Composer
from app.views.conversation import Conversation
from app.views.drift import Drift
from app.views.empty_chat import EmptyChat
from app.views.layouts import Flow
from app.views.parts import Button, holder, text
from app.views.reading import Question, Reading
from app.views.segments import Segments
from app.views.side_by_side import SideBySide
from app.views.talk_list import TalkList
from app.words import chat as words
from app.work.talk import Marked
from core import conversations
from core.asking import Answer, Ask, Mode, Speaker, voice_file
from core.conversations import Line
from core.errors import Trouble
from core.events import Note, Progress
from core.replies import ADAPTED, FROM_SCRATCH, UNTRAINED, Piece

LOW = 620  # pixels of height at 100 %
MODES: tuple[Mode, ...] = tuple(words.MODES)


class ChatPage(Page):
    """A talk in turns, kept on disk after each of them."""

    key, title, drawing = "chat", common.CHAT, "chat"

    train_wanted = Signal()
    replied = Signal()  # a reply is whole, or has failed
    looked = Signal()  # and was compared with the writing

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._job: Job | None = None
        self._written = self._shown = ""
        self._turn: ChatTurn | None = None
        self._choices: list[Choice] = []
        self.talk = Talk(services.workspace, services.notices)
        self.sheet: QWidget | None = None
        self.label = text("", "quiet")
        self.speaker = QComboBox()
        self.mode = Segments([words.MODES[mode] for mode in MODES], words.MODE)
        self.dials = AnswerDials(self, services.theme)
        self.empty = EmptyChat(services.theme)
        self.conversation = Conversation(services.theme)
        self.drift = Drift(services.theme)
        self._finding: Job | None = None
        self.composer = Composer(services.theme)
        self.ahead = Ahead(services, self._drafted, self)
        self._make_buttons()
        self._lay_out()
        self._wire()
        self._refresh()

    def _make_buttons(self) -> None:
        theme = self.services.theme
        self.new = Button(theme, words.NEW, kind="small", drawing="new", does=words.NEW_WHY)
        self.talks = Button(theme, words.TALKS, kind="small", drawing="talks", does=words.TALKS_WHY)
        self.more = Button(theme, words.DIALS, kind="small", drawing="dials", does=words.DIALS_WHY)
        self.compare = Button(theme, words.COMPARE, kind="small", drawing="compare", does=words.COMPARE_WHY)
        self.speaker.setAccessibleName(words.SPEAKER)
        self.speaker.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.speaker.setMinimumContentsLength(20)  # a run's date and time

    def _lay_out(self) -> None:
        tools = Flow(gap=8)
        for tool in (self.mode, self.speaker, self.new, self.talks, self.compare, self.more):
            tools.addWidget(tool)
        self._tools = holder(tools)
        self._middle = middle = Column(self.services)
        middle.add(text(common.CHAT, "title"), self.label, self.empty, self.conversation)
        middle.add_stretch()
        area = scrolled(middle)
        self.conversation.follow(area)
        self._below = Column(self.services, gap=8)
        self._below.add(self.drift, self._tools, self.composer)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.setSpacing(0)
        frame.addWidget(area, 1)
        frame.addWidget(self._below)

    def _wire(self) -> None:
        self.conversation.made.connect(self._on_made)
        self.empty.begun.connect(self._on_sent)
        self.empty.train_wanted.connect(self.train_wanted)
        self.composer.sent.connect(self._on_sent)
        self.composer.field.textChanged.connect(self.ahead.wait)
        self.composer.stop_wanted.connect(self.stop)
        self.composer.shortened.connect(partial(self.services.notices.tell, words.TOO_LONG))
        self.speaker.activated.connect(self._on_speaker)
        self.mode.chosen.connect(self._on_mode)
        self.new.clicked.connect(self._on_new)
        self.talks.clicked.connect(self._on_talks)
        self.more.clicked.connect(self.dials.show)
        self.compare.clicked.connect(self._on_compare)
        self.dials.find_wanted.connect(self._on_find_voice)
        self.dials.lock_changed.connect(self.drift.lock.setChecked)
        self.drift.lock_wanted.connect(self.dials.lock.setChecked)
        self.dials.preset_chosen.connect(self.composer.set_sampling)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.stop)
        self.services.workspace.switched.connect(self._on_switched)
        self.services.workspace.surveyed.connect(self._refresh)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the tools scroll away with the talk, so that the talk has room."""
        super().resizeEvent(event)
        is_low = self.height() < LOW * self.services.theme.scale
        column = self._middle if is_low else self._below
        if not column.isAncestorOf(self._tools):
            column.insert(2 if is_low else 0, self._tools)
            column.insert(2 if is_low else 0, self.drift)

    def first_focus(self) -> QWidget:
        return self.composer.field if self.composer.isEnabled() else self.empty.train

    @property
    def is_replying(self) -> bool:
        return self._job is not None

    @property
    def again(self) -> Button:
        """Of the newest turn."""
        return self.conversation.turns[-1].again

    @property
    def copy(self) -> Button:
        return self.conversation.turns[-1].copy

    @property
    def now(self) -> Mode:
        return MODES[self.mode.index]

    def stop(self) -> None:
        """Let the bot end its text here."""
        if self._job is not None:
            self._job.stop()

    # ---- asking and answering

    def _on_sent(self, said: str) -> None:
        if self._job is None:
            self.talk.say(said)
            self._show_all()
            self._begin()

    def _on_again(self, id_: int) -> None:
        if self._job is None:
            self.talk.go_back(id_)
            self._show_all()
            self._begin()

    def _begin(self) -> None:
        choice = self._choice()
        if choice is None:
            return
        self._written = ""
        self._turn = self.conversation.add(mine=False)
        self._turn.set_text(common.WAKING)
        self.ahead.stop()
        mode = choice.mode_for(self.now)
        self.talk.begin(choice.name, mode)
        ask = self.dials.ask(self.talk.turns(mode), mode, self.composer.sampling)
        task = self.services.works.talk(choice.speaker, ask, self.services.workspace.project.corpus)
        self._job = self.services.device.submit(task, "reply", self, urgent=True)
        self._job.noted.connect(self._on_noted)
        self._job.succeeded.connect(self._on_succeeded)
        self._job.failed.connect(self._on_failed)
        self.composer.show_replying(True)
        self._show_parts()

    def _drafted(self) -> tuple[Speaker, Ask] | None:
        """What would be asked now; None while a reply is written, or before anything is said."""
        choice = self._choice()
        mode = choice.mode_for(self.now) if choice is not None else self.now
        turns = self.talk.drafted(mode, self.composer.field.toPlainText().strip())
        if choice is None or self._job is not None or not turns:
            return None
        return choice.speaker, self.dials.ask(turns, mode, self.composer.sampling)

    def _on_noted(self, events: list[object]) -> None:
        for event in events:
            if isinstance(event, Note):
                self.services.notices.tell(event.text)
        self._written += "".join(event.text for event in events if isinstance(event, Piece))
        if self._turn is not None:
            self._turn.set_text(self._spoken(self._written, self.talk.mode))

    def _on_succeeded(self, answer: Answer) -> None:
        heard = self._turn is not None
        if heard:
            self.talk.hear(answer)
        self._end()
        if heard:
            self._look_for_copies()

    def _look_for_copies(self) -> None:
        """After a reply, beside the talk: what of it stands in the writing word for word."""
        line = self.talk.now.path()[-1]
        task = self.services.works.copied(self.services.workspace.project, line.text)
        job = self.services.disk.submit(task, "copied", self)
        job.setProperty("place", (self.talk.now.id, line.id))
        job.succeeded.connect(self._on_copies)
        job.failed.connect(self.services.notices.show)

    def _on_copies(self, copied: Marked) -> None:
        conversation, id_ = self.sender().property("place")
        if self.talk.mark_copied(conversation, id_, copied):
            for turn in (each for each in self.conversation.turns if each.id == id_):
                turn.show_copies(self.talk.now.line(id_).copies)
        self.looked.emit()

    def _on_failed(self, error: Exception) -> None:
        self._end()
        self.services.notices.show(error)

    def _end(self) -> None:
        self._job, self._turn = None, None
        self.composer.show_replying(False)
        self._show_all()
        self.ahead.wait()
        self.replied.emit()

    # ---- what is on show

    def _show_all(self) -> None:
        """The talk as it is kept. Turns that are on show already stay as they are."""
        lines = self.talk.now.path()
        if self._shown != self.talk.now.id:
            self.conversation.clear()
            self._shown = self.talk.now.id
        self.conversation.show_lines(lines, self._dress_turn)
        for turn, line in zip(reversed(self.conversation.turns), reversed(lines), strict=False):
            self._show_done(turn, line, last=line is lines[-1])
        self.drift.show_voices([line.voice for line in lines if line.voice is not None])
        self._show_parts()
        self.conversation.settle()

    def _on_made(self, turn: ChatTurn) -> None:
        turn.again_wanted.connect(self._on_again)
        turn.copy_wanted.connect(self._on_copy)
        turn.edited.connect(self._on_edited)
        turn.judged.connect(self.talk.judge)
        turn.branch_wanted.connect(self._on_branch)
        turn.source_wanted.connect(self._on_source)
        turn.link_asked.connect(self._on_link)

    def _dress_turn(self, turn: ChatTurn, line: Line) -> None:
        self._show_line(turn, line)
        self._show_done(turn, line, last=False)

    def _show_line(self, turn: ChatTurn, line: Line) -> None:
        turn.id = line.id
        turn.set_text(self._spoken(line.text, line.mode) if not turn.mine else line.text, formatted=line.mode == "talk")
        own = [line.text[start:end] for start, end, note in line.supports if not note]
        note = words.NOT_WRITTEN if line.unknown else ""
        if line.supports:
            note = words.TINT if len(own) < len(line.supports) else words.OWN_WORDS
        used = {number for _, _, number in line.supports if number}
        turn.show_sources([source for source in line.sources if source[0] in used], note, own)
        turn.show_copies(line.copies)

    def _show_done(self, turn: ChatTurn, line: Line, *, last: bool) -> None:
        branches = self.talk.now.branches(line)
        place = words.branch(branches.index(line) + 1, len(branches)) if len(branches) > 1 else ""
        figures = words.figures(line.tokens, line.seconds, line.voice) if not turn.mine else ""
        turn.show_done(figures=figures, place=place, thumb=line.thumb, again=last)

    def _spoken(self, said: str, mode: str) -> str:
        return common.continued(said) if mode == "continue" else said

    # ---- what can be done with a turn

    def _on_copy(self, id_: int) -> None:
        QGuiApplication.clipboard().setText(self.talk.as_copied(id_))
        for turn in self.conversation.turns:
            turn.copy.set_words(common.COPIED if turn.id == id_ else common.COPY)

    def _on_edited(self, id_: int, said: str) -> None:
        """What the user said anew is answered anew; what the bot should have said is remembered."""
        if self._job is not None:
            return
        if self.talk.edit(id_, said):
            self._show_all()
            self._begin()
        else:
            self._show_all()

    def _on_branch(self, id_: int, step: int) -> None:
        if self._job is None:
            self.talk.turn_to(id_, step)
            self._show_all()

    def _on_source(self, key: str, number: int) -> None:
        self.sheet = Reading(self, self.services, key)
        self.sheet.show()

    def _on_link(self, target: str) -> None:
        """A link is opened only after its whole target was read."""
        self.sheet = sheet = Question(self, self.services.theme, words.OPEN_LINK, target, words.OPEN)
        sheet.agreed.connect(self._open_link)
        sheet.show()

    def _open_link(self, target: str) -> None:
        QDesktopServices.openUrl(QUrl(target))

    # ---- the voice

    def _on_find_voice(self) -> None:
        """The same button stops what it began."""
        choice = self._choice()
        if self._finding is not None:
            self._finding.stop()
        elif choice is not None and choice.speaker.base is not None:
            task = self.services.works.find_voice(self.services.workspace.project, choice.speaker.base)
            self._finding = self.services.device.submit(task, "find voice", self)
            self._finding.progressed.connect(self._on_finding)
            self._finding.failed.connect(self.services.notices.show)
            self._finding.ended.connect(self._on_found_voice)
            self._show_voice(words.LOOKING_FOR_VOICE)

    def _on_finding(self, progress: Progress) -> None:
        self._show_voice(f"{words.LOOKING_FOR_VOICE} {progress.done} / {progress.total}")

    def _on_found_voice(self) -> None:
        self._finding = None
        self._show_voice()

    def _show_voice(self, said: str = "") -> None:
        choice = self._choice()
        project = self.services.workspace.project.root
        is_known = choice is not None and voice_file(choice.speaker, project).is_file()
        can_find = choice is not None and choice.speaker.base is not None
        self.dials.show_voice(is_known=is_known, can_find=can_find, said=said)
        self.drift.lock.setEnabled(is_known)

    # ---- which talk, which bot

    def _on_new(self) -> None:
        if self._job is None:
            self.talk.begin_new()
            self._show_all()
            self.first_focus().setFocus()

    def _on_talks(self) -> None:
        sheet = TalkList(self, self.services.theme, conversations.all_of(self.services.workspace.project))
        self.sheet = sheet
        sheet.opened.connect(self._on_opened)
        sheet.export_wanted.connect(self.talk.export)
        sheet.delete_wanted.connect(self._on_deleted)
        sheet.show()

    def _on_opened(self, id_: str) -> None:
        if self._job is None:
            self.talk.open(id_)
            self._show_all()
            self.ahead.wait()

    def _on_deleted(self, id_: str) -> None:
        if self.talk.delete(id_) and self._job is None:
            self._show_all()

    def _on_compare(self) -> None:
        self.sheet = SideBySide(self, self.services, self._choices, self.dials, self.composer.sampling)
        self.sheet.show()

    def _choice(self) -> Choice | None:
        index = self.speaker.currentIndex()
        return self._choices[index] if 0 <= index < len(self._choices) else None

    def _on_speaker(self) -> None:
        choice = self._choice()
        if choice is not None:
            self.mode.choose(MODES.index(choice.mode))
        self._on_mode()

    def _on_mode(self) -> None:
        choice = self._choice()
        follows = choice is not None and choice.follows
        untrained = choice is not None and choice.speaker.base is not None
        self._show_voice(words.LOOKING_FOR_VOICE if self._finding is not None else "")
        self.label.setText(UNTRAINED if untrained else ADAPTED if follows else FROM_SCRATCH)
        self.label.setVisible(choice is not None)
        self.composer.field.setPlaceholderText(words.HINTS[self.now])
        self.empty.show_bot(choice is not None, talks=self.now == "talk")
        self._show_modes()

    def _on_switched(self) -> None:
        self.stop()
        self.ahead.stop()
        self._turn = None
        self.talk.begin_new()
        self.conversation.clear()
        self._refresh()

    def _refresh(self) -> None:
        chosen = self._choice()
        try:
            self._choices = choices(self.services.workspace.project, self.services.workspace.home)
        except Trouble as trouble:
            self._choices = []
            self.services.notices.show(trouble)
        names = [choice.name for choice in self._choices]
        self.speaker.clear()
        self.speaker.addItems(names)
        if chosen is not None and chosen.name in names:
            self.speaker.setCurrentIndex(names.index(chosen.name))
            self._on_mode()
        else:
            self._on_speaker()
        self.composer.setEnabled(bool(self._choices))
        self._show_parts()

    def _show_parts(self) -> None:
        has_turns = bool(self.conversation.turns)
        has_bot = bool(self._choices)
        self.empty.setVisible(not has_turns)
        self.conversation.setVisible(has_turns)
        self._below.setVisible(has_bot or has_turns)
        self.speaker.setVisible(has_bot)
        self.compare.setVisible(len(self._choices) > 1)
        self._show_modes()

    def _show_modes(self) -> None:
        """Who only goes on with a text says nothing anew."""
        choice = self._choice()
        for mode, button in zip(MODES, self.mode.buttons, strict=True):
            button.setVisible(mode != "rewrite" or (choice is not None and choice.follows))
