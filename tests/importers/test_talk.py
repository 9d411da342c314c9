"""Exports of talk: what damage leaves of each, and what the fixtures of one form cannot show."""

import json
import random
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import pytest

from core.documents import Document
from core.errors import Trouble
from core.events import drain, never
from core.paths import Project
from core.sources import SOURCE, Choice
from importers.archive import Archive
from importers.export import Files
from importers.google_chat import stamped
from importers.pull import import_path, survey
from importers.reddit import Reddit
from importers.threads import Threads
from tests.importers.fixture import imported

FIXTURES: Final = Path(__file__).resolve().parent.parent / "fixtures"
TALK: Final = (
    "telegram",
    "telegram_pages",
    "chatgpt",
    "claude",
    "discord",
    "google_chat",
    "sms",
    "slack",
    "signal_text",
    "imessage",
    "table",
)
LABELLED: Final = ("captions",)  # who speaks is known from the whole: a part may be taken for one voice


def wish(name: str) -> Choice:
    path = FIXTURES / name / "choice.json"
    me = tuple(json.loads(path.read_text(encoding="utf-8"))["me"]) if path.exists() else ()
    return Choice(me=me, private=True)


def test_pages_of_telegram_say_the_same_as_its_json(tmp_path: Path) -> None:
    expected = json.loads((FIXTURES / "telegram_pages" / "expected.json").read_text(encoding="utf-8"))
    found = imported(FIXTURES / "telegram_pages" / "given", tmp_path, wish("telegram_pages"))
    assert json.loads(json.dumps(found)) == expected


def test_of_both_forms_of_telegram_one_is_read(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "telegram" / "given", tmp_path / "both")
    shutil.copytree(FIXTURES / "telegram_pages" / "given", tmp_path / "both", dirs_exist_ok=True)
    _, report = drain(import_path(tmp_path / "both", Project(tmp_path / "project"), never, Choice(private=True)))
    assert report.added == 6


@pytest.mark.parametrize("name", TALK)
def test_what_stands_before_damage_comes_in(name: str, tmp_path: Path) -> None:
    """Each file cut short, in some place: what comes in is in the whole, or the user is told."""
    given = FIXTURES / name / "given"
    whole = texts(given, tmp_path / "whole", wish(name))
    for number, (file, share) in enumerate(cuts(given, 8)):
        folder = tmp_path / str(number)
        shutil.copytree(given, folder)
        data = (given / file).read_bytes()
        (folder / file).write_bytes(data[: int(len(data) * share)])
        left = texts(folder, tmp_path / f"project-{number}", wish(name))
        assert all(any(is_beginning(one, other) for other in whole) for one in left), (file, share)


