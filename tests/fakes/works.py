"""The window's work, played from a script: no file is read, no model is trained, and it takes as long as it is told."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.work import R, Task
from app.work.talk import Marked
from app.works import Works
from core import chatrows
from core.asking import Answer, Ask, Speaker
from core.chatrows import Row
from core.doctor import Finding
from core.documents import ImportReport
from core.events import Progress, Stop, Work
from core.forecast import Choice as By
from core.forecast import Outlook, Size
from core.inside.reports import Asked, Cut, Report, Token
from core.meters import Meters
from core.paths import Home, Project
from core.plan import Wish
from core.replies import Reply, Sampling
from core.runs import Outcome, Run
from core.sources import Choice, Found, Guide, Place

NOTHING_IMPORTED = ImportReport(added=0, changed=0, already=0, skipped=0, seconds=0.0)
NOTHING_TRAINED = Outcome(
    run="", steps=0, best_bits_per_byte=None, tokens_per_second=0.0, seconds=0.0, weights_sha256="", stopped=True
)
NOTHING_SAID = Reply("", tokens=0, seconds=0.0, ended=True, stopped=False)
NOTHING_SEEN = Cut(
    of="step 300, the best",
    tokens=(Token(0, "▸"), Token(1, "The"), Token(2, "·kettle"), Token(3, "·hums"), Token(4, ".")),
    spelling="characters",
    vocab=5,
    n_bytes=16,
    gpt2=("The", "·kettle", "·hums", "."),
    word="kettle",
    stages=(("k", "e", "t", "t", "l", "e"),),
    numbers=(),
    learned=(),
)


@dataclass
class Script:
    """What each kind of work yields and returns. With `holds`, `imports_hold` or `replies_hold`,
    that work goes on after its events until it is stopped.

    Everything that was asked for is kept in `asked`.
    """

    found: Sequence[Found] = ()
    imported: Sequence[object] = ()
    report: ImportReport = NOTHING_IMPORTED
    trained: Sequence[object] = ()
    outcome: Outcome | Exception = NOTHING_TRAINED
    replied: Sequence[object] = ()
    reply: Reply = NOTHING_SAID
    holds: bool = False
    imports_hold: bool = False
    replies_hold: bool = False
    asked: list[object] = field(default_factory=list)
    outlook: object = None
    answer: Answer | None = None
    talks: list[Ask] = field(default_factory=list)
    meters: Meters | None = None
    copied: Marked = ()
    own_examples: Sequence[Row] = ()
    made_examples: Sequence[object] = ()

    def works(self) -> Works:
        return Works(
            survey=self._survey,
            guides=guides,
            undo=self._undo,
            import_path=self._import,
            outlook=self._outlook,
            tell=self._tell,
            rest=self.asked.append,
            train=self._train,
            learn_from_choices=self._learn_from_choices,
            climb=self._climb,
            after_restart=lambda project: self.asked.append(("after a restart", project)),
            resume=self._resume,
            reply=self._reply,
            reply_at=self._reply_at,
            base_folder=Path,
            look=self._look,
            a_line=self._a_line,
            talk=self._talk,
            copied=self._copied,
            find_voice=self._find_voice,
            own_examples=self._own_examples,
            make_examples=self._make_examples,
            measure=self._measure,
            examine=self._examine,
        )

    def _survey(self, project: Project, place: Place, choice: Choice) -> Task[tuple[Found, ...]]:
        return played((), tuple(self.found), holds=False)

    def _undo(self, project: Project, imports: tuple[int, ...]) -> Task[int]:
        self.asked.append(imports)
        return played((), len(imports), holds=False)

    def _import(self, project: Project, place: Place, choice: Choice) -> Task[ImportReport]:
        self.asked.append(place)
        return played(self.imported, self.report, holds=self.imports_hold)

    def _tell(self, url: str, title: str, text: str) -> Task[None]:
        self.asked.append((url, text))
        return played((), None, holds=False)

    def _outlook(self, project: Project, size: Size, seconds: float | None, by: By) -> Task[Outlook | None]:
        self.asked.append((size, seconds))
        if isinstance(self.outlook, Exception):
            return played((), self.outlook, holds=False)
        return played((), self.outlook if isinstance(self.outlook, Outlook) else None, holds=False)

    def _train(self, project: Project, wish: Wish) -> Task[Outcome]:
        self.asked.append(wish)
        return played(self.trained, self.outcome, holds=self.holds)

    def _learn_from_choices(self, project: Project) -> Task[Outcome]:
        self.asked.append("choices")
        return played(self.trained, self.outcome, holds=self.holds)

    def _climb(self, project: Project, wish: Wish) -> Task[Outcome]:
        self.asked.append(("several", wish))
        return played(self.trained, self.outcome, holds=self.holds)

    def _resume(self, project: Project, run: Run) -> Task[Outcome]:
        self.asked.append(run)
        return played(self.trained, self.outcome, holds=self.holds)

    def _reply(self, run: Run, prompt: str, sampling: Sampling) -> Task[Reply]:
        self.asked.append((prompt, sampling))
        return played(self.replied, self.reply, holds=self.replies_hold)

    def _own_examples(self, project: Project) -> Task[None]:
        return played([*chatrows.load(project), *self.own_examples], None, holds=False)

    def _make_examples(self, project: Project, base: Path, name: str, limit: int) -> Task[list[Row]]:
        self.asked.append((name, limit))
        return played(self.made_examples, [], holds=self.holds)

    def _measure(self, project: Project, run: Run) -> Task[Meters | None]:
        self.asked.append(run)
        return played([Progress(1, 2, "Listening to it")], self.meters, holds=self.holds)

    def _talk(self, speaker: Speaker, ask: Ask, corpus: Path | None) -> Task[Answer]:
        self.asked.append((ask.question, ask.sampling))
        self.talks.append(ask)
        answer = self.answer or Answer(reply=self.reply)
        return played(self.replied, answer, holds=self.replies_hold)

    def _find_voice(self, project: Project, base: Path) -> Task[bool]:
        self.asked.append(base)
        return played([Progress(1, 2, "Listening to it")], not self.holds, holds=self.holds)

    def _copied(self, project: Project, reply: str) -> Task[Marked]:
        return played([Progress(0, 0)], self.copied, holds=False)

    def _reply_at(self, run: Run, step: int, prompt: str, sampling: Sampling) -> Task[Reply]:
        self.asked.append((step, prompt))
        return played(self.replied, self.reply, holds=self.replies_hold)

    def _look(self, asked: Asked) -> Task[Report]:
        self.asked.append(asked)
        return played((), NOTHING_SEEN, holds=False)

    def _examine(self, home: Home, ask_network: bool) -> Task[list[Finding]]:
        return played((), [Finding(about="Disk", level="fine", what="There is room.")], holds=False)

    def _a_line(self, run: Run, seed: int) -> Task[str]:
        return played((), "The kettle hums.", holds=False)


def guides() -> tuple[Guide, ...]:
    return (Guide(source="letters", title="Letters", steps=("Find them.", "Open them.", "Choose them here.")),)


def played(events: Sequence[object], outcome: R | Exception, *, holds: bool) -> Task[R]:
    """Yields `events`, then waits for `stop` if it `holds`. An exception among them, or as outcome, is raised."""

    def make(stop: Stop) -> Work[R]:
        for event in events:
            if isinstance(event, Exception):
                raise event
            yield event
        while holds and not stop():
            time.sleep(0.002)
            yield events[-1]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return make
