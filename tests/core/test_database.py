"""The file under a corpus: old ones open, newer ones are left alone, a damaged one has a backup."""

import random
import shutil
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from core import database
from core.corpus import BATCHES, Added, Corpus, Counts
from core.documents import Document, Turn
from core.errors import DiskTrouble, Unsupported
from core.events import Note, Progress, drain
from core.library import Filter, look, rows
from core.passages import Tell
from core.search import documents, passages

OLD = Path(__file__).resolve().parent.parent / "old_files" / "corpus-1" / "corpus.sqlite"
NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)
POST = Document(source="files", key="a", text="The kiln was cold by morning, and nobody had slept.", title="Kiln")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "corpus.sqlite"


def test_a_file_of_version_1_opens_and_gains_what_version_2_knows(path: Path) -> None:
    shutil.copy(OLD, path)
    with Corpus(path) as corpus:
        kiln, undated, message = corpus.documents()
        assert (kiln.title, kiln.quotes, kiln.language) == ("The kiln", ((31, 46),), "")
        assert undated.written is None
        assert message.context == (Turn("Oskar", "When shall we meet?"),)
        assert corpus.database.execute("SELECT key, person, tokens > 0, excluded FROM documents").fetchall() == [
            ("/blog/kiln.md", "", 1, 0),
            ("a/17", "Oskar", 1, 0),
            ("/blog/ohne.md", "", 1, 0),
        ]
        assert [found.key for found in passages(corpus, "cold kilns")] == ["/blog/kiln.md"]
        assert len(corpus.skipped()) == 1
    assert version_of(path) == database.VERSION
    (backup,) = database.backups(path)  # of what it was before
    assert version_of(backup) == 1


def test_a_file_of_version_2_opens_and_finds_as_before_without_copies_of_its_passages(path: Path) -> None:
    """Read alone, as a backup of that time is, it is searched as it stands."""
    shutil.copy(OLD.parent.parent / "corpus-2" / "corpus.sqlite", path)
    for read_only in (True, False):
        with Corpus(path, read_only=read_only) as corpus:
            assert [found.text for found in passages(corpus, "cold kilns")] == [
                "The kiln was cold by morning. > Nobody had slept."
            ]
            assert passages(corpus, "quokka")[0].text.endswith("of it names a quokka.")
            assert documents(corpus, "公园散") == {4}
            assert [one.key for one in passages(corpus, "公园散", excluded_too=True)] == ["18"]
            assert version_of(path) == (2 if read_only else database.VERSION)
    (backup,) = database.backups(path)
    assert version_of(backup) == 2
    with Corpus(path) as corpus:
        tables = {name for (name,) in corpus.database.execute("SELECT name FROM sqlite_master")}
        assert "passages_content" not in tables
        message = next(document for document in corpus.documents() if document.key == "17")
        assert message.context == (Turn("Oskar", "When shall we meet?", "other", NOON), Turn("Mara", "Soon.", "me"))
        assert corpus.add(message) is Added.ALREADY
        assert corpus.undo_import(1) == 2
        assert (documents(corpus, "kiln"), documents(corpus, "seven")) == (set(), {3})


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as raw:
        (version,) = raw.execute("PRAGMA user_version").fetchone()
    return int(version)


