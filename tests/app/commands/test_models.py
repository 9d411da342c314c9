"""mynah models: what is here, what is on offer, and a folder of one's own."""

import io
import json
from pathlib import Path

import pytest
from keyring.backends.fail import Keyring

from app.command import main
from core.catalogue import CATALOGUE
from tests.core.families import oracle
from tests.fakes.hub import FakeHub, serving


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own") / "Tiny"
    oracle.make("llama", folder)
    return folder


def rows(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_without_words_it_lists_what_is_on_offer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    said = capsys.readouterr().out
    assert "none yet" in said
    assert "qwen3-1.7b                 3.4 GB  Apache-2.0          answers" in said
    assert main(["models", "--json"]) == 0
    assert [row["id"] for row in rows(capsys)] == [model.id for model in CATALOGUE]


def test_a_folder_is_added_checked_and_removed(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "add", str(own)]) == 0
    assert capsys.readouterr().out == "Tiny is ready, as tiny.\n"
    assert main(["models", "check", "tiny"]) == 0
    assert main(["models", "list", "--json"]) == 0
    assert '"id": "tiny"' in capsys.readouterr().out
    assert main(["models", "remove", "tiny"]) == 0
    assert main(["models", "check", "tiny"]) == 1
    assert "not on this computer" in capsys.readouterr().err


def test_a_folder_that_is_no_model_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "add", str(tmp_path)]) == 1
    assert "This folder has no config.json." in capsys.readouterr().err


def test_what_to_add_must_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["models", "add"])
    assert "needs to be told which" in capsys.readouterr().err


def test_a_model_is_downloaded_from_the_hub(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {path.name: path.read_bytes() for path in own.iterdir()}
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with serving(FakeHub(files)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        assert main(["models", "download", "smollm2-135m-instruct"]) == 1  # which is pinned to another commit
        assert "another version of this model" in capsys.readouterr().err
        assert main(["models", "download", "someone/Tiny-7B"]) == 0
        assert main(["models", "download", "nobody"]) == 1
    said = capsys.readouterr()
    assert said.out == "Tiny-7B is ready, as tiny-7b. Its licence: mit.\n"
    assert "no model of the catalogue" in said.err


def test_a_token_is_asked_for_and_never_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr("keyring.core._keyring_backend", Keyring())  # type: ignore[no-untyped-call]  # no types here
    for line, said in (("hf_abcdefgh\n", "Kept in a file that only you can read.\n"), ("\n", "Removed.\n")):
        monkeypatch.setattr("sys.stdin", io.StringIO(line))
        assert main(["models", "token"]) == 0
        assert capsys.readouterr().out == said
