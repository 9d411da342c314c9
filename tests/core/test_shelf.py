"""The shelf: a folder becomes a model only when it is one, and a model never takes the user's own folder with it."""

import json
from pathlib import Path

import pytest

from core import shelf
from core.errors import DiskTrouble, WrongFile
from core.events import drain, never
from core.paths import Home
from core.shelf import Shelved

CONFIG = b'{"model_type": "llama"}'


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The user's own folder of a model, with a thing in it that can run code."""
    folder = tmp_path / "Mein Möwen-Modell"
    folder.mkdir()
    (folder / "config.json").write_bytes(CONFIG)
    (folder / "model.safetensors").write_bytes(b"weights" * 1000)
    (folder / "pytorch_model.bin").write_bytes(b"pickle")
    return folder


def fine(folder: Path) -> None:
    assert (folder / "config.json").is_file()


def add(home: Home, folder: Path, *, link: bool) -> Shelved:
    model = drain(shelf.add(home, folder, fine, never, link=link))[1]
    assert model is not None
    return model


def test_an_empty_shelf_holds_nothing(home: Home) -> None:
    assert shelf.all_models(home) == []
    assert shelf.used(home) == 0
    with pytest.raises(WrongFile, match="not on this computer"):
        shelf.find(home, "gpt2")


def test_a_copy_has_what_a_model_is_made_of_and_nothing_that_runs(home: Home, own: Path) -> None:
    model = add(home, own, link=False)
    assert (model.id, model.title) == ("mein-mowen-modell", "Mein Möwen-Modell")
    assert sorted(path.name for path in model.folder.iterdir()) == ["config.json", "model.safetensors", "mynah.json"]
    assert (model.folder / "config.json").read_bytes() == CONFIG
    assert shelf.find(home, model.id) == model == shelf.all_models(home)[0]
    assert shelf.used(home) == model.bytes > 7000
    assert drain(shelf.verify(model, never))[1] == []


def linked(own: Path, elsewhere: Path, *names: str) -> None:
    """Each of these files is a link to one that lies elsewhere."""
    elsewhere.mkdir(parents=True)
    for name in names:
        (elsewhere / name).write_bytes((own / name).read_bytes() if (own / name).is_file() else b"of the user's")
        (own / name).unlink(missing_ok=True)
        (own / name).symlink_to(elsewhere / name)


def test_of_what_nobody_looks_at_no_link_is_followed(home: Home, own: Path, tmp_path: Path) -> None:
    linked(own, tmp_path / "secret", "LICENSE", "chat_template.jinja", "model.safetensors")
    (own / "NOTICE").write_text("their own")
    copied = sorted(path.name for path in add(home, own, link=False).folder.iterdir())
    assert copied == ["NOTICE", "config.json", "model.safetensors", "mynah.json"]


def test_a_snapshot_of_the_hubs_cache_is_copied_whole(home: Home, own: Path, tmp_path: Path) -> None:
    snapshot = tmp_path / "models--who--what" / "snapshots" / "abc"
    snapshot.parent.mkdir(parents=True)
    own.rename(snapshot)
    linked(snapshot, tmp_path / "models--who--what" / "blobs", "config.json", "model.safetensors", "LICENSE")
    copied = sorted(path.name for path in add(home, snapshot, link=False).folder.iterdir())
    assert copied == ["LICENSE", "config.json", "model.safetensors", "mynah.json"]


def test_a_changed_or_missing_file_is_named(home: Home, own: Path) -> None:
    model = add(home, own, link=False)
    weights = bytearray((model.folder / "model.safetensors").read_bytes())
    weights[3500] ^= 1
    (model.folder / "model.safetensors").write_bytes(weights)
    (model.folder / "config.json").unlink()
    assert drain(shelf.verify(model, never))[1] == ["config.json", "model.safetensors"]


def test_a_link_takes_no_space_and_removing_it_leaves_the_folder(home: Home, own: Path) -> None:
    model = add(home, own, link=True)
    assert add(home, own, link=True) == model  # twice is once
    assert model.folder == own
    assert model.bytes < 1000
    shelf.remove(home, model.id)
    assert shelf.all_models(home) == []
    assert (own / "model.safetensors").is_file()


def test_a_link_to_a_drive_that_is_gone_says_so(home: Home, own: Path) -> None:
    model = add(home, own, link=True)
    own.rename(own.with_name("elsewhere"))
    with pytest.raises(WrongFile, match="not there any more"):
        shelf.find(home, model.id)
    assert not shelf.all_models(home)[0].is_there
    shelf.remove(home, model.id)


def test_a_folder_that_is_no_model_changes_nothing(home: Home, tmp_path: Path) -> None:
    def refuse(folder: Path) -> None:
        raise WrongFile("no", fix="no")

    with pytest.raises(WrongFile):
        drain(shelf.add(home, tmp_path, refuse, never, link=False))
    assert not home.models.exists()


def test_stopped_half_way_nothing_is_left(home: Home, own: Path) -> None:
    assert drain(shelf.add(home, own, fine, lambda: True, link=False))[1] is None
    assert list(home.models.iterdir()) == []


def test_a_full_disk_is_told_before_anything_is_copied(home: Home, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 1000})())
    with pytest.raises(DiskTrouble, match=r"takes 0\.3 GB of disk, and 0\.0 GB are free"):
        add(home, own, link=False)
    assert list(home.models.iterdir()) == []


def test_a_folder_put_there_by_hand_is_a_model_and_rubbish_is_not(home: Home) -> None:
    (home.models / "by-hand").mkdir(parents=True)
    (home.models / "by-hand" / "config.json").write_bytes(CONFIG)
    (home.models / "rubbish").mkdir()
    (home.models / "half.part").mkdir()
    (home.models / "half.part" / "config.json").write_bytes(CONFIG)
    assert [model.id for model in shelf.all_models(home)] == ["by-hand"]


@pytest.mark.parametrize("id_", ["..", "../x", "", "a/b", "UPPER", "x.part"])
def test_an_id_can_not_lead_elsewhere(home: Home, id_: str) -> None:
    with pytest.raises(WrongFile):
        shelf.find(home, id_)
    with pytest.raises(WrongFile):
        shelf.remove(home, id_)


def test_a_card_of_another_version_is_not_believed(home: Home, own: Path) -> None:
    model = add(home, own, link=False)
    card = json.loads((model.place / "mynah.json").read_bytes())
    (model.place / "mynah.json").write_text(json.dumps({**card, "version": 99}))
    assert shelf.find(home, model.id).card.files == {}
