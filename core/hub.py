"""The model hub: which files a model has at one commit, and those files on the shelf. Light: knows no torch.

A download is pinned: it asks for the catalogue's commit, or for what "main" is when it begins, keeps the list of sizes
and hashes beside what has arrived, and goes on with that list however often it is cut.

models/.arriving/<id>/listing.json     what is to come
                      *, *.part        what is there
"""

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal, Self

import httpx2
from huggingface_hub import HfApi, hf_hub_url
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, HFValidationError, OfflineModeIsEnabled
from huggingface_hub.hf_api import RepoSibling
from huggingface_hub.utils._headers import build_hf_headers
from huggingface_hub.utils._http import get_session, parse_ratelimit_headers

from core import download, shelf
from core.atomic import disk_errors, sha256, swap, sync_folder, write_file
from core.catalogue import Kind, Model
from core.download import Broken, Span, Wanted
from core.errors import NetworkTrouble, Unsupported, WrongFile
from core.events import Stop, Work
from core.paths import Home
from core.shelf import Card, Shelved

LISTING: Final = "listing.json"
ARRIVING: Final = ".arriving"  # no id begins with a dot
SECONDS: Final = 20.0  # for a list of files
LARGEST: Final = 1 << 40  # bytes of a model; more is no answer of a sane server

