"""mynah serve and mynah chat with a base model: a bot at once, in the terminal and for other programs."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest

from app.command import main
from core import shelf, weights
from core.corpus import Corpus
from core.documents import Document
from core.events import drain, never
from core.paths import home
from tests.fakes import tiny
from tests.fakes.instruct import instruct_model

HARBOUR = "We moved to the old house by the harbour because the rent was low and the light was good in the morning."


@pytest.fixture
def base(tmp_path: Path) -> str:
    """The id of a base model on the shelf; and something was written."""
    with Corpus(home().project().corpus) as corpus:
        corpus.add(Document(source="s", key="move", title="Moving", text=HARBOUR))
    model = drain(shelf.add(home(), instruct_model(tmp_path / "tiny"), weights.look, never, link=True))[1]
    assert model is not None
    return model.id


@pytest.fixture
def served(base: str) -> Iterator[dict[str, str]]:
    command = [sys.executable, "-m", "app", "serve", "--model", base, "--port", "0", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ)
    assert process.stdout is not None
    yield json.loads(process.stdout.readline())
    process.terminate()
    assert process.wait(30) == 0
    process.stdout.close()


def test_another_program_talks_to_it(served: dict[str, str]) -> None:
    with openai.OpenAI(base_url=f"{served['address']}/v1", api_key=served["token"], max_retries=0) as client:
        assert client.models.list().data[0].id == "mynah"
        asked: list[openai.types.chat.ChatCompletionMessageParam] = [{"role": "user", "content": "Hello you"}]
        reply = client.chat.completions.create(model="mynah", messages=asked, max_tokens=5, seed=1)
        stream = client.chat.completions.create(model="mynah", messages=asked, max_tokens=5, seed=1, stream=True)
        streamed = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    assert reply.choices[0].message.content == streamed
    assert reply.usage is not None
    assert reply.usage.completion_tokens <= 5 < reply.usage.prompt_tokens


def test_without_a_bot_it_says_how_to_get_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--port", "0"]) == 1
    assert "no trained model yet" in capsys.readouterr().err


def test_a_base_model_talks_with_notes_at_once(base: str, capsys: pytest.CaptureFixture[str]) -> None:
    question = "Why did you move to the house by the harbour?"
    assert main(["chat", "--model", base, "--prompt", question, "--length", "6", "--seed", "1", "--json"]) == 0
    *_, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (last["kind"], last["sources"]) == ("Reply", [{"number": 1, "title": "Moving", "key": "move", "url": ""}])
    assert main(["chat", "--model", base, "--prompt", question, "--length", "6", "--no-notes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["sources"] == []


def test_a_strength_beyond_reason_is_a_wrong_command(base: str) -> None:
    with pytest.raises(SystemExit):
        main(["chat", "--model", base, "--prompt", "Hi", "--strength", "7"])


def test_chat_data_is_made_listed_edited_and_dropped(base: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Corpus(home().project().corpus) as corpus:
        for document in tiny.documents(40, sentences=12):
            corpus.add(document)

    def facts(*words: str) -> list[dict[str, object]]:
        assert main(["chatdata", "--json", *words]) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    *made, last = facts("--model", base, "--pieces", "2")
    assert {row["kind"] for row in made} == {"Row"}
    assert last["rows"] == len(made) == 5
    first = str(made[0]["id"])
    (changed,) = facts("--edit", first, "Why?", "So.")
    assert (changed["asked"], changed["answer"]) == ("Why?", "So.")
    facts("--drop", first)
    listed = {row["id"]: row["used"] for row in facts("--list") if row["kind"] == "Row"}
    assert listed[first] is False
    assert main(["chatdata"]) == 1
    assert "which base model" in capsys.readouterr().err
