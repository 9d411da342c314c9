"""Everything that a look found, with the button that brings it in. Imports nothing."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.gathering import Finding, Wanted
from app.theme import Theme
from app.views.found_card import FoundCard
from app.views.layouts import Flow
from app.views.parts import Button, holder, text
from app.words import gathering as words
from core.sources import Choice, Columns


class Findings(QFrame):
    """One card for each kind at each place."""

    brought = Signal(list)  # of Wanted
    refused = Signal()
    columns_chosen = Signal(object)  # a Finding with another choice, to look again

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("kind", "card")
        self.cards: list[tuple[Finding, FoundCard]] = []
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(20, 20, 20, 20)
        self._inside.setSpacing(12)
        self._heading = text(words.FOUND, "heading")
        self._hint = text(words.TICK_FIRST, "quiet")
        self.bring = Button(theme, words.BRING, kind="primary")
        self.leave = Button(theme, words.NOT_NOW)
        self.bring.clicked.connect(self._on_bring)
        self.leave.clicked.connect(self.refused)
        buttons = Flow()
        buttons.addWidget(self.bring)
        buttons.addWidget(self.leave)
        for widget in (self._heading, self._hint, holder(buttons)):
            self._inside.addWidget(widget)
        self.hide()

    def show_findings(self, findings: Sequence[Finding], known: Collection[str]) -> None:
        """`known` are names that the user has ticked before."""
        self.clear()
        for finding in findings:
            for found in finding.found:
                card = FoundCard(self._theme, found, words.where(finding.place), known)
                card.changed.connect(self._refresh)
                card.columns_chosen.connect(self._on_columns)
                self.cards.append((finding, card))
                self._inside.insertWidget(len(self.cards), card)
        self._refresh()
        self.setVisible(bool(findings))

    @property
    def hint(self) -> str:
        """What is to be done first, if anything is."""
        return "" if self._hint.isHidden() else self._hint.text()

    @property
    def first(self) -> QWidget:
        """The first question that is open, then what lets private talks in, else the first card, else the way out."""
        asked: list[QWidget] = [
            card.you.list for _, card in self.cards if card.you is not None and not card.is_answered
        ]
        asked += [card.private for _, card in self.cards if card.private is not None and not card.brings]
        return next(iter([*asked, *(card.wanted for _, card in self.cards if card.wanted.isEnabled()), self.leave]))

    def clear(self) -> None:
        for _, card in self.cards:
            self._inside.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        self.hide()

    @property
    def wanted(self) -> list[Wanted]:
        """Each place with what was said to it."""
        found: list[Wanted] = []
        for finding in {id(finding): finding for finding, _ in self.cards}.values():
            cards = [card for one, card in self.cards if one is finding]
            if any(card.wanted.isChecked() for card in cards):
                found.append((finding.place, said(finding.choice, cards)))
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """The names that were ticked, to be known the next time."""
        cards = [card.you for _, card in self.cards if card.you is not None and card.wanted.isChecked()]
        return tuple(person.name for you in cards for person in you.ticked)

    def _refresh(self) -> None:
        wanted = any(card.wanted.isChecked() for _, card in self.cards)
        answered = all(card.is_answered for _, card in self.cards)
        brings = any(card.brings for _, card in self.cards)
        is_something = any(card.wanted.isEnabled() for _, card in self.cards)
        self._heading.setText(words.FOUND if is_something else words.FOUND_NONE)
        self._hint.setText(words.TICK_PRIVATE if answered else words.TICK_FIRST)
        self._hint.setVisible(wanted and not (answered and brings))
        self.bring.setVisible(is_something)
        self.leave.set_words(words.NOT_NOW if is_something else words.ALL_RIGHT)
        self.bring.setEnabled(wanted and answered and brings)

    def _on_bring(self) -> None:
        self.brought.emit(self.wanted)

    def _on_columns(self, columns: Columns) -> None:
        finding = next(finding for finding, card in self.cards if card is self.sender())
        self.columns_chosen.emit(replace(finding, choice=replace(finding.choice, columns=columns)))


def said(choice: Choice, cards: Sequence[FoundCard]) -> Choice:
    """A choice with the answers of the cards of one place."""
    coming = [card for card in cards if card.wanted.isChecked()]
    return replace(
        choice,
        me=tuple(dict.fromkeys(name for card in coming for name in card.me)),
        private_of=tuple(card.found.source for card in coming if card.lets_private_in),
        without=tuple(card.found.source for card in cards if not card.wanted.isChecked()),
    )
