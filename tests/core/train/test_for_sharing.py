"""A build for sharing: of 500 planted secrets none is in its tokens, in its vocabulary or in what was put right."""

from dataclasses import replace
from pathlib import Path

import pytest

from core import feedback, learnt, selection
from core.corpus import Corpus
from core.curate.of_project import people
from core.curate.rules import BY_NAME, CARDS, EMAILS, HIDING, PHONES
from core.device import processor
from core.documents import Document
from core.documents import Turn as Said
from core.events import drain, never
from core.feedback import Judgement
from core.manifest import read_manifest
from core.paths import Project
from core.plan import Wish
from core.replies import Turn
from core.runs import Run
from core.selection import Selection
from core.shards import PartName, Shard
from core.tokenizers import files
from core.train.on_base import prepare_on_base
from core.train.prepare import prepare
from tests.core.curate.planted import SAID, plant
from tests.fakes import tiny
from tests.fakes.base_model import base_model

WISH = Wish(steps=1)
PIECE = 5  # characters of a secret that must not be one token


@pytest.fixture(scope="module")
def writing() -> tuple[list[Document], list[str]]:
    """Writing with 500 secrets planted in it, and the secrets."""
    hosts = [
        Document(source="blog", key=f"{n}", title=f"Post {n}", text=one.text, url=f"https://example.org/{n}")
        for n, one in enumerate(tiny.documents(count=200, sentences=40))
    ]
    documents, plants = plant(hosts)
    secrets = [each.text for each in plants if each.rule in SAID]
    assert len(secrets) == 500
    return documents, secrets


def read_back(run: Run) -> str:
    """All tokens of a run as text."""
    tokenizer = files.load(run.tokenizer_file)
    found = read_manifest(run.tokens)
    sides: list[PartName] = ["train", "held_out"]
    if found.test and found.test.tokens:
        sides.append("test")
    shards = [Shard.open(run.tokens, side, tokenizer) for side in sides]
    return b"".join(tokenizer.decode_bytes(shard.ids.tolist()) for shard in shards).decode("utf-8", "replace")


def vocabulary(run: Run) -> list[str]:
    tokenizer = files.load(run.tokenizer_file)
    return [tokenizer.decode_bytes([id_]).decode("utf-8", "replace").strip() for id_ in range(tokenizer.vocab)]


def test_of_500_secrets_none_is_left_in_a_build_for_sharing(
    writing: tuple[list[Document], list[str]], tmp_path: Path
) -> None:
    documents, secrets = writing
    project = tiny.project(tmp_path / "project", documents)
    with Corpus(project.corpus) as corpus:
        stored = "\n".join(document.text for document in corpus.documents())
    assert all(secret in stored for secret in secrets)
    run = drain(prepare(project, WISH, processor(), never))[1]
    assert run is not None
    assert learnt.unhidden(run) == ()
    read = read_back(run)
    assert [secret for secret in secrets if secret in read] == []
    telling = [piece for piece in vocabulary(run) if len(piece) >= PIECE and any(map(str.isdigit, piece))]
    assert [piece for piece in telling if any(piece in secret for secret in secrets)] == []
    assert [secret for secret in secrets if secret.encode() in run.tokenizer_file.read_bytes()] == []


def test_what_is_not_hidden_is_named_and_all_of_it_is_hidden_again(
    writing: tuple[list[Document], list[str]], tmp_path: Path
) -> None:
    documents, secrets = writing
    project = tiny.project(tmp_path / "project", documents)
    chosen = Selection(rules_off=(PHONES, CARDS, "code"), readable=(selection.secret_hash(secrets[0]),))
    selection.save(project.root, chosen)
    run = drain(prepare(project, WISH, processor(), never))[1]
    assert run is not None
    assert learnt.unhidden(run) == (BY_NAME[PHONES].title, BY_NAME[CARDS].title, learnt.ALLOWED)
    read = read_back(run)
    assert sum(secret in read for secret in secrets) > 100  # so the test above can fail
    assert chosen.hiding(HIDING) == Selection(rules_off=("code",))


def test_what_was_put_right_in_a_talk_is_hidden_too(tmp_path: Path) -> None:
    project: Project = tiny.project(tmp_path / "project", tiny.documents(count=60))
    said = "Ring me at +49 30 901820 or write to mara.nolan@example.org."
    asked = (Turn("user", "Is your number still +49 30 901820?"),)
    feedback.remember(project, Judgement(kind="edited", place="1", turns=asked, text=said, instead="I do not know."))
    base = base_model(tmp_path / "base", "llama")
    run = drain(prepare_on_base(project, replace(WISH, base=base, method="lora"), base, processor(), never))[1]
    assert run is not None
    read = read_back(run)
    assert "Ring me at [phone] or write to [e-mail]." in read
    assert "901820" not in read
    assert EMAILS in HIDING


def test_names_in_what_was_put_right_are_those_that_the_writing_has_instead(tmp_path: Path) -> None:
    said = (Said("Henrike Vos", "Shall Henrike bring the tent?"),)
    talk = Document(source="chats", key="1", kind="message", text="Yes, Henrike, bring the tent, please.", context=said)
    project = tiny.project(tmp_path / "project", [*tiny.documents(count=60), talk])
    asked = (Turn("user", "Who has the tent? Is it Henrike?"),)
    mended = "Henrike has it, and she keeps it dry."
    feedback.remember(project, Judgement(kind="edited", place="1", turns=asked, text=mended, instead="Nobody."))
    base = base_model(tmp_path / "base", "llama")
    run = drain(prepare_on_base(project, replace(WISH, base=base, method="lora"), base, processor(), never))[1]
    assert run is not None
    with Corpus(project.corpus) as corpus:
        known = drain(people(corpus, never))[1]
    assert known is not None
    other = known.put["henrike"]
    read = read_back(run)
    assert f"{other} has it, and she keeps it dry." in read
    assert f"Is it {other}?" in read
    assert "Henrike" not in read
