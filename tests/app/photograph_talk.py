"""Photographs Chat, Meters, quiz, Examples and Settings in every state: `python -m tests.app.photograph_talk FOLDER`.

What bots say is played from a script, so that every state comes at once; the talks on show are planted. `--all` adds
narrow windows and large text.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QDialog, QScrollArea, QWidget

from app.settings import Scheme
from app.views.side_by_side import SideBySide
from app.views.talk_list import TalkList
from app.window import Window
from core import conversations, runs, shelf, weights
from core.asking import Answer, voice_file
from core.chatrows import Row
from core.conversations import Conversation
from core.corpus import Corpus
from core.documents import Document
from core.events import Progress, drain, never
from core.journal import Saved
from core.judge import gate
from core.meters import Baseline, Copy, Meters, Pair
from core.paths import Home
from core.replies import Piece, Reply
from core.retrieval import Cited, Supported
from tests.app.photograph import FRAMES, SETTLE, Frame, begun, opened, save, until, wait
from tests.fakes.instruct import instruct_model
from tests.fakes.planted import plant_run
from tests.fakes.works import Script

TURNS: Final = 60
LONG: Final = "About the coast"
SAID: Final = "We moved in the spring, because the **rent** was low. I like the sea more than I say."
MARKDOWN: Final = """Three things I would do again:

1. Write every morning, *before* the mail.
2. Keep a `notes.txt` and nothing else.
3. Walk home.

> What is not written down did not happen.

```
for day in year:
    write(day)
```

