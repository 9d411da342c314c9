"""The same writing and the same choices give the same token files, byte for byte, in every process."""

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.corpus import Corpus
from core.curate.of_project import view
from core.documents import Document, Turn
from core.events import drain, never
from core.examples.build import in_chat, of_view
from core.generate.templates import suiting
from core.leaks import text_of, without_leaks
from core.paths import Project
from core.selection import Selection, save
from core.shards import build_sections
from core.split import split
from core.tokenizers import files, pretrained
from tests.fakes import foreign_tokenizers, tiny

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)
PEOPLE = ("Oskar", "Ida", "Jo", "Bo", "Ole")
ORDERS = ("1", "2", "77")  # of sets and dictionaries of strings, which differ from process to process


def writing() -> list[Document]:
    """Posts with copies among them, and talk with private details in it."""
    posts = tiny.documents(count=40)
    copies = [replace(post, source="medium", key=f"m{n}") for n, post in enumerate(posts[::7])]
    talk = [
        Document(
            source="chat", key=f"{n:03}", kind="message", thread=f"t{n // 6}", written=NOON + timedelta(hours=n),
            text=f"{post.text[:90]} Ask {PEOPLE[n % 4]} at {PEOPLE[n % 5].lower()}{n}@example.org.",
            context=(Turn(PEOPLE[n % 5], f"What is number {n}?"),),
        )
        for n, post in enumerate(tiny.documents(count=160, sentences=3, seed=9))
    ]  # fmt: skip
    return [*posts, *copies, *talk]


def token_files(project: Project, folder: Path) -> dict[str, str]:
    """The hashes of all files that a training would read: running text, and what was said to whom."""
    with Corpus(project.corpus) as corpus:
        made = drain(view(corpus, never))[1]
    assert made is not None
    folder.mkdir()
    sections = without_leaks(split(made.learnt()))
    tokenizer = files.train("bpe", [text_of(one) for one in sections if one.side == "train"], 600)
    tokenizer.save(folder / "tokenizer.json")
    drain(build_sections(sections, tokenizer, folder / "text", never))
    foreign_tokenizers.llama3().save(str(folder / "foreign.json"))
    end = foreign_tokenizers.llama3().token_to_id("<|end_of_text|>")
    assert end is not None
    talking = pretrained.read(folder / "foreign.json", end)
    drain(in_chat(of_view(made), talking, suiting(talking), folder / "talk", never, "You are their twin."))
    found = {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != "foreign.json"
    }
    return {"fingerprint": made.fingerprint, **found}


def in_a_process_of_its_own(project: Project, folder: Path, order: str) -> str:
    """What `token_files` says there."""
    code = (
        "import sys; from pathlib import Path; from core.paths import Project; "
        "from tests.core.examples.test_again import token_files; "
        "print(token_files(Project(Path(sys.argv[1])), Path(sys.argv[2])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(project.root), str(folder)],
        env={**os.environ, "PYTHONHASHSEED": order},
        cwd=Path(__file__).parents[3],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return tiny.project(tmp_path / "project", writing())


def test_every_process_writes_the_same_token_files_byte_for_byte(project: Project, tmp_path: Path) -> None:
    here = token_files(project, tmp_path / "here")
    for kind in ("text", "talk"):
        sides = {f"{kind}/{side}.{what}" for side in ("train", "held_out", "test") for what in ("bin", "mask")}
        assert here.keys() >= {"fingerprint", "tokenizer.json", f"{kind}/manifest.json"} | sides
    assert {name for name in here if name.endswith(".ends")} == {"talk/train.ends", "talk/held_out.ends"}
    for order in ORDERS:
        assert in_a_process_of_its_own(project, tmp_path / order, order) == str(here)


def test_a_changed_rule_changes_the_fingerprint_and_the_files(project: Project, tmp_path: Path) -> None:
    before = token_files(project, tmp_path / "before")
    save(project.root, Selection(rules_off=("e-mail",)))
    after = token_files(project, tmp_path / "after")
    assert after["fingerprint"] != before["fingerprint"]
    assert after["talk/train.bin"] != before["talk/train.bin"]
    save(project.root, Selection())
    assert token_files(project, tmp_path / "again") == before
