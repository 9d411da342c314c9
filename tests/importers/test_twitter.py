"""Posts of X that stand alone come as they are read; what belongs to others waits, however far apart it lies."""

import json
from pathlib import Path

import pytest

from core.documents import Document
from core.events import drain, never
from core.sources import Choice
from importers import tweet_links
from importers.base import Step
from importers.pull import events

CHOICE = Choice(private=True)
ME, OTHER = "77", "88"


def post(id: int, text: str, *, after: int = 0, of: str = ME, versions: tuple[int, ...] = ()) -> dict[str, object]:
    tweet: dict[str, object] = {"id_str": str(id), "full_text": text, "created_at": "Sat Nov 09 12:14:18 +0000 2024"}
    if after:
        tweet |= {"in_reply_to_status_id_str": str(after), "in_reply_to_user_id_str": of}
    if versions:
        tweet |= {"edit_info": {"initial": {"editTweetIds": [str(one) for one in versions]}}}
    return {"tweet": tweet}


def told(folder: Path, posts: list[dict[str, object]], *, account: bool = True) -> list[str]:
    """The texts of an archive, in the order in which they came."""
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "tweets.js").write_text(f"window.YTD.tweets.part0 = {json.dumps(posts)}", "utf-8")
    if account:
        record = [{"account": {"accountId": ME, "username": "mara"}}]
        (folder / "data" / "account.js").write_text(f"window.YTD.account.part0 = {json.dumps(record)}", "utf-8")
    steps = [step for step in drain(events(folder, CHOICE, never))[0] if isinstance(step, Step)]
    return [one.text for step in steps for one in step.items if isinstance(one, Document)]


def test_a_thread_is_one_document_though_its_ends_lie_at_both_ends_of_the_file(tmp_path: Path) -> None:
    alone = [post(100 + n, f"alone {n}") for n in range(20)]
    found = told(tmp_path, [post(3, "three", after=2), *alone, post(2, "two", after=1), post(1, "one")])
    assert found == [*(f"alone {n}" for n in range(20)), "one\n\ntwo\n\nthree"]


def test_an_answer_to_somebody_else_stands_alone_and_is_not_waited_for(tmp_path: Path) -> None:
    found = told(tmp_path, [post(2, "two", after=1), post(9, "@oskar yes", after=8, of=OTHER), post(1, "one")])
    assert found == ["yes", "one\n\ntwo"]


def test_without_an_account_every_answer_may_be_to_oneself(tmp_path: Path) -> None:
    found = told(tmp_path, [post(2, "two", after=1, of=OTHER), post(1, "one"), post(5, "alone")], account=False)
    assert found == ["alone", "one\n\ntwo"]


def test_only_the_last_version_comes_and_answers_go_to_it(tmp_path: Path) -> None:
    found = told(
        tmp_path,
        [
            post(1, "speling", versions=(1,)),
            post(4, "and more", after=1),
            post(2, "spelling", versions=(1, 2)),
            post(5, "alone", versions=(5,)),
        ],
    )
    assert found == ["alone", "spelling\n\nand more"]


def test_a_mark_that_is_cut_by_the_end_of_a_piece_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    posts = [post(2, "two", after=1), post(1, "one"), post(3, "three", versions=(3,))]
    for size in range(40, 60):
        monkeypatch.setattr(tweet_links, "PIECE", size)
        assert told(tmp_path / str(size), posts) == ["three", "one\n\ntwo"]
