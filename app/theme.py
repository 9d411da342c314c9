"""How the window looks: two palettes, one font, icons drawn in the colour of their text. Knows no page.

All sizes are multiples of 8 pixels or halves of that; text sizes grow with the user's text size, gaps do not.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

from PySide6.QtCore import QByteArray, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app.settings import Scheme

FAMILY: Final = "Inter"
FACES: Final = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf")
ICON: Final = 20  # pixels at 100 %


@dataclass(frozen=True, slots=True)
class Colours:
    """One palette. Text on its ground has a contrast of at least 4.5 to 1; a test measures it."""

    ground: str  # behind everything
    side: str  # the sidebar
    card: str
    raised: str  # inside a card
    bubble: str  # what the bot says
    line: str
    edge: str  # of fields and buttons: 3 to 1 on a card
    text: str
    quiet: str  # second in rank
    accent: str  # the one colour: what to press next
    accent_over: str
    on_accent: str
    accent_text: str  # the accent where it is text or a thin line
    tint: str  # a breath of accent: what is chosen, the user's bubbles
    alarm: str
    train: str  # the curve of the training text


LIGHT: Final = Colours(
    ground="#f7f5f1", side="#efece6", card="#ffffff", raised="#f5f3ee", bubble="#ffffff", line="#e4dfd6",
    edge="#8f887c", text="#1f1c18", quiet="#655f55", accent="#f2ae34", accent_over="#e59f1f", on_accent="#231a06",
    accent_text="#8f5a00", tint="#fcf0d8", alarm="#b3261e", train="#7b8794",
)  # fmt: skip
DARK: Final = Colours(
    ground="#171614", side="#121110", card="#211f1c", raised="#2b2825", bubble="#2b2825", line="#37332e",
    edge="#827a6f", text="#f0ede7", quiet="#aaa399", accent="#f2b541", accent_over="#ffc75e", on_accent="#231a06",
    accent_text="#f2b541", tint="#3a301c", alarm="#ff8a80", train="#8fa1b3",
)  # fmt: skip

TEXT: Final = {"small": 13, "body": 15, "lead": 17, "heading": 18, "figure": 24, "title": 30}  # pixels at 100 %


class Theme(QObject):
    """The look in use; `changed` tells everyone who paints by hand."""

    changed = Signal()

    def __init__(self, scheme: Scheme, text_size: int, parent: QObject) -> None:
        super().__init__(parent)
        self._scheme = scheme
        self._text_size = text_size
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._on_system_changed)
        load_faces()

    @property
    def is_dark(self) -> bool:
        if self._scheme == "system":
            return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._scheme == "dark"

    @property
    def colours(self) -> Colours:
        return DARK if self.is_dark else LIGHT

    @property
    def scale(self) -> float:
        return self._text_size / 100

    def size(self, name: str) -> int:
        """A text size in pixels."""
        return round(TEXT[name] * self.scale)

    def font(self, name: str, *, strong: bool = False) -> QFont:
        font = QFont(FAMILY)
        font.setPixelSize(self.size(name))
        font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        return font

    def change(self, scheme: Scheme, text_size: int) -> None:
        self._scheme, self._text_size = scheme, text_size
        self.apply()

    def apply(self) -> None:
        """Dress the whole application."""
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            raise RuntimeError("the look needs an application")
        app.setFont(self.font("body"))
        app.setPalette(qt_palette(self.colours))
        app.setStyleSheet(style_sheet(self.colours, self._text_size))
        self.changed.emit()

    def icon(self, name: str, colour: str = "text") -> QIcon:
        return icon(name, getattr(self.colours, colour), round(ICON * self.scale))

    def _on_system_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self._scheme == "system":
            self.apply()


@lru_cache(maxsize=1)
def load_faces() -> None:
    """Make the bundled font known to Qt, once."""
    for face in FACES:
        QFontDatabase.addApplicationFontFromData(QByteArray((files("resources") / "fonts" / face).read_bytes()))


def style_sheet(colours: Colours, text_size: int) -> str:
    template = Template((files("resources") / "style.qss").read_text("utf-8"))
    sizes = {name: f"{round(pixels * text_size / 100)}px" for name, pixels in TEXT.items()}
    arrow = Path(str(files("resources") / "icons" / "arrow.svg")).as_posix()  # Qt reads it itself, by its path
    tick = arrow.replace("arrow.svg", "tick.svg")
    box = f"{round(16 * text_size / 100)}px"
    return template.substitute(asdict(colours), **sizes, family=FAMILY, arrow=arrow, tick=tick, box=box)


def qt_palette(colours: Colours) -> QPalette:
    """What Qt's own drawing uses where no rule of the style sheet applies."""
    palette = QPalette(QColor(colours.ground))
    role = QPalette.ColorRole
    for ground in (role.Window, role.Button):
        palette.setColor(ground, QColor(colours.ground))
    palette.setColor(role.Base, QColor(colours.card))
    palette.setColor(role.AlternateBase, QColor(colours.raised))
    for text in (role.WindowText, role.Text, role.ButtonText, role.ToolTipText):
        palette.setColor(text, QColor(colours.text))
    palette.setColor(role.PlaceholderText, QColor(colours.quiet))
    palette.setColor(role.ToolTipBase, QColor(colours.raised))
    palette.setColor(role.Highlight, QColor(colours.accent))
    palette.setColor(role.HighlightedText, QColor(colours.on_accent))
    return palette


@lru_cache(maxsize=256)
def icon(name: str, colour: str, pixels: int) -> QIcon:
    """The drawing `name` in one colour, sharp on screens of one and two dots a pixel."""
    source = (files("resources") / "icons" / f"{name}.svg").read_text("utf-8").replace("currentColor", colour)
    drawing = QSvgRenderer(QByteArray(source.encode("utf-8")))
    made = QIcon()
    for ratio in (1, 2):
        pixmap = QPixmap(pixels * ratio, pixels * ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        drawing.render(painter)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        made.addPixmap(pixmap)
    return made
