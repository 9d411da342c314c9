"""How the window looks: light or dark, and how large its words are. Knows no page."""

from PySide6.QtWidgets import QFrame, QVBoxLayout

from app import words as common
from app.services import Services
from app.settings import SCHEMES, TEXT_SIZES
from app.views.parts import column, holder, text
from app.views.segments import Segments
from app.words import settings as words


class LookCard(QFrame):
    """What is marked is what holds, whoever changed it."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self.setProperty("kind", "card")
        self.scheme = Segments([common.SCHEMES[each] for each in SCHEMES], words.LOOK)
        self.size_of_text = Segments([f"{each} %" for each in TEXT_SIZES], words.TEXT_SIZE)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(12)
        inside.addWidget(text(words.LOOK, "heading"))
        inside.addWidget(self.scheme)
        inside.addWidget(holder(column(text(words.TEXT_SIZE, "label"), self.size_of_text, gap=4)))
        inside.addWidget(text(words.TEXT_SIZE_KEYS, "small"))
        self.scheme.chosen.connect(self._on_chosen)
        self.size_of_text.chosen.connect(self._on_chosen)
        services.theme.changed.connect(self._show)
        self._show()

    def _on_chosen(self, _index: int) -> None:
        keeper = self._services.keeper
        keeper.change(scheme=SCHEMES[self.scheme.index], text_size=TEXT_SIZES[self.size_of_text.index])
        self._services.theme.change(keeper.now.scheme, keeper.now.text_size)

    def _show(self) -> None:
        now = self._services.keeper.now
        self.scheme.choose(SCHEMES.index(now.scheme))
        self.size_of_text.choose(TEXT_SIZES.index(now.text_size))
