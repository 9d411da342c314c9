"""What every page is handed: the things of which a window has one. Knows no page."""

from dataclasses import dataclass

from app.api import Api
from app.engines import Engines
from app.gathering import Gathering
from app.lanes import Lane
from app.notices import Notices
from app.settings import Keeper
from app.theme import Theme
from app.training import Training
from app.works import Works
from app.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Built once in app/main.py; a page takes from it what it needs."""

    keeper: Keeper
    theme: Theme
    notices: Notices
    disk: Lane  # imports and looks at the disk
    device: Lane  # everything that runs torch
    net: Lane  # downloads
    works: Works
    workspace: Workspace
    gathering: Gathering
    training: Training
    api: Api
    engines: Engines
