"""A page of another origin, in a real browser, tries everything a page can: it cannot reach the local API.

Needs Chromium; where there is none the test is skipped, and says so.
"""

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue

import pytest
from starlette.types import Message, Receive, Scope, Send

from core.asking import Ask
from core.serve.guard import Guard
from tests.core.serve.conftest import TOKEN, Start

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
PATIENCE = 90  # seconds: a browser on a busy machine begins slowly
PAGE = """<!doctype html><meta charset="utf-8"><title>another site</title><iframe name="frame"></iframe><script>
const port = %(port)d, token = "%(token)s", seen = {};
const say = (name, what) => { seen[name] = what; };
const body = JSON.stringify({message: "Hi", history: []});
const paths = ["/v1/models", "/v1/chat/completions", "/api/chat", "/api/chat/stream", "/"];
const hosts = ["127.0.0.1", "localhost", "0.0.0.0"];
async function ask(name, url, how) {
  try { const answer = await fetch(url, how); say(name, answer.type == "opaque" ? "opaque" : "READ " + answer.status); }
  catch (error) { say(name, "blocked"); }
}
function element(name, made, where) {
  return new Promise(done => {
    made.onload = () => { say(name, "LOADED"); done(); };
    made.onerror = () => { say(name, "blocked"); done(); };
    Object.entries(where).forEach(([key, value]) => made[key] = value);
    document.body.appendChild(made);
    setTimeout(done, 5000);
  });
}
async function all() {
  await ask("itself", "/control", {});
  for (const host of hosts) for (const path of paths) {
    const url = `http://${host}:${port}${path}`;
    await ask(`get ${host}${path}`, url, {});
    await ask(`get with token ${host}${path}`, url, {headers: {Authorization: "Bearer " + token}});
    await ask(`simple post ${host}${path}`, url, {method: "POST", body, headers: {"Content-Type": "text/plain"}});
    await ask(`unread post ${host}${path}`, url, {method: "POST", body, mode: "no-cors"});
    await ask(`post with token ${host}${path}`, url, {method: "POST", body,
      headers: {"Content-Type": "application/json", Authorization: "Bearer " + token}});
    navigator.sendBeacon(url, new Blob([body], {type: "text/plain"}));
  }
  const api = `http://127.0.0.1:${port}`;
  await element("script", document.createElement("script"), {src: `${api}/v1/models?token=${token}`});
  await element("image", new Image(), {src: `${api}/v1/models`});
  await element("style", document.createElement("link"), {rel: "stylesheet", href: `${api}/v1/models`});
  const form = document.createElement("form");
  Object.assign(form, {action: `${api}/api/chat`, method: "POST", enctype: "text/plain", target: "frame"});
  form.innerHTML = `<input name='{"message": "Hi", "x": "' value='"}'>`;
  document.body.appendChild(form); form.submit();
  await new Promise(done => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/chat`);
    socket.onopen = () => { say("socket", "OPEN"); done(); };
    socket.onerror = () => { say("socket", "blocked"); done(); }; });
  await new Promise(done => { const events = new EventSource(`${api}/api/chat/stream`);
    events.onopen = () => { say("events", "OPEN"); events.close(); done(); };
    events.onerror = () => { say("events", "blocked"); events.close(); done(); }; });
  await fetch("/report", {method: "POST", body: JSON.stringify(seen)});
}
all();
</script>"""


class OtherSite(ThreadingHTTPServer):
    """Serves the page, and is told by it what it saw."""

    def __init__(self, page: str) -> None:
        self.page = page.encode()
        self.reports: Queue[dict[str, str]] = Queue()
        super().__init__(("127.0.0.1", 0), Visit)


class Visit(BaseHTTPRequestHandler):
    server: OtherSite

    def do_GET(self) -> None:
        self._answer(self.server.page if self.path == "/" else b"")

    def do_POST(self) -> None:
        told = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(b"")
        self.server.reports.put(json.loads(told))

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said: object) -> None:
        """Nothing: tests are quiet."""


@dataclass
class Visited:
    """What the page saw, what the server answered, and what the bot was asked meanwhile."""

    seen: dict[str, str]
    answered: list[int]
    asked: list[Ask]


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The status of every answer that leaves the server, whoever gave it."""
    statuses: list[int] = []
    guarded = Guard.__call__

    async def watched(self: Guard, scope: Scope, receive: Receive, send: Send) -> None:
        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            await send(message)

        await guarded(self, scope, receive, noted)

    monkeypatch.setattr(Guard, "__call__", watched)
    return statuses


@pytest.fixture
def visited(start: Start, tmp_path: Path, answered: list[int]) -> Iterator[Visited]:
    if not BROWSER:
        pytest.skip("NO BROWSER: install Chromium to try the local API from a page of another origin.")
    running = start()
    site = OtherSite(PAGE % {"port": running.port, "token": TOKEN})
    thread = threading.Thread(target=site.serve_forever)
    thread.start()
    options = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
               "--disable-background-networking", "--disable-component-update", "--disable-sync",
               f"--user-data-dir={tmp_path / 'profile'}")  # fmt: skip
    address = f"http://127.0.0.1:{site.server_address[1]}/"
    browser = subprocess.Popen([BROWSER, *options, address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield Visited(site.reports.get(timeout=PATIENCE), answered, running.parrot.asked)
    finally:
        browser.terminate()
        browser.wait(30)
        site.shutdown()
        site.server_close()
        thread.join()


def test_a_page_of_another_origin_reaches_nothing(visited: Visited) -> None:
    assert visited.seen.pop("itself") == "READ 200"  # the page runs, and can read where it may
    assert len(visited.seen) == 3 * 5 * 5 + 5
    assert {name: what for name, what in visited.seen.items() if what not in ("blocked", "opaque")} == {}
    assert len(visited.answered) > 50
    assert set(visited.answered) <= {401, 403}  # and not by the browser's kindness alone
    assert visited.asked == []
