"""The talk under way: what was said, kept after every turn, and what the writer thinks of it. Knows no widget."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog

from app.notices import Notices
from app.words import chat as words
from app.workspace import Workspace
from core import conversations, feedback
from core.asking import Answer, Mode
from core.atomic import disk_errors, write_file
from core.conversations import Conversation, Line
from core.errors import Trouble
from core.feedback import Judgement, Kind
from core.replies import Turn


class Talk(QObject):
    """`now` is the conversation as it stands. What cannot be kept is said, and the talk goes on."""

    def __init__(self, workspace: Workspace, notices: Notices) -> None:
        super().__init__(workspace)
        self._workspace, self._notices = workspace, notices
        self.now = conversations.new()
        self.mode: Mode = "talk"
        self._parent = 0  # of the reply that is awaited
        self._speaker = ""

    def begin_new(self) -> None:
        self.now = conversations.new()

    def say(self, said: str) -> None:
        """The user's next turn. That the talk goes on from a reply with others beside it tells that it was the best."""
        path = self.now.path()
        if path:
            self._remember_kept(path[-1])
        self._parent = path[-1].id if path else 0
        self.now = self.now.with_line("user", said, self._parent)
        self._parent = self.now.path()[-1].id
        self._keep()

    def go_back(self, id_: int) -> None:
        """To the turn that a reply answered, to have it answered once more."""
        line = self.now.line(id_)
        self._parent = line.parent
        lines = tuple(replace(each, shown=False) if each.parent == line.parent else each for each in self.now.lines)
        self.now = replace(self.now, lines=lines)

    def begin(self, speaker: str, mode: Mode) -> None:
        self._speaker, self.mode = speaker, mode

    def turns(self, mode: Mode) -> tuple[Turn, ...]:
        """What is asked: the whole talk, or in the other modes the last turn alone."""
        turns = self.now.turns(until=self._parent)
        return turns if mode == "talk" else turns[-1:]

    def drafted(self, mode: Mode, draft: str) -> tuple[Turn, ...]:
        """What would be asked if `draft` were said now; nothing where nothing was said and nothing is drafted."""
        before = self.now.turns() if mode == "talk" else ()
        return (*before, Turn("user", draft)) if draft or before else ()

    def hear(self, answer: Answer) -> None:
        """The reply is whole."""
        reply = answer.reply
        self.now = self.now.with_line("assistant", reply.text, self._parent)
        self.now = self.now.changed(
            self.now.path()[-1].id,
            speaker=self._speaker,
            mode=self.mode,
            tokens=reply.tokens,
            seconds=reply.seconds,
            sources=tuple((note.number, note.heading, note.key) for note in answer.notes),
            supports=tuple((part.start, part.end, part.note) for part in answer.supports),
            unknown=answer.unknown,
            voice=answer.voice,
        )
        self._keep()

    def mark_copied(self, conversation: str, id_: int, copied: tuple[tuple[int, int, str, str], ...]) -> bool:
        """What of a reply stands in the writing word for word; whether that talk is still the one under way."""
        if conversation != self.now.id:
            return False
        if copied:
            self.now = self.now.changed(id_, copied=copied)
            self._keep()
        return True

    def edit(self, id_: int, said: str) -> bool:
        """Another branch with other words; whether it waits for an answer now."""
        line = self.now.line(id_)
        if said == line.text:
            return False
        if line.role == "assistant":
            self._remember("edited", line, said, instead=line.text)
        self.now = self.now.with_line(line.role, said, line.parent)
        new = self.now.children(line.parent)[-1]
        self.now = self.now.changed(new.id, mode=line.mode, speaker=line.speaker)
        self._parent = new.id
        self._keep()
        return line.role == "user"

    def turn_to(self, id_: int, step: int) -> None:
        branches = self.now.branches(self.now.line(id_))
        at = next(n for n, line in enumerate(branches) if line.id == id_)
        self.now = self.now.showing(branches[(at + step) % len(branches)].id)
        self._keep()

    def judge(self, id_: int, thumb: int) -> None:
        line = self.now.line(id_)
        self.now = self.now.changed(id_, thumb=thumb)
        self._remember("up" if thumb > 0 else "down" if thumb < 0 else "none", line, line.text)
        self._keep()

    def as_copied(self, id_: int) -> str:
        """A turn for the clipboard; of a text that was continued, with its beginning."""
        line = self.now.line(id_)
        if line.role == "assistant" and line.mode == "continue" and line.parent:
            return self.now.line(line.parent).text + line.text
        return line.text

    def open(self, id_: str) -> None:
        found = [talk for talk in conversations.all_of(self._workspace.project) if talk.id == id_]
        if found:
            self.now = found[0]

    def delete(self, id_: str) -> bool:
        """For good; whether it was the one on show."""
        try:
            conversations.delete(self._workspace.project, id_)
        except Trouble as trouble:
            self._notices.show(trouble)
            return False
        if id_ != self.now.id:
            return False
        self.begin_new()
        return True

    def export(self, id_: str) -> None:
        """As Markdown, to where the user says."""
        found = [talk for talk in conversations.all_of(self._workspace.project) if talk.id == id_]
        if not found:
            return
        where = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        path, _ = QFileDialog.getSaveFileName(None, words.EXPORT, f"{where}/{id_}.md", "Markdown (*.md)")
        if path:
            self.write(found[0], Path(path))

    def write(self, talk: Conversation, path: Path) -> None:
        try:
            with disk_errors("exporting the conversation"):
                write_file(path, talk.as_markdown().encode("utf-8", "replace"))
            self._notices.tell(words.EXPORTED)
        except Trouble as trouble:
            self._notices.show(trouble)

    def _keep(self) -> None:
        try:
            conversations.save(self._workspace.project, self.now)
        except Trouble as trouble:
            self._notices.show(trouble)

    def _remember_kept(self, line: Line) -> None:
        others = [each for each in self.now.branches(line) if each.id != line.id]
        if line.role == "assistant" and others:
            self._remember("kept", line, line.text, instead=others[-1].text)

    def _remember(self, kind: Kind, line: Line, said: str, instead: str = "") -> None:
        turns = self.now.turns(until=line.parent) if line.parent else ()
        place = f"{self.now.id}/{line.id}"
        try:
            feedback.remember(
                self._workspace.project, Judgement(kind=kind, place=place, turns=turns, text=said, instead=instead)
            )
        except Trouble as trouble:
            self._notices.show(trouble)
