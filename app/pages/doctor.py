"""Doctor: what may stand in the way on this computer, each with a way out. Looks on a lane, when the page is shown."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.pages.base import Column, Page, fill_page, scrolled
from app.services import Services
from app.views.engine_card import EngineCard
from app.views.layouts import Flow
from app.views.parts import Button, at_left, card, holder, text
from app.words import doctor as words
from app.words import engine as engine_words
from core.doctor import Finding
from core.engine.ready import Ready


class DoctorPage(Page):
    """The network is asked only when its button is pressed."""

    key, title, drawing = "doctor", words.TITLE, "doctor"

    looked = Signal()
    models_wanted = Signal()  # to delete some

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        theme = services.theme
        self.found: list[Finding] = []
        self.ways_out: list[Button] = []  # of the findings, from the top down
        self._repairs: list[Button] = []
        self._is_looking = False
        self._verdict = text("", "heading")
        self.again = Button(theme, words.AGAIN, kind="primary", drawing="again")
        self.ask = Button(theme, words.ASK)
        self.newer = Button(theme, words.NEWER, does=words.NEWER_WHY)
        self.copy = Button(theme, words.COPY, drawing="copy")
        self.again.clicked.connect(self._on_again)
        self.ask.clicked.connect(self._on_ask)
        self.newer.clicked.connect(self._on_newer)
        self.copy.clicked.connect(self._on_copy)
        self.repair = Button(theme, engine_words.REPAIR, does=engine_words.REPAIR_WHY)
        self.repair.clicked.connect(self._on_repair)
        self.engine = EngineCard(theme, services.engines)
        services.engines.changed.connect(self._refresh_repair)
        services.engines.ended.connect(self._on_engine)
        self._refresh_repair()
        buttons = Flow()
        for button in (self.again, self.ask, self.newer, self.copy, self.repair):
            buttons.addWidget(button)
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(12)
        inside = Column(services)
        inside.add(text(words.TITLE, "title"), text(words.LEAD, "lead"), self._verdict, self.engine, holder(self._list))
        inside.add(holder(buttons), text(words.ASK_WHY, "small"), text(words.NEWER_WHY, "small"))
        inside.add_stretch()
        fill_page(self, scrolled(inside))

    def first_focus(self) -> QWidget:
        return self.again

    @property
    def verdict(self) -> str:
        return self._verdict.text()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.found:
            self.look()
            self.services.engines.look()

    def look(self, *, ask_network: bool = False) -> None:
        if self._is_looking:
            return
        self._is_looking = True
        self._verdict.setText(words.LOOKING)
        self._allow(allowed=False)
        task = self.services.works.examine(self.services.workspace.home, ask_network)
        job = self.services.device.submit(task, "doctor", self, urgent=True)
        job.succeeded.connect(self._on_found)
        job.failed.connect(self._on_failed)

    def _on_again(self) -> None:
        self.look()

    def _on_ask(self) -> None:
        self.look(ask_network=True)

    def _on_newer(self) -> None:
        self._allow(allowed=False)
        job = self.services.device.submit(self.services.works.newer(), "version", self, urgent=True)
        job.succeeded.connect(self._on_version)
        job.failed.connect(self._on_no_version)

    def _on_version(self, found: Finding) -> None:
        """It stands above all else until the page looks again."""
        others = [each for each in self.found if each.about != found.about]
        self._on_found([found, *others])

    def _on_no_version(self, error: Exception) -> None:
        self._allow(allowed=True)
        self.services.notices.show(error)

    def _on_repair(self) -> None:
        self.services.engines.begin()

    def _on_engine(self, found: Ready | None) -> None:
        if found is not None:
            self.look()

    def _refresh_repair(self) -> None:
        engines = self.services.engines
        for button in (self.repair, *self._repairs):
            button.setVisible(engines.can_repair and not engines.is_missing)
            button.setEnabled(not engines.is_running)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(words.report(self.found))
        self.services.notices.tell(words.COPIED)

    def _on_failed(self, error: Exception) -> None:
        self._is_looking = False
        self._verdict.setText("")
        self._allow(allowed=True)
        self.services.notices.show(error)

    def _on_found(self, found: list[Finding]) -> None:
        self._is_looking, self.found = False, found
        while (item := self._list.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.deleteLater()
        self.ways_out, self._repairs = [], []
        for finding in found:
            self._list.addWidget(shown(finding, self._way_out(finding)))
        self._refresh_repair()
        self._verdict.setText(words.verdict(found))
        self._allow(allowed=True)
        self.looked.emit()

    def _way_out(self, finding: Finding) -> Button | None:
        """The button for what the window itself can do about it."""
        theme = self.services.theme
        match finding.button:
            case "repair":
                made = Button(theme, engine_words.REPAIR, does=engine_words.REPAIR_WHY)
                made.clicked.connect(self._on_repair)
                self._repairs.append(made)
            case "disk":
                made = Button(theme, words.MODELS)
                made.clicked.connect(self.models_wanted)
            case "network":
                made = Button(theme, words.ASK_AGAIN)
                made.clicked.connect(self._on_ask)
            case "":
                return None
        self.ways_out.append(made)
        return made

    def _allow(self, *, allowed: bool) -> None:
        self.ask.setEnabled(allowed)
        self.newer.setEnabled(allowed)
        self.copy.setEnabled(allowed and bool(self.found))


def shown(finding: Finding, way_out: Button | None) -> QWidget:
    """One finding as a card; that there is trouble is said in words too, not by colour alone."""
    frame, inside = card("call" if finding.level == "trouble" else "card", gap=4, margin=16)
    inside.addWidget(text(f"{words.LEVELS[finding.level]} · {finding.about}", "label"))
    inside.addWidget(text(finding.what))
    if finding.fix:
        inside.addWidget(text(finding.fix, "quiet"))
    if way_out is not None:
        inside.addSpacing(8)
        inside.addWidget(at_left(way_out))
    return frame
