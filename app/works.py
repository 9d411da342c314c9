"""The long work that a window can start, as functions to be handed in; tests hand in their own."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app import work
from app.work import Task, gathering
from app.work.history import reply_at
from app.work.inside import a_line, look
from app.work.talk import Talk, Talking
from core.documents import ImportReport
from core.inside.reports import Asked, Report
from core.paths import Project
from core.plan import Wish
from core.replies import Reply, Sampling
from core.runs import Outcome, Run
from core.sources import Choice, Found, Guide, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """One function for each kind of work; see app/work."""

    survey: Callable[[Project, Place, Choice], Task[tuple[Found, ...]]] = gathering.survey
    import_path: Callable[[Project, Place, Choice], Task[ImportReport]] = gathering.import_path
    guides: Callable[[], tuple[Guide, ...]] = gathering.guides
    undo: Callable[[Project, tuple[int, ...]], Task[int]] = gathering.undo
    train: Callable[[Project, Wish], Task[Outcome]] = work.train
    resume: Callable[[Project, Run], Task[Outcome]] = work.resume
    reply: Callable[[Run, str, Sampling], Task[Reply]] = work.reply
    reply_at: Callable[[Run, int, str, Sampling], Task[Reply]] = reply_at
    look: Callable[[Asked], Task[Report]] = look
    a_line: Callable[[Run, int], Task[str]] = a_line
    talk: Talk = field(default_factory=Talking)