More of it stands [in an old post](https://example.org/old)."""
NOTE: Final = Cited(
    number=1, title="Moving to the coast", written=None, source="s", key="move", url="", text="The rent was low."
)
ANSWER: Final = Answer(
    reply=Reply(SAID, tokens=21, seconds=0.9, ended=True, stopped=False),
    notes=(NOTE,),
    supports=(Supported(0, 53, 1), Supported(54, len(SAID), 0)),
    voice=64.0,
)
BASE: Final = Baseline(name="base model", value=2.1)
METERS: Final = Meters(
    run="r",
    meters=(
        gate.language(1.8, [BASE], surely_fewer=True),
        gate.style(35, [Baseline(name="base model", value=12), Baseline(name="base model told who you are", value=21)]),
        gate.copied(1.2),
        gate.exposed(1, 0.4),
        gate.ability(93, 61, [BASE]),
    ),
    copies=(Copy(text="because the rent was low and the sea was near", name="posts/moving.md"),),
    pairs=tuple(
        Pair(
            prompt="What did you think of the winter?",
            mine="Long. I read a lot, and I wrote very little of what I had meant to write.",
            bot=f"It was good and long and I was there, {n} times over, as I said before it was there.",
        )
        for n in range(3)
    ),
)
ROWS: Final = (
    Row(id="own", kind="reply", asked="How was the move?", answer="Long, wet, and worth it.", key="a"),
    Row(id="made", kind="question", asked="Why did you move to the coast?", answer=SAID, score=9),
    Row(id="notes", kind="notes", asked="What hums?", answer="The kettle. [1]", system="[1] Kettles\nIt hums."),
)


def long_talk() -> Conversation:
    """Sixty turns with everything that a turn can show."""
    talk = replace(conversations.new(), title=LONG)
    for n in range(TURNS // 2):
        parent = talk.path()[-1].id if talk.lines else 0
        asked = "And then?" if n % 3 else "Tell me about moving, and what you would do again, and why, in some detail."
        talk = talk.with_line("user", asked, parent)
        asked_id = talk.path()[-1].id
        talk = talk.with_line("assistant", MARKDOWN if n % 4 == 1 else SAID, asked_id)
        if n % 5 == 4:  # a second branch
            talk = talk.with_line("assistant", SAID, asked_id)
        line = talk.path()[-1]
        talk = talk.changed(line.id, tokens=21, seconds=0.9, voice=max(8.0, 90.0 - 3 * n), thumb=n % 3 - 1)
        if line.text == SAID:
            spans = ((0, 53, 1), (54, len(SAID), 0))
            copied = ((20, 52, "move", "Moving to the coast"),) if n % 2 else ()
            talk = talk.changed(line.id, sources=((1, "Moving to the coast", "move"),), supports=spans, copied=copied)
    return talk


def chat_states(window: Window, script: Script) -> Iterator[tuple[str, QWidget]]:
    """Each state of the Chat page, with what is to be photographed of it."""
    chat = window.chat
    window.show_page(window.pages.index(chat))
    yield "empty", window
    script.replies_hold = True
    chat.empty.openings[1].click()
    wait(SETTLE)
    yield "streaming", window
    chat.stop()
    until(chat.replied)
    script.replies_hold = False
    kept = conversations.all_of(window.services.workspace.project)
    chat.talk.open(next(talk.id for talk in kept if talk.title == LONG))
    chat._show_all()
    yield "long", window
    area = chat.findChild(QScrollArea)
    assert area is not None
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum() // 3)
    yield "long-middle", window
    chat.conversation.turns[-1].edit.click()
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    yield "edit", window
    editor = chat.conversation.turns[-1].editor
    assert editor is not None
    editor.cancel.click()
    yield from chat_sheets(window)


def chat_sheets(window: Window) -> Iterator[tuple[str, QWidget]]:
    chat = window.chat
    for name, button in (("dials", chat.more), ("talks", chat.talks), ("side-by-side", chat.compare)):
        button.click()
        sheet: QDialog | QWidget | None = chat.dials if name == "dials" else chat.sheet
        assert isinstance(sheet, QDialog)
        yield name, sheet
        if isinstance(sheet, TalkList):
            sheet.field.setText("zebra")
            yield "talks-nothing", sheet
        if isinstance(sheet, SideBySide):
            sheet.prompt.setPlainText("Why did you move?")
            sheet.ask.click()
            until(sheet.answered)
            yield "side-by-side-answered", sheet
            sheet.choose[0].click()
            yield "side-by-side-voted", sheet
        sheet.close()
    chat.conversation.turns[-1].sources[0].click()
    assert isinstance(chat.sheet, QDialog)
    wait(SETTLE)
    yield "source", chat.sheet
    chat.sheet.close()
    chat.conversation.turns[-1].link_asked.emit("https://example.org/a/rather/long/address?with=words")
    assert isinstance(chat.sheet, QDialog)
    yield "link", chat.sheet
    chat.sheet.close()


def other_states(window: Window, script: Script) -> Iterator[tuple[str, QWidget]]:
    """Meters, the quiz, Examples and Settings."""
    meters, examples, settings = window.meters, window.examples, window.settings
    window.show_page(window.pages.index(meters))
    yield "meters-empty", window
    script.holds = True
    meters.measure.click()
    wait(SETTLE)
    yield "meters-running", window
    meters.measure.click()
    wait(SETTLE)
    run = runs.all_runs(window.services.workspace.project.runs)[0]
    (run.root / "meters.json").write_text(METERS.to_json(), "utf-8")
    meters._show()
    yield "meters-done", window
    meters.play.click()
    assert meters.sheet is not None
    yield "quiz", meters.sheet
    for _ in METERS.pairs:
        meters.sheet.choose[0].click()
    yield "quiz-result", meters.sheet
    meters.sheet.close()
    window.show_page(window.pages.index(examples))
    wait(SETTLE)
    yield "examples-empty", window
    examples.make.click()
    wait(SETTLE)
    yield "examples-making", window
    examples.stop()
    until(examples.made)
    examples.table.view.setCurrentIndex(examples.rows.index(2, 0))
    yield "examples-editing", window
    window.show_page(window.pages.index(settings))
    yield "settings-off", window
    settings.api.click()
    settings.phone.click()
    wait(SETTLE)
    yield "settings-phone", window
    settings.api.click()


def prepare(home: Home, folder: Path) -> None:
    """A bot, a base model, a text of the writer's, and a long talk."""
    drain(shelf.add(home, instruct_model(folder / "tiny"), weights.look, never, link=True))
    plant_run(home.project(), [Saved(300)])
    with Corpus(home.project().corpus) as corpus:
        corpus.add(Document(source="s", key="move", title="Moving to the coast", text="The rent was low. So we went."))
    conversations.save(home.project(), long_talk())


def photograph(folder: Path, scheme: Scheme, frame: Frame) -> None:
    script = Script(answer=ANSWER, replied=[Piece("We moved in the spring,"), Piece(" because the rent was")])
    script.made_examples = [*ROWS, Progress(3, 8, "Asking what your posts answer")]
    with (
        tempfile.TemporaryDirectory() as made,
        opened(Home(Path(made) / "home"), script.works(), scheme, frame) as window,
    ):
        walk(window, script, Path(made), lambda name: folder / f"{name}-{scheme}{frame.name}.png")


def walk(window: Window, script: Script, made: Path, path: Callable[[str], Path]) -> None:
    window.show_page(window.pages.index(window.chat))
    wait(SETTLE)
    save(window, path("chat-no-model"))
    prepare(window.services.workspace.home, made)
    window.services.workspace.refresh()
    until(window.services.workspace.surveyed)
    choice = window.chat._choices[1].speaker
    known = voice_file(choice, window.services.workspace.project.root)
    known.parent.mkdir(parents=True)
    known.write_text("{}", "utf-8")
    window.chat.speaker.setCurrentIndex(1)
    window.chat.speaker.activated.emit(1)
    for name, shown in chat_states(window, script):
        wait(SETTLE)
        save(shown, path(f"chat-{name}"))
    for name, shown in other_states(window, script):
        wait(SETTLE)
        save(shown, path(name))


if __name__ == "__main__":
    target, application = begun()
    for each in FRAMES if "--all" in sys.argv else FRAMES[:1]:
        photograph(target, "light", each)
        photograph(target, "dark", each)
