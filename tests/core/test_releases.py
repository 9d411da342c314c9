"""A newer version is looked for only when asked, and what a server answers is believed as far as it can be shown."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from core import releases
from core.errors import NetworkTrouble, WrongFile


class Server:
    """Answers every question with the same words; keeps what was asked."""

    def __init__(self) -> None:
        self.status, self.body = 200, b""
        self.asked: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append({name.lower(): value for name, value in self.headers.items()})
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.site = f"http://127.0.0.1:{self.http.server_port}"
        self.address = f"{self.site}/releases.json"

    def tell(self, **told: Any) -> None:
        usual = {"version": 1, "newest": "99.0", "news": "It sings.", "page": f"{self.site}/get"}
        self.body = json.dumps({**usual, **told}).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever)
    thread.start()
    yield server
    server.http.shutdown()
    thread.join()
    server.http.server_close()


def test_a_newer_one_is_told_with_its_page_and_nothing_is_fetched(server: Server) -> None:
    server.tell()
    found = releases.finding(server.address)
    assert found.level == "note"
    assert found.what == f"Mynah 99.0 is out; this is {releases.own()}. It sings."
    assert f"{server.site}/get" in found.fix
    assert len(server.asked) == 1


def test_the_question_tells_nothing_of_who_asks(server: Server) -> None:
    server.tell()
    releases.finding(server.address)
    releases.finding(server.address)
    one, other = server.asked
    assert one["user-agent"] == "mynah"
    assert one.pop("x-amzn-trace-id") != other.pop("x-amzn-trace-id")  # the library's, made up for each question
    assert set(one) == {"user-agent", "host", "accept", "accept-encoding", "connection"}


@pytest.mark.parametrize("newest", ["0.0.1", "own"])
def test_none_newer_is_told_too(server: Server, newest: str) -> None:
    server.tell(newest=releases.own() if newest == "own" else newest)
    assert "none newer" in releases.finding(server.address).what


@pytest.mark.parametrize(("one", "other"), [("0.10", "0.9"), ("1.0.1", "1.0"), ("2.0", "1.99.99")])
def test_numbers_are_compared_as_numbers(one: str, other: str) -> None:
    assert releases.parts(one) > releases.parts(other)
    assert releases.parts("1.0") == releases.parts("1.0.0")


@pytest.mark.parametrize(
    "told",
    [
        {"version": 2},
        {"newest": "soon"},
        {"newest": "9" * 5000},
        {"page": "https://elsewhere.example/set-up.exe"},
        {"page": "javascript:alert(1)"},
        {"page": "http://127.0.0.1:1@elsewhere.example/"},
        {"news": "x" * releases.LARGEST},
    ],
)
def test_an_answer_that_makes_no_sense_or_leads_elsewhere_is_refused(server: Server, told: dict[str, Any]) -> None:
    server.tell(**told)
    with pytest.raises(WrongFile, match="not one that Mynah understands"):
        releases.finding(server.address)


def test_news_are_one_short_line(server: Server) -> None:
    server.tell(news="a\n\x1b[31mb" + "c" * 500)
    assert releases.ask(server.address).news.startswith("a[31mbccc")
    assert len(releases.ask(server.address).news) == releases.LONGEST


@pytest.mark.parametrize("status", [401, 404, 429, 500])
def test_a_server_that_does_not_answer_costs_nothing(server: Server, status: int) -> None:
    server.status = status
    with pytest.raises(NetworkTrouble, match="cannot be reached"):
        releases.finding(server.address)


def test_without_a_network_it_says_that_mynah_works_on() -> None:
    with pytest.raises(NetworkTrouble) as caught:
        releases.finding("http://127.0.0.1:9/releases.json")
    assert "works on" in caught.value.fix
