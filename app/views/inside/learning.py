"""Watch it learn: the curve with its moments, what it wrote at each, and fixed sentences from glowing to calm."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.inside.key import Key
from app.views.inside.pane import Facts, Pane, titled
from app.views.inside.scale import colour
from app.views.inside.story_plot import StoryPlot
from app.views.inside.strip import Chip, Strip
from app.views.parts import card, text
from app.views.plain_text import PlainText
from app.views.sample_book import without_gaps
from app.words import inside as words
from core.inside.learning import nearest_step
from core.inside.reports import Learning, Report, Sentence
from core.journal import Evaluated, Sampled, Stepped

CALM = 10.0  # nats at which a piece glows fully
SAMPLES = 3
STRONGEST = 0.75  # of the scale: words stay readable on it


class LearningPane(Pane):
    view = "learning"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._story: Learning | None = None
        self._looks: list[Evaluated] = []
        self._sentence: Sequence[Sentence] = ()
        self.plot = StoryPlot(theme)
        self.plot.picked.connect(self._on_picked)
        self.moment = QSlider(Qt.Orientation.Horizontal)
        self.moment.setAccessibleName(words.MOMENT)
        self.moment.valueChanged.connect(self._on_moment)
        self._where = text("", "heading")
        self._phase = text("", "quiet")
        self._jump = text("", "quiet")
        self._wrote = text("", "label")
        self._samples = [PlainText(theme) for _ in range(SAMPLES)]
        self._book, inside = card("inset", margin=16, gap=10)
        for sample in self._samples:
            sample.setProperty("private", True)
            inside.addWidget(sample)
        self.sentences = [Strip(theme, words.SENTENCES, self._teller(n)) for n in range(5)]
        self._none = text(words.NO_SENTENCES, "quiet")
        self.add(self.plot, self.moment, self._where, self._phase, self._wrote, self._book, self._jump)
        key = Key(theme, words.CALM, words.SURPRISING, most=STRONGEST)
        self.add(titled(words.SENTENCES, key), self._none, self._stack())

    def _stack(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for strip in self.sentences:
            column.addWidget(strip)
        return made

    def show_report(self, report: Report) -> None:
        assert isinstance(report, Learning)
        self._story, self._arrays = report, report.arrays
        self._looks = [fact for fact in report.facts if isinstance(fact, Evaluated)]
        steps = [fact for fact in report.facts if isinstance(fact, Stepped)]
        thin = steps[:: max(1, len(steps) // 1_000)]
        loss = [fact.step for fact in thin], [fact.loss * report.bits_per_nat for fact in thin]
        self.plot.show_story(
            [look.step for look in self._looks],
            [look.bits_per_byte for look in self._looks],
            loss,
            report.ruler,
            report.phases,
            report.jump,
        )
        self.moment.setRange(0, max(len(self._looks) - 1, 0))
        self.moment.setValue(self.moment.maximum())
        self._jump.setText(words.jumped(report.jump))
        self._jump.setVisible(bool(report.milestones))
        self._on_moment(self.moment.value())

    @property
    def wrote(self) -> str:
        """When the samples on show were written."""
        return self._wrote.text()

    @property
    def has_samples(self) -> bool:
        return not self._book.isHidden()

    def facts(self) -> Facts:
        if self._story is None:
            return ()
        return (
            *((mark.name, f"{mark.bits:.3f} bits per byte") for mark in self._story.ruler),
            *((f"From {words.at_step(each.first)}", words.phase(each)) for each in self._story.phases),
            *((words.at_step(look.step), words.looked(look)) for look in self._looks),
            *((f"Copying at {words.at_step(each.step)}", words.copied(each)) for each in self._story.milestones),
        )

    def _on_picked(self, index: int) -> None:
        self.moment.setValue(index)

    def _on_moment(self, index: int) -> None:
        if self._story is None or not self._looks:
            return
        look = self._looks[index]
        self.plot.show_moment(index)
        said = f"{words.at_step(look.step).capitalize()}: {look.bits_per_byte:.2f} bits per byte"
        self._where.setText(said)
        self.moment.setAccessibleDescription(said)
        here = next((each for each in reversed(self._story.phases) if each.first <= look.step), None)
        self._phase.setText(f"It is {words.phase(here)}." if here and here.kind != "frequent" else "")
        if here and here.kind == "frequent":
            self._phase.setText(f"It learns {words.phase(here)}.")
        self.plot.canvas.setAccessibleDescription(f"{said}. {self._phase.text()}")
        written = [fact for fact in self._story.facts if isinstance(fact, Sampled) and fact.step <= look.step]
        last = written[-1].step if written else look.step
        samples = [fact for fact in written if fact.step == last]
        self._wrote.setText(words.wrote(look.step, last if written else None))
        self._book.setVisible(bool(samples))
        for number, block in enumerate(self._samples):
            block.setVisible(number < len(samples))
            if number < len(samples):
                block.set_text(without_gaps(samples[number].prompt + samples[number].text))
        self._show_sentences(look.step)

    def _show_sentences(self, step: int) -> None:
        story = self._story
        assert story is not None
        known = [each.step for each in story.milestones]
        self._sentence = story.milestones[nearest_step(known, step)].sentences if known else ()
        for number, strip in enumerate(self.sentences):
            strip.setVisible(number < len(self._sentence))
            if number < len(self._sentence):
                sentence = self._sentence[number]
                glow = np.clip(np.array([0.0, *sentence.nats]) / CALM, 0, 1)
                strip.show_chips(
                    [
                        Chip(token.text, colour(STRONGEST * float(share), self.theme.is_dark))
                        for token, share in zip(sentence.tokens[1:], glow[1:], strict=True)
                    ]
                )
        self._none.setVisible(not self._sentence)

    def _teller(self, number: int):  # type: ignore[no-untyped-def]  # a function for each strip
        def say(index: int) -> str:
            sentence = self._sentence[number]
            return f"{words.piece(sentence.tokens[index + 1])}: {sentence.nats[index] / 0.6931:.1f} bits of surprise"

        return say

    def first_focus(self) -> QWidget:
        return self.moment
