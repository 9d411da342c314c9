"""Fifty hostile messages: nothing is opened, nothing is asked for, nothing freezes, and every one can be read."""

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QApplication, QTextBrowser
from pytestqt.qtbot import QtBot

from app.theme import Theme
from app.views import safe_text
from app.views.safe_text import LINES, MARK, MOST, RUN, SafeText

TRAP = "/tmp-trap/picture.png"  # replaced by a file that is there
PICTURES = [
    f"![{alt}]({target})"
    for alt, target in (
        ("a", "http://127.0.0.1:9/x.png"), ("a", "https://127.0.0.1:9/x.png"), ("a", "file://TRAP"), ("a", "TRAP"),
        ("a", "file:///TRAP"), ("a", "//127.0.0.1/share/x.png"), ("a", "\\\\127.0.0.1\\share\\x.png"),
        ("a", "file://127.0.0.1/share/x.png"), ("", "TRAP"), ("a", "qrc:/x.png"), ("a", ":/x.png"),
        ("a", "data:image/png;base64,iVBORw0KGgo="), ("a", "data:image/svg+xml,<svg onload='x'/>"),
        ("a", "TRAP 'title'"),
        ("a", "<TRAP>"), ("a", "javascript:alert(1)"), ("]", "TRAP"), ("[b]", "TRAP"),
    )
]  # fmt: skip
HTML = [
    "<img src='TRAP'>", "<img src=http://127.0.0.1:9/x>", "<script>alert(1)</script>", "<iframe src='TRAP'></iframe>",
    "<svg><image href='TRAP'/></svg>", "<object data='TRAP'>", "<link rel=stylesheet href='TRAP'>",
    "<style>body{background:url(TRAP)}</style>", "<table background='TRAP'><tr><td>x</table>",
    "<body style='background-image:url(TRAP)'>", "<a href='file://TRAP'>x</a>", "<!-- <img src=TRAP> -->",
]  # fmt: skip
LINKS = [
    "[x](file://TRAP)", "[x](javascript:alert(1))", "[x](data:text/html,x)", "[x](\\\\127.0.0.1\\share)", "<file://TRAP>",
    "[x][y]\n\n[y]: file://TRAP", "![x][y]\n\n[y]: TRAP", "[![x](TRAP)](file://TRAP)", "www.evil.test", "[x](qrc:/x)",
]  # fmt: skip
LONG = [
    "x" * 1_000_000, "\u202e" + "abc" * 50, "\U000e0041" * 5_000, "> " * 20_000 + "x", "[" * 50_000, "*a " * 50_000,
    "| a " * 5_000 + "\n" + "|-" * 5_000, "a\u0300" * 100_000, "`" * 30_000, "- " * 5_000 + "x",
    "word " * 200_000, "\n" * 100_000, "x\x00y", "![" * 20_000, "[a](" * 20_000,
]  # fmt: skip
HOSTILE = [*PICTURES, *HTML, *LINKS, *LONG]


@pytest.fixture
def theme(qtbot: QtBot, qapp: QApplication) -> Theme:
    parent = qapp
    return Theme("light", 100, parent)


@pytest.fixture
def trap(tmp_path: Path, qtbot: QtBot) -> Path:
    """A picture that is there and would be seen."""
    path = tmp_path / "trap.png"
    image = QImage(300, 300, QImage.Format.Format_RGB32)
    image.fill(0xFF0000)
    assert image.save(str(path))
    return path


def test_there_are_fifty() -> None:
    assert len(HOSTILE) >= 50


def shown(theme: Theme, qtbot: QtBot, text: str) -> SafeText:
    made = SafeText(theme)
    qtbot.addWidget(made)
    made.set_text(text, formatted=True)
    made.fit(500)
    made.show()
    made.grab()
    return made


@pytest.mark.parametrize("text", HOSTILE, ids=[f"{n}-{text[:24]!a}" for n, text in enumerate(HOSTILE)])
def test_nothing_is_opened(text: str, theme: Theme, trap: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QImage, "load", lambda *given: opened.append("image"), raising=False)
    made = shown(theme, qtbot, text.replace("TRAP", str(trap)))
    assert opened == []
    assert made.height() < 300 or len(text) > 1_000 or "x" not in text  # the picture is 300 pixels high
    assert not holds_red(made)
    html = made.document().toHtml()
    assert "<img" not in html


def holds_red(made: SafeText) -> bool:
    picture = made.grab().toImage()
    points = ((x, y) for x in range(0, min(picture.width(), 300), 7) for y in range(0, min(picture.height(), 300), 7))
    return any(picture.pixelColor(x, y).name() == "#ff0000" for x, y in points)


@pytest.mark.parametrize("text", LONG, ids=[f"{text[:12]!a}" for text in LONG])
def test_what_is_laid_out_is_small(text: str, theme: Theme, qtbot: QtBot) -> None:
    """What is laid out is small, whatever was said; `mynah bench gui` says in milliseconds what that takes."""
    made = shown(theme, qtbot, text)
    assert made.document().characterCount() <= 1.1 * MOST
    assert made.document().blockCount() <= LINES + MOST // RUN + 2


def test_the_trap_works(theme: Theme, trap: Path, qtbot: QtBot) -> None:
    """Qt's own browser falls into it: else the others would prove nothing."""
    careless = QTextBrowser()
    qtbot.addWidget(careless)
    careless.setMarkdown(f"![a]({trap})")
    careless.resize(500, 500)
    picture = careless.grab().toImage()
    assert any(picture.pixelColor(x, x).name() == "#ff0000" for x in range(0, 300, 7))


def test_a_picture_that_got_through_all_the_same_is_not_read(theme: Theme, trap: Path, qtbot: QtBot) -> None:
    browser = SafeText(theme)
    qtbot.addWidget(browser)
    for address in (QUrl.fromLocalFile(str(trap)), QUrl(str(trap))):
        picture = browser.document().resource(QTextDocument.ResourceType.ImageResource, address)
        assert isinstance(picture, QImage)
        assert picture.isNull()


def test_only_a_link_of_the_web_is_told_and_none_is_followed(theme: Theme, qtbot: QtBot) -> None:
    made = shown(theme, qtbot, "[x](https://example.org/a)")
    told: list[str] = []
    made.link_asked.connect(told.append)
    for url in ("https://example.org/a b", "file:///etc/hostname", "javascript:alert(1)", "\\\\host\\share", "data:,x"):
        made.anchorClicked.emit(QUrl(url))
    assert told == ["https://example.org/a%20b"]
    assert "x" in made.toPlainText()  # and still shows what it showed


def test_letters_that_cannot_be_seen_are_shown() -> None:
    assert safe_text.visible("a\u202eb\u200bc\U000e0041") == f"a{MARK}b{MARK}c{MARK}"


def test_markdown_looks_like_markdown(theme: Theme, qtbot: QtBot) -> None:
    made = shown(theme, qtbot, "**bold** and `code`\n\n- one\n- two")
    assert made.toPlainText() == "bold and code\none\ntwo"
    assert made.text.startswith("**bold**")


def test_html_stays_letters(theme: Theme, qtbot: QtBot) -> None:
    assert shown(theme, qtbot, "a <b>b</b> c").toPlainText() == "a <b>b</b> c"


def test_a_text_that_is_cut_says_so(theme: Theme, qtbot: QtBot) -> None:
    assert shown(theme, qtbot, "word " * 100_000).toPlainText().endswith("…")
