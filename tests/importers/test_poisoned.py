"""Exports that were cut, mixed up or made to do harm: each is read or told about, and costs nothing beside it."""

import json
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.documents import Document, Skipped
from core.events import drain, never
from core.paths import Project
from core.sources import Choice
from importers.pull import import_path

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
NAMES = (
    "blogger", "bluesky", "facebook", "ghost", "instagram", "linkedin", "medium", "substack", "wordpress",
    "youtube_comments",
)  # fmt: skip
BESIDE = [one["text"] for one in json.loads((FIXTURES / "goodreads" / "expected.json").read_text("utf-8"))["documents"]]


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(20):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def shuffled(data: bytes, chance: random.Random) -> bytes:
    a, b = sorted(chance.randrange(len(data)) for _ in range(2))
    return data[b:] + data[a:b] + data[:a]


def doubled(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + data + data[place:]


def recoded(data: bytes, chance: random.Random) -> bytes:
    return data.decode("utf-8", "replace").encode(chance.choice(["utf-16", "utf-16-le", "latin-1", "utf-7"]), "replace")


def outcome(folder: Path, home: Path) -> tuple[list[Document], list[Skipped]]:
    """What comes of a folder with the good export of Goodreads in it."""
    shutil.copytree(FIXTURES / "goodreads" / "given", folder / "beside")
    project = Project(home)
    events, _ = drain(import_path(folder, project, never, Choice(private=True, guess=True)))
    documents = [one for one in events if isinstance(one, Document)]
    assert [one.text.split("\n") for one in documents if one.source == "goodreads"] == BESIDE
    return documents, [one for one in events if isinstance(one, Skipped)]


@pytest.mark.parametrize("harm", [cut, flipped, shuffled, doubled, recoded])
@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_export_is_read_as_far_as_it_goes(
    name: str, harm: Callable[[bytes, random.Random], bytes], tmp_path: Path
) -> None:
    chance = random.Random(f"{name} {harm.__name__}")
    for attempt in range(4):
        folder = tmp_path / str(attempt)
        shutil.copytree(FIXTURES / name / "given", folder)
        victim = chance.choice([path for path in sorted(folder.rglob("*")) if path.is_file()])
        victim.write_bytes(harm(victim.read_bytes(), chance))
        outcome(folder, tmp_path / f"home {attempt}")


DEEP = "[" * 100_000
WXR = '<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item><wp:status>publish</wp:status><title>'
TREE = '{"root":' + '{"children":[' * 900 + "]}" * 900 + "}"
LAUGHS = '<!DOCTYPE x [<!ENTITY a "' + "ha" * 9_999 + '"><!ENTITY b "' + "&a;" * 999 + '">]>'
MADE = {
    "deep.json": '{"messages":[{"sender_name":"A","timestamp_ms":1},{"sender_name":"A","content":' + DEEP,
    "number.json": '{"messages":[{"sender_name":"A","content":"x","timestamp_ms":' + "9" * 1_000_000 + "}]}",
    "infinite.json": '{"messages":[{"sender_name":"A","content":"x","timestamp_ms":1e999},{"timestamp_ms":NaN}]}',
    "halves.json": '{"messages":[{"sender_name":"\\ud83d","content":"\\ud83d half","timestamp_ms":1500000000000}]}',
    "wrong kinds.json": '{"messages":[7,null,[],{"sender_name":[],"content":{},"timestamp_ms":"x"},{}]}',
    "captions.json": '[{"media":[{"title":' + DEEP,
    "no list.json": '[{"media":[]},{"media":{"title":"x"}},{"media":[[]]}]',
    "comments.json": '{"comments_v2":[{"data":[{"comment":{"comment":"x","timestamp":-1e30}}]},{"data":' + DEEP,
    "profile.json": '{"profile_v2":{"name":' + DEEP,
    "ghost.json": '{"db":[{"meta":{"exported_on":1},"data":{"posts":[{"id":1,"lexical":"' + DEEP + '"},{"html":' + DEEP,
    "tree.json": json.dumps(
        {
            "meta": {"exported_on": 1},
            "data": {"posts": [{"lexical": '{"root":' + '{"children":[' * 900 + "]}" * 900 + "}"}]},
        }
    ),
    "nested.xml": WXR + "<b>" * 100_000,
    "laughs.xml": '<!DOCTYPE x [<!ENTITY a "'
    + "ha" * 9_999
    + '"><!ENTITY b "'
    + "&a;" * 999
    + '">]>'
    + WXR
    + "&b;" * 999,
    "html.xml": WXR + "x</title><guid>1</guid><content:encoded><![CDATA[" + "<!--" * 50_000 + "]]></content:encoded>",
    "deep.xml": WXR + "x</title><content:encoded><![CDATA[" + "<div>" * 100_000 + "]]></content:encoded></item>",
    "medium.html": '<article class="h-entry"><section data-field="body" class="e-content">' + "<b>" * 100_000,
    "posts.csv": "post_id,post_date,is_published,\n" + "../../x," * 100_000 + '\n"never closed' + "\nx" * 10_000,
    "comments.csv": 'a,b,c\nUg1,UCx,"{""text"":' + "[" * 100_000 + '"\nUg2,UCx,"{""text"":""good""}"\n\0\0,\0',
    "comments 2.csv": '{""text"":,UCx,"{""text"":""x""}"\n\n,\nUg1,UCx\n',
    "no columns.csv": '\n"{""text"":""x""}",UCx\nUg1,UCx,x\n',
    "Shares.csv": "Date,ShareLink,ShareCommentary\n" + ",," + "x" * 1_000_000 + "\n" + '"' * 9_999,
    "messages.csv": "CONVERSATION ID,FROM,CONTENT\n" + "a,b,<p>\n" * 1_000 + ",,,,,,,,,,\n",
}


@pytest.mark.parametrize("name", MADE)
def test_a_file_made_to_do_harm_does_none(name: str, tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / name).write_text(MADE[name], encoding="utf-8", newline="")
    started = time.process_time()
    outcome(tmp_path / "export", tmp_path / "home")
    assert time.process_time() - started < 5
