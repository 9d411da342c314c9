"""The project that the window shows, and what was last found in it. Knows no page and starts no work but surveys."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.lanes import Lane
from app.notices import Notices
from app.settings import Keeper
from app.survey import Survey, survey
from core.events import Note
from core.paths import DEFAULT_PROJECT, SAMPLE_PROJECT, Home, Project, may_be_project


class Workspace(QObject):
    """`surveyed` follows every look at the disk; the survey itself is a value."""

    switched = Signal()
    surveyed = Signal()

    def __init__(self, home: Home, keeper: Keeper, disk: Lane, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._home, self._keeper, self._disk, self._notices = home, keeper, disk, notices
        self._project = home.project(keeper.now.project)
        self.survey = Survey()

    @property
    def home(self) -> Home:
        return self._home

    @property
    def project(self) -> Project:
        return self._project

    @property
    def is_sample(self) -> bool:
        return self._project.name == SAMPLE_PROJECT

    def names(self) -> list[str]:
        """The projects to choose from: the writer's own, the sample, any made in a terminal, and the one on show."""
        folder = self._home.root / "projects"
        made = {path.name for path in folder.iterdir() if path.is_dir()} if folder.is_dir() else set()
        others = {self._project.name, *filter(may_be_project, made)} - {DEFAULT_PROJECT, SAMPLE_PROJECT}
        return [DEFAULT_PROJECT, SAMPLE_PROJECT, *sorted(others)]

    def choose(self, name: str) -> None:
        """Show another project."""
        if name == self._project.name:
            return
        self._project = self._home.project(name)
        self.survey = Survey()
        self._keeper.change(project=name)
        self.switched.emit()
        self.refresh()

    def refresh(self) -> None:
        """Look at the disk again, ahead of other work there."""
        job = self._disk.submit(partial(survey, self._project), f"survey {self._project.name}", self, urgent=True)
        job.noted.connect(self._on_noted)
        job.succeeded.connect(self._on_surveyed)
        job.failed.connect(self._notices.show)

    def _on_noted(self, facts: list[object]) -> None:
        for fact in facts:
            if isinstance(fact, Note):
                self._notices.tell(fact.text)

    def _on_surveyed(self, found: Survey) -> None:
        self.survey = found
        self.surveyed.emit()
