"""In the library, by keyboard alone: search, leave out, undo, look at what is hidden, allow it, see what a bot sees."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.words import library as words
from app.works import Works
from core import selection
from core.corpus import Corpus
from core.documents import Document, Turn
from core.paths import Home
from tests.app.conftest import Open

ESSAY = (
    "The kiln was cold by morning, and pot number {} had cracked. We lit it again and waited for the evening to come."
)


def fill(home: Home) -> None:
    with Corpus(home.project().corpus) as corpus, corpus.batch():
        for n in range(40):
            corpus.add(Document(source="blog", key=f"{n:02}", title=f"Pot {n}", text=ESSAY.format(n) * 4))
        corpus.add(
            Document(source="blog", key="boat", title="The boat", text="Write to ida.chen@example.org of the boat.")
        )
        asked = (Turn("Oskar", "When shall we meet by the kiln?"),)
        corpus.add(Document(source="chat", key="m", text="At ten, I think.", kind="message", context=asked))


def tab_to(widget: QWidget) -> None:
    """Press Tab until the focus is on `widget`."""
    for _ in range(80):
        if QApplication.focusWidget() is widget:
            return
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab never comes to {widget.accessibleName()!r}")


def press(widget: QWidget, key: Qt.Key = Qt.Key.Key_Space) -> None:
    tab_to(widget)
    QTest.keyClick(widget, key)


def test_from_search_to_what_a_bot_sees_by_keyboard_alone(qtbot: QtBot, home: Home, open_window: Open) -> None:
    fill(home)
    window = open_window(Works())
    window.activateWindow()
    window.show_page(window.pages.index(window.library))
    library, documents = window.library, window.library.documents
    window._go(library)
    qtbot.waitUntil(lambda: documents.model.rowCount() == 42, timeout=60_000)
    qtbot.waitUntil(lambda: library.shelving.view is not None, timeout=60_000)

    QTest.keyClicks(documents.search, "boat")  # the field has the focus when the page is shown
    qtbot.waitUntil(lambda: documents.model.rowCount() == 1, timeout=60_000)
    assert documents.totals.text().startswith("1 document")
    assert "en" in [documents.boxes["language"].itemData(n) for n in range(documents.boxes["language"].count())]
    qtbot.waitUntil(lambda: "ida.chen@example.org[e-mail]" in documents.pane.toPlainText(), timeout=60_000)

    tab_to(documents.table.view)
    QTest.keyClick(documents.table.view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "1 left out" in documents.totals.text(), timeout=60_000)
    QTest.keyClick(documents.table.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "left out" not in documents.totals.text(), timeout=60_000)

    press(library.tabs.buttons[3])
    hidden = library.hidden
    qtbot.waitUntil(lambda: hidden.isVisible() and hidden.model.rowCount() == 1, timeout=60_000)
    assert hidden.model.index(0, 0).data() == "ida.chen@example.org"
    press(hidden.allow)
    qtbot.waitUntil(lambda: hidden.model.rowCount() == 0, timeout=60_000)
    (allowed,) = selection.load(home.project().root).readable
    assert allowed == selection.secret_hash("ida.chen@example.org")

    assert window.services.notices.now is not None
    assert window.services.notices.now.text == words.affected([])
    QTest.keyClick(hidden.allow, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: hidden.model.rowCount() == 1, timeout=60_000)
    assert selection.load(home.project().root).readable == ()

    press(library.tabs.buttons[6])
    pane = library.tokens.pane
    qtbot.waitUntil(lambda: "⟨end⟩" in pane.toPlainText(), timeout=60_000)
    assert "pieces are learnt" in library.tokens.told.text()
    first = pane.toPlainText()
    press(library.tokens.later)
    assert pane.toPlainText() != first
    qtbot.waitUntil(lambda: window.services.disk.is_idle, timeout=60_000)


def test_kinds_and_languages_are_chosen_by_keyboard(qtbot: QtBot, home: Home, open_window: Open) -> None:
    fill(home)
    window = open_window(Works())
    window.activateWindow()
    library = window.library
    window._go(library)
    qtbot.waitUntil(lambda: library.shelving.view is not None, timeout=60_000)
    press(library.tabs.buttons[5])
    choices = library.choices
    qtbot.waitUntil(lambda: set(choices.kinds) == {"post", "message"}, timeout=60_000)
    assert choices.kinds["post"].text() == "Posts (41)"
    assert choices.languages["en"].text().startswith("English (")
    press(choices.kinds["message"])
    press(choices.save)
    qtbot.waitUntil(lambda: selection.load(home.project().root).kinds_off == ("message",), timeout=60_000)
    assert selection.load(home.project().root).languages == ()
    qtbot.waitUntil(
        lambda: library.shelving.view is not None and library.shelving.view.by_rule()["not chosen"] == 1,
        timeout=60_000,
    )
    qtbot.waitUntil(lambda: window.services.disk.is_idle, timeout=60_000)


def test_damage_that_only_reading_finds_shows_the_backup_which_is_put_back_when_asked(
    qtbot: QtBot, home: Home, open_window: Open
) -> None:
    fill(home)
    path = home.project().corpus
    with Corpus(path) as corpus:
        corpus.keep_backup()
        corpus.database.execute("UPDATE documents SET text = CAST(x'ff' || text AS TEXT)")
        corpus.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    window = open_window(Works())
    library = window.library
    window._go(library)
    qtbot.waitUntil(lambda: library.restore.isVisible(), timeout=30_000)
    qtbot.waitUntil(lambda: "At ten, I think." in library.documents.pane.toPlainText(), timeout=30_000)
    qtbot.waitUntil(lambda: library.shelving.view is not None, timeout=60_000)
    assert not library.documents.out.isEnabled()
    QTest.keyClick(library.documents.table.view, Qt.Key.Key_Delete)
    assert path.read_bytes() == before
    press(library.restore)
    qtbot.waitUntil(lambda: not library.restore.isVisible(), timeout=30_000)
    assert path.with_name("corpus.sqlite.damaged").read_bytes() == before
    qtbot.waitUntil(lambda: library.documents.out.isEnabled(), timeout=30_000)
    qtbot.waitUntil(lambda: window.services.disk.is_idle, timeout=60_000)
