"""Examples: what a bot learns to answer from, in a table; made here, changed, left out. Reads and makes on lanes."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent, QUndoStack
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.jobs import Job
from app.pages.base import Column, Page, fill_page, scrolled
from app.services import Services
from app.undo import Exchange
from app.views.example_editor import ExampleEditor
from app.views.example_rows import ExampleRows
from app.views.layouts import Flow
from app.views.parts import Button, at_left, card, holder, text
from app.views.segments import Segments
from app.views.table import Table
from app.views.task_card import TaskCard
from app.words import examples as words
from core import chatrows, shelf
from core.chatrows import Kind, Row
from core.errors import Trouble
from core.events import Progress
from core.shelf import Shelved

WIDEST = 1_200  # pixels at 100 %: two texts beside each other
SEARCH = 220  # pixels of the field at 100 %
TALL = 320  # pixels of the table at 100 %
KINDS: tuple[Kind, ...] = tuple(words.KINDS)


class ExamplesPage(Page):
    """One table over six kinds of examples. A change is kept at once and can be undone."""

    key, title, drawing = "examples", words.TITLE, "talks"

    models_wanted = Signal()
    looked = Signal()  # all that there is, is on show
    made = Signal()  # making has ended, by itself or stopped

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        theme = services.theme
        self._making: Job | None = None
        self._looking: Job | None = None
        self._is_stale = True
        self._models: list[Shelved] = []
        self.undo = QUndoStack(self)
        self.model = QComboBox()
        self.model.setAccessibleName(words.MODEL)
        self.model.setMinimumContentsLength(16)
        self.model.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.amount = Segments([name for _, name in words.AMOUNTS], words.PIECES)
        self.make = Button(theme, words.MAKE, kind="primary")
        self.go_models = Button(theme, words.GO_MODELS)
        self.task = TaskCard(theme, words.STOP, words.MAKING)
        self.which = QComboBox()
        self.which.setAccessibleName(words.WHICH)
        self.which.addItems([words.ALL, *words.KINDS.values()])
        self.search = QLineEdit(placeholderText=words.SEARCH, clearButtonEnabled=True)
        self.search.setAccessibleName(words.SEARCH)
        self.rows = ExampleRows()
        self.table = ExampleTable(theme, self.rows, words.TABLE, wide=1, spare=(2,))
        self.editor = ExampleEditor(theme)
        self._lay_out()
        self._listen()

    def _lay_out(self) -> None:
        tools, filters = Flow(gap=12), Flow(gap=12)
        for tool in (self.model, self.amount, self.make):
            tools.addWidget(tool)
        for each in (self.which, self.search):
            filters.addWidget(each)
        self._maker, inside = card(gap=8, margin=20)
        for part in (holder(tools), text(words.MAKING_WHY, "quiet")):
            inside.addWidget(part)
        self._no_model, inside = card(gap=8, margin=20)
        for widget in (text(words.NO_MODEL, "heading"), text(words.NO_MODEL_WHY, "quiet"), at_left(self.go_models)):
            inside.addWidget(widget)
        self._empty, inside = card()
        for widget in (text(words.NOTHING, "heading"), text(words.NOTHING_WHY, "quiet")):
            inside.addWidget(widget)
        self._filters = holder(filters)
        self._totals = text("", "quiet")
        whole = Column(self.services, widest=WIDEST)
        whole.add(text(words.TITLE, "title"), text(words.LEAD, "lead"), self._maker, self._no_model, self.task,
                  self._filters, self._totals, self._empty, self.table, self.editor)  # fmt: skip
        whole.add_stretch()
        fill_page(self, scrolled(whole))

    def _listen(self) -> None:
        self.make.clicked.connect(self._on_make)
        self.task.stop_wanted.connect(self.stop)
        self.go_models.clicked.connect(self.models_wanted)
        self.which.activated.connect(self._narrow)
        self.search.textChanged.connect(self._narrow)
        self.rows.ticked.connect(self._on_use)
        self.rows.modelReset.connect(self._on_row)
        self.table.view.selectionModel().currentRowChanged.connect(self._on_row)
        self.editor.changed.connect(self._on_changed)
        self.editor.use_wanted.connect(self._on_use)
        self.editor.undo_wanted.connect(self.undo.undo)
        self.undo.canUndoChanged.connect(self.editor.allow_undo)
        self.editor.allow_undo(False)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self, self.undo.undo)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Redo), self, self.undo.redo)
        self.services.workspace.surveyed.connect(self._on_surveyed)
        self.services.workspace.switched.connect(self._on_switched)
        self.services.theme.changed.connect(self._dress)
        self._dress()
        self._show_parts()

    def first_focus(self) -> QWidget:
        return self.make if self._models else self.go_models

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._find_models()
        self._look()

    def _dress(self) -> None:
        self.search.setMinimumWidth(round(SEARCH * self.services.theme.scale))

    # ---- what there is

    def _on_surveyed(self) -> None:
        self._is_stale = True
        if self.isVisible():
            self._look()

    def _on_switched(self) -> None:
        self.stop()
        self.undo.clear()
        self.rows.clear()
        self._is_stale = True

    def _look(self) -> None:
        """What was made comes at once, the writer's own when the writing was looked through."""
        if not self._is_stale or self._looking is not None or self._making is not None:
            return
        self._is_stale = False
        task = self.services.works.own_examples(self.services.workspace.project)
        self._looking = self.services.disk.submit(task, "examples", self)
        self._looking.noted.connect(self._on_rows)
        self._looking.failed.connect(self.services.notices.show)
        self._looking.ended.connect(self._on_looked)
        self._show_parts()

    def _on_looked(self) -> None:
        self._looking = None
        self._show_parts()
        self.looked.emit()

    def _on_rows(self, facts: list[object]) -> None:
        self.rows.put([fact for fact in facts if isinstance(fact, Row)])
        self._show_parts()

    def _find_models(self) -> None:
        try:
            found = [model for model in shelf.all_models(self.services.workspace.home) if model.is_there]
        except Trouble as trouble:
            self.services.notices.show(trouble)
            found = []
        self._models = [model for model in found if model.card.kind == "instruct"]
        chosen = self.model.currentText()
        self.model.clear()
        self.model.addItems([model.title for model in self._models])
        self.model.setCurrentIndex(max(0, self.model.findText(chosen)))
        self._show_parts()

    # ---- making

    def _on_make(self) -> None:
        index = self.model.currentIndex()
        if self._making is not None or not 0 <= index < len(self._models):
            return
        if self._looking is not None:
            self._looking.stop()
            self._is_stale = True  # the rest is looked for when all is made
        model, (pieces, _) = self._models[index], words.AMOUNTS[self.amount.index]
        task = self.services.works.make_examples(self.services.workspace.project, model.folder, model.id, pieces)
        self._making = self.services.device.submit(task, "make examples", self)
        self._making.progressed.connect(self._on_progressed)
        self._making.noted.connect(self._on_rows)
        self._making.failed.connect(self.services.notices.show)
        self._making.ended.connect(self._on_made)
        self.task.begin(words.WAKING)
        self._show_parts()

    def stop(self) -> None:
        """What was made is kept."""
        if self._making is not None:
            self.task.stopping()
            self._making.stop()

    def _on_progressed(self, progress: Progress) -> None:
        self.task.show_progress(progress.done, progress.total, f"{progress.note} …")

    def _on_made(self) -> None:
        stopped = self._making is not None and self._making.is_stopping
        self._making = None
        self.task.end(words.STOPPED if stopped else "")
        self._show_parts()
        self.made.emit()
        self._look()

    # ---- changing

    def _on_row(self) -> None:
        row = self.rows.row(self.table.view.currentIndex().row())
        self.editor.show_row(row, is_used=row is not None and self.rows.is_used(row))

    def _narrow(self) -> None:
        index = self.which.currentIndex()
        self.rows.narrow(KINDS[index - 1] if index > 0 else None, self.search.text())
        self._show_parts()

    def _on_changed(self, row: Row, asked: str, answer: str) -> None:
        self.undo.push(Exchange(self.apply, row, chatrows.edited(row, asked, answer)))

    def _on_use(self, row: Row, use: bool) -> None:
        after = chatrows.edited(row, row.asked, row.answer) if use else chatrows.dropped(row)
        self.undo.push(Exchange(self.apply, row, after))

    def apply(self, row: Row) -> None:
        """Keep a row as it is now, and show it."""
        try:
            chatrows.save(self.services.workspace.project, row)
        except Trouble as trouble:
            self.services.notices.show(trouble)
            return
        self.rows.put([row])
        place = self.rows.place(row.id)
        if place >= 0:
            self.table.view.setCurrentIndex(self.rows.index(place, 0))
        self._on_row()
        self._show_parts()

    def _show_parts(self) -> None:
        has_rows, busy = bool(self.rows.count), self._making is not None
        self._maker.setVisible(bool(self._models) and not busy)
        self._no_model.setVisible(not self._models)
        self.make.set_words(words.MAKE_MORE if has_rows else words.MAKE)
        for part in (self._filters, self.table, self.editor):
            part.setVisible(has_rows)
        self._empty.setVisible(not has_rows and self._looking is None and not busy)
        said = words.totals(self.rows.count, self.rows.used, self.rows.own) if has_rows else ""
        looking = words.LOOKING if self._looking is not None else ""
        self._totals.setText(" ".join(part for part in (said, looking) if part))
        self._totals.setVisible(bool(self._totals.text()))


class ExampleTable(Table):
    """Room for a question beside its answer."""

    def room(self, column: int) -> int:
        return 260 if column == 0 else 96

    def _dress(self) -> None:
        super()._dress()
        self.setFixedHeight(round(TALL * self._theme.scale))
