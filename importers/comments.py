"""Comments under a post: those of the user as documents, each with what it answers. Knows no service."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from core.documents import Document, Turn
from importers.chats import CHARACTERS, TURNS
from importers.markup import quotes


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment, by whomever."""

    key: str
    author: str
    text: str
    written: datetime | None
    mine: bool
    parent: str = ""  # the key of the comment that it answers; without one it answers the post

    def as_turn(self) -> Turn:
        return Turn(self.author, self.text, "me" if self.mine else "other", self.written)


@dataclass(frozen=True, slots=True)
class Under:
    """What the comments stand under."""

    source: str
    key: str
    title: str
    url: str
    post: Turn | None
    origin: str


def documents(comments: Iterable[Comment], under: Under) -> Iterator[Document]:
    found = {one.key: one for one in comments}
    for one in found.values():
        if one.mine and one.text:
            yield Document(
                source=under.source,
                key=one.key,
                text=one.text,
                title=under.title,
                url=under.url,
                author=one.author,
                kind="comment",
                written=one.written,
                quotes=quotes(one.text),
                thread=under.key,
                parent=one.parent or under.key,
                context=context(one, found, under.post),
                origin=under.origin,
            )


def context(comment: Comment, found: dict[str, Comment], post: Turn | None) -> tuple[Turn, ...]:
    """The comments that led to this one, the oldest first; under the post itself, the post as far as it fits."""
    turns: list[Turn] = []
    seen, parent, left = {comment.key}, comment.parent, CHARACTERS
    while parent in found and parent not in seen and len(turns) < TURNS:
        seen.add(parent)
        before = found[parent]
        left -= len(before.text)
        if left < 0:
            break
        turns.insert(0, before.as_turn())
        parent = before.parent
    if not turns and post is not None and post.text:
        return (Turn(post.author, post.text[:CHARACTERS], post.role, post.written),)
    return tuple(turns)
