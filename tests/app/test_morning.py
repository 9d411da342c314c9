"""The morning: a word to whoever waits, and sleep only as the system does it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from app import messages, morning
from app.command import parser
from app.commands import nights
from app.sitting import MYNAH, morning_of, night
from core.errors import NetworkTrouble
from core.paths import Home
from core.plan import Wish


class Listener(BaseHTTPRequestHandler):
    """Keeps what it was sent, and answers as it is told."""

    heard: ClassVar[list[bytes]] = []
    answer: ClassVar[int] = 200

    def do_POST(self) -> None:
        self.heard.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(self.answer)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Listener.heard, Listener.answer = [], 200
    made = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}/hook"
    made.shutdown()
    thread.join()
    made.server_close()


def test_a_message_is_sent_to_the_address_of_the_user(server: str) -> None:
    messages.tell(server, "Mynah", "Your bot is ready: 2.21 bits per byte.")
    (body,) = Listener.heard
    assert json.loads(body)["content"] == "Mynah: Your bot is ready: 2.21 bits per byte."


def test_ntfy_gets_plain_text_with_a_title() -> None:
    assert messages.message("https://ntfy.sh/my-bot", "Mynah", "Ready.") == ({"Title": "Mynah"}, "Ready.")


@pytest.mark.parametrize("answer", [403, 500])
def test_a_refusal_is_told_and_costs_nothing(server: str, answer: int) -> None:
    Listener.answer = answer
    with pytest.raises(NetworkTrouble) as caught:
        messages.tell(server, "Mynah", "Ready.")
    assert "done and saved" in caught.value.fix


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "nonsense"])
def test_an_address_that_is_none_is_trouble_in_words(address: str) -> None:
    with pytest.raises(NetworkTrouble):
        messages.tell(address, "Mynah", "Ready.")


def test_sleep_and_shut_down_are_the_systems_own() -> None:
    assert morning.power("nothing") == []
    assert morning.power("sleep", "linux") == ["systemctl", "suspend"]
    assert morning.power("shutdown", "win32") == ["shutdown", "/s", "/t", "0"]
    assert morning.power("sleep", "darwin") == ["pmset", "sleepnow"]


def test_a_notification_cannot_be_broken_out_of() -> None:
    assert morning.notification('a"b', "c\\d", "darwin")[2] == 'display notification "c\\\\d" with title "a\\"b"'
    assert morning.notification("a", "b", "linux") == ["notify-send", "--app-name=Mynah", "a", "b"]


def test_who_begins_a_training_again_also_sees_to_its_morning() -> None:
    said = ["train", "--keep-going", "--tell", "https://ntfy.sh/mill", "--then", "sleep"]
    asked = parser().parse_args(said)
    assert morning_of(asked.tell, asked.then) == said[2:]
    assert nights.besides(asked) == said[2:]
    nothing = parser().parse_args(["train", "--keep-going"])
    assert morning_of(nothing.tell, nothing.then) == []


def test_who_begins_a_training_again_begins_the_one_that_was_asked_for(tmp_path: Path) -> None:
    asked = parser().parse_args(["train", "--keep-going", "--from-votes", "--tensorboard", str(tmp_path)])
    assert nights.options(asked, Wish()) == ["--from-votes"]
    made = night(Home(tmp_path).project("me"), nights.options(asked, Wish()), "", nights.besides(asked))
    child = parser().parse_args(made.command()[len(MYNAH) :])
    assert (child.from_votes, child.keep_going, child.tensorboard) == (True, False, tmp_path)
