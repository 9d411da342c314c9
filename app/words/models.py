"""Sentences of the Models page. Know no widget."""

from typing import Final

from app import words as common
from core.catalogue import Model
from core.forecast import Fit
from core.shelf import Shelved

TITLE: Final = "Models"
LEAD: Final = (
    "A base model knows the language already and can answer. Get one, and your bot learns your voice on top of it. "
    "It is downloaded once; after that everything works without the internet."
)
HERE: Final = "On this computer"
LOOKING: Final = "Looking at the models…"
NOTHING_HERE: Final = "No base model yet. Without one, Mynah trains small models from nothing."
OFFERED: Final = "On offer"
DOWNLOAD: Final = "Download"
GO_ON: Final = common.GO_ON
STOP: Final = common.STOP
DELETE: Final = common.DELETE
REALLY: Final = common.DELETE_SURE
ADD: Final = "Add a folder of your own"
ADD_WHY: Final = "A model that you have already, as it was downloaded: config.json, tokenizer.json, .safetensors."
ADDED: Final = "{title} is ready."
TOKEN: Final = "Access token"
TOKEN_WHY: Final = "Only for models whose makers ask who you are. From huggingface.co/settings/tokens."
TOKEN_FIELD: Final = "Paste the access token here"
KEEP: Final = common.KEEP_IT
FORGET: Final = common.FORGET_IT
TOKEN_THERE: Final = "A token is kept."
TOKEN_GONE: Final = "The token was removed."
TERMS: Final = "Its makers ask you to accept their terms first: {address}"
STOPPED: Final = "Stopped. What has arrived is kept; press Go on whenever you like."
WORKING: Final = "Working on it"
FITS: Final[dict[Fit, str]] = {
    "trains": "Trains here",
    "trains in 4 bits": "Trains here, packed in 4 bits",
    "talks": "Talks here, but is too large to train",
    "too large": "Too large for this computer",
}
KINDS: Final = {"instruct": "Answers", "base": "Goes on with texts"}


def kept(token_place: str) -> str:
    return f"The token is kept in {token_place}."


def size(count: int) -> str:
    """Bytes in the unit in which they make a number that tells something: 190 MB and not 0.2 GB."""
    if count >= 1e9:
        return f"{count / 1e9:.1f} GB"
    return f"{count / 1e6:.0f} MB" if count >= 1e7 else f"{count / 1e6:.1f} MB"


def used(count: int) -> str:
    return f"Models take {size(count)} of this disk." if count >= 1e6 else ""


def offer(model: Model, fits: Fit | None) -> str:
    """Size, licence and, where it is known, fit, on a line."""
    return " · ".join([size(model.bytes), model.licence, *([] if fits is None else [FITS[fits]])])


def shelved(model: Shelved) -> str:
    licence = model.card.licence or "Licence not known"
    if model.card.origin == "linked":
        where = "in your own folder" if model.is_there else "its folder is not there: connect the drive"
        return f"{licence} · {where}"
    return f"{size(model.bytes)} · {licence}"


def arriving(done: int, total: int, speed: float, note: str) -> str:
    """How far a download is: bytes, speed, time left."""
    if not total:
        return f"{note}…"
    text = f"{size(done)} of {size(total)}"
    if speed > 0 and done < total:
        text += f", {speed / 1e6:.1f} MB/s, {left((total - done) / speed)} left"
    return f"{text} · {note}"


def left(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
