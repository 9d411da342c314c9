"""Library: what there is, what is cleaned, what is chosen, what a bot sees. Hands wishes on; reads nothing itself."""

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent, QUndoCommand, QUndoStack
from PySide6.QtWidgets import QMessageBox, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from app.pages.base import Column, Page, fill_page, scrolled
from app.services import Services
from app.shelving import Shelving
from app.undo import Exchange
from app.views.ink import Stroke
from app.views.library_charts import ChartsView
from app.views.library_choices import ChoicesView
from app.views.library_documents import DocumentsView, reason_of
from app.views.library_lists import Detail, HiddenView, Repeat, RepeatsView, RulesView
from app.views.library_tokens import TokensView
from app.views.parts import Button, at_left, card, holder, row, text
from app.views.segments import Segments
from app.words import library as words
from core import learnt
from core.curate.rules import BY_NAME, HIDING
from core.documents import Document
from core.events import Progress
from core.library import Look
from core.selection import Selection, secret_hash

if TYPE_CHECKING:
    from core.curate.clean import Cleaned, View
    from core.examples.make import Shape
    from core.examples.sight import Sight

DOCUMENTS, CHARTS, CLEANING, PRIVATE, REPEATS, CHOICES, SEES = range(7)
AT_ONCE: Final = 3_000  # documents up to which everything is looked through without being asked: a few seconds
EXAMPLES: Final = 40
WIDEST_TABLE: Final = 1_600  # pixels at 100 %: a table and a text beside it need more than a column of lines
SHAPES: "Final[tuple[Shape, ...]]" = ("talk", "text")
DETAILS: Final = 2_000  # private details in the list


