"""Export: a bot in one of seven forms after a look at what it gives away; bots, backups in and out. Works on lanes."""

from pathlib import Path

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QLineEdit, QWidget

from app.jobs import Job
from app.pages.base import Column, Page, fill_page, scrolled
from app.services import Services
from app.views.choice_card import ChoiceCard
from app.views.export_result import ExportResult
from app.views.layouts import Columns
from app.views.parts import Button, at_left, card, column, holder, text
from app.views.task_card import TaskCard
from app.words import export as words
from core import runs
from core.backup import Backup
from core.bundle import Brought
from core.errors import Trouble
from core.events import Progress
from core.runs import Run
from core.taken import FORMS, Exported, Form


class ExportPage(Page):
    """Export in two steps: look what it gives away, then write."""

    key, title, drawing = "export", words.TITLE, "export"

    train_wanted = Signal()
    ended = Signal()  # after each export, backup or import

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        theme = services.theme
        self._job: Job | None = None
        self._target: Path | None = None
        self._run: Run | None = None
        self.task = TaskCard(theme, words.STOP, words.TITLE)
        self.result = ExportResult(theme)
        self.task.stop_wanted.connect(self._on_stop)
        self.result.anyway_wanted.connect(self.write)
        self.result.dismissed.connect(self._on_dismissed)
        self.result.show_wanted.connect(self._on_show)
        inside = Column(services)
        inside.add(text(words.TITLE, "title"), text(words.LEAD, "lead"), self._make_empty(), self._make_choice())
        inside.add(self.task, self.result, text(words.MORE, "heading"), self._make_more())
        inside.add_stretch()
        self._area = scrolled(inside)
        fill_page(self, self._area)
        services.workspace.switched.connect(self._refresh)
        services.workspace.surveyed.connect(self._refresh)
        services.training.ended.connect(self._refresh)

    def _make_empty(self) -> QWidget:
        self._empty, inside = card()
        self.train = Button(self.services.theme, words.GO_TRAIN, kind="primary")
        self.train.clicked.connect(self.train_wanted)
        for widget in (text(words.NO_BOT, "heading"), text(words.NO_BOT_WHY, "quiet"), at_left(self.train)):
            inside.addWidget(widget)
        return self._empty

    def _make_choice(self) -> QWidget:
        self._choice, inside = card()
        self._title = text("", "heading")
        self.form = QComboBox()
        self.form.setAccessibleName(words.HOW)
        self.form.setMinimumContentsLength(12)
        for form in FORMS:
            self.form.addItem(words.NAMES[form], form)
        self.writing = QCheckBox(words.WRITING)
        self._writing_why = text(words.WRITING_WHY, "small")
        self.persona = QLineEdit(placeholderText=words.PERSONA_HINT)
        self.persona.setAccessibleName(words.PERSONA)
        self._persona = holder(column(text(words.PERSONA, "label"), self.persona, gap=4))
        self.form.currentIndexChanged.connect(self._on_form)
        self.export = Button(self.services.theme, words.EXPORT, kind="primary", drawing="export")
        self.export.clicked.connect(self._on_export)
        for widget in (
            self._title,
            text(words.HOW, "label"),
            self.form,
            self.writing,
            self._writing_why,
            self._persona,
        ):
            inside.addWidget(widget)
        inside.addWidget(at_left(self.export))
        return self._choice

    def _make_more(self) -> QWidget:
        theme = self.services.theme
        self.bring = ChoiceCard(theme, "download", words.BRING, words.BRING_WHY)
        self.back_up = ChoiceCard(theme, "export", words.BACKUP, words.BACKUP_WHY)
        self.restore = ChoiceCard(theme, "again", words.RESTORE, words.RESTORE_WHY)
        self.bring.clicked.connect(self._on_bring)
        self.back_up.clicked.connect(self._on_back_up)
        self.restore.clicked.connect(self._on_restore)
        choices = Columns(least=round(240 * theme.scale))
        for choice in (self.bring, self.back_up, self.restore):
            choices.addWidget(choice)
        return holder(choices)

    def first_focus(self) -> QWidget:
        return self.form if self._run is not None else self.bring

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        try:
            self._run = runs.speaker(self.services.workspace.project.runs)
        except Trouble as trouble:
            self._run = None
            self.services.notices.show(trouble)
        self._empty.setVisible(self._run is None)
        self._choice.setVisible(self._run is not None)
        if self._run is not None:
            self._title.setText(self._run.title or self._run.name)
            self.persona.setPlaceholderText(self._run.persona or words.PERSONA_HINT)
        self._allow()

    def _allow(self) -> None:
        for widget in (self.export, self.form, self.writing, self.persona, self.bring, self.back_up, self.restore):
            widget.setEnabled(self._job is None)

    @property
    def chosen(self) -> Form:
        form: Form = self.form.currentData()
        return form

    def _on_form(self) -> None:
        for widget in (self.writing, self._writing_why):
            widget.setVisible(self.chosen == "mynah")
        self._persona.setVisible(self.chosen in ("mynah", "ollama"))

    # ---- a bot goes out

    def _on_export(self) -> None:
        if self._run is None:
            return
        name = words.suggested(self._run.title or self._run.name, self.chosen)
        kinds = words.MYNAH_FILES if name.endswith(".mynah") else words.GGUF_FILES if name.endswith(".gguf") else ""
        chosen, _ = QFileDialog.getSaveFileName(self, words.TITLE, name, kinds)
        if chosen:
            self.begin(Path(chosen))

    def begin(self, target: Path) -> None:
        """Look what the bot would give away; `target` is written when that is nothing, or when the user says so."""
        if self._run is None:
            return
        self._target = target
        self.result.clear()
        project = self.services.workspace.project
        if not project.corpus.is_file():
            self.write()
            return
        task = self.services.works.check_share(project, self._run)
        job = self._follow(self.services.device.submit(task, "share check", self), words.CHECKING)
        job.succeeded.connect(self._on_checked)

    def _on_checked(self, shared: object) -> None:
        self._finish()
        if self.result.show_check(shared):
            self.write()

    def write(self) -> None:
        """Write what was chosen."""
        if self._run is None or self._target is None:
            return
        works, run, target = self.services.works, self._run, self._target
        persona = self.persona.text().strip()
        if self.chosen == "mynah":
            project = self.services.workspace.project
            task = works.bundle(project, run, target, self.writing.isChecked(), persona)
            job = self.services.disk.submit(task, "export", self)
        else:
            job = self.services.device.submit(works.export(run, self.chosen, target, persona), "export", self)
        self._follow(job, words.TITLE).succeeded.connect(self._on_written)

    def _on_written(self, done: Exported | None) -> None:
        self._finish(words.STOPPED if done is None else "")
        if done is not None:
            self.result.show_done(done)

    def _on_dismissed(self) -> None:
        self._target = None

    def _on_show(self) -> None:
        if self._target is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._target.parent)))

    # ---- bots and backups

    def _on_bring(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, words.BRING, "", words.MYNAH_FILES)
        if chosen:
            self.bring_in(Path(chosen))

    def bring_in(self, path: Path) -> None:
        """Take a .mynah file in and show its project."""
        task = self.services.works.bring_in(path, self.services.workspace.home)
        job = self._follow(self.services.disk.submit(task, "bring in", self), words.BRING)
        job.succeeded.connect(self._on_brought)

    def _on_brought(self, brought: Brought | None) -> None:
        self._finish(words.STOPPED if brought is None else "")
        if brought is not None:
            self._switch_to(brought.project, f"{brought.title} is here, in the project {brought.project}.")

    def _on_back_up(self) -> None:
        name = f"{self.services.workspace.project.name}.zip"
        chosen, _ = QFileDialog.getSaveFileName(self, words.BACKUP, name, words.BACKUPS)
        if chosen:
            self.back_up_to(Path(chosen))

    def back_up_to(self, path: Path) -> None:
        task = self.services.works.back_up(self.services.workspace.project, path)
        job = self._follow(self.services.disk.submit(task, "backup", self), words.BACKUP)
        job.succeeded.connect(self._on_backed_up)

    def _on_backed_up(self, done: Backup | None) -> None:
        said = words.STOPPED if done is None else f"{done.files} files are in the backup ({done.bytes / 1e6:,.1f} MB)."
        self._finish(said)

    def _on_restore(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, words.RESTORE, "", words.BACKUPS)
        if chosen:
            self.restore_from(Path(chosen))

    def restore_from(self, path: Path) -> None:
        task = self.services.works.restore(path, self.services.workspace.home)
        job = self._follow(self.services.disk.submit(task, "restore", self), words.RESTORE)
        job.succeeded.connect(self._on_restored)

    def _on_restored(self, done: Backup | None) -> None:
        self._finish(words.STOPPED if done is None else "")
        if done is not None:
            self._switch_to(done.project, f"{done.project} is back: {done.files} files, every byte as it was.")

    def _switch_to(self, project: str, sentence: str) -> None:
        if not self.services.training.is_running and not self.services.gathering.is_running:
            self.services.workspace.choose(project)
        self.services.notices.tell(sentence)

    # ---- what all have in common

    def _follow(self, job: Job, sentence: str) -> Job:
        self._job = job
        self.task.begin(sentence)
        QTimer.singleShot(0, self, self._show_task)  # once it has its place
        job.progressed.connect(self._on_progress)
        job.failed.connect(self._on_failed)
        self._allow()
        return job

    def _show_task(self) -> None:
        """In a low window the cards that begin it are far below."""
        self._area.ensureWidgetVisible(self.task)

    def _on_stop(self) -> None:
        if self._job is not None:
            self._job.stop()
            self.task.stopping()

    def _on_progress(self, progress: Progress) -> None:
        self.task.show_progress(progress.done, progress.total, progress.note)

    def _on_failed(self, error: Exception) -> None:
        self._finish()
        self.services.notices.show(error)

    def _finish(self, sentence: str = "") -> None:
        self._job = None
        self.task.end(sentence)
        self._allow()
        self.ended.emit()
