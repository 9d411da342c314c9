"""The door to the local server: who is behind it, and the server itself. Knows no Qt."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.work.calibrating import Calibrating
from core import runs
from core.asking import Answer, Ask, Speaker
from core.events import Stop, Work
from core.paths import Home, Project, home
from core.preload import loading_torch

if TYPE_CHECKING:
    from core.embeddings import Near
    from core.serve.running import Server
    from core.talk import Bots


class ProjectDesk:
    """The bots of a project: "mynah" is the one that speaks best, or else the base model that is given."""

    def __init__(self, project: Project, base: Path | None = None) -> None:
        self._project, self._base = project, base
        self._bots: Bots | None = None
        self._near: Near | None = None
        self._calibrating = Calibrating()

    def models(self) -> Sequence[str]:
        usable = [run.name for run in runs.all_runs(self._project.runs) if run.is_usable]
        return ["mynah", *reversed(usable)]

    def work(self, model: str, ask: Ask, stop: Stop) -> Work[Answer]:
        speaker = self._speaker(model)
        with loading_torch():
            from core import talk

        if self._bots is None:
            from core.embeddings import near_of

            self._bots, self._near = talk.Bots(), near_of(home().root)
        bot = self._bots.get(speaker)
        known = talk.voice_of(bot, speaker, self._project.root)
        corpus = self._project.corpus
        answering = talk.answer(bot, ask, corpus, stop, known=known, near=self._near)
        return self._calibrating.after(answering, corpus, self._near)

    def _speaker(self, model: str) -> Speaker:
        """Raises KeyError for a model that is not there."""
        if model == "mynah":
            best = runs.speaker(self._project.runs)
            if best is not None and self._base is None:
                return Speaker(run=best)
            if self._base is not None:
                return Speaker(base=self._base)
        usable = {run.name: run for run in runs.all_runs(self._project.runs) if run.is_usable}
        return Speaker(run=usable[model])


def server(project: Project, home: Home, port: int | None, *, phone: bool, base: Path | None = None) -> "Server":
    """A server that holds its port and has not begun."""
    from core.serve.running import PORT, Server, own_address, token_of

    return Server(
        ProjectDesk(project, base),
        token_of(home),
        PORT if port is None else port,
        phone=own_address() if phone else "",
    )


def other_token(home: Home) -> str:
    """A new token; the old one opens nothing any more."""
    from core.serve.running import new_token

    return new_token(home)
