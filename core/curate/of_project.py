"""The clean view of a project: its corpus read, languages found out and remembered, its selection applied."""

from msgspec.structs import replace

from core.corpus import Corpus
from core.curate.clean import View, clean, look_through
from core.curate.languages import languages
from core.curate.names import Names
from core.documents import Document
from core.events import Progress, Stop, Work
from core.selection import Selection, load


def view(corpus: Corpus, stop: Stop, selection: Selection | None = None) -> Work[View | None]:
    """The view of `corpus` by `selection`, or by the one saved beside it. None when stopped.

    A corpus that can be written remembers the languages found out, so that they are asked only once.
    """
    chosen = load(corpus.path.parent) if selection is None else selection
    yield Progress(0, 0, "Reading your writing")
    documents = list(corpus.numbered())
    unknown = [(number, document) for number, document, _ in documents if not document.language]
    found: dict[int, str] = {}
    for n, (number, language) in enumerate(languages(unknown)):
        found[number] = language
        if n % 200 == 0:
            yield Progress(n, len(unknown), "Finding out languages")
            if stop():
                return None
    if not corpus.is_read_only:
        corpus.set_languages({number: language for number, language in found.items() if language})
    return (yield from clean([in_language(*each, found) for each in documents], chosen, stop))


def people(corpus: Corpus, stop: Stop) -> Work[Names | None]:
    """Who is talked to in `corpus`, for texts that are learnt and stand in none. None when stopped."""
    yield Progress(0, 0, "Reading your writing")
    known = yield from look_through(list(corpus.numbered()), load(corpus.path.parent), stop)
    return None if known is None else known.people


def in_language(number: int, document: Document, excluded: bool, found: dict[int, str]) -> tuple[int, Document, bool]:
    language = found.get(number, "")
    return number, replace(document, language=language) if language else document, excluded
