"""Train shows a run as it goes, and again from its journal after a restart."""

from pytestqt.qtbot import QtBot

from app import words
from core.corpus import Corpus
from core.documents import Document
from core.events import Note, Progress
from core.journal import Evaluated, Fact, Finished, Resumed, Sampled, Saved, Stepped
from core.paths import Home
from core.plan import Wish
from tests.app.conftest import Open
from tests.fakes.planted import plant_run
from tests.fakes.works import Script

RUN: list[Fact] = [
    *(Stepped(step, 3.0, 1e-3, 12_345.6, float(step)) for step in range(1, 101)),
    Evaluated(100, 2.5, 2.75, True, 100.0),
    Sampled(100, "Once", " upon"),
    *(Stepped(step, 2.0, 1e-3, 12_345.6, float(step)) for step in range(101, 301)),
    Evaluated(300, 2.0, 2.25, True, 300.0),
    Sampled(300, "Once", " more"),
    Saved(300),
]
FIGURES = {"Step": "300 of 1,000", "Tokens per second": "12,346", "Time left": "12 min", "Best bits per byte": "2.25"}


def test_a_run_is_drawn_again_from_its_journal(qtbot: QtBot, home: Home, open_window: Open) -> None:
    plant_run(home.project(), RUN)
    window = open_window(Script().works())
    window.show_page(window.pages.index(window.train))
    assert window.train.figures.numbers == FIGURES
    assert window.train.plot.lengths == (300, 2, 2)
    assert window.train.samples.texts == ["Once more", "Once upon"]
    assert window.train.card.heading == "Training stopped at step 300 of 1,000"
    assert window.train.card.go_on.isVisible()


def test_a_live_run_looks_the_same(qtbot: QtBot, home: Home, open_window: Open) -> None:
    with Corpus(home.project().corpus) as corpus:
        corpus.add(Document(source="files", key="a.md", text="Some words."))
    script = Script(
        trained=[Progress(0, 0, "Reading"), Note("The plan."), *RUN, Progress(300, 1_000, "Training")], holds=True
    )
    window = open_window(script.works())
    window.show_page(window.pages.index(window.train))
    assert window.train.card.heading == words.READY
    window.train.card.train.click()
    qtbot.waitUntil(lambda: len(window.train.samples.texts) == 2)
    qtbot.waitUntil(lambda: window.train.figures.numbers == FIGURES)
    assert window.train.plot.lengths == (300, 2, 2)
    assert window.train.card.sentence == "The plan."
    assert script.asked == [Wish(minutes=20.0)]
    with qtbot.waitSignal(window.services.training.ended):
        window.train.card.stop.click()
        assert window.train.card.heading == words.SAVING


def test_what_is_counted_while_it_gets_ready_is_no_step(qtbot: QtBot, home: Home, open_window: Open) -> None:
    with Corpus(home.project().corpus) as corpus:
        corpus.add(Document(source="files", key="a.md", text="Some words."))
    asking = Progress(3, 41, "Asking what your posts answer")
    window = open_window(Script(trained=[asking], holds=True).works())
    window.show_page(window.pages.index(window.train))
    window.train.card.train.click()
    qtbot.waitUntil(lambda: window.train.card.heading == "Asking what your posts answer …")
    assert window.train.figures.numbers["Step"] == words.step_of(0, 0)


def test_the_bar_follows_the_steps(qtbot: QtBot, home: Home, open_window: Open) -> None:
    step = Stepped(7, 3.0, 1e-3, 1_000.0, 7.0)
    window = open_window(Script(trained=[Progress(0, 10, "Saving"), Saved(0), step], holds=True).works())
    window.services.training.begin(Wish())
    qtbot.waitUntil(lambda: window.train.card.step == 7)
    assert window.train.card.heading == "Training …"


def test_a_resumed_run_forgets_the_steps_it_makes_again(qtbot: QtBot, home: Home, open_window: Open) -> None:
    plant_run(home.project(), RUN)
    window = open_window(Script(trained=[Resumed(150)]).works())
    window.services.training.noted.connect(window.train.plot.add)  # the same facts a second time do no harm
    with qtbot.waitSignal(window.services.training.noted):
        window.train.go_on()
    assert window.train.plot.lengths == (150, 1, 1)
    assert window.train.samples.texts == ["Once upon"]


def test_a_finished_run_leads_to_the_chat(qtbot: QtBot, home: Home, open_window: Open) -> None:
    plant_run(home.project(), [*RUN, Finished(300, 2.25, 300.0, "hash", tokens_per_second=812.4)])
    window = open_window(Script().works())
    window.show_page(window.pages.index(window.train))
    assert window.train.card.heading == words.FINISHED
    assert window.train.figures.numbers["Tokens per second"] == "812"  # of the whole sitting, as the terminal says
    assert window.train.figures.numbers["Time left"] == "done"
    assert " of " not in window.train.figures.numbers["Step"]
    window.train.card.chat.click()
    assert window.chat.isVisible()


def test_without_writing_it_leads_to_gather(qtbot: QtBot, home: Home, open_window: Open) -> None:
    window = open_window(Script().works())
    window.show_page(window.pages.index(window.train))
    window.train.card.gather.click()
    assert window.gather.isVisible()


def test_the_time_chosen_is_the_time_asked_for_and_remembered(qtbot: QtBot, home: Home, open_window: Open) -> None:
    with Corpus(home.project().corpus) as corpus:
        corpus.add(Document(source="files", key="a.md", text="Some words."))
    script = Script()
    window = open_window(script.works())
    window.train.card.how_long.buttons[3].click()
    with qtbot.waitSignal(window.services.training.ended):
        window.train.card.train.click()
    assert script.asked == [Wish(minutes=480.0)]
    assert window.services.keeper.now.minutes == 480


def test_nothing_is_drawn_while_the_page_is_hidden(qtbot: QtBot, home: Home, open_window: Open) -> None:
    plant_run(home.project(), RUN)
    window = open_window(Script().works())
    qtbot.wait(300)
    assert window.train.plot.drawn == 0
    window.show_page(window.pages.index(window.train))
    assert window.train.plot.drawn == 1
