"""Two hundred ways in that are none: no success, no error of ours, and nobody behind the server hears of them."""

import json
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.paths import Home
from core.serve.running import Server, new_token, token_of
from tests.core.serve.conftest import TOKEN, Parrot, Running, Start

PATHS = ("/v1/models", "/v1/chat/completions", "/v1/completions", "/api/chat", "/api/chat/stream")
GOOD = {
    "/v1/models": "",
    "/v1/chat/completions": '{"model": "mynah", "messages": [{"role": "user", "content": "Hi"}]}',
    "/v1/completions": '{"model": "mynah", "prompt": "Hi"}',
    "/api/chat": '{"message": "Hi"}',
    "/api/chat/stream": '{"message": "Hi"}',
}
STRANGE_HOSTS = (
    "evil.test", "127.0.0.1", "127.0.0.1:1", "0.0.0.0:{port}", "[::1]:{port}", "2130706433:{port}", "0x7f.1:{port}",
    "127.1:{port}", "localhost.evil.test:{port}", "localhost:{port}.evil.test", "127.0.0.1:{port}@evil.test", "",
)  # fmt: skip
STRANGE_ORIGINS = (
    "http://evil.test", "https://127.0.0.1:{port}", "null", "http://127.0.0.1", "http://localhost:1", "file://",
    "http://127.0.0.1:{port}.evil.test", "", "http://127.0.0.1:{port}, http://evil.test",
)  # fmt: skip
BAD_TOKENS = ("", "Bearer", "Bearer ", "Bearer x", "Basic {token}", "Bearer {token}x", "{token}", "Bearer  {token}")
BAD_BODIES = (
    "", "[]", "null", "{", '{"a":' * 20_000, "\\u0000", '{"message": NaN}', "\x00\x01", '"x"', "9" * 5000,
)  # fmt: skip
FIELDS: dict[str, tuple[object, ...]] = {
    "temperature": (-1, 1e308, "hot", True, [1]), "top_p": (0, 2, "x"), "top_k": (-1, 1.5, "x", 1e9),
    "max_tokens": (0, -1, 4097, 1.5, "x"), "seed": (0.5, "x", 2**70), "min_p": (-1, 1, "x"), "n": (0, 2, 99),
    "stop": (5, [""], ["a"] * 5, {}), "stream": ("yes", 2), "model": (5, "", "m" * 500), "stream_options": (5, "x"),
    "repetition_penalty": (0, 0.5, "x"),
}  # fmt: skip
BAD_MESSAGES: tuple[object, ...] = (
    [], "x", [5], [{}], [{"role": "root", "content": "x"}], [{"role": "user"}], [{"role": "user", "content": 5}],
    [{"role": "assistant", "content": "x"}], [{"role": "user", "content": [{"type": "image_url"}]}],
)  # fmt: skip


def raw(running: Running, request: bytes, wait: float = 5) -> tuple[int, str]:
    """The status and the body of what comes back; 0 when the connection is closed without an answer."""
    with socket.create_connection(("127.0.0.1", running.port), timeout=wait) as connection:
        connection.sendall(request)
        answer = b""
        try:
            while more := connection.recv(65536):
                answer += more
        except (TimeoutError, ConnectionResetError):
            pass
    head, _, rest = answer.partition(b"\r\n\r\n")
    return (int(head.split()[1]) if head else 0), rest.decode("utf-8", "replace")


def request(running: Running, path: str, **changed: str | None) -> bytes:
    """An honest request, with some headers changed or, when None, left out."""
    body = changed.pop("body", None) or GOOD[path]
    headers: dict[str, str | None] = {
        "Host": f"127.0.0.1:{running.port}",
        "Authorization": f"Bearer {TOKEN}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body.encode("utf-8", "surrogateescape"))),
        "Connection": "close",
    }
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    method = changed.get("method") or ("GET" if path == "/v1/models" else "POST")
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None and name != "method"]
    filled = "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""])
    filled = filled.replace("{port}", str(running.port)).replace("{token}", TOKEN)
    return filled.encode("latin-1") + body.encode("utf-8", "surrogateescape")


Attacks = Iterator[tuple[str, bytes, set[int]]]


def strangers(running: Running) -> Attacks:
    """Other hosts, pages of others, no token."""
    for path in PATHS:
        for host in STRANGE_HOSTS:
            yield f"host {host!r} {path}", request(running, path, Host=host), {400, 403}
        for origin in STRANGE_ORIGINS:
            yield f"origin {origin!r} {path}", request(running, path, Origin=origin), {403}
        for token in BAD_TOKENS:
            yield f"token {token!r} {path}", request(running, path, Authorization=token), {401}
        yield f"no token {path}", request(running, path, Authorization=None), {401}
        yield (
            f"token in the address {path}",
            request(running, path, Authorization=None).replace(path.encode(), f"{path}?token={TOKEN}".encode(), 1),
            {401},
        )
        for site in ("cross-site", "same-site"):
            yield f"{site} {path}", request(running, path, Sec_Fetch_Site=site), {403}
        yield f"two hosts {path}", request(running, path).replace(b"\r\n", b"\r\nHost: evil.test\r\n", 1), {400, 403}


