"""Honest clients: OpenAI's own, and plain requests."""

import json
import time
from http.client import HTTPConnection

import openai
import pytest

from core.replies import Turn
from tests.core.serve.conftest import TOKEN, Running, Start


@pytest.fixture
def running(start: Start) -> Running:
    return start()


@pytest.fixture
def client(running: Running) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{running.address}/v1", api_key=TOKEN, max_retries=0)


HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}


def post(running: Running, path: str, body: object, **headers: str) -> tuple[int, str, dict[str, str]]:
    connection = HTTPConnection("127.0.0.1", running.port, timeout=10)
    given = {**HEADERS, **headers}
    connection.request("POST", path, json.dumps(body), given)
    response = connection.getresponse()
    found = (response.status, response.read().decode(), {key.lower(): value for key, value in response.getheaders()})
    connection.close()
    return found


def test_openais_client_lists(client: openai.OpenAI) -> None:
    with client:
        assert [model.id for model in client.models.list()] == ["mynah", "2026-01-01 00.00.00"]


def test_openais_client_chats(client: openai.OpenAI, running: Running) -> None:
    with client:
        reply = client.chat.completions.create(
            model="mynah",
            messages=[{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}],
            temperature=0.5,
            max_tokens=7,
            seed=-3,
        )
    assert reply.choices[0].message.content == "Hello there, you."
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage is not None
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (5, 4)
    (asked,) = running.parrot.asked
    assert (asked.persona, asked.turns, asked.mode) == ("Be kind.", (Turn("user", "Hi"),), "talk")
    assert (asked.sampling.temperature, asked.sampling.length) == (0.5, 7)


def test_openais_client_streams(client: openai.OpenAI) -> None:
    with client:
        stream = client.chat.completions.create(
            model="mynah",
            messages=[{"role": "user", "content": "Hi"}],
            stream=True,
            stream_options={"include_usage": True},
        )
        chunks = list(stream)
    texts = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices]
    assert texts == ["", "Hello", " there", ", you", ".", None]
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == 4


def test_openais_client_completes(client: openai.OpenAI, running: Running) -> None:
    with client:
        assert client.completions.create(model="mynah", prompt="Once").choices[0].text == "Hello there, you."
        stream = client.completions.create(model="mynah", prompt="Once", stream=True)
        assert "".join(chunk.choices[0].text for chunk in stream) == "Hello there, you."
    assert [asked.mode for asked in running.parrot.asked] == ["continue"] * 2


def test_a_stop_ends_the_reply_before_it_and_no_half_of_it_is_sent(client: openai.OpenAI) -> None:
    with client:
        stream = client.chat.completions.create(
            model="mynah", messages=[{"role": "user", "content": "Hi"}], stop=["e, y"], stream=True
        )
        texts = [chunk.choices[0].delta.content or "" for chunk in stream]
    assert "".join(texts) == "Hello ther"


def test_a_model_that_is_not_there_is_said(client: openai.OpenAI) -> None:
    with client, pytest.raises(openai.NotFoundError, match="no model of this name"):
        client.chat.completions.create(model="other", messages=[{"role": "user", "content": "Hi"}])


def test_the_simple_route_answers_with_history(running: Running) -> None:
    status, text, _ = post(running, "/api/chat", {"message": "Hi", "history": [["a", "b"]], "top_k": 25})
    assert (status, json.loads(text)["reply"]) == (200, "Hello there, you.")
    (asked,) = running.parrot.asked
    assert asked.turns == (Turn("user", "a"), Turn("assistant", "b"), Turn("user", "Hi"))
    assert asked.sampling.top_k == 25


def test_the_simple_route_streams(running: Running) -> None:
    _, text, headers = post(running, "/api/chat/stream", {"message": "Hi"})
    events = [json.loads(line.removeprefix("data: ")) for line in text.split("\n\n") if line]
    assert headers["content-type"].startswith("text/event-stream")
    assert [event.get("text") for event in events] == ["Hello", " there", ", you", ".", None]
    assert events[-1]["done"]


def test_eight_wait_and_the_tenth_is_sent_away(start: Start) -> None:
    running = start(held=True)
    waiting = []
    for _ in range(9):
        connection = HTTPConnection("127.0.0.1", running.port, timeout=20)
        connection.request("POST", "/api/chat", '{"message": "Hi"}', HEADERS)
        waiting.append(connection)
    deadline = time.monotonic() + 30
    status, text, headers = 0, "", dict[str, str]()
    while status != 429 and time.monotonic() < deadline:  # until all nine have arrived
        impatient = HTTPConnection("127.0.0.1", running.port, timeout=0.3)
        try:
            impatient.request("POST", "/api/chat", '{"message": "Hi"}', HEADERS)
            response = impatient.getresponse()
            status, text = response.status, response.read().decode()
            headers = {key.lower(): value for key, value in response.getheaders()}
        except TimeoutError:
            continue
        finally:
            impatient.close()
    assert (status, headers["retry-after"]) == (429, "5")
    assert "busy" in text
    running.parrot.hold.set()
    answers = [connection.getresponse() for connection in waiting]
    assert sum(answer.status == 200 for answer in answers) >= 8
    for answer, connection in zip(answers, waiting, strict=True):
        answer.read()
        connection.close()


def test_one_token_after_the_client_leaves_the_work_stops(start: Start) -> None:
    running = start()
    running.parrot.words = [f" {n}" for n in range(20_000)]
    connection = HTTPConnection("127.0.0.1", running.port, timeout=10)
    body = '{"message": "Hi"}'
    connection.request("POST", "/api/chat/stream", body, HEADERS)
    response = connection.getresponse()
    response.readline()
    response.close()
    connection.close()
    deadline = time.monotonic() + 30
    before = -1
    while len(running.parrot.said) != before and time.monotonic() < deadline:
        before = len(running.parrot.said)
        time.sleep(0.3)
    assert 0 < len(running.parrot.said) == before < 20_000


def test_the_phones_page_is_there_only_when_it_is_wished(start: Start) -> None:
    def get(running: Running) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", running.port, timeout=10)
        connection.request("GET", "/", headers={"Authorization": f"Bearer {TOKEN}"})
        response = connection.getresponse()
        found = (response.status, response.read().decode())
        connection.close()
        return found

    assert get(start())[0] == 404
    status, page = get(start(phone="127.0.0.2"))
    assert status == 200
    assert TOKEN not in page
    assert "http" not in page
