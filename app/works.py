"""The long work that a window can start, as functions to be handed in; tests hand in their own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app import work
from app.morning import Then
from app.work import Task, chatdata, doctor, engine, gathering, judging, models, nights, planning, take
from app.work.history import reply_at
from app.work.inside import a_line, look
from app.work.talk import Marked, Shading, Talk, Talking, find_voice
from core.asking import Ask, Speaker
from core.backup import Backup
from core.bundle import Brought
from core.chatrows import Row
from core.doctor import Finding
from core.documents import ImportReport
from core.engine.ready import Ready, Standing
from core.forecast import Choice as By
from core.forecast import Outlook, Size
from core.inside.reports import Asked, Report
from core.meters import Meters
from core.paths import Home, Project
from core.plan import Wish
from core.replies import Reply, Sampling
from core.runs import Outcome, Run
from core.shelf import Shelved, Stock
from core.sources import Choice, Found, Guide, Place
from core.taken import Exported, Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """One function for each kind of work; see app/work."""

    survey: Callable[[Project, Place, Choice], Task[tuple[Found, ...]]] = gathering.survey
    import_path: Callable[[Project, Place, Choice], Task[ImportReport]] = gathering.import_path
    guides: Callable[[], tuple[Guide, ...]] = gathering.guides
    undo: Callable[[Project, tuple[int, ...]], Task[int]] = gathering.undo
    outlook: Callable[[Project, Size, float | None, By], Task[Outlook | None]] = planning.outlook
    base_folder: Callable[[str], Path] = planning.base_folder
    tell: Callable[[str, str, str], Task[None]] = nights.tell
    rest: Callable[[Then], None] = nights.rest
    train: Callable[[Project, Wish], Task[Outcome]] = work.train
    climb: Callable[[Project, Wish], Task[Outcome]] = planning.climb
    after_restart: Callable[[str | None], None] = nights.after_restart
    resume: Callable[[Project, Run], Task[Outcome]] = work.resume
    follow: Callable[[Project], Task[Outcome]] = nights.follow
    stop_elsewhere: Callable[[Project], None] = nights.stop_elsewhere
    break_off: Callable[[], None] = nights.break_off
    learn_from_choices: Callable[[Project], Task[Outcome]] = work.learn_from_choices
    reply: Callable[[Run, str, Sampling], Task[Reply]] = work.reply
    reply_at: Callable[[Run, int, str, Sampling], Task[Reply]] = reply_at
    look: Callable[[Asked], Task[Report]] = look
    a_line: Callable[[Run, int], Task[str]] = a_line
    talk: Talk = field(default_factory=Talking)
    find_voice: Callable[[Project, Path], Task[bool]] = find_voice
    copied: Callable[[Project, str], Task[Marked]] = field(default_factory=Shading)
    own_examples: Callable[[Project], Task[None]] = chatdata.own
    make_examples: Callable[[Project, Path, str, int], Task[list[Row]]] = chatdata.make
    measure: Callable[[Project, Run], Task[Meters | None]] = judging.measure
    stock: Callable[[Home], Task[Stock]] = models.stock
    download: Callable[[Home, str], Task[Shelved | None]] = models.download
    add_model: Callable[[Home, Path], Task[Shelved | None]] = models.link
    remove_model: Callable[[Home, str], Task[None]] = models.remove
    keep_token: Callable[[Home, str], Task[str]] = models.keeping
    engine_is_missing: Callable[[], bool] = engine.is_missing
    engine_standing: Callable[[Home], Task[Standing]] = engine.standing
    engine: Callable[[Home, tuple[Path, ...]], Task[Ready | None]] = engine.install
    examine: Callable[[Home, bool], Task[list[Finding]]] = doctor.examine
    newer: Callable[[], Task[Finding]] = doctor.newer
    check_share: Callable[[Project, Run], Task[Any]] = take.check_share
    export: Callable[[Run, Form, Path, str], Task[Exported | None]] = take.export
    bundle: Callable[[Project, Run, Path, bool, str], Task[Exported | None]] = take.bundle
    bring_in: Callable[[Path, Home], Task[Brought | None]] = take.bring_in
    back_up: Callable[[Project, Path], Task[Backup | None]] = take.back_up
    restore: Callable[[Path, Home], Task[Backup | None]] = take.restore

    def read_ahead(self, speaker: Speaker, ask: Ask, corpus: Path) -> Task[None] | None:
        """Read what the answer to `ask` begins with; None where nobody answers in earnest."""
        return self.talk.read_ahead(speaker, ask, corpus) if isinstance(self.talk, Talking) else None

    def end(self) -> None:
        """End what still works beside a talk."""
        if isinstance(self.talk, Talking):
            self.talk.end()