class LibraryPage(Page):
    """Seven views over one library; a line says how far a look through everything is."""

    key, title, drawing = "library", words.LIBRARY, "book"

    gather_wanted = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        theme = services.theme
        self.shelving = Shelving(services.disk, services.workspace, services.notices, self)
        self.undo = QUndoStack(self)
        self._is_stale, self._has_chosen = True, False
        self._document: tuple[int, Document | None] = (0, None)
        self._cleaned: dict[int, Cleaned] = {}
        self.tabs = Segments(words.TABS, words.TAB)
        self.documents, self.charts = DocumentsView(theme), ChartsView(theme)
        self.rules, self.hidden, self.repeats = RulesView(theme), HiddenView(theme), RepeatsView(theme)
        self.choices, self.tokens = ChoicesView(theme), TokensView(theme)
        self._stack = QStackedWidget()
        for view in (self.documents, self.charts, self.rules, self.hidden, self.repeats, self.choices, self.tokens):
            self._stack.addWidget(scrolled(view))
        self._lay_out()
        self._listen()

    def _lay_out(self) -> None:
        theme = self.services.theme
        self._told = text("", "small")
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName(words.LOOKING)
        self.stop = Button(theme, words.STOP, drawing="stop")
        self._status = holder(row(self._told, self._bar, self.stop))
        self._status.hide()
        self._damaged, inside = card(gap=8, margin=16)
        self.restore = Button(theme, words.RESTORE)
        inside.addWidget(text(words.BACKUP_SHOWN))
        inside.addWidget(self.restore)
        self._damaged.hide()
        self._empty, inside = card()
        self.gather = Button(theme, words.GO_GATHER, kind="primary")
        for widget in (text(words.EMPTY, "heading"), text(words.EMPTY_WHY, "quiet"), at_left(self.gather)):
            inside.addWidget(widget)
        self._full = QWidget()
        full = QVBoxLayout(self._full)
        full.setContentsMargins(0, 0, 0, 0)
        full.setSpacing(12)
        for part in (self.tabs, self._damaged, self._status):
            full.addWidget(part)
        full.addWidget(self._stack, 1)
        whole = Column(self.services, widest=WIDEST_TABLE)
        whole.add(text(words.LIBRARY, "title"), self._empty)
        whole.add(self._full, share=1)
        whole.add_stretch(0)
        fill_page(self, whole)
        self._empty.hide()

    def _listen(self) -> None:
        shelving, services = self.shelving, self.services
        services.workspace.surveyed.connect(self._mark_stale)
        services.workspace.switched.connect(self._on_switched)
        self.tabs.chosen.connect(self._on_tab)
        self.gather.clicked.connect(self.gather_wanted)
        self.stop.clicked.connect(shelving.stop_cleaning)
        self.restore.clicked.connect(shelving.restore)
        self.documents.wanted.connect(shelving.look)
        self.documents.read_wanted.connect(shelving.open)
        self.documents.leave_out.connect(self._on_leave_out)
        self.documents.undo_wanted.connect(self.undo.undo)
        self.documents.model.wanted.connect(shelving.fetch)
        shelving.counted.connect(self.documents.show_totals)
        shelving.looked.connect(self._on_looked)
        shelving.lines.connect(self.documents.model.take)
        shelving.read.connect(self._on_read)
        shelving.cleaning.connect(self._on_cleaning)
        shelving.cleaned.connect(self._on_cleaned)
        shelving.changed.connect(self._on_changed)
        shelving.seen.connect(self._on_seen)
        shelving.refused.connect(self.tokens.refuse)
        shelving.forgotten.connect(self._on_forgotten)
        self.rules.switched.connect(self._on_rule)
        self.hidden.allowed.connect(self._on_allowed)
        self.hidden.hidden_again.connect(self._on_hidden_again)
        self.repeats.kept.connect(self._on_kept)
        self.choices.chosen.connect(self._choose)
        self.choices.forget_wanted.connect(self._on_forget)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self, self.undo.undo)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Redo), self, self.undo.redo)
        self.tokens.shape_wanted.connect(self._see)

    def first_focus(self) -> QWidget:
        return self.documents.search if self._full.isVisible() else self.gather

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._look()

    # ---- documents

    def _mark_stale(self) -> None:
        self._is_stale = True
        if self.isVisible():
            self._look()

    def _on_switched(self) -> None:
        self.undo.clear()
        self._forget_view()
        self._mark_stale()

    def _look(self) -> None:
        self._is_stale = False
        self.shelving.look(self.documents.filter)

    def _on_looked(self, look: Look | None) -> None:
        is_there = look is not None and bool(look.totals.documents or look.offers.source)
        self._full.setVisible(is_there)
        self._empty.setVisible(not is_there)
        if look is None or not is_there:
            return
        self._damaged.setVisible(look.is_backup)
        self.documents.out.setEnabled(not look.is_backup)
        self.documents.show_offers(look.offers)
        self.documents.show_totals(look.totals)
        self.documents.model.show(look.numbers)
        self.charts.show_years(look.years)
        self.charts.show_lengths(look.lengths)
        self._clean_if_wanted(sum(count for _, count in look.offers.source))

    def _on_read(self, what: tuple[int, Document | None]) -> None:
        self._document = what
        self._show_document()

    def _show_document(self) -> None:
        number, document = self._document
        if document is None:
            return
        one = self._cleaned.get(number)
        before = [Stroke(document.text)]
        title = document.title or document.thread or document.source
        if one is None:
            self.documents.show_document(title, "", before, before)
            return
        other = words.REASONS.get(one.left_out, "")
        after = [Stroke(one.document.text)]
        self.documents.show_changes(title, reason_of(one.left_out, other), before, after, changes(one))

    def _on_leave_out(self, numbers: list[int], excluded: bool) -> None:
        self.undo.push(LeaveOut(self.shelving, numbers, excluded))

    def _on_changed(self) -> None:
        self._forget_view()
        self._look_again()

    def _look_again(self) -> None:
        """The same documents may look otherwise now; the one that was chosen stays chosen."""
        number = self._document[0]
        self.shelving.look(self.documents.filter)
        self.shelving.open(number)

    def _forget_view(self) -> None:
        self._cleaned = {}
        self._status.hide()

    # ---- cleaning

    def _on_tab(self, tab: int) -> None:
        self._stack.setCurrentIndex(tab)
        if tab not in (DOCUMENTS, CHARTS):
            self._clean_if_wanted(0)
        if tab == SEES and self.shelving.view is not None:
            self._see(self.tokens.shape.index)

    def _clean_if_wanted(self, documents: int) -> None:
        """Look through everything where that is needed for what is on show, or quick."""
        is_wanted = self.tabs.index not in (DOCUMENTS, CHARTS) or 0 < documents <= AT_ONCE
        if is_wanted and self.shelving.view is None and not self.shelving.is_cleaning:
            self._start_cleaning()

    def _start_cleaning(self) -> None:
        self._told.setText(words.LOOKING)
        self._bar.setRange(0, 0)
        self._bar.show()
        self.stop.show()
        self._status.show()
        self.shelving.clean()

    def _on_cleaning(self, progress: Progress) -> None:
        self._told.setText(f"{progress.note}…")
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)

    def _on_cleaned(self, view: "View | None") -> None:
        self._status.hide()
        if view is None:
            return
        self._cleaned = {one.number: one for one in view.cleaned}
        self.rules.show_rules(view.by_rule(), view.selection.rules_off)
        self.hidden.show_details(details(view), some_are_open=view.selection != view.selection.hiding(HIDING))
        self.repeats.show_repeats(repeats(view, self._cleaned))
        self.choices.show_selection(view.selection)
        found = learnt.numbers(view)
        sources = sorted({one.original.source for one in view.cleaned})
        kinds = Counter(one.original.kind for one in view.cleaned)
        languages = Counter(one.original.language for one in view.cleaned if one.original.language)
        self.choices.show_kinds(kinds, languages)
        self.choices.show_sources(sources, found.sources, learnt.verdict(found.tokens))
        self._show_document()
        if self.documents.boxes["language"].count() == 1:  # they are known since just now
            self._look()
        if self._has_chosen:
            self._has_chosen = False
            self.services.notices.tell(words.affected(self.shelving.affected()))
        if self.tabs.index == SEES:
            self._see(self.tokens.shape.index)

    def _choose(self, selection: Selection) -> None:
        self.undo.push(Exchange(self.apply, self.shelving.selection(), selection))

    def apply(self, selection: Selection) -> None:
        """Save these choices and look through everything again."""
        if self.shelving.choose(selection):
            self._has_chosen = True
            self._start_cleaning()

    def _on_rule(self, rule: str, on: bool) -> None:
        now = self.shelving.selection()
        off = {*now.rules_off} - {rule} if on else {*now.rules_off, rule}
        self._choose(replace(now, rules_off=tuple(sorted(off))))

    def _on_allowed(self, secret: str) -> None:
        now = self.shelving.selection()
        self._choose(replace(now, readable=tuple(sorted({*now.readable, secret_hash(secret)}))))

    def _on_hidden_again(self) -> None:
        self._choose(self.shelving.selection().hiding(HIDING))

    def _on_kept(self, number: int) -> None:
        now, one = self.shelving.selection(), self._cleaned[number].original
        self._choose(replace(now, kept=tuple(sorted({*now.kept, (one.source, one.key)}))))

    # ---- forgetting, and what a bot sees

    def _on_forget(self, source: str) -> None:
        sheet = QMessageBox(self)
        sheet.setText(words.FORGET_SURE)
        sheet.setInformativeText(f"{source}. {words.FORGET_WHY}")
        sheet.addButton(words.KEEP_SOURCE, QMessageBox.ButtonRole.RejectRole)
        forget = sheet.addButton(words.REALLY_FORGET, QMessageBox.ButtonRole.DestructiveRole)
        forget.setObjectName(source)
        forget.clicked.connect(self._on_forget_sure)
        sheet.finished.connect(sheet.deleteLater)
        sheet.open()

    def _on_forget_sure(self) -> None:
        self.undo.clear()
        self.shelving.forget(self.sender().objectName())

    def _on_forgotten(self, documents: int, runs: list[str]) -> None:
        self.services.notices.tell(words.forgotten(documents, runs))
        self._forget_view()
        self._mark_stale()

    def _see(self, shape: int) -> None:
        self.shelving.see(SHAPES[shape], EXAMPLES)

    def _on_seen(self, sights: "list[Sight]") -> None:
        self.tokens.show_sights(sights)


