"""The access token: kept where only its owner looks, used, and gone when told."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from core import access
from core.errors import WrongFile
from core.paths import Home
from tests.fakes.drawer import Drawer

TOKEN = "hf_abcdefgh"


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    before = keyring.get_keyring()
    made = Drawer()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def no_drawer() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]  # keyring has no types here
    yield
    keyring.set_keyring(before)


def test_with_a_keyring_nothing_lies_in_a_file(tmp_path: Path, drawer: Drawer) -> None:
    home = Home(tmp_path)
    assert access.token(home) is None
    assert access.keep(home, f" {TOKEN}\n") == "your system's keyring"
    assert access.token(home) == TOKEN
    assert list(tmp_path.iterdir()) == []
    access.forget(home)
    assert access.token(home) is None
    assert drawer.kept == {}


@pytest.mark.skipif(os.name == "nt", reason="Windows has a keyring, and other rights")
def test_without_one_only_the_owner_reads_the_file(tmp_path: Path, no_drawer: None) -> None:
    home = Home(tmp_path)
    (tmp_path / access.FILE).touch(0o644)
    assert access.keep(home, TOKEN) == "a file that only you can read"
    assert stat.S_IMODE((tmp_path / access.FILE).stat().st_mode) == 0o600
    assert access.token(home) == TOKEN
    access.forget(home)
    assert access.token(home) is None


def test_the_variable_comes_first(tmp_path: Path, no_drawer: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_shell")
    assert access.token(Home(tmp_path)) == "hf_of_the_shell"


@pytest.mark.parametrize("given", ["", "hf", "two words", "hf_abcdefgh\nmore"])
def test_what_is_no_token_is_refused(tmp_path: Path, no_drawer: None, given: str) -> None:
    with pytest.raises(WrongFile):
        access.keep(Home(tmp_path), given)