def test_an_upgrade_that_breaks_off_leaves_version_1(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(OLD, path)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("stopped half-way")

    with monkeypatch.context() as patch:
        patch.setattr(database, "reindex", fail)
        with pytest.raises(RuntimeError):
            Corpus(path)
    assert version_of(path) == 1
    with Corpus(path) as corpus:
        assert corpus.counts().documents == 3


def test_a_newer_file_is_refused_and_not_one_byte_of_it_changes(path: Path) -> None:
    shutil.copy(OLD, path)
    raw = sqlite3.connect(path)
    raw.execute(f"PRAGMA user_version = {database.VERSION + 1}")
    raw.close()
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(Unsupported, match="newer Mynah"):
            Corpus(path, read_only=read_only)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def spoil(path: Path) -> None:
    """Overwrite pages in the middle of the file."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * 4096 * 6)


def test_a_damaged_file_has_a_backup_that_can_be_read_and_put_in_its_place(path: Path) -> None:
    with Corpus(path) as corpus:
        corpus.add(POST)
        corpus.keep_backup()
    assert database.is_whole(path)
    spoil(path)
    assert not database.is_whole(path)
    backup = database.newest_whole_backup(path)
    assert backup is not None
    with Corpus(backup, read_only=True) as corpus:
        assert list(corpus.documents()) == [POST]
        with pytest.raises(DiskTrouble, match="cannot be opened for writing"):
            corpus.add(replace(POST, key="b"))
    spoiled = path.read_bytes()
    database.restore(path)
    assert path.with_name("corpus.sqlite.damaged").read_bytes() == spoiled
    with Corpus(path) as corpus:
        assert list(corpus.documents()) == [POST]


def read_all(path: Path) -> None:
    """All that a library asks of its file."""
    with Corpus(path) as corpus:
        drain(look(corpus, Filter()))
        drain(look(corpus, Filter(words="kiln")))
        rows(corpus, range(1, 200))
        for number in range(1, 201):
            corpus.document(number)
        list(corpus.documents())
        passages(corpus, "cold kilns")


@pytest.mark.parametrize("seed", range(24))
def test_wherever_a_file_is_damaged_it_is_damage_and_no_bug(path: Path, seed: int) -> None:
    """Pages overwritten, zeroed, cut off, and single bytes changed."""
    with Corpus(path) as corpus, corpus.batch():
        for n in range(200):
            corpus.add(replace(POST, key=str(n), text=POST.text * (1 + n % 9), context=(Turn("Oskar", "Well?"),)))
    luck, size = random.Random(seed), path.stat().st_size
    with path.open("r+b") as file:
        match seed % 4:
            case 0:
                file.seek(luck.randrange(100, size))
                file.write(luck.randbytes(4096))
            case 1:
                file.truncate(luck.randrange(1, size))
            case 2:
                for _ in range(40):
                    file.seek(luck.randrange(100, size))
                    file.write(luck.randbytes(8))
            case _:
                file.seek(luck.randrange(1, size // 4096) * 4096)
                file.write(bytes(4096 * 3))
    said = ""  # where what was hit is not used; all else than Damaged would be a bug
    try:
        read_all(path)
    except database.Damaged as found:
        said = found.what
    assert said in ("", database.damaged().what)


def test_a_damaged_file_never_takes_the_place_of_a_whole_backup(path: Path) -> None:
    with Corpus(path) as corpus:
        corpus.add(POST)
        good = [corpus.keep_backup(), corpus.keep_backup()]
        corpus.database.execute("UPDATE documents SET text = CAST(x'ff' || text AS TEXT)")
        with pytest.raises(database.Damaged):
            corpus.keep_backup()
    assert database.backups(path) == good[::-1]
    assert list((path.parent / database.BACKUPS).glob("*.part")) == []


def test_a_backup_that_nobody_waits_for_leaves_nothing(path: Path) -> None:
    target, is_stopped = path.with_name("copy.sqlite"), threading.Event()
    with Corpus(path) as corpus:
        corpus.add(POST)
        is_stopped.set()
        with pytest.raises(database.Interrupted):
            database.copy_whole(path, target, is_stopped)
        assert list(path.parent.glob("copy*")) == []
        left = path.parent / database.BACKUPS / "corpus-1.part"  # by a process that was killed meanwhile
        left.parent.mkdir()
        left.touch()
        corpus.keep_backup()
        assert not left.exists()


def test_without_a_whole_backup_nothing_is_restored(path: Path) -> None:
    with Corpus(path) as corpus:
        spoil(corpus.keep_backup() or path)
    with pytest.raises(DiskTrouble, match="no backup"):
        database.restore(path)


def test_only_the_newest_backups_are_kept(path: Path) -> None:
    with Corpus(path) as corpus:
        made = [corpus.keep_backup() for _ in range(4)]
    assert database.backups(path) == made[:1:-1]


def test_an_import_can_be_undone(path: Path) -> None:
    with Corpus(path) as corpus:
        first = corpus.begin_import("blog", NOON)
        corpus.add(POST)
        second = corpus.begin_import("notes.zip", NOON)
        corpus.add(replace(POST, key="b", text="Another morning, another kiln."))
        corpus.add(POST)  # there already: it stays the first's
        assert [(one.number, one.origin, one.documents) for one in corpus.imports()] == [
            (second, "notes.zip", 1),
            (first, "blog", 1),
        ]
        assert corpus.undo_import(second) == 1
        assert list(corpus.documents()) == [POST]
        assert documents(corpus, "another") == set()


def test_what_is_forgotten_is_in_no_page_of_the_file(path: Path) -> None:
    canary = "zanzibarquokka"
    with Corpus(path) as corpus:
        corpus.begin_import(canary, NOON)
        for n in range(50):
            corpus.add(replace(POST, source="chat", key=f"{canary}{n}", text=f"{canary} {n} " * 40, title=canary))
        corpus.begin_import("blog", NOON)
        corpus.add(POST)
        assert corpus.forget("chat") == 50
        assert list(corpus.documents()) == [POST]
        assert documents(corpus, "kiln") != set()
    left = [file for file in path.parent.iterdir() if file.is_file() and canary.encode() in file.read_bytes()]
    assert left == []


def test_half_a_character_is_stored_as_a_question_mark(path: Path) -> None:
    with Corpus(path) as corpus:
        corpus.add(replace(POST, text="a\ud800b", title="\udfff", context=(Turn("\ud800", "?"),)))
        (kept,) = corpus.documents()
        assert (kept.text, kept.title, kept.context[0].author) == ("a\ufffdb", "\ufffd", "\ufffd")
        assert corpus.counts() == Counts(documents=1, words=1, characters=3)


def test_what_was_left_out_by_hand_stays_out_when_its_text_changes(path: Path) -> None:
    with Corpus(path) as corpus:
        corpus.add(POST)
        ((number, _, _),) = corpus.numbered()
        corpus.exclude([number], True)
        corpus.add(replace(POST, text="Rewritten."))
        assert [(one.text, excluded) for _, one, excluded in corpus.numbered()] == [("Rewritten.", True)]
        assert corpus.document(number) == replace(POST, text="Rewritten.")


def test_what_is_committed_is_brought_into_the_file_beside_its_writer(path: Path, tmp_path: Path) -> None:
    with Corpus(path) as corpus:
        corpus.add(POST)
        database.flush(path)
        corpus.add(replace(POST, key="b"))
        alone = Path(shutil.copy(path, tmp_path / "alone.sqlite"))  # without its log
        assert [one.key for one in corpus.documents()] == ["a", "b"]
    with Corpus(alone) as there:
        assert [one.key for one in there.documents()] == ["a"]


def test_an_import_brings_what_it_has_into_the_file_every_few_batches(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flush(path: Path) -> None:
        flushed.append(path)

    flushed: list[Path] = []
    monkeypatch.setattr("core.corpus.flush", flush)
    with Corpus(path) as corpus:
        corpus.add(POST)
        for number in range(3 * BATCHES):
            if number == BATCHES:
                corpus.begin_import("many", NOON)
            with corpus.batch():
                corpus.add(replace(POST, key=str(number)))
            corpus.settle()
    assert flushed == [path, path]


def test_an_older_file_is_brought_up_to_date_once_and_says_so(path: Path) -> None:
    shutil.copy(OLD.parent.parent / "corpus-2" / "corpus.sqlite", path)
    (said, *_), is_done = drain(database.upgraded(path))
    assert said == Note(database.UPGRADE)
    assert is_done
    assert version_of(path) == database.VERSION
    assert drain(database.upgraded(path)) == ([], True)


def test_who_stops_does_not_wait_for_an_older_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(OLD.parent.parent / "corpus-2" / "corpus.sqlite", path)
    is_over = threading.Event()

    def connect_at_length(path: Path, tell: Tell) -> None:
        tell(3, 10)
        is_over.wait(30)

    monkeypatch.setattr(database, "connect", connect_at_length)
    (_, progress), is_done = drain(database.upgraded(path, lambda: True))
    is_over.set()
    assert isinstance(progress, Progress)
    assert not is_done
