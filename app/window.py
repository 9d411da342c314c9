"""The window: a sidebar, a strip for notices, one page at a time. Wires pages to each other; does no work."""

from importlib.resources import as_file
from pathlib import Path

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

import resources
from app import words
from app.notices import Notice
from app.pages import PAGES
from app.pages.base import Page
from app.pages.chat import ChatPage
from app.pages.doctor import DoctorPage
from app.pages.examples import ExamplesPage
from app.pages.export import ExportPage
from app.pages.gather import GatherPage
from app.pages.history import HistoryPage
from app.pages.inside import InsidePage
from app.pages.library import LibraryPage
from app.pages.meters import MetersPage
from app.pages.models import ModelsPage
from app.pages.settings import SettingsPage
from app.pages.train import TrainPage
from app.pages.welcome import WelcomePage
from app.services import Services
from app.settings import TEXT_SIZES
from app.theme import icon
from app.views.close_sheet import CloseSheet
from app.views.drop_area import places
from app.views.notice_bar import NoticeBar
from app.views.sidebar import Sidebar
from core.health import LONGEST_SILENCE
from core.paths import DEFAULT_PROJECT, SAMPLE_PROJECT

LEAST = (720, 520)
USUAL = (1120, 780)
KEYS = 9  # pages that have a number
ROOMY = 900  # pixels at 100 %, from which the sidebar shows its words
PATIENCE = 50  # milliseconds between two looks at whether work has ended, while closing


