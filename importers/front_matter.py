"""The header of a post: YAML between `---`, TOML between `+++`, a JSON object, or bare lines. Knows no key's meaning.

Every value becomes the text that the writer typed, so that `2021-9-1` and `title: Yes` survive. A broken header is
read line by line instead; whatever happens, the body is never lost.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import yaml

from importers.characters import one_line

LIMIT: Final = 1 << 16  # characters: a longer header is no header, and nothing larger is given to the parsers
DEEPEST: Final = 20  # tables in tables
HEADERS: Final = (
    ("yaml", re.compile(r"\s*---[ \t]*\n")),
    ("toml", re.compile(r"\s*\+\+\+[ \t]*\n")),
)
ENDS: Final = {
    "yaml": re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE),
    "toml": re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE),
}
LINE: Final = re.compile(r"^([A-Za-z_][\w .-]{0,60}?)[ \t]*[:=](?:[ \t]+(.*))?$", re.MULTILINE)
BARE: Final = {  # what stands in headers without a fence; with another word it may be writing
    "title", "date", "modified", "category", "tags", "keywords", "slug", "author", "authors", "email", "status",
    "summary", "lang", "template", "translation", "save_as", "url", "series", "subtitle", "image", "description",
    "layout",
}  # fmt: skip
YES: Final = {"true", "yes", "on", "1"}
NO: Final = {"false", "no", "off", "0"}

# Reads every scalar as text. The C parser is ten times faster; it is missing where PyYAML was built without libyaml.
YamlText: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class Post:
    """A file taken apart: the top level of its header, keys in small letters, and everything after it."""

    body: str
    fields: Mapping[str, str] = field(default_factory=dict)

    def first(self, *keys: str) -> str:
        """The value of the first of `keys` that the header fills, or an empty string."""
        return next((self.fields[key] for key in keys if self.fields.get(key)), "")

    def says(self, key: str) -> bool | None:
        """The header's yes or no to `key`, or None when it says neither."""
        word = self.fields.get(key, "").lower()
        return True if word in YES else False if word in NO else None


def split(text: str) -> Post:
    """Take the header off `text`. A text without one is all body."""
    for kind, start in HEADERS:
        if opened := start.match(text):
            return fenced(text, kind, opened.end())
    if text.lstrip().startswith("{"):
        return json_object(text)
    return bare(text)


def bare(text: str) -> Post:
    """Pelican's form: lines such as `Title: Bread` at the very start, up to a blank line."""
    header, _, body = text[:LIMIT].partition("\n\n")
    lines = header.split("\n")
    if not all(LINE.fullmatch(line) or line[:1].isspace() for line in lines):
        return Post(text)
    fields = by_line(header)
    if len(fields) < 2 or not fields.keys() & {"title", "date"} or not fields.keys() <= BARE:
        return Post(text)
    return Post(body + text[LIMIT:], fields)


def fenced(text: str, kind: str, start: int) -> Post:
    closed = ENDS[kind].search(text, start, start + LIMIT)
    if closed is None:
        return Post(text)
    header, body = text[start : closed.start()], text[closed.end() :].removeprefix("\n")
    fields = as_text(parsed(header, kind)) or by_line(header)
    if not fields and header.strip():
        return Post(text)  # two rulers with prose between them
    return Post(body, fields)


def parsed(header: str, kind: str) -> object:
    """The header as its parser reads it, or None when it cannot be read."""
    try:
        return tomllib.loads(header) if kind == "toml" else shallow_yaml(header)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def shallow_yaml(header: str) -> object:
    """The header as YAML. Raises YAMLError, also for one so deep that the C parser would end the whole program."""
    depth = 0
    for event in yaml.parse(header, Loader=YamlText):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise yaml.YAMLError
    return yaml.load(header, Loader=YamlText)


def json_object(text: str) -> Post:
    """Hugo's third form: an object at the very start, alone on its lines."""
    text = text.lstrip()
    try:
        value, end = json.JSONDecoder().raw_decode(text[:LIMIT])
    except (ValueError, RecursionError):
        return Post(text)
    return Post(text[end:].lstrip("\n"), as_text(value))


def as_text(value: object) -> dict[str, str]:
    """The top level of a header as text; a list becomes its items with commas, an inner table is left out."""
    if not isinstance(value, dict):
        return {}
    return {str(key).lower(): words(item) for key, item in value.items()}


def words(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case list():
            return ", ".join(filter(None, (words(item) for item in value if not isinstance(item, list))))
        case dict():
            return words(value["name"]) if isinstance(value.get("name"), str) else ""
        case None:
            return ""
        case _:
            return one_line(str(value))


def by_line(header: str) -> dict[str, str]:
    """What can be saved of a broken header: each `key: value` line by itself."""
    return {key.lower(): one_line(value or "").strip("\"'") for key, value in LINE.findall(header)}
