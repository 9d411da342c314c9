"""The door to base models: looked at before they are believed, fetched, put on the shelf."""

from pathlib import Path
from typing import TYPE_CHECKING

from app.work import Task
from core.events import Progress, Stop, Work
from core.paths import Home
from core.preload import loading_torch
from core.shelf import Shelved, Stock

if TYPE_CHECKING:
    from core.hub import Order
    from core.weights import Source


def add(home: Home, folder: Path, *, link: bool) -> Task[Shelved | None]:
    """Put the user's own folder on the shelf, when it is a model that Mynah can read."""

    def make(stop: Stop) -> Work[Shelved | None]:
        with loading_torch():
            from core import shelf, weights

        if not (yield from whole(folder, stop)):
            return None
        return (yield from shelf.add(home, folder, weights.look, stop, link=link))

    return make


def download(home: Home, id_: str) -> Task[Shelved | None]:
    """Get a model of the catalogue by its id, or any of the hub by owner/name, going on with what is there."""

    def make(stop: Stop) -> Work[Shelved | None]:
        with loading_torch():
            from core import access, hub

        return hub.get(home, ordered(id_), access.token(home), hub.Checks(glance=glance, whole=whole), stop)

    return make


def glance(folder: Path) -> None:
    """Raises Trouble for a model that cannot be built here, before gigabytes of its weights are fetched."""
    from core import weights
    from core.families import recognise

    recognise(weights.json_object(folder / weights.CONFIG))


def whole(folder: Path, stop: Stop) -> Work[bool]:
    """Look at a folder and read every weight; False when stopped. So what is there in the evening can be loaded."""
    from core import weights

    return (yield from weights.read_through(look(folder), stop))


def look(folder: Path) -> "Source":
    """What a folder holds. Raises Trouble unless weights and tokenizer are such that a bot can be made of them; the
    weights' own numbers are not read. Loads torch."""
    from core import weights
    from core.tokenizers import pretrained

    source = weights.look(folder)
    pretrained.read(folder / weights.TOKENIZER, weights.end(source), source.shape.vocab)
    return source


def ordered(id_: str) -> "Order":
    """What is meant by an id of the catalogue, or by owner/name. Raises WrongFile for neither."""
    from core import catalogue
    from core.errors import WrongFile
    from core.hub import Order

    model = catalogue.find(id_)
    if model is not None:
        return Order.of(model)
    if id_.count("/") == 1:
        return Order.by_name(id_)
    raise WrongFile("This is no model of the catalogue.", fix="See which there are: mynah models")


def keep_token(home: Home, token: str) -> str:
    """Keep the hub's access token; returns where, in words. An empty one is forgotten."""
    from core import access

    if token:
        return access.keep(home, token)
    access.forget(home)
    return ""


def stock(home: Home) -> Task[Stock]:
    """What is on the shelf, what has half arrived, and what fits here. Loads no torch."""

    def make(stop: Stop) -> Work[Stock]:
        yield Progress(0, 0, "Looking at the models")
        from core import access, catalogue, doctor, hub, shelf

        return Stock(
            models=tuple(shelf.all_models(home)),
            arrived={model.id: count for model in catalogue.CATALOGUE if (count := hub.arrived(home, model.id))},
            used=shelf.used(home),
            machine=doctor.without_torch(home.root),
            has_token=access.token(home) is not None,
        )

    return make


def remove(home: Home, id_: str) -> Task[None]:
    """Take a model off the shelf, or throw away what has arrived of it."""

    def make(stop: Stop) -> Work[None]:
        yield Progress(0, 0, "Removing")
        from core import hub, shelf

        half = hub.arrived(home, id_)
        hub.forget(home, id_)
        if not half or (home.models / id_).is_dir():
            shelf.remove(home, id_)

    return make


def link(home: Home, folder: Path) -> Task[Shelved | None]:
    """The user's own folder, left where it is."""
    return add(home, folder, link=True)


def keeping(home: Home, token: str) -> Task[str]:
    """`keep_token` as work: a keyring may ask its user first."""

    def make(stop: Stop) -> Work[str]:
        yield Progress(0, 0, "Keeping the token")
        return keep_token(home, token)

    return make
