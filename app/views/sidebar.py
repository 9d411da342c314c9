"""The sidebar: where one can go, what is going on, which project, which look. Knows no page but by name."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from app import words
from app.services import Services
from app.settings import SCHEMES
from app.theme import icon
from app.views.parts import Button, holder, restyle, text
from core.events import Progress
from core.paths import DEFAULT_PROJECT, SAMPLE_PROJECT

WIDE: Final = 232  # pixels at 100 %
TIGHT: Final = 48  # around an icon
GAP: Final = 4  # between two buttons
EDGE: Final = 12  # pixels around all of it
BAR: Final = 8  # of them, at the right, are those of the scroll bar: what scrolls is as wide as what does not


class Sidebar(QFrame):
    """Emits the number of the page that was chosen."""

    chosen = Signal(int)

    def __init__(self, services: Services, entries: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self.setAccessibleName(words.PAGES)
        self._services = services
        self._is_tight = False
        self._names = [title for title, _ in entries]
        self.buttons = [self._make_button(title, drawing) for title, drawing in entries]
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE, 16, EDGE - BAR, 16)
        column.setSpacing(4)
        column.addWidget(self._make_brand())
        column.addSpacing(16)
        column.addWidget(self._make_places(), 1)
        column.addWidget(self._make_foot())
        self._listen()
        self._dress()

    def choose(self, number: int) -> None:
        """Mark the page on show."""
        for each, button in enumerate(self.buttons):
            button.setChecked(each == number)
        self.places.ensureWidgetVisible(self.buttons[number], 0, 0)

    def make_tight(self, tight: bool) -> None:
        """Icons alone, in a narrow window; their names stay as tool tips and for screen readers."""
        if tight != self._is_tight:
            self._is_tight = tight
            self._dress()

    @property
    def wide(self) -> int:
        """How wide it is when it is not tight."""
        return round(WIDE * (1 + (self._services.theme.scale - 1) * 0.75))

    def _make_places(self) -> QWidget:
        """The buttons at their full height, scrolled where the window is lower."""
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for button in self.buttons:
            column.addWidget(button)
        column.addStretch(1)
        self.places = Places(inside)
        return self.places

    def _make_button(self, title: str, drawing: str) -> Button:
        button = Button(self._services.theme, title, kind="nav", drawing=drawing)
        button.setCheckable(True)
        button.setToolTip(title)
        button.clicked.connect(self._on_clicked)
        return button

    def _on_clicked(self) -> None:
        number = next(number for number, button in enumerate(self.buttons) if button is self.sender())
        self.choose(number)
        self.chosen.emit(number)

    def _make_brand(self) -> QWidget:
        self.mark = QLabel()
        self._brand = text(words.NAME, "brand", wraps=False)
        made = QWidget()
        self._brand_line = QHBoxLayout(made)
        self._brand_line.setSpacing(12)
        self._brand_line.addWidget(self.mark)
        self._brand_line.addWidget(self._brand, 1)
        return made

    def _make_foot(self) -> QWidget:
        """What does not scroll."""
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, BAR, 0)
        column.setSpacing(4)
        column.addWidget(self._make_activity())
        column.addWidget(self._make_projects())
        column.addWidget(self._make_look())
        return holder(column)

    def _make_activity(self) -> QWidget:
        """Training goes on whatever page is shown, so it is seen from all of them."""
        self._state = text("", "small", wraps=False)
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName(words.TRAINING)
        column = QVBoxLayout()
        column.setContentsMargins(8, 8, 8, 12)
        column.setSpacing(6)
        column.addWidget(self._state)
        column.addWidget(self._bar)
        self._activity = holder(column)
        self._activity.hide()
        return self._activity

    def _make_projects(self) -> QWidget:
        self.projects = QComboBox()
        self.projects.setAccessibleName(words.PROJECT)
        self.projects.setToolTip(words.PROJECT)
        self.projects.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.projects.setMinimumContentsLength(4)
        self.projects.activated.connect(self._on_project)
        self._fill_projects()
        return self.projects

    def _make_look(self) -> QWidget:
        self.look = Button(self._services.theme, "", kind="nav", drawing="system", does=words.CHANGE_LOOK)
        self.look.clicked.connect(self._on_look)
        return self.look

    def _listen(self) -> None:
        services = self._services
        services.theme.changed.connect(self._dress)
        services.workspace.switched.connect(self._fill_projects)
        services.workspace.surveyed.connect(self._fill_projects)
        services.training.started.connect(self._on_activity)
        services.training.ended.connect(self._on_activity)
        services.training.progressed.connect(self._on_progressed)
        services.gathering.started.connect(self._on_activity)
        services.gathering.ended.connect(self._on_activity)

    def _on_activity(self) -> None:
        """Another project cannot be shown while this one is being worked on."""
        is_training = self._services.training.is_running
        self._activity.setVisible(is_training)
        self._bar.setRange(0, 0)
        self._state.setText(words.GETTING_READY)
        self._dress_activity()
        self.projects.setEnabled(not is_training and not self._services.gathering.is_running)

    def _on_progressed(self, progress: Progress) -> None:
        if progress.total and self._services.training.is_under_way:
            self._bar.setRange(0, progress.total)
            self._bar.setValue(progress.done)
            self._state.setText(words.training_at(progress.done, progress.total))

    def _fill_projects(self) -> None:
        names = self._services.workspace.names()
        shown = {DEFAULT_PROJECT: words.MY_WRITING, SAMPLE_PROJECT: words.SAMPLE}
        self.projects.clear()
        for name in names:
            self.projects.addItem(shown.get(name, name), name)
        self.projects.setCurrentIndex(names.index(self._services.workspace.project.name))

    def _on_project(self, index: int) -> None:
        self._services.workspace.choose(self.projects.itemData(index))

    def _on_look(self) -> None:
        keeper = self._services.keeper
        scheme = SCHEMES[(SCHEMES.index(keeper.now.scheme) + 1) % len(SCHEMES)]
        keeper.change(scheme=scheme)
        self._services.theme.change(scheme, keeper.now.text_size)

    def _dress(self) -> None:
        theme, scheme = self._services.theme, self._services.keeper.now.scheme
        tight = self._is_tight
        side = round(32 * theme.scale)
        self.mark.setPixmap(icon("mark", "", side).pixmap(QSize(side, side)))
        self.mark.setFixedWidth(side)
        self._brand.setVisible(not tight)
        self._brand_line.setContentsMargins(0 if tight else 8, 4, BAR if tight else 0, 4)
        for button, name in zip(self.buttons, self._names, strict=True):
            button.set_words("" if tight else f" {name}")
            restyle(button, "tight", tight)
        self.look.set_drawing(scheme)
        self.look.set_words("" if tight else f" {words.SCHEMES[scheme]}")
        restyle(self.look, "tight", tight)
        self.projects.setVisible(not tight)
        self._dress_activity()
        self.places.fit()
        self.setFixedWidth(round(TIGHT * theme.scale) + 24 if tight else self.wide)

    def _dress_activity(self) -> None:
        self._state.setVisible(not self._is_tight)


class Places(QScrollArea):
    """A list that shows whole buttons only: what its height leaves over stays empty, and it scrolls by buttons."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self._inside = inside
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inside)
        self.verticalScrollBar().valueChanged.connect(self._snap)

    @property
    def step(self) -> int:
        """From one button to the next."""
        button = self._inside.findChild(Button)
        return button.sizeHint().height() + GAP if button is not None else 1

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Leave room for whole buttons, unless all have room."""
        room, step = self.height() + GAP, self.step
        is_low = self._inside.sizeHint().height() > self.height()
        self.setViewportMargins(0, 0, 0 if is_low else BAR, room % step if is_low and room >= step else 0)
        self.verticalScrollBar().setSingleStep(step)

    def _snap(self, value: int) -> None:
        """To whole buttons, also when the bar is dragged."""
        self.verticalScrollBar().setValue(round(value / self.step) * self.step)
