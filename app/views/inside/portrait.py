"""A view as a picture to show around: its words cannot be read unless that is wished. Knows no file."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from app.theme import Theme
from app.views.inside.pane import Pane
from app.words import NAME

MARGIN = 28
COARSE = 14  # pixels that become one, where a whole text is hidden


def portrait(pane: Pane, heading: str, theme: Theme, *, veiled: bool) -> QImage:
    """The view on a card, with its heading above and the name of the app below."""
    pane.veil(veiled)
    body = pane.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pane.veil(False)
    ratio = body.devicePixelRatio()
    if veiled:
        for widget in pane.findChildren(QWidget):
            if widget.isVisible() and (widget.property("private") or widget.inherits("QLineEdit")):
                blur(body, QRect(widget.mapTo(pane, QPoint(0, 0)), widget.size()), ratio)
    head, foot = theme.size("title") + 20, theme.size("small") + 16
    size = pane.size()
    made = QImage(
        round((size.width() + 2 * MARGIN) * ratio),
        round((size.height() + 2 * MARGIN + head + foot) * ratio),
        QImage.Format.Format_RGB32,
    )
    made.setDevicePixelRatio(ratio)
    made.fill(QColor(theme.colours.card))
    painter = QPainter(made)
    painter.setPen(QColor(theme.colours.text))
    painter.setFont(theme.font("title", strong=True))
    painter.drawText(QRect(MARGIN, MARGIN, size.width(), head), int(Qt.AlignmentFlag.AlignLeft), heading)
    painter.drawImage(QPoint(MARGIN, MARGIN + head), body)
    painter.setPen(QColor(theme.colours.quiet))
    painter.setFont(theme.font("small"))
    below = QRect(MARGIN, MARGIN + head + size.height(), size.width(), foot + MARGIN // 2)
    painter.drawText(below, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), NAME)
    painter.end()
    return made


def blur(image: QImage, place: QRect, ratio: float) -> None:
    """Make a part of a picture so coarse that nothing can be read in it."""
    dots = QRect(place.topLeft() * ratio, place.size() * ratio).intersected(image.rect())
    if dots.isEmpty():
        return
    part = image.copy(dots)
    part.setDevicePixelRatio(1)
    coarse = part.scaled(
        max(1, dots.width() // COARSE),
        max(1, dots.height() // COARSE),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    smooth = coarse.scaled(
        dots.size(), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    painter = QPainter(image)
    painter.scale(1 / ratio, 1 / ratio)
    painter.drawImage(dots.topLeft(), smooth)
    painter.end()