class Window(QMainWindow):
    """Made once, with everything handed in."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self._is_leaving = False
        self.setWindowTitle(words.NAME)
        self.setWindowIcon(icon("mark", "", 64))
        self.setMinimumSize(*LEAST)
        self.setAcceptDrops(True)
        self.welcome, self.gather = WelcomePage(services), GatherPage(services)
        self.train, self.chat = TrainPage(services), ChatPage(services)
        self.history = HistoryPage(services)
        self.inside = InsidePage(services)
        self.models, self.export, self.doctor = ModelsPage(services), ExportPage(services), DoctorPage(services)
        talking = (self.welcome, self.gather, self.train, self.chat, self.history, self.inside)
        self.library, self.examples = LibraryPage(services), ExamplesPage(services)
        self.meters, self.settings = MetersPage(services), SettingsPage(services)
        pages = (
            *talking,
            self.library,
            self.examples,
            self.meters,
            self.models,
            self.export,
            self.doctor,
            self.settings,
        )
        self.pages: list[Page] = sorted(pages, key=place_in_sidebar)
        self.sidebar = Sidebar(services, [(page.title, page.drawing) for page in self.pages])
        self._stack = QStackedWidget()
        for page in self.pages:
            self._stack.addWidget(page)
        self._lay_out()
        self._wire()
        self._make_shortcuts()
        self._leaving = QTimer(self, interval=PATIENCE)
        self._leaving.timeout.connect(self._leave)
        self._restore()
        services.workspace.refresh()

    def _lay_out(self) -> None:
        content = QWidget()
        content.setObjectName("content")
        right = QVBoxLayout(content)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(NoticeBar(self.services.notices, self.services.theme))
        right.addWidget(self._stack, 1)
        whole = QWidget()
        line = QHBoxLayout(whole)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self.sidebar)
        line.addWidget(content, 1)
        self.setCentralWidget(whole)
        whole.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # where the focus is before the first Tab, without a ring
        whole.setFocus()

    def _wire(self) -> None:
        self.sidebar.chosen.connect(self.show_page)
        self.services.theme.changed.connect(self._fit_sidebar)
        self.services.notices.changed.connect(self._on_notice)
        self.welcome.sample_wanted.connect(self._try_sample)
        self.welcome.own_wanted.connect(self._use_own)
        self.welcome.continue_wanted.connect(self._continue)
        self.welcome.chat_wanted.connect(self._show_chat)
        self.gather.train_wanted.connect(self._show_train)
        self.train.gather_wanted.connect(self._use_own)
        self.train.chat_wanted.connect(self._show_chat)
        self.chat.train_wanted.connect(self._show_train)
        self.library.gather_wanted.connect(self._use_own)
        self.examples.models_wanted.connect(self._show_models)
        self.doctor.models_wanted.connect(self._show_models)
        self.settings.training_begun.connect(self._show_train)
        self.history.train_wanted.connect(self._show_train)
        self.inside.train_wanted.connect(self._show_train)
        self.meters.train_wanted.connect(self._show_train)
        self.inside.sample_wanted.connect(self._try_sample)
        self.export.train_wanted.connect(self._show_train)
        self.chat.replied.connect(self._on_replied)

    def _make_shortcuts(self) -> None:
        for number in range(min(len(self.pages), KEYS)):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number + 1}"), self)
            shortcut.setObjectName(str(number))
            shortcut.activated.connect(self._on_number)
        QShortcut(QKeySequence("Ctrl+L"), self, self._show_chat)
        QShortcut(QKeySequence("Ctrl+,"), self, self._show_settings)
        for key in (QKeySequence.StandardKey.ZoomIn, QKeySequence("Ctrl+=")):
            QShortcut(QKeySequence(key), self, self._enlarge)
        QShortcut(QKeySequence(QKeySequence.StandardKey.ZoomOut), self, self._shrink)
        QShortcut(QKeySequence("Ctrl+0"), self, self._unscale)

    def show_page(self, number: int) -> None:
        self._stack.setCurrentIndex(number)
        self.sidebar.choose(number)

    def _go(self, page: Page) -> None:
        """Show a page and put the keyboard where one goes on there."""
        self.show_page(self.pages.index(page))
        page.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_number(self) -> None:
        self._go(self.pages[int(self.sender().objectName())])

    def _show_train(self) -> None:
        self._go(self.train)

    def _on_replied(self) -> None:
        turns = self.chat.conversation.turns
        self.inside.remember_reply(turns[-1].text.removeprefix("…") if turns else "")

    def _show_models(self) -> None:
        self._go(self.models)

    def _show_settings(self) -> None:
        self._go(self.settings)

    def _show_chat(self) -> None:
        self._go(self.chat)

    def _use_own(self) -> None:
        """To the writer's own project, unless the one on show is theirs already."""
        if self.services.workspace.is_sample and self._may_switch():
            self.services.workspace.choose(DEFAULT_PROJECT)
        self._go(self.gather)

    def _try_sample(self) -> None:
        """Import the sample, which is quick, and go to where it is trained."""
        if self._may_switch():
            self.services.workspace.choose(SAMPLE_PROJECT)
            with as_file(resources.sample_corpus()) as folder:
                self.services.gathering.take([Path(folder)])
        self._show_train()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if places(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Anywhere in the window: look at it, and show what was found."""
        event.acceptProposedAction()
        self._use_own()
        self.services.gathering.look(places(event.mimeData()))

    def _may_switch(self) -> bool:
        return not self.services.training.is_running and not self.services.gathering.is_running

    def _continue(self) -> None:
        self.train.go_on()
        self._show_train()

    def _enlarge(self) -> None:
        self._scale_text(1)

    def _shrink(self) -> None:
        self._scale_text(-1)

    def _unscale(self) -> None:
        self._scale_text(-len(TEXT_SIZES))

    def _scale_text(self, by: int) -> None:
        keeper = self.services.keeper
        index = TEXT_SIZES.index(keeper.now.text_size) + by
        keeper.change(text_size=TEXT_SIZES[min(max(index, 0), len(TEXT_SIZES) - 1)])
        self.services.theme.change(keeper.now.scheme, keeper.now.text_size)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_sidebar()

    def _fit_sidebar(self) -> None:
        self.sidebar.make_tight(self.width() < ROOMY * self.services.theme.scale)

    def _restore(self) -> None:
        """As it was left, unless that place is no longer on any screen."""
        settings = self.services.keeper.now
        self.resize(*USUAL)
        if settings.window:
            place = QRect(*settings.window)
            if any(screen.availableGeometry().intersects(place) for screen in QGuiApplication.screens()):
                self.setGeometry(place)
        keys = [page.key for page in self.pages]
        self.show_page(keys.index(settings.page) if settings.page in keys else 0)

    @property
    def is_busy(self) -> bool:
        """Whether work runs, or has ended without being heard: its last word may be trouble."""
        services = self.services
        is_heard = not services.training.is_running and not services.gathering.is_running
        return not (is_heard and services.disk.is_idle and services.device.is_idle and services.net.is_idle)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close at once when nothing runs; ask when a bot is training; let other work end first."""
        if not self.is_busy:
            place, page = self.geometry(), self.pages[self._stack.currentIndex()]
            self.services.keeper.change(window=[place.x(), place.y(), place.width(), place.height()], page=page.key)
            event.accept()
            return
        event.ignore()
        training = self.services.training
        if training.is_running and not training.is_elsewhere and not self._is_leaving:
            sheet = CloseSheet(self, self.services.theme)
            sheet.accepted.connect(self.leave)
            sheet.finished.connect(sheet.deleteLater)
            sheet.open()
        else:
            self.leave()

    def leave(self) -> None:
        """Stop and save whatever runs, then close."""
        self._is_leaving = True
        self.services.training.leave()
        self.services.disk.stop_all()
        self.services.device.stop_all()
        self.services.net.stop_all()
        self._leaving.start()

    def _leave(self) -> None:
        if not self.is_busy:
            self._leaving.stop()
            self.close()
        elif self.services.training.silent_for > LONGEST_SILENCE:  # it hangs, and would never be done
            self.services.training.give_up()
            self.services.works.break_off()

    def _on_notice(self, notice: Notice | None) -> None:
        """Trouble while saving keeps the window open: its two sentences must be read."""
        if notice is not None and notice.kind == "trouble":
            self._is_leaving = False
            self._leaving.stop()


def place_in_sidebar(page: Page) -> int:
    return PAGES.index(type(page))
