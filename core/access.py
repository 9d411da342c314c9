"""The access token for the model hub: in the system's keyring, or where there is none in a file only its owner reads.

Knows no network. The token is never logged, never shown again and never written into a project, an export or a backup.
"""

import os
import re
from typing import Final

import keyring
from keyring.errors import KeyringError, NoKeyringError

from core.atomic import disk_errors
from core.errors import WrongFile
from core.paths import Home

SERVICE: Final = "Mynah"
USER: Final = "model hub"
FILE: Final = "hub-token"
OWNER_ONLY: Final = 0o600


def token(home: Home) -> str | None:
    """The token to use: that of HF_TOKEN, else the one that was given to Mynah, else none."""
    return os.environ.get("HF_TOKEN") or _from_keyring() or _from_file(home)


def keep(home: Home, given: str) -> str:
    """Keep a token; returns where, in words. Raises WrongFile for what cannot be one."""
    given = given.strip()
    if not re.fullmatch(r"[A-Za-z0-9_-]{8,200}", given):
        raise WrongFile(
            "This is no access token.", fix="Copy it whole from huggingface.co/settings/tokens: it begins with hf_."
        )
    try:
        keyring.set_password(SERVICE, USER, given)
    except (NoKeyringError, KeyringError):
        _to_file(home, given)
        return "a file that only you can read"
    with disk_errors("removing an older token"):
        (home.root / FILE).unlink(missing_ok=True)
    return "your system's keyring"


def forget(home: Home) -> None:
    """Remove the token wherever it is kept."""
    try:
        if _from_keyring() is not None:
            keyring.delete_password(SERVICE, USER)
    except KeyringError:
        pass  # a keyring that cannot be opened holds nothing that we would use
    with disk_errors("removing the token"):
        (home.root / FILE).unlink(missing_ok=True)


def _from_keyring() -> str | None:
    try:
        return keyring.get_password(SERVICE, USER)
    except KeyringError:
        return None


def _from_file(home: Home) -> str | None:
    try:
        return (home.root / FILE).read_text("ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def _to_file(home: Home, given: str) -> None:
    with disk_errors("keeping the token"):
        home.root.mkdir(parents=True, exist_ok=True)
        (home.root / FILE).unlink(missing_ok=True)  # an older one may have been readable by others
        descriptor = os.open(home.root / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(given)
