"""mynah models: what is here, what is on offer, and a folder of one's own."""

import io
import json
import math
import shutil
from pathlib import Path

import pytest
from keyring.backends.fail import Keyring
from safetensors.torch import load_file, save_file

from app.command import main
from app.words import models as words
from app.work import Task
from app.work import models as work
from core import catalogue, download
from core.catalogue import CATALOGUE
from core.paths import Home
from core.shelf import Shelved
from tests.fakes import tiny
from tests.fakes.hub import FakeHub, serving
from tests.fakes.instruct import instruct_model
from tests.fakes.works import played


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return instruct_model(tmp_path_factory.mktemp("own") / "Tiny")


def rows(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_without_words_it_lists_what_is_on_offer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    said = capsys.readouterr().out
    assert "No base model yet." in said
    assert "qwen3-1.7b                 3.4 GB  Apache-2.0          Answers\n" in said
    assert "The smallest that answers." in said
    assert main(["models", "--json"]) == 0
    told = rows(capsys)
    assert [row["id"] for row in told] == [model.id for model in CATALOGUE]
    assert {row["fits"] for row in told} <= set(words.FITS.values())
    assert [row["id"] for row in told if not row["good_for"]] == []


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


def test_one_without_a_tokenizer_is_told_so_before_anything_is_copied(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(own, tmp_path / "half", ignore=shutil.ignore_patterns("tokenizer.json"))
    assert main(["models", "add", str(tmp_path / "half")]) == 1
    assert "comes without a tokenizer.json" in capsys.readouterr().err
    assert main(["models", "list", "--json"]) == 0
    assert all(row["origin"] == "" for row in rows(capsys))


@pytest.mark.parametrize("link", [(), ("--link",)], ids=["copied", "linked"])
def test_one_whose_weights_are_no_numbers_is_told_so_when_it_is_added(
    link: tuple[str, ...], own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And not hours later, when it is to be trained."""
    folder = shutil.copytree(own, tmp_path / "broken")
    held = load_file(folder / "model.safetensors")
    held[max(held)].view(-1)[-1] = math.nan
    save_file(held, folder / "model.safetensors")
    assert main(["models", "add", str(folder), *link]) == 1
    assert "This model holds weights that are not numbers." in capsys.readouterr().err
    assert main(["models", "list", "--json"]) == 0
    assert all(row["origin"] == "" for row in rows(capsys))


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


def test_a_download_that_broke_off_is_listed_gone_on_with_or_removed(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    id_, found = "smollm2-135m-instruct", catalogue.find("smollm2-135m-instruct")
    assert found is not None
    files = {path.name: path.read_bytes() for path in own.iterdir()}
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(download.fetch, "__defaults__", ((0.01, 0.01),))
    with serving(FakeHub(files, commit=found.revision, cut_at=0.5, cuts=99)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        assert main(["models", "download", id_]) == 1
        assert "start the download again" in capsys.readouterr().err
        main(["models"])
        assert f"are here: download {id_} goes on from there" in capsys.readouterr().out
        assert main(["models", "remove", id_]) == 0
        assert main(["models", "remove", id_]) == 1
        hub.cuts = 0
        assert main(["models", "download", id_]) == 0
    capsys.readouterr()
    main(["models"])
    assert f"\n  {id_}" in capsys.readouterr().out.partition("On offer")[0]


def test_a_download_that_was_stopped_says_how_it_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def download(home: Home, id_: str) -> Task[Shelved | None]:
        return played((), None, holds=False)

    monkeypatch.setattr(work, "download", download)
    assert main(["models", "download", "gpt2"]) == 0
    assert capsys.readouterr().out == "Stopped. What has arrived is kept: give the same command to go on.\n"


def test_offline_what_is_here_is_trained_and_talks_and_what_is_not_says_why(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    tiny.project(Home(tmp_path / "mynah-home").project().root, tiny.documents(40, 30))
    assert main(["models", "add", str(own), "--link"]) == 0
    assert main(["train", "--base", "tiny", "--steps", "2"]) == 0
    capsys.readouterr()
    assert main(["chat", "--prompt", "The kettle", "--length", "3", "--json"]) == 0
    assert any(row["kind"] == "Reply" for row in rows(capsys))
    assert main(["models", "download", "gpt2"]) == 1
    assert "told to stay offline" in capsys.readouterr().err


def test_a_token_is_asked_for_and_never_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr("keyring.core._keyring_backend", Keyring())  # type: ignore[no-untyped-call]  # no types here
    for line, said in (("hf_abcdefgh\n", "Kept in a file that only you can read.\n"), ("\n", "Removed.\n")):
        monkeypatch.setattr("sys.stdin", io.StringIO(line))
        assert main(["models", "token"]) == 0
        assert capsys.readouterr().out == said
