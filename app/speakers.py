"""Who can be talked to: the bot that speaks best, every run, and the base models on the shelf. Knows no widget."""

from dataclasses import dataclass

from app.words import chat as words
from core import runs, shelf
from core.asking import Mode, Speaker
from core.errors import DiskTrouble
from core.paths import Home, Project
from core.runs import Run

FROM_NOTHING = ("characters", "bpe")  # tokenizers of models that begin with nothing


@dataclass(frozen=True, slots=True)
class Choice:
    """One who may answer; `follows` says whether it takes turns and instructions."""

    name: str
    speaker: Speaker
    follows: bool

    @property
    def mode(self) -> Mode:
        """What it is best at."""
        return "talk" if self.follows else "continue"

    def mode_for(self, wished: Mode) -> Mode:
        """What it does where that is wished: who only goes on with a text says nothing anew."""
        return wished if self.follows or wished != "rewrite" else "continue"


def choices(project: Project, home: Home) -> list[Choice]:
    """The best bot first, then the other runs from the newest on, then base models that have learnt nothing."""
    usable = [run for run in runs.all_runs(project.runs) if run.is_usable]
    best = runs.speaker(project.runs) if usable else None
    found: list[Choice] = []
    if best is not None:
        found.append(Choice(words.BEST_BOT, Speaker(run=best), follows(best)))
        found += [Choice(run.name, Speaker(run=run), follows(run)) for run in reversed(usable) if run != best]
    for model in shelf.all_models(home):
        if model.is_there and model.card.kind == "instruct":
            found.append(Choice(words.untrained(model.title), Speaker(base=model.folder), True))
    return found


def follows(run: Run) -> bool:
    """Whether a run began from a model that was taught to talk."""
    try:
        return run.recipe().tokenizer not in FROM_NOTHING
    except DiskTrouble:
        return False
