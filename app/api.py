"""The local API while the window is open: on and off by a switch, ended with the window. Knows no widget."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.notices import Notices
from app.settings import Keeper
from app.speakers import choices
from app.work import serving
from app.workspace import Workspace
from core.errors import Trouble

if TYPE_CHECKING:
    from core.serve.running import Server, Serving


class Api(QObject):
    """`serving` tells where it can be reached; None while it is off."""

    changed = Signal()

    def __init__(self, workspace: Workspace, keeper: Keeper, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace, self._keeper, self._notices = workspace, keeper, notices
        self._server: Server | None = None
        self.serving: Serving | None = None
        workspace.switched.connect(self.end)

    @property
    def has_bot(self) -> bool:
        return bool(choices(self._workspace.project, self._workspace.home))

    def begin(self, *, phone: bool = False, port: int | None = None) -> None:
        """Begin anew, with what is wished now."""
        self.end()
        found = choices(self._workspace.project, self._workspace.home)
        if not found:
            return
        base = found[0].speaker.base if found[0].speaker.run is None else None
        try:
            self._server = serving.server(self._workspace.project, self._workspace.home, port, phone=phone, base=base)
            self.serving = self._server.start()
        except Trouble as trouble:
            self._notices.show(trouble)
        self.changed.emit()

    def end(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server, self.serving = None, None
            self.changed.emit()

    def renew_token(self) -> None:
        """Another token; a server that runs begins anew with it."""
        was = self.serving
        try:
            serving.other_token(self._workspace.home)
        except Trouble as trouble:
            self._notices.show(trouble)
        if was is not None:
            self.begin(phone=bool(was.phone), port=int(was.address.rpartition(":")[2]))
