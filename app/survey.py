"""A survey: what there is in a project, read from disk on a lane, for the pages to show. Knows no Qt and no torch."""

from dataclasses import dataclass, field, replace
from math import log

from app.words import upgrading as words
from core import elsewhere, journal, runs
from core.atomic import disk_errors
from core.corpus import Corpus, Counts, Heading, Import
from core.database import upgraded
from core.documents import Skipped
from core.errors import DiskTrouble
from core.events import Note, Progress, Stop, Work, changed
from core.journal import Fact
from core.manifest import read_manifest
from core.paths import Project
from core.report.advice import advice
from core.runs import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A project at one moment. `run` is the newest that can be talked to or continued."""

    counts: Counts = field(default_factory=lambda: Counts(0, 0, 0))
    headings: list[Heading] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)  # the newest first
    run: Run | None = None
    steps: int = 0  # that the run was planned for
    bits_per_nat: float = 1.0  # what a loss in nats a token is worth in bits a byte
    facts: list[Fact] = field(default_factory=list)
    advice: str = ""  # what to try after this run, once it is finished
    is_elsewhere: bool = False  # whether another process trains on it, in the background

    @property
    def is_interrupted(self) -> bool:
        """Whether the run can go on."""
        return self.run is not None and not journal.is_finished(self.facts)

    @property
    def step(self) -> int:
        """How far the run came."""
        return journal.step_of(self.facts)


def survey(project: Project, stop: Stop) -> Work[Survey]:
    """Look at the corpus and the newest run. A project that is not there yet is empty, and stays unmade.

    A run that is damaged is left out, and a Note says so: the writing is shown all the same.
    """
    counts, headings, skipped, imports = Counts(0, 0, 0), list[Heading](), list[Skipped](), list[Import]()
    if project.corpus.exists():
        if not (yield from in_notes(upgraded(project.corpus, stop))):
            return Survey()
        with Corpus(project.corpus) as corpus:
            counts, skipped, imports = corpus.counts(), corpus.skipped(), corpus.imports()
            for heading in corpus.headings():
                headings.append(heading)
                if stop():
                    break
    yield Progress(1, 2)
    is_elsewhere = elsewhere.is_under_way(project)
    found = Survey(counts=counts, headings=headings, skipped=skipped, imports=imports, is_elsewhere=is_elsewhere)
    run = runs.latest(project.runs)
    if run is None:
        return found
    try:
        facts = journal.read(run.journal_file)
        steps = journal.planned(run.recipe().steps, facts)
        found = replace(found, run=run, steps=steps, bits_per_nat=bits_per_nat(run), facts=facts)
        return found if found.is_interrupted else replace(found, advice=next_after(run, facts, steps))
    except DiskTrouble as trouble:
        yield Note(str(trouble))
        return found


def in_notes(upgrading: Work[bool]) -> Work[bool]:
    """An older library brought up to date before any of it is shown: a Note for every tenth, and for the end."""
    tenths, is_old = 0, False

    def said(event: object) -> object:
        nonlocal tenths, is_old
        is_old = True
        if isinstance(event, Progress) and event.total and 10 * event.done // event.total > tenths:
            tenths = 10 * event.done // event.total
            return Note(words.so_far(10 * tenths))
        return event

    is_done = yield from changed(upgrading, said)
    if is_old:
        yield Note(words.UP_TO_DATE)
    return is_done


def next_after(run: Run, facts: list[Fact], planned: int) -> str:
    """The first thing to try after a run that is finished, as its report says it."""
    with disk_errors("looking at a run"):
        learnt = read_manifest(run.tokens).train.targets
    read = journal.step_of(facts) * run.recipe().tokens_per_step
    return advice(facts, passes=read / learnt if learnt else 0.0, planned=planned)[0]


def bits_per_nat(run: Run) -> float:
    """What a loss in nats a token is worth in bits a byte: tokens differ in length, bytes do not."""
    with disk_errors("looking at a run"):
        part = read_manifest(run.tokens).train
    return part.targets / part.bytes / log(2)
