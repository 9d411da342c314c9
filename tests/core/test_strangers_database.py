"""The writing that comes with somebody's bot is data: what would run with a question is refused, or has no effect."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core import backup, bundle, database
from core.corpus import Corpus
from core.errors import WrongFile
from core.events import drain, never
from core.paths import Home
from core.runs import all_runs
from tests.core.export import subjects
from tests.fakes import tiny

Sending = Callable[[str], Path]

TRIGGER = "CREATE TRIGGER t AFTER INSERT ON documents BEGIN DELETE FROM documents; END"
HOSTILE = {
    "a trigger": TRIGGER,
    "a view": "ALTER TABLE skipped RENAME TO s; CREATE VIEW skipped AS SELECT * FROM s",
    "a table that a program makes": "CREATE VIRTUAL TABLE x USING rtree(id, a, b)",
    "an older search": "CREATE  virtual\nTABLE x USING fts4(text)",
}


@pytest.fixture
def there(tmp_path: Path) -> Home:
    return Home(tmp_path / "there")


@pytest.fixture
def send(tmp_path: Path) -> Sending:
    """A whole and sealed .mynah file in whose writing that was done."""

    def make(sql: str) -> Path:
        project = tiny.project(tmp_path / "here" / "projects" / "me", tiny.documents(3))
        subjects.from_nothing(project.root, "bpe")
        with closing(sqlite3.connect(project.corpus)) as corpus:
            corpus.executescript(sql)
        drain(backup.save(project, tmp_path / "me.zip", never))
        run, path = all_runs(project.runs)[0], tmp_path / "bot.mynah"
        assert drain(bundle.save(run, 1, path, never, corpus=project.corpus))[1]
        return path

    return make


@pytest.mark.parametrize("sql", HOSTILE.values(), ids=HOSTILE)
def test_what_would_run_is_refused_in_a_bot_and_in_a_backup(send: Sending, there: Home, sql: str) -> None:
    path = send(sql)
    with pytest.raises(WrongFile, match="Nothing was changed"):
        drain(bundle.bring_in(path, there, never))
    with pytest.raises(WrongFile, match="Nothing was changed"):
        drain(backup.restore(path.with_name("me.zip"), there, never))
    assert list((there.root / "projects").iterdir()) == []


def test_an_index_more_is_no_code(send: Sending, there: Home) -> None:
    assert drain(bundle.bring_in(send("CREATE INDEX mine ON documents (title)"), there, never))[1] is not None


def test_where_one_is_there_all_the_same_it_has_no_effect(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    Corpus(path).close()
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TRIGGER t AFTER INSERT ON skipped BEGIN SELECT tell(new.reason); END")
    told: list[str] = []
    for opened in (database.connect(path), database.connect_read_only(path)):
        assert opened.execute("PRAGMA trusted_schema").fetchone() == (0,)
        opened.close()
    with closing(database.connect(path)) as opened:
        opened.create_function("tell", 1, told.append)
        with pytest.raises(sqlite3.OperationalError, match="unsafe use of tell"):
            opened.execute("INSERT INTO skipped VALUES ('s', 'k', 'r')")
    assert told == []
