"""Models: base models on this computer and on offer; download, stop, delete, add one's own. Reads on lanes only."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit, QVBoxLayout, QWidget

from app.jobs import Job
from app.pages.base import Column, Page, fill_page, scrolled
from app.services import Services
from app.views.layouts import Flow
from app.views.model_card import ModelCard
from app.views.parts import Button, at_left, card, column, holder, text
from app.views.task_card import TaskCard
from app.words import models as words
from core import catalogue, forecast
from core.events import Progress
from core.paths import Home
from core.shelf import Shelved, Stock


class ModelsPage(Page):
    """One download at a time; the others wait."""

    key, title, drawing = "models", words.TITLE, "models"

    looked = Signal()  # the shelf was read, and what it holds is on show
    changed = Signal()  # a model came or went

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        theme = services.theme
        self.stock = Stock()
        self._job: Job | None = None
        self._is_looking = False
        self.task = TaskCard(theme, words.STOP, words.WORKING)
        self.task.stop_wanted.connect(self._on_stop)
        self._used = text(words.LOOKING, "quiet")
        self.add = Button(theme, words.ADD, drawing="folder")
        self.add.clicked.connect(self._on_add)
        self.cards: dict[str, ModelCard] = {}
        self._here, self._offered = QVBoxLayout(), QVBoxLayout()
        for layout in (self._here, self._offered):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(12)
        inside = Column(services)
        inside.add(text(words.TITLE, "title"), text(words.LEAD, "lead"), self.task)
        inside.add(text(words.HERE, "heading"), self._used, holder(self._here), self._make_own())
        inside.add(text(words.OFFERED, "heading"), holder(self._offered), self._make_token())
        inside.add_stretch()
        fill_page(self, scrolled(inside))

    def _make_own(self) -> QWidget:
        return holder(column(at_left(self.add), text(words.ADD_WHY, "small")))

    def _make_token(self) -> QWidget:
        theme = self.services.theme
        frame, inside = card(gap=8, margin=20)
        self.token = QLineEdit(echoMode=QLineEdit.EchoMode.Password, placeholderText=words.TOKEN_FIELD)
        self.token.setAccessibleName(words.TOKEN)
        self.keep = Button(theme, words.KEEP)
        self.forget = Button(theme, words.FORGET)
        self._token_there = text("", "small")
        self.keep.clicked.connect(self._on_keep)
        self.token.returnPressed.connect(self._on_keep)
        self.forget.clicked.connect(self._on_forget)
        buttons = Flow()
        for button in (self.keep, self.forget):
            buttons.addWidget(button)
        for widget in (text(words.TOKEN, "heading"), text(words.TOKEN_WHY, "quiet"), self.token, holder(buttons)):
            inside.addWidget(widget)
        inside.addWidget(self._token_there)
        return frame

    @property
    def home(self) -> Home:
        return self.services.workspace.home

    @property
    def token_place(self) -> str:
        return self._token_there.text()

    def first_focus(self) -> QWidget:
        return self.add

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()

    # ---- what there is

    def look(self) -> None:
        if self._is_looking:
            return
        self._is_looking = True
        job = self.services.disk.submit(self.services.works.stock(self.home), "models", self, urgent=True)
        job.succeeded.connect(self._on_stock)
        job.failed.connect(self._on_look_failed)

    def _on_look_failed(self, error: Exception) -> None:
        self._is_looking = False
        self.services.notices.show(error)

    def _on_stock(self, stock: Stock) -> None:
        self._is_looking, self.stock = False, stock
        for each in self.cards.values():
            each.deleteLater()
        self.cards.clear()
        for model in stock.models:
            self._put(self._here, ModelCard.of_shelved(self.services.theme, model))
        there = {model.id for model in stock.models}
        for offer in catalogue.CATALOGUE:
            if offer.id not in there:
                fits = None if stock.machine is None else forecast.fit(offer, stock.machine)
                arrived = stock.arrived.get(offer.id, 0)
                self._put(self._offered, ModelCard.of_offer(self.services.theme, offer, fits, arrived))
        self._used.setText(words.used(stock.used) if stock.models else words.NOTHING_HERE)
        self._token_there.setText(words.TOKEN_THERE if stock.has_token else "")
        self.forget.setEnabled(stock.has_token)
        self._allow()
        self.looked.emit()

    def _put(self, layout: QVBoxLayout, made: ModelCard) -> None:
        made.download_wanted.connect(self.download)
        made.delete_wanted.connect(self.delete)
        layout.addWidget(made)
        self.cards[made.id] = made

    def _allow(self) -> None:
        """While one thing is done, nothing else can be begun."""
        for each in self.cards.values():
            each.allow(self._job is None)
        self.add.setEnabled(self._job is None)

    # ---- what is done

    def download(self, id_: str) -> None:
        self._begin(self.services.net.submit(self.services.works.download(self.home, id_), f"download {id_}", self))

    def delete(self, id_: str) -> None:
        self._begin(self.services.disk.submit(self.services.works.remove_model(self.home, id_), f"remove {id_}", self))

    def add_folder(self, folder: Path) -> None:
        task = self.services.works.add_model(self.home, folder)
        self._begin(self.services.disk.submit(task, "add a model", self))

    def _begin(self, job: Job) -> None:
        self._job = job
        self.task.begin(words.WORKING)
        job.progressed.connect(self._on_progress)
        job.succeeded.connect(self._on_done)
        job.failed.connect(self._on_failed)
        self._allow()

    def _on_stop(self) -> None:
        if self._job is not None:
            self._job.stop()
            self.task.stopping()

    def _on_progress(self, progress: Progress) -> None:
        speed = self.task.speed(progress.done)
        sentence = words.arriving(progress.done, progress.total, speed, progress.note)
        self.task.show_progress(progress.done, progress.total, sentence)

    def _on_done(self, model: Shelved | None) -> None:
        stopped = self._job is not None and self._job.is_stopping and model is None
        ready = words.ADDED.format(title=model.title) if model is not None else ""
        self._end(words.STOPPED if stopped else ready)
        self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        self._end()
        self.services.notices.show(error)

    def _end(self, sentence: str = "") -> None:
        self._job = None
        self.task.end(sentence)
        self._allow()
        self.look()

    def _on_add(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, words.ADD)
        if chosen:
            self.add_folder(Path(chosen))

    def _on_keep(self) -> None:
        if not self.token.text().strip():
            return
        job = self.services.disk.submit(self.services.works.keep_token(self.home, self.token.text()), "token", self)
        self.token.clear()
        job.succeeded.connect(self._on_kept)
        job.failed.connect(self.services.notices.show)

    def _on_forget(self) -> None:
        job = self.services.disk.submit(self.services.works.keep_token(self.home, ""), "token", self)
        job.succeeded.connect(self._on_kept)
        job.failed.connect(self.services.notices.show)

    def _on_kept(self, place: str) -> None:
        self._token_there.setText(words.kept(place) if place else words.TOKEN_GONE)
        self.forget.setEnabled(bool(place))
