"""What the window does when a training has ended: a notification, a message, and rest for the computer.

The computer rests after two minutes in which one may change one's mind. Knows no page."""

import os
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from app.guardian import Guardian
from app.lanes import Lane
from app.notices import Notices
from app.settings import Keeper
from app.sitting import MYNAH, morning_of, night
from app.theme import icon
from app.training import Training
from app.vigil import Orders
from app.words import NAME
from app.words import morning as words
from app.works import Works
from core.errors import Trouble
from core.health import LONGEST_SILENCE
from core.paths import Project
from core.runs import Outcome

MINUTES_TO_CANCEL: Final = 2
WATCH: Final = 5_000  # milliseconds between two looks whether training still gives signs


class Mornings(QObject):
    """Listens to the training; made once, beside the window."""

    def __init__(
        self, training: Training, keeper: Keeper, notices: Notices, disk: Lane, works: Works, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._keeper, self._notices, self._disk, self._works = keeper, notices, disk, works
        self._training, self._warned, self._is_arranged = training, False, False
        training.guard = self.guard
        self.rest = QTimer(self, singleShot=True, interval=MINUTES_TO_CANCEL * 60_000)
        self.rest.timeout.connect(self._rest)
        self._watch = QTimer(self, interval=WATCH)
        self._watch.timeout.connect(self.look)
        training.started.connect(self._on_started)
        training.progressed.connect(self._on_sign)
        training.noted.connect(self._on_sign)
        training.ended.connect(self._on_ended)

    def guard(self, project: Project, run: str, options: Sequence[str]) -> Guardian | None:
        """Who goes on with a training when this window cannot; nobody, unless it was asked for."""
        return self._guardian(project, run, options) if self._keeper.now.again else None

    def _guardian(self, project: Project, run: str, options: Sequence[str]) -> Guardian:
        asked = night(project, options, run, morning_of(self._keeper.now.tell, self._keeper.now.then))
        return Guardian(Orders(night=asked, window=os.getpid(), open=MYNAH))

    def _on_started(self) -> None:
        if self._keeper.now.again and not self._training.is_elsewhere:
            self._arrange(self._keeper.now.project)
        self._warned = False
        self._watch.start()

    def _on_sign(self) -> None:
        self._warned = False

    def look(self) -> None:
        """Say so, once, when the training has been silent for too long, and offer to begin it again."""
        if not self._warned and self._training.silent_for > LONGEST_SILENCE:
            self._warned = True
            self._notices.tell(words.SILENT, words.BEGIN_AGAIN, self.begin_again)

    def begin_again(self) -> None:
        """This window is ended by the one who sits beside it, as nothing else ends a device that hangs; another opens,
        and the training goes on from where it was saved last."""
        (self._training.guardian or self._guardian(*self._training.asked)).hung()

    def _arrange(self, project: str | None) -> None:
        """Let the system go on with the training after a restart of the computer, or no more."""
        self._is_arranged = project is not None
        try:
            self._works.after_restart(project)
        except Trouble as trouble:
            self._notices.show(trouble)

    def _on_ended(self, outcome: Outcome | None) -> None:
        self._watch.stop()
        if self._is_arranged:
            self._arrange(None)
        if outcome is None or outcome.stopped:
            return
        if self._training.is_elsewhere:  # whoever sits up sees to the morning too, and can be asked to leave it
            if self._keeper.now.then != "nothing":
                self._notices.tell(words.in_two_minutes(self._keeper.now.then), words.KEEP_ON, self._leave_it_on)
            return
        sentence = words.ready(outcome.best_bits_per_byte)
        self._notify(sentence)
        if self._keeper.now.tell:
            job = self._disk.submit(self._works.tell(self._keeper.now.tell, NAME, sentence), "message", self)
            job.failed.connect(self._notices.show)
        if self._keeper.now.then != "nothing":
            self.rest.start()
            self._notices.tell(words.in_two_minutes(self._keeper.now.then), words.KEEP_ON, self.keep_on)

    def _notify(self, sentence: str) -> None:
        """By the system's own notifications, where it shows any; the button in the task bar asks for a look."""
        if QSystemTrayIcon.isSystemTrayAvailable():
            tray = QSystemTrayIcon(icon("mark", "", 64), self)
            tray.show()
            tray.showMessage(NAME, sentence)
        for window in QApplication.topLevelWidgets():
            if window.isWindow() and window.isVisible():
                QApplication.alert(window)

    def keep_on(self) -> None:
        """Somebody is awake."""
        self.rest.stop()
        self._notices.tell(words.STAYS_ON)

    def _leave_it_on(self) -> None:
        self._works.stop_elsewhere(self._training.asked[0])
        self._notices.tell(words.STAYS_ON)

    def _rest(self) -> None:
        self._notices.dismiss()
        self._works.rest(self._keeper.now.then)