class LeaveOut(QUndoCommand):
    """Some documents left out, or taken in again."""

    def __init__(self, shelving: Shelving, numbers: list[int], excluded: bool) -> None:
        super().__init__()
        self._shelving, self._numbers, self._excluded = shelving, numbers, excluded

    def redo(self) -> None:
        self._shelving.leave_out(self._numbers, self._excluded)

    def undo(self) -> None:
        self._shelving.leave_out(self._numbers, not self._excluded)


def changes(one: "Cleaned") -> list[Stroke]:
    """A document with what is cut, what is put in its place, and what others said."""
    text_, here = one.original.text, 0
    strokes: list[Stroke] = []
    for edit in one.edits:
        strokes.append(Stroke(text_[here : edit.start]))
        strokes.append(Stroke(text_[edit.start : edit.end], "quiet" if edit.put is None else "gone"))
        strokes += [Stroke(edit.put, "put")] if edit.put else []
        here = edit.end
    return [stroke for stroke in [*strokes, Stroke(text_[here:])] if stroke.text]


def details(view: "View") -> list[Detail]:
    """The private details that are hidden, the most frequent first."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for one in view.cleaned:
        for edit in one.edits:
            if BY_NAME[edit.rule].does == "hides":
                counts[one.original.text[edit.start : edit.end], edit.rule, edit.put or ""] += 1
    found = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:DETAILS]
    return [Detail(before, rule, after, times) for (before, rule, after), times in found]


def repeats(view: "View", cleaned: "dict[int, Cleaned]") -> list[Repeat]:
    found: list[Repeat] = []
    for cluster in view.clusters:
        for number, alike in ((cluster.kept, 1.0), *cluster.repeats):
            original = cleaned[number].original
            is_kept = not cleaned[number].left_out
            found.append(Repeat(number, original.title or original.text[:80], original.source, alike, is_kept))
    return found
