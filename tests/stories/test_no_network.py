"""Nothing leaves this computer: from import to export in a namespace without a network, and watched besides."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes import tiny

UNSHARE = ["unshare", "-rn"]

# A hook of the interpreter in every process: it writes down whoever asks for another computer, before it fails.
WATCH = """
import os, sys
def watch(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        where = args[1] if event in ("socket.connect", "socket.sendto") else args[0]
        if isinstance(where, (tuple, str, bytes)) and event != "socket.connect" or isinstance(where, tuple):
            with open(os.environ["MYNAH_WATCH"], "a", encoding="utf-8") as file:
                file.write(f"{event} {where!r}\\n")
sys.addaudithook(watch)
"""


def may_unshare() -> bool:
    try:
        return subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux" or not may_unshare(), reason="this system has no network namespaces")
def test_import_train_chat_and_export_ask_no_other_computer(tmp_path: Path) -> None:
    writing, home, watched = tmp_path / "posts", tmp_path / "home", tmp_path / "watched"
    writing.mkdir()
    for document in tiny.documents(40, 30):
        (writing / document.key).write_text(document.text, "utf-8")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(WATCH, "utf-8")
    environment = {
        **os.environ,
        "MYNAH_HOME": str(home),
        "MYNAH_WATCH": str(watched),
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), str(Path(__file__).parents[2])]),
        "OMP_NUM_THREADS": "1",
    }
    environment.pop("HF_HUB_OFFLINE", None)

    def mynah(*words: str) -> str:
        command = [*UNSHARE, sys.executable, "-m", "app", *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    mynah("import", str(writing))
    mynah("train", "--steps", "4", "--json")
    reply = mynah("chat", "--prompt", "The kettle", "--length", "5", "--json")
    assert any(json.loads(line).get("kind") == "Reply" for line in reply.splitlines())
    mynah("export", str(tmp_path / "bot.mynah"), "--with-writing")
    mynah("export", str(tmp_path / "folder"), "--as", "folder", "--no-check")
    mynah("bring-in", str(tmp_path / "bot.mynah"))
    mynah("doctor")
    assert not watched.exists()
    probe = [*UNSHARE, sys.executable, "-c", "import socket; socket.create_connection(('192.0.2.1', 9), 1)"]
    assert subprocess.run(probe, env=environment, capture_output=True, check=False).returncode != 0
    assert "192.0.2.1" in watched.read_text("utf-8")  # the watch sees what it is there for
