"""Exports of other projects' tests, as the services wrote them: what each gives, compared in full."""

import json
from pathlib import Path

import pytest

from core.sources import Choice
from tests.importers.all_samples import TABLE, outcome, samples
from tests.importers.fixture import imported

EXPECTED = Path(__file__).resolve().parent.parent / "fixtures" / "samples"
SAMPLES = [
    ("bluesky/small-repo.car", ()),
    ("wordpress/nikola-export.wxr.xml", ()),
    ("wordpress/nikola-unicode.wxr.xml", ()),
    ("wordpress/tryghost-sample.wxr.xml", ("harry@example.com",)),
    ("ghost/ghost-export.json", ("Alice Johnson",)),
    ("substack/export", ()),
    ("medium/posts/advanced-post.html", ()),
    ("medium/posts/basic-post.html", ()),
    ("medium/posts/comment.html", ()),
    ("medium/posts/draft-post.html", ()),
    ("medium/posts/quote-post.html", ()),
    ("facebook/message_1.json", ("User 2",)),
    ("instagram/message_1.json", ("Jane Doe",)),
    ("telegram/single_chat.json", ("Batman & Robin",)),
    ("telegram/batch_export.json", ("Author 2",)),
    ("telegram/messages.html", ("Batman & Robin",)),
    ("slack/slack_export.zip", ("U0500003428",)),
    ("slack/testarchive.zip", ("Harry Potter",)),
    ("signal/test_export.txt", ("John Doe",)),
    ("imessage/imessage_chat.db", ()),
    ("imessage/imessage_chat_upgrade_osx_11.db", ()),
    ("podcast/example.vtt", ("Sarah",)),
    ("podcast/example.srt", ("Travis",)),
]


@pytest.mark.parametrize(("sample", "me"), SAMPLES, ids=[sample for sample, _ in SAMPLES])
def test_a_sample_gives_exactly_what_is_expected(
    sample: str, me: tuple[str, ...], shared_data: Path, tmp_path: Path
) -> None:
    name = sample.replace("/", "-").removesuffix("-")
    expected = json.loads((EXPECTED / f"{name}.json").read_text("utf-8"))
    found = imported(shared_data / "samples" / sample, tmp_path, Choice(me=me, private=True))
    assert json.loads(json.dumps(found)) == expected


def test_every_sample_is_read_or_refused_as_it_is_written_down(shared_data: Path) -> None:
    expected = json.loads(TABLE.read_text("utf-8"))
    folder = shared_data / "samples"
    found = {path.relative_to(folder).as_posix(): outcome(path) for path in samples(folder)}
    assert {name for name in found if found[name] != expected.get(name)} == set()
    assert set(found) == set(expected)


def test_what_is_not_read_is_refused_in_one_sentence(shared_data: Path) -> None:
    for name, told in json.loads(TABLE.read_text("utf-8")).items():
        if not told.get("documents"):
            assert told.get("trouble") or set(told["skipped"]), name
