"""The long work that a window can start, as functions to be handed in; tests hand in their own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app import work
from app.work import Task
from app.work.history import reply_at
from core.documents import ImportReport
from core.paths import Project
from core.plan import Wish
from core.replies import Reply, Sampling
from core.runs import Outcome, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """One function for each kind of work; see app/work."""

    import_path: Callable[[Project, Path], Task[ImportReport]] = work.import_path
    train: Callable[[Project, Wish], Task[Outcome]] = work.train
    resume: Callable[[Project, Run], Task[Outcome]] = work.resume
    reply: Callable[[Run, str, Sampling], Task[Reply]] = work.reply
    reply_at: Callable[[Run, int, str, Sampling], Task[Reply]] = reply_at
