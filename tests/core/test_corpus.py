"""The corpus keeps every document once, survives what happens to files, and says so in plain words."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.corpus import TWINS, Added, Corpus, Counts
from core.documents import Document, Skipped, Turn
from core.errors import Busy, DiskTrouble, Unsupported

POST = Document(
    source="files",
    key="/blog/a.md",
    text="> quoted\n\nMy own words.",
    title="A title",
    url="https://example.org/a",
    author="Mara",
    written=datetime(2020, 5, 1, 12, tzinfo=timezone(timedelta(hours=2))),
    zone_known=False,
    quotes=((0, 8),),
    thread="talk",
    parent="https://example.org/what-was-asked",
    context=(
        Turn("Oskar", "Was it you?", written=datetime(2020, 5, 1, 9, tzinfo=UTC)),
        Turn("Mara", "Who else?", "me"),
    ),
    visibility="unlisted",
    flags=("partial", "quote_removed"),
    origin="export.zip/posts.json",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "projects" / "me" / "corpus.sqlite"


def test_a_document_comes_back_as_it_went_in(path: Path) -> None:
    with Corpus(path) as corpus:
        assert corpus.add(POST) is Added.NEW
    with Corpus(path) as corpus:
        assert list(corpus.documents()) == [POST]
        assert corpus.counts() == Counts(documents=1, words=5, characters=len(POST.text))


def test_adding_twice_adds_nothing_and_a_changed_text_replaces(path: Path) -> None:
    with Corpus(path) as corpus:
        assert corpus.add(POST) is Added.NEW
        assert corpus.add(POST) is Added.ALREADY
        changed = replace(POST, text="Only my own words now.", quotes=())
        assert corpus.add(changed) is Added.CHANGED
        assert list(corpus.documents()) == [changed]
        assert corpus.counts() == Counts(documents=1, words=5, characters=22)


def test_an_absent_date_stays_absent(path: Path) -> None:
    with Corpus(path) as corpus:
        corpus.add(replace(POST, written=None))
        assert [document.written for document in corpus.documents()] == [None]


def test_documents_come_in_the_order_of_their_identity(path: Path) -> None:
    with Corpus(path) as corpus:
        for key in ("b", "c", "a"):
            corpus.add(replace(POST, key=key))
        assert [document.key for document in corpus.documents()] == ["a", "b", "c"]


def test_a_skip_is_remembered_until_the_item_can_be_read(path: Path) -> None:
    with Corpus(path) as corpus:
        corpus.skip("files", Skipped(POST.key, "this is not text"))
        corpus.skip("files", Skipped(POST.key, "no permission"))
        assert corpus.skipped() == [Skipped(POST.key, "no permission")]
        corpus.add(POST)
        assert corpus.skipped() == []


def test_a_conversation_that_was_left_out_is_no_longer_skipped_when_its_turns_come_in(path: Path) -> None:
    with Corpus(path) as corpus:
        corpus.skip("files", Skipped(POST.thread, "this is private"))
        corpus.skip("others", Skipped(POST.thread, "this is private too"))
        corpus.add(POST)
        assert corpus.skipped() == [Skipped(POST.thread, "this is private too")]


def test_a_batch_is_kept_whole_or_not_at_all(path: Path) -> None:
    with Corpus(path) as corpus:
        with corpus.batch():
            corpus.add(POST)

        def fail_half_way() -> None:
            with corpus.batch():
                corpus.add(replace(POST, key="second"))
                raise RuntimeError("stopped half-way")

        with pytest.raises(RuntimeError):
            fail_half_way()
        assert [document.key for document in corpus.documents()] == [POST.key]


def test_a_corpus_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    with Corpus(path) as corpus:
        corpus.add(POST)
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(Unsupported, match="newer Mynah"):
        Corpus(path)
    raw = sqlite3.connect(path)
    assert raw.execute("SELECT count(*) FROM documents").fetchone() == (1,)
    raw.close()


def test_a_damaged_corpus_says_so_and_is_not_touched(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"this is no database at all, " * 100)
    before = path.read_bytes()
    with pytest.raises(DiskTrouble, match="damaged or is not a Mynah corpus"):
        Corpus(path)
    assert path.read_bytes() == before


def test_a_folder_in_the_way_says_so(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(DiskTrouble, match="cannot be opened"):
        Corpus(path)


def test_a_full_corpus_file_says_what_to_do_and_keeps_what_was_committed(path: Path) -> None:
    with Corpus(path) as corpus:
        corpus.add(POST)
        pages = corpus._database.execute("PRAGMA page_count").fetchone()[0]
        corpus._database.execute(f"PRAGMA max_page_count = {pages}")
        big = replace(POST, key="big", text="x" * 1_000_000, quotes=())
        with pytest.raises(DiskTrouble, match="The disk is full while writing your corpus"), corpus.batch():
            corpus.add(big)
        assert list(corpus.documents()) == [POST]


def test_a_corpus_that_somebody_else_writes_to_is_busy(path: Path) -> None:
    with Corpus(path) as corpus:
        corpus._database.execute("PRAGMA busy_timeout = 0")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy):
            corpus.add(POST)
        other.execute("ROLLBACK")
        other.close()
        assert corpus.add(POST) is Added.NEW


def test_dates_without_a_zone_and_quotes_outside_the_text_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        replace(POST, written=datetime(2020, 5, 1))  # noqa: DTZ001 - the naive date is the point
    for quotes in (((0, 99),), ((3, 3),), ((4, 8), (0, 2))):
        with pytest.raises(ValueError, match="ordered spans"):
            replace(POST, quotes=quotes)
    assert replace(POST, written=datetime(2020, 5, 1, tzinfo=UTC)).written is not None


def words_in(corpus: Corpus) -> list[tuple[str, int, str, int]]:
    """Every word of the index: its passage, and where it stands there."""
    corpus.database.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, passages, instance)")
    return corpus.database.execute("SELECT term, doc, col, offset FROM temp.words ORDER BY 1, 2, 3, 4").fetchall()


def test_many_at_once_come_to_the_same_as_one_by_one(path: Path) -> None:
    posts = [replace(POST, key=f"/{n % 5}", text=f"Words {n // 2}.", quotes=(), context=()) for n in range(1_200)]
    with Corpus(path) as one_by_one, Corpus(path.with_name("other.sqlite")) as at_once:
        for corpus in (one_by_one, at_once):
            corpus.add(replace(posts[0], text="Older words."))
            corpus.skip(POST.source, Skipped("/3", "It was not there."))
        came = [one_by_one.add(post) for post in posts]
        assert at_once.add_all(posts) == came
        assert list(at_once.documents()) == list(one_by_one.documents())
        assert at_once.skipped() == one_by_one.skipped() == []
        assert words_in(one_by_one) == words_in(at_once) != []


def test_only_files_are_found_by_their_text_and_an_index_of_all_texts_is_let_go(path: Path) -> None:
    with Corpus(path) as corpus:
        corpus.add(POST)
        corpus.database.execute("CREATE INDEX by_text ON documents (text_hash)")  # as an earlier Mynah made it
    with Corpus(path) as corpus:
        indexes = {name for (name,) in corpus.database.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
        assert "by_text" not in indexes
        plan = [step for *_, step in corpus.database.execute(f"EXPLAIN QUERY PLAN {TWINS}", ("",))]
        assert "files_by_text" in plan[0]
        assert corpus.twins(replace(POST, key="/elsewhere/a.md")) == [POST.key]
        assert corpus.twins(replace(POST, key="/elsewhere/a.md", text="Other words.", quotes=())) == []


def test_what_was_said_before_is_the_same_however_its_moments_were_written(path: Path) -> None:
    message = replace(POST, source="chat")
    with Corpus(path) as corpus:
        corpus.add(message)
        earlier = '[["Oskar","Was it you?","other","2020-05-01T09:00:00+00:00"],["Mara","Who else?","me",null]]'
        corpus.database.execute("UPDATE documents SET context = ?, text_hash = 'of an earlier Mynah'", (earlier,))
        assert list(corpus.documents()) == [message]
        assert corpus.add(message) is Added.ALREADY
        assert corpus.add(replace(message, context=(Turn("Oskar", "Was it her?"), *POST.context[1:]))) is Added.CHANGED
        assert corpus.add(replace(message, quotes=((0, 7),))) is Added.CHANGED