def malformed(running: Running) -> Attacks:
    """Bodies and fields that are none."""
    for path in PATHS[1:]:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None):
            yield f"a form {path}", request(running, path, Content_Type=kind), {400}
        for body in BAD_BODIES:
            yield f"body {body[:20]!r} {path}", request(running, path, body=body or " "), {400}
        own = () if not path.startswith("/api") else ("stream", "stream_options")  # which mean nothing there
        for name, value in ((name, value) for name, values in FIELDS.items() for value in values):
            body = json.dumps({**json.loads(GOOD[path]), name: value})
            if name not in own:
                yield f"{name} {value!r} {path}"[:80], request(running, path, body=body), {400, 404}
    for said in BAD_MESSAGES:
        body = json.dumps({"model": "mynah", "messages": said})
        yield f"messages {said!r}"[:80], request(running, "/v1/chat/completions", body=body), {400}


def nowhere(running: Running) -> Attacks:
    """Methods and addresses that are not there."""
    for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW"):
        yield method, request(running, "/api/chat", method=method), {400, 404, 405}
    for path in ("/", "/../etc/passwd", "/v1/models/..%2f", "//evil.test/v1/models", "/docs", "/static/x"):
        yield path, request(running, "/v1/models").replace(b"/v1/models", path.encode(), 1), {400, 404}
    upgrade = request(running, "/v1/models", Authorization=None, Connection="Upgrade", Upgrade="websocket")
    yield "an upgrade", upgrade, {400, 401, 403}


def test_no_attack_succeeds_and_none_breaks_the_server(start: Start) -> None:
    running = start()
    tried = [*strangers(running), *malformed(running), *nowhere(running)]
    assert len(tried) >= 200
    wrong, statuses = [], list[int]()
    for name, sent, expected in tried:
        status, text = raw(running, sent)
        statuses.append(status)
        if status not in expected or any(model in text for model in ('"mynah"', "2026-01-01 00.00.00")):
            wrong.append((name, status, text[:80]))
    assert wrong == []
    assert [status for status in statuses if not 400 <= status < 500] == []  # no success, and no error of ours
    assert running.parrot.asked == []
    assert raw(running, request(running, "/api/chat"))[0] == 200


def test_what_was_sent_is_not_sent_back(start: Start) -> None:
    running = start()
    for field in ("temperature", "model", "stop", "messages"):
        body = json.dumps({"messages": [{"role": "user", "content": "Hi"}], field: {"secret-7f3": 1}})
        assert "secret-7f3" not in raw(running, request(running, "/v1/chat/completions", body=body))[1]


@pytest.mark.parametrize(
    "junk", [b"\x00" * 50, b"GET / HTTP/9.9\r\n\r\n", b"GET", b"\r\n" * 20, b"A" * 100_000, b"\x16\x03\x01"]
)
def test_what_is_no_http_is_hung_up_on(junk: bytes, start: Start) -> None:
    running = start()
    assert raw(running, junk, wait=0.5)[0] in (0, 400, 403)
    assert raw(running, request(running, "/api/chat"))[0] == 200


def test_a_body_of_a_gigabyte_is_refused_unread(start: Start) -> None:
    running = start()
    begun = time.monotonic()
    status, _ = raw(running, request(running, "/api/chat", Content_Length=str(1 << 30)))
    assert status == 413
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    sent = 0
    with socket.create_connection(("127.0.0.1", running.port), timeout=5) as connection:
        connection.sendall(
            request(running, "/api/chat", Content_Length=None, Transfer_Encoding="chunked", body=" ")[:-1]
        )
        try:
            while sent < 1 << 30:
                connection.sendall(chunk)
                sent += len(chunk)
        except (ConnectionResetError, BrokenPipeError, TimeoutError):
            pass
    assert sent < 100 << 20
    assert time.monotonic() - begun < 60
    assert running.parrot.asked == []


def test_five_hundred_connections_leave_room_for_the_owner(start: Start) -> None:
    running = start()
    with ExitStack() as stack:
        for n in range(500):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", running.port), timeout=5))
            if n % 2:
                connection.sendall(b"POST /api/chat HTTP/1.1\r\nHost: evil")  # and never goes on
        assert raw(running, request(running, "/api/chat"))[0] == 200


def test_the_token_is_made_once_and_only_its_user_can_read_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    token = token_of(home)
    assert len(token) >= 40
    assert token_of(home) == token
    assert stat.S_IMODE((home.root / "api.json").stat().st_mode) == 0o600
    assert new_token(home) != token


def test_a_taken_port_is_said(start: Start) -> None:
    with pytest.raises(Exception, match="in use by another program"):
        Server(Parrot(), TOKEN, start().port)