@pytest.mark.parametrize("name", [*TALK, *LABELLED])
def test_bytes_that_are_wrong_raise_nothing(name: str, tmp_path: Path) -> None:
    """Each file with bytes changed, doubled or empty, as a survey reads it."""
    given, chance = FIXTURES / name / "given", random.Random(name)
    for number, (file, _) in enumerate(cuts(given, 8)):
        folder = tmp_path / str(number)
        shutil.copytree(given, folder)
        data = bytearray((given / file).read_bytes())
        for _ in range(1 + len(data) // 200):
            data[chance.randrange(len(data))] = chance.choice(b'\0\xff\xed{}[]<>",:\\0 ')
        (folder / file).write_bytes(b"" if number == 0 else data * 2 if number == 1 else data)
        with suppress(Trouble):
            drain(survey(folder, never))


def cuts(given: Path, number: int) -> list[tuple[Path, float]]:
    """Files below a folder in turn, each with the share of it that is left."""
    files = sorted(path.relative_to(given) for path in given.rglob("*") if path.is_file())
    return [(files[turn % len(files)], (turn + 0.5) / number) for turn in range(number)]


def texts(path: Path, home: Path, choice: Choice) -> list[str]:
    """What an import of the export brings; nothing where it says that it cannot go on."""
    try:
        events, _ = drain(import_path(path, Project(home), never, choice))
    except Trouble:
        return []
    return [one.text for one in events if isinstance(one, Document) and one.source != SOURCE]


def is_beginning(text: str, whole: str) -> bool:
    """Whether a text is the other, or what a cut left of it: turns lose messages from their end or their start.

    In a plain text, the last line may be the beginning of what would have been another message.
    """
    lines = text.rpartition("\n")[0] or text
    return lines in whole or whole in text


def test_a_text_message_is_whole_wherever_a_piece_of_its_file_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = texts(FIXTURES / "sms" / "given", tmp_path / "whole", wish("sms"))
    for size in (1, 2, 3, 5, 64):
        monkeypatch.setattr("importers.sms.BUFFER", size)
        assert texts(FIXTURES / "sms" / "given", tmp_path / str(size), wish("sms")) == whole


def test_entities_end_a_file_of_text_messages(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    sms = '<sms address="+15550000002" date="1672500060000" type="2" body="{}" contact_name="Jay" />'
    for number, (declared, body) in enumerate([(laughs, "&a9;"), ("", "&a0;")]):
        path = tmp_path / f"{number}.xml"
        start = f"<?xml version='1.0'?><!DOCTYPE smses [<!ENTITY a0 \"ha\">{declared}]>"
        path.write_text(f"{start}<smses>{sms.format(body)}</smses>", encoding="utf-8")
        _, report = drain(import_path(path, Project(tmp_path / f"project-{number}"), never, Choice(private=True)))
        assert (report.added, report.skipped) == (0, 1)


def test_google_chat_of_the_made_up_person_is_one_answer(shared_data: Path, tmp_path: Path) -> None:
    """It lies in one download with mail, blog and comments, which say for themselves what they bring."""
    synthetic = shared_data / "synthetic"
    expected = json.loads((synthetic / "expected.json").read_text("utf-8"))["takeout"]
    events, _ = drain(
        import_path(synthetic / "takeout", Project(tmp_path), never, Choice(kind="google_chat", private=True))
    )
    found = [one for one in events if isinstance(one, Document)]
    assert [one.text for one in found] == [expected["must_include"][0]]
    assert sum(bool(one.context) for one in found) == expected["chat_pairs"]


def test_the_newest_messages_of_a_mac_are_in_the_log_beside_its_database(tmp_path: Path) -> None:
    folder = tmp_path / "Messages"
    shutil.copytree(FIXTURES / "imessage" / "given", folder)
    database = sqlite3.connect(folder / "chat.db")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("INSERT INTO message (guid, text, is_from_me, date, handle_id) VALUES ('n', 'Newest.', 1, 7, 1)")
    database.commit()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert "chat.db-wal" in before
    assert "Newest." in "".join(texts(folder, tmp_path / "project", wish("imessage")))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    database.close()


def test_a_view_that_never_ends_is_no_table_of_messages(tmp_path: Path) -> None:
    path = tmp_path / "chat.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE VIEW message AS WITH RECURSIVE n(ROWID, guid, date, handle_id, attributedBody) AS"
            " (SELECT 1, 'g', 1, 1, '' UNION ALL SELECT ROWID + 1, 'g', 1, 1, '' FROM n) SELECT * FROM n"
        )
        database.commit()
    assert texts(path, tmp_path / "project", wish("imessage")) == []


def test_rolling_captions_give_each_word_once(shared_data: Path, tmp_path: Path) -> None:
    expected = json.loads((shared_data / "synthetic" / "expected.json").read_text("utf-8"))["youtube_vtt"]
    assert texts(shared_data / "synthetic" / "youtube", tmp_path, Choice()) == [expected["text"]]


@pytest.mark.parametrize(
    "text",
    [
        '{"personal_information": {"user_id": 1}, "chats": {"list": [{"messages": [' + "[" * 100_000,
        '[{"text": "One of many words", "more": ' + "[" * 60_000,
        '{"messages": [{"date_unixtime": "1", "text": "Words before.", "from": "A"}, ' + '{"a":' * 50_000,
    ],
    ids=["telegram", "table", "objects"],
)
def test_brackets_without_end_end_a_file(text: str, tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text(text, encoding="utf-8")
    with suppress(Trouble):
        drain(survey(path, never))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Thursday, November 3, 2016 at 11:59:50\u202fAM UTC", "2016-11-03T11:59:50+00:00"),
        ("Thursday, November 3, 2016 at 12:03:10 AM UTC", "2016-11-03T00:03:10+00:00"),
        ("mardi 7 juillet 2020 à 12:00:00 UTC", "2020-07-07T12:00:00+00:00"),
        ("Donnerstag, 3. November 2016 um 23:59:50 UTC", "2016-11-03T23:59:50+00:00"),
        ("martes, 2 de junio de 2020, 9:00:01 UTC", "2020-06-02T09:00:01+00:00"),
        ("maandag 6 mei 2019 om 08:00:00 UTC", "2019-05-06T08:00:00+00:00"),
        ("30 February 2016 at 10:00:00 UTC", None),
        ("2016 at 10:00:00", None),
        ("", None),
    ],
)
def test_dates_of_google_chat_are_in_the_language_of_the_account(words: str, expected: str | None) -> None:
    found = stamped(words)
    assert (found and found.isoformat()) == expected


def test_a_message_in_a_thread_answers_the_latest_of_somebody_else() -> None:
    threads = Threads()
    said = [("jay", "1"), ("ann", "2"), ("jay", "3"), ("wren", "4"), ("wren", "5"), ("jay", "6")]
    assert [threads.answered("t", *one) for one in said] == ["", "1", "2", "3", "3", "5"]
    assert threads.answered("another", "wren", "7") == ""


def test_people_of_reddit_who_write_alike_stand_as_in_their_letters(tmp_path: Path) -> None:
    lines = [f"{n},p,t,2020-05-01 10:0{n}:00 UTC,1.1.1.1,from{n},to{n},s,Hello" for n in range(9)]
    header = "id,permalink,thread_id,date,ip,from,to,subject,body"
    (tmp_path / "messages.csv").write_text("\n".join((header, *lines, "")), "utf-8")
    with Archive(tmp_path) as archive:
        people = Reddit().people(Files(archive, archive.names))
    assert [one.id for one in people] == [f"{who}{n}" for n in range(9) for who in ("from", "to")]