# Of a repository with several sets of weights, the one that transformers loads.
NAMES: Final = re.compile(
    r"config\.json|generation_config\.json|tokenizer\.json|tokenizer_config\.json|special_tokens_map\.json|"
    r"chat_template\.jinja|model\.safetensors\.index\.json|model(-\d{5}-of-\d{5})?\.safetensors|LICENSE[\w.]*|NOTICE[\w.]*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to get, and what it is called on the shelf."""

    id: str
    title: str
    repo: str
    revision: str = "main"
    licence: str = ""
    kind: Kind = "instruct"

    @classmethod
    def of(cls, model: Model) -> Self:
        return cls(
            id=model.id,
            title=model.title,
            repo=model.repo,
            revision=model.revision,
            licence=model.licence,
            kind=model.kind,
        )

    @classmethod
    def by_name(cls, repo: str) -> Self:
        """Any repository of the hub, written as owner/name."""
        name = repo.rpartition("/")[2]
        return cls(id=shelf.id_of(name), title=name, repo=repo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The files of a model at one commit."""

    commit: str
    licence: str
    files: tuple[Wanted, ...]

    @property
    def bytes(self) -> int:
        return sum(file.size for file in self.files)

    @classmethod
    def from_json(cls, text: str) -> Self:
        fields: dict[str, Any] = json.loads(text)
        return cls(**{**fields, "files": tuple(Wanted(**file) for file in fields["files"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What raises Trouble for a folder that is no model. `glance` sees it before the weights are there, which are
    nearly all of it; `whole` reads every weight, and gives False when stopped."""

    glance: Callable[[Path], object]
    whole: Callable[[Path, Stop], Work[bool]]


def get(home: Home, order: Order, token: str | None, checks: Checks, stop: Stop) -> Work[Shelved | None]:
    """Fetch a model onto the shelf, going on with what is there. None when stopped; what arrived is kept.

    Raises NetworkTrouble and DiskTrouble, and what `checks` raise.
    """
    if (home.models / order.id / shelf.NOTE).is_file():
        return shelf.find(home, order.id)
    folder = arriving(home, order.id)
    with disk_errors("saving a download"):
        folder.mkdir(parents=True, exist_ok=True)
        listing = _listed(folder, order, token)
        left = listing.bytes - sum(path.stat().st_size for path in folder.iterdir() if path.name != LISTING)
        shelf.room_for(home.models, max(left, 0))
    before, glanced = 0, False
    for file in sorted(listing.files, key=_is_weights):
        if _is_weights(file) and not glanced:
            checks.glance(folder)
            glanced = True
        url = hf_hub_url(order.repo, file.name, revision=listing.commit, endpoint=endpoint())
        read = download.reading(
            url, build_hf_headers(token=token or False, library_name="mynah", library_version=version("mynah"))
        )
        if not (yield from download.fetch(file, folder, read, stop, Span(before, listing.bytes))):
            return None
        before += file.size
    if not (yield from checks.whole(folder, stop)):
        return None
    with disk_errors("putting a model on the shelf"):
        return _shelve(home, order, listing, folder)


def _is_weights(file: Wanted) -> bool:
    return file.name.endswith(".safetensors")


def arriving(home: Home, id_: str) -> Path:
    """Where a model's files are until all are there. Raises WrongFile for what is no id."""
    if not shelf.may_be_id(id_):
        raise WrongFile("This is no name of a base model.", fix="See which there are: mynah models")
    return home.models / ARRIVING / id_


def arrived(home: Home, id_: str) -> int:
    """Bytes of a download that was cut; 0 when there is none."""
    folder = arriving(home, id_)
    return sum(path.stat().st_size for path in folder.iterdir()) if folder.is_dir() else 0


def forget(home: Home, id_: str) -> None:
    """Throw away what arrived of a model."""
    with disk_errors("removing a download"):
        if arriving(home, id_).is_dir():
            shutil.rmtree(arriving(home, id_))


def endpoint() -> str:
    """The hub's address; HF_ENDPOINT names another, such as a mirror."""
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def is_offline() -> bool:
    return os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "true", "yes", "on")


def _listed(folder: Path, order: Order, token: str | None) -> Listing:
    """The list that the download began with, or a new one from the hub."""
    if is_offline():
        raise download.offline()
    try:
        listing = Listing.from_json((folder / LISTING).read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        listing = None
    if listing is None or order.revision not in ("main", listing.commit):
        listing = ask(order, token)
        write_file(folder / LISTING, json.dumps(asdict(listing), indent=2).encode("utf-8"))
    return listing


def ask(order: Order, token: str | None) -> Listing:
    """The model's files, as the hub tells them. Raises NetworkTrouble, and Unsupported for a model without weights."""
    api = HfApi(endpoint=endpoint(), token=token or False, library_name="mynah", library_version=version("mynah"))
    try:
        with download.network_errors():
            told = api.model_info(order.repo, revision=order.revision, files_metadata=True, timeout=SECONDS)
    except Broken as error:
        raise NetworkTrouble(
            "The model hub cannot be reached.",
            fix="Check the internet connection, then try again. Models that are here already work without it.",
        ) from error
    except HFValidationError as error:
        raise Unsupported("This is no name of a model on the hub.", fix="Write it as owner/name.") from error
    except OfflineModeIsEnabled as error:
        raise download.offline() from error
    except HfHubHTTPError as error:
        raise _refused(error, has_token=token is not None) from error
    if order.revision not in ("main", told.sha):
        raise NetworkTrouble(
            "The model hub answers with another version of this model than the one that Mynah knows.",
            fix="Try again later, or without the mirror that HF_ENDPOINT names.",
        )
    files = tuple(_wanted(each) for each in told.siblings or () if NAMES.fullmatch(each.rfilename))
    licence = str(getattr(told.card_data, "license", None) or "")
    listing = Listing(commit=str(told.sha), licence=licence, files=files)
    if not any(map(_is_weights, files)) or not re.fullmatch(r"[0-9a-f]{40}", listing.commit):
        raise Unsupported(
            "This model does not come as .safetensors files, the only weights that Mynah opens.",
            fix="Choose another model, or look for a version of it in safetensors.",
        )
    return listing


def _wanted(sibling: RepoSibling) -> Wanted:
    if sibling.size is None or not 0 <= sibling.size <= LARGEST:
        raise NetworkTrouble("The model hub gives an answer that makes no sense.", fix="Try again later.")
    if sibling.lfs is not None:
        return Wanted(name=sibling.rfilename, size=sibling.lfs.size, digest=sibling.lfs.sha256)
    return Wanted(name=sibling.rfilename, size=sibling.size, digest=str(sibling.blob_id), hash="git")


def _refused(error: HfHubHTTPError, *, has_token: bool) -> NetworkTrouble:
    status = error.response.status_code
    if status == httpx2.codes.PROXY_AUTHENTICATION_REQUIRED:
        return download.refused_by_proxy()
    if status == httpx2.codes.UNAUTHORIZED and has_token:  # so the hub answers to a stale one for every model
        return NetworkTrouble(
            "The model hub does not accept the access token that Mynah sends along.",
            fix="Make a new one at huggingface.co/settings/tokens and give it to Mynah on the Models page (or: mynah "
            "models token), or remove the old one there: most models need none.",
        )
    if isinstance(error, GatedRepoError) or status == httpx2.codes.FORBIDDEN:
        return download.locked()
    if status == httpx2.codes.UNAUTHORIZED:  # it does not say which
        return NetworkTrouble(
            "The model hub has no model of this name, or shows it only to people it knows.",
            fix="Check the name. If it is right, give Mynah an access token on the Models page (or: mynah models "
            "token).",
        )
    if status == httpx2.codes.NOT_FOUND:
        return NetworkTrouble(
            "The model hub has no model of this name, or not in this version.",
            fix="Check the name, or choose another model.",
        )
    if status == httpx2.codes.TOO_MANY_REQUESTS:
        return download.too_many(_seconds(error.response.headers))
    return download.sick(status)


def _seconds(headers: Mapping[str, str]) -> float:
    """How long the hub asks to wait, in either of the two ways in which servers tell it."""
    after, limit = headers.get("Retry-After", ""), parse_ratelimit_headers(headers)
    if after.isdecimal():
        return float(after)
    return float(limit.reset_in_seconds) if limit is not None else download.USUAL_WAIT


def _shelve(home: Home, order: Order, listing: Listing, folder: Path) -> Shelved:
    """Give the finished folder its card and its place."""
    hashes = {file.name: _sha256(folder, file) for file in listing.files}
    card = Card(
        title=order.title,
        origin="downloaded",
        licence=order.licence or listing.licence,
        repo=order.repo,
        revision=listing.commit,
        kind=order.kind,
        files=hashes,
    )
    write_file(folder / shelf.NOTE, card.to_json().encode("utf-8"))
    (folder / LISTING).unlink()
    swap(folder, home.models / order.id)
    sync_folder(home.models)
    return shelf.find(home, order.id)


def _sha256(folder: Path, file: Wanted) -> str:
    """What a file hashes to; large ones were hashed when they came."""
    if file.hash == "sha256":
        return file.digest
    return sha256(folder / file.name)


def reach() -> Literal["works", "blocked", "off"]:
    """Whether the hub answers, with one small question."""
    if is_offline():
        return "off"
    try:
        with download.network_errors():
            get_session().head(endpoint(), timeout=SECONDS)
    except (Broken, NetworkTrouble):
        return "blocked"
    return "works"
