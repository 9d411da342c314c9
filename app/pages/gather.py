"""Gather: name a place, see what is there, say who you are, watch it arrive, take it back. Reads no file itself."""

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app import words
from app.gathering import Finding
from app.pages.base import Column, Page, fill_page, scrolled
from app.services import Services
from app.views.drop_area import DropArea
from app.views.findings import Findings
from app.views.gathered import Gathered
from app.views.gathering_status import GatheringStatus
from app.views.guides import Guides
from app.views.parts import Button, at_left, text
from app.words import gathering
from core.corpus import Import
from core.documents import ImportReport
from core.sources import AS_IT_IS, Place

MARGIN = 12  # pixels above what is scrolled to
NAMES_KEPT = 20  # names of the user, which are ticked in advance the next time


class GatherPage(Page):
    """The drop area and the guides, what was found, how the import is, and what there is."""

    key, title, drawing = "gather", words.GATHER, "gather"

    train_wanted = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        theme = services.theme
        self.drop, self.findings = DropArea(theme), Findings(theme)
        self.progress, self.gathered = GatheringStatus(theme), Gathered(theme)
        self.guides = Guides(theme)
        self.show_guides = Button(theme, gathering.GUIDES, kind="small")
        self.empty = text(words.NOTHING_YET, "quiet")
        self._wanted: QWidget = self.drop  # what is to be in view
        self._inside = Column(services)
        self._inside.add(text(words.GATHER, "title"), text(words.GATHER_LEAD, "lead"), self.drop)
        self._inside.add(at_left(self.show_guides), self.guides, self.findings, self.progress, self.empty)
        self._inside.add(self.gathered, share=1000)
        self._inside.add_stretch()
        self._area = scrolled(self._inside)
        fill_page(self, self._area)
        self._listen()
        self._refresh()

    def _listen(self) -> None:
        now, workspace = self.services.gathering, self.services.workspace
        self.drop.chosen.connect(self._on_chosen)
        self.show_guides.clicked.connect(self._toggle_guides)
        self.findings.brought.connect(self._on_brought)
        self.findings.refused.connect(self._on_refused)
        self.findings.columns_chosen.connect(now.look_again)
        self.progress.stop_wanted.connect(now.stop)
        self.progress.continue_wanted.connect(now.go_on)
        self.progress.undo_wanted.connect(self._on_undo_last)
        self.gathered.undo_wanted.connect(self._on_undo)
        self.gathered.train_wanted.connect(self.train_wanted)
        now.looking.connect(self._on_looking)
        now.found.connect(self._on_found)
        now.started.connect(self._on_started)
        now.progressed.connect(self.progress.show_progress)
        now.noted.connect(self._on_noted)
        now.told.connect(self.progress.show_note)
        now.ended.connect(self._on_ended)
        now.undone.connect(self.progress.show_undone)
        workspace.switched.connect(self._refresh)
        workspace.surveyed.connect(self._refresh)

    def first_focus(self) -> QWidget:
        return self.drop.address

    def _focus(self, widget: QWidget) -> None:
        """Put the keyboard where one goes on, if this page is the one on show."""
        if self.isVisible():
            widget.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def status(self) -> str:
        """What is said about the import, now or at its end."""
        return self.progress.sentence

    def _toggle_guides(self) -> None:
        if not self.guides.is_filled:
            self.guides.fill(self.services.works.guides())
        shown = self.guides.isHidden()
        self.guides.setVisible(shown)
        self.show_guides.set_words(gathering.GUIDES_HIDE if shown else gathering.GUIDES)
        if shown:
            self.guides.search.setFocus()

    def _on_chosen(self, places: list[Place]) -> None:
        own_site = self.drop.own_site.isChecked() and any(isinstance(place, str) for place in places)
        self.services.gathering.look(places, replace(AS_IT_IS, own_site=own_site))

    def _on_looking(self, place: Place) -> None:
        self.findings.hide()
        self.progress.show_look(place)
        self._show_what_there_is()
        self._focus(self.progress.stop)
        self._bring_into_view(self.progress)

    def _on_found(self, found: list[Finding]) -> None:
        self.progress.hide()
        self.findings.show_findings(found, self.services.keeper.now.me)
        self._show_what_there_is()
        if not found:
            self._focus(self.drop.address)
            self._bring_into_view(self.drop)
        else:
            self._focus(self.findings.bring if self.findings.bring.isEnabled() else self.findings.first)
            QTimer.singleShot(0, self, self._scroll_to_findings)  # when they have their places

    def _bring_into_view(self, part: QWidget) -> None:
        """When it has its place: scroll as little as shows it."""
        self._wanted = part
        QTimer.singleShot(0, self, self._scroll_to_wanted)

    def _scroll_to_wanted(self) -> None:
        self._area.ensureWidgetVisible(self._wanted, 0, MARGIN)

    def _scroll_to_findings(self) -> None:
        """Show them from their top on, where they do not fit below the rest."""
        view, bar = self._area.viewport().height(), self._area.verticalScrollBar()
        if self.findings.isVisible() and self.findings.geometry().bottom() > bar.value() + view:
            bar.setValue(self.findings.y() - MARGIN)

    def _on_brought(self, wanted: list[object]) -> None:
        known = [*dict.fromkeys([*self.findings.names, *self.services.keeper.now.me])]
        self.services.keeper.change(me=known[:NAMES_KEPT])
        choices = self.findings.wanted
        self.findings.clear()
        self.services.gathering.bring(choices)

    def _on_refused(self) -> None:
        self.findings.clear()
        self.services.gathering.forget()
        self._show_what_there_is()
        self.drop.address.setFocus()

    def _on_undo_last(self) -> None:
        self.services.gathering.undo(self.services.gathering.last)

    def _on_undo(self, one: Import) -> None:
        self.services.gathering.undo([one])

    def _on_started(self) -> None:
        self.progress.show_import()
        self._focus(self.progress.stop)
        self.gathered.refresh(is_running=True)
        self._show_what_there_is()

    def _on_noted(self, facts: list[object]) -> None:
        self.gathered.add(facts)
        if self.gathered.isHidden():
            self._show_what_there_is()

    def _on_ended(self, report: ImportReport | None) -> None:
        self.progress.hide()
        self.gathered.refresh(is_running=False)
        if report is not None:
            self.progress.show_report(report, can_continue=self.services.gathering.can_continue)
        ways = (self.progress.go_on, self.gathered.next, self.drop.address)
        self._bring_into_view(self.progress if report is not None else self.drop)
        self._focus(next(way for way in ways if way.isEnabled() and way.isVisibleTo(self)))

    def _refresh(self) -> None:
        """Show what is on disk; while an import runs, its own events are newer."""
        if not self.services.gathering.is_running:
            self.gathered.show_survey(self.services.workspace.survey)
            self._show_what_there_is()

    def _show_what_there_is(self) -> None:
        is_empty = self.gathered.is_empty
        self.gathered.setVisible(not is_empty)
        self.empty.setVisible(is_empty and self.findings.isHidden() and self.progress.isHidden())
        self.drop.make_small(not is_empty)
