"""From a header, a file name and cleaned text to a document, or to the reason why not. Knows no markup."""

import re
from pathlib import Path
from typing import Final

from core.documents import Document, Item, Skipped
from core.sources import SOURCE
from importers import dates
from importers.base import TextFile
from importers.characters import one_line
from importers.front_matter import Post
from importers.markup import quotes

HEADING: Final = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
MARKS: Final = re.compile(r"[*_`]{1,3}(?=\S)(.+?)(?<=\S)[*_`]{1,3}")
DATED: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}[-_ ]*")
A_PAGE: Final = "This is a page of the site, not a post."
INDEX: Final = {"index", "_index"}  # the post is named by its folder
MOMENTS: Final = ("date", "published_at", "pubdate", "created")
SUMMARIES: Final = ("abstract", "description", "summary", "excerpt", "subtitle")
DRAFT_FOLDERS: Final = {"_drafts", "drafts"}


def item(file: TextFile, post: Post, text: str, title: str = "") -> Item:
    """The document of `file`; `title` is what the text itself says when the header does not."""
    if post.first("layout", "type").lower() == "page":
        return Skipped(file.key, A_PAGE)
    text = text or post.first(*SUMMARIES)  # of a post that is only a picture
    if not text:
        return Skipped(file.key, "There are no words in this file.")
    url = post.first("canonical_url", "canonical", "url", "permalink", "original_url")
    return Document(
        source=SOURCE,
        key=file.key,
        text=text,
        title=post.first("title") or title or first_heading(text) or from_name(file.path),
        url=url if url.startswith(("https://", "http://")) else "",
        author=post.first("author", "authors"),
        kind="draft" if is_draft(file.path, post) else "post",
        written=dates.from_words(post.first(*MOMENTS)) or dates.from_name(file.path),
        quotes=quotes(text),
        flags=("pasted",) if is_clipping(post) else (),
    )


def is_clipping(post: Post) -> bool:
    """Whether a tool took this from the web into a vault of notes: then it is somebody else's."""
    tags = {tag.strip().lower() for tag in post.first("tags").split(",")}
    return "clippings" in tags or post.first("source").startswith(("https://", "http://"))


def is_draft(path: Path, post: Post) -> bool:
    if post.first("status").lower() == "draft":
        return True
    return post.says("draft") is True or post.says("published") is False or path.parent.name.lower() in DRAFT_FOLDERS


def first_heading(text: str) -> str:
    """The first heading when the text opens with it, without its marks."""
    found = HEADING.search(text, 0, 2_000)
    return one_line(MARKS.sub(r"\1", found[1])) if found else ""


def from_name(path: Path) -> str:
    """A title from `2019-11-11-why-birds-talk.md` or `why_birds_talk/index.md`: Why birds talk."""
    name = path.parent.name if path.stem.lower() in INDEX else path.stem
    words = re.sub(r"[-_\s]+", " ", DATED.sub("", name, count=1)).strip() or name
    return one_line(words[:1].upper() + words[1:])
