"""An edit: characters of a document that its clean view shows otherwise, and the rule that says so. Knows no rule.

Every rule looks at the imported text; where two edits overlap, the one of the earlier rule stands, and a cut of a later
one gets what is left beside it. So a rule can be
switched off without moving the edits of another, and a view can show what came of each.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.documents import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """The characters [start, end) become `put`, or stay but count as somebody else's words where `put` is None."""

    start: int
    end: int
    put: str | None
    rule: str


def settle(proposed: Iterable[Sequence[Edit]]) -> list[Edit]:
    """Those of the proposed edits that stand, in order of place; `proposed` is in the order of the rules."""
    stand: list[Edit] = []
    for edits in proposed:
        if edits:
            clipped = (clip(edit, stand) if edit.put == "" else edit for edit in edits)
            free = [edit for edit in clipped if edit.start < edit.end and not overlaps(edit, stand)]
            stand = sorted([*stand, *without_overlaps(free)], key=lambda edit: edit.start)
    return stand


def clip(edit: Edit, among: Sequence[Edit]) -> Edit:
    """A cut without what others have at its ends."""
    start, end = edit.start, edit.end
    for other in among:
        if other.start <= start < other.end:
            start = other.end
        if other.start < end <= other.end:
            end = max(start, other.start)
    return Edit(start, end, edit.put, edit.rule)


def overlaps(edit: Edit, among: Sequence[Edit]) -> bool:
    """Whether `edit` shares a character with one of `among`, which are in order and do not overlap."""
    low, high = 0, len(among)
    while low < high:
        middle = (low + high) // 2
        if among[middle].end <= edit.start:
            low = middle + 1
        else:
            high = middle
    return low < len(among) and among[low].start < edit.end


def without_overlaps(edits: Iterable[Edit]) -> list[Edit]:
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: (edit.start, -edit.end)):
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return kept


def apply(text: str, quotes: Sequence[Span], edits: Sequence[Edit]) -> tuple[str, tuple[Span, ...]]:
    """The text after `edits`, which are settled, and where the words of others are in it then."""
    marks = sorted([*quotes, *((edit.start, edit.end) for edit in edits if edit.put is None)])
    changes = [edit for edit in edits if edit.put is not None]
    pieces: list[str] = []
    moved: list[tuple[int, int, int]] = []  # from here on in the old text, up to there, it moves by so much
    here = length = 0
    for edit in changes:
        put = edit.put or ""
        pieces += [text[here : edit.start], put]
        moved.append((here, edit.start, length - here))
        length += edit.start - here + len(put)
        here = edit.end
    pieces.append(text[here:])
    moved.append((here, len(text), length - here))
    return "".join(pieces), tuple(join(carry(span, moved) for span in marks))


def carry(span: Span, moved: Sequence[tuple[int, int, int]]) -> Span:
    """Where a span of the old text is in the new one; empty where all of it is gone."""
    start = next((max(span[0], first) + by for first, last, by in moved if last > span[0]), moved[-1][1] + moved[-1][2])
    end = next((min(span[1], last) + by for first, last, by in reversed(moved) if first < span[1]), 0)
    return (start, max(start, end))


def join(spans: Iterable[Span]) -> list[Span]:
    """Ordered spans without overlaps and without empty ones."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined
