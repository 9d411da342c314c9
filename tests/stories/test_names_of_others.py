"""From a chat on the telephone to token files: the names of the others are nowhere in what a bot learns."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.command import main
from core.device import processor
from core.events import drain, never
from core.paths import Project
from core.plan import Wish
from core.shards import Shard
from core.tokenizers import files
from core.train.prepare import prepare
from importers.bench.exports import Chance

OTHERS = ("Oskar", "Lindqvist", "Philippa")
SAID = (
    "I told Oskar that the boat leaks, and Philippa laughed about it for a whole evening.",
    "Lindqvist is what the letterbox says, but nobody calls him so.",
    "The boat is mended now, with tar and a spoon, in case you wondered.",
)
ASKED = "Mara, did Philippa tell you about the boat?"


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    path, chance, now = tmp_path / "_chat.txt", Chance("names"), datetime(2023, 3, 6, 9, tzinfo=UTC)
    lines = []
    for n in range(200):
        for name, words in (
            ("Oskar Lindqvist", f"{ASKED} {chance.text(1)}"),
            ("Philippa", f"Oskar says: {chance.text(1)}"),
            ("Mara", f"{chance.text(5)} {SAID[n % 40] if n % 40 < len(SAID) else ''}"),
        ):
            now += timedelta(minutes=n % 3 + 1)
            lines.append(f"[{now:%d.%m.%y, %H:%M:%S}] {name}: {words}")
        now += timedelta(days=2)
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_names_of_others_do_not_reach_the_token_files(
    chat: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MYNAH_HOME", str(tmp_path / "home"))
    assert main(["import", str(chat), "--me", "Mara", "--private"]) == 0
    (corpus,) = (tmp_path / "home").rglob("corpus.sqlite")
    assert b"Lindqvist" in corpus.read_bytes() + b"".join(one.read_bytes() for one in corpus.parent.glob("*-wal"))
    run = drain(prepare(Project(corpus.parent), Wish(steps=1), processor(), never))[1]
    assert run is not None
    tokenizer = files.load(run.tokenizer_file)
    learnt = b"".join(
        tokenizer.decode_bytes(Shard.open(run.tokens, side, tokenizer).ids.tolist()) for side in ("train", "held_out")
    ).decode("utf-8", "replace")
    assert "boat" in learnt
    assert [name for name in OTHERS if name.casefold() in learnt.casefold()] == []
    vocabulary = run.tokenizer_file.read_text("utf-8").casefold()
    assert [name for name in OTHERS if name.casefold() in vocabulary] == []
