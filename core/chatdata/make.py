"""Makes chat data on this computer, with the base model alone: questions to posts, answers from notes, rehearsal.

A question to a piece of writing is asked for three times, and the one is taken that makes the piece likeliest:
pointwise mutual information (Humpback, 2308.06259, without its judge). Answers from notes are the writer's own
sentences, so no invented fact is learnt, and every fifth question has no answer among its notes. Knows no window.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from core import chatrows as rows
from core import persona
from core.bot import Bot
from core.chatdata.phrases import PROMPTS, REFUSALS
from core.chatrows import Row, id_of
from core.cloze import is_refusal
from core.documents import Document
from core.events import Progress, Stop, Work, drain, never
from core.examples.windows import windows
from core.paths import Project
from core.replies import Sampling, Turn
from core.retrieval import Cited, sentences

CANDIDATES: Final = 3
SHORTEST, LONGEST = 240, 1_600  # characters of a piece: 60 to 400 tokens
QUESTION: Final = (
    "Someone asked the author a short question in everyday words, without using the text's phrases. "
    "The author answered with the text below. Write only that question.\n\n{text}"
)
FORMS: Final = ("", "\n\nMake it a request.", "\n\nMake it ask for an opinion.")
ASKED: Final = 160  # characters of a question
ASKED_TOKENS: Final = 48
SAME: Final = 6  # words in a row that a question may not share with its piece
FIFTH: Final = 5  # one in so many has no answer
NOTES: Final = 3
REFUSAL: Final = 60  # characters of a reply that does no more than say that one does not know


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a document that a question is asked to."""

    document: Document
    text: str


def make(
    project: Project, bot: Bot, name: str, documents: Sequence[Document], limit: int, stop: Stop
) -> Work[list[Row]]:
    """Up to `limit` questions, notes beside them, and rehearsal; each row is kept before it is yielded.

    `name` is the base model's: another one makes other rows. What is there already is not made again.
    """
    made = {row.id: row for row in rows.load(project)}
    cut, refusals = pieces(documents)[:limit], (*own_refusals(documents), *REFUSALS)
    prompts = PROMPTS[: max(1, limit // 2)]
    turns = max(len(cut), 2 * len(prompts))
    for n in range(turns):  # a prompt after every second piece, so that time that runs out leaves both
        if n < len(cut) and not stop():
            key = id_of("question", name, cut[n].text)
            question = made.get(key) or back_translated(bot, cut[n], key, stop)
            if not stop():  # in the middle of a question, which then is half made
                yield from _keep(project, made, (question, with_notes(cut, n, question, refusals)))
        if n % 2 and n // 2 < len(prompts) and not stop():
            prompt = prompts[n // 2]
            key = id_of("rehearsal", name, prompt)
            said = made[key].answer if key in made else answer_of(bot, prompt, n // 2, stop)
            if not stop():
                yield from _keep(project, made, (Row(id=key, kind="rehearsal", asked=prompt, answer=said),))
        if stop():
            break
        yield Progress(n + 1, turns, "Asking what your posts answer")
    return list(made.values())


def own_refusals(documents: Sequence[Document]) -> list[str]:
    """How the writer says that she does not know: whole short replies of hers, as many as we have sentences for it."""
    said = (document.text.strip() for document in documents if document.role == "me" and document.context)
    own = dict.fromkeys(text for text in said if len(text) <= REFUSAL and "\n" not in text and is_refusal(text))
    return list(own)[: len(REFUSALS)]


def pieces(documents: Sequence[Document]) -> list[Piece]:
    """What questions can be asked to, one of each document first."""
    by_document = [list(_cut(document)) for document in documents if document.role == "me" and not document.context]
    deepest = max((len(each) for each in by_document), default=0)
    return [each[n] for n in range(deepest) for each in by_document if n < len(each)]


def back_translated(bot: Bot, piece: Piece, key: str, stop: Stop = never) -> Row:
    """The question that fits a piece best, and why it is not used if that is so."""
    plain = bot.rendered([Turn("user", "")]) if bot.follows else [bot.tokenizer.end]
    alone = bot.surprise(plain, piece.text)
    best = Row(id=key, kind="question", asked="", answer=piece.text, key=piece.document.key, dropped="no question came")
    for n, form in enumerate(FORMS[:CANDIDATES]):
        asked = first_line(answer_of(bot, QUESTION.format(text=piece.text) + form, n, stop, ASKED_TOKENS))
        if not asked:
            continue
        fits = alone - bot.surprise(bot.fitting([Turn("user", asked)], 0), piece.text)
        why = "it repeats the text" if shares_words(asked, piece.text) else ""
        better = (not why, fits) > (not best.dropped, best.score if best.asked else float("-inf"))
        if better or not best.asked:
            best = Row(id=key, kind="question", asked=asked, answer=piece.text, key=piece.document.key, score=fits,
                       dropped=why)  # fmt: skip
    return best


def with_notes(cut: Sequence[Piece], at: int, question: Row, refusals: Sequence[str] = REFUSALS) -> Row:
    """The same question with three numbered notes: the right one among two others, or three others and no answer."""
    generator = random.Random(f"{question.id}")
    others = [piece for piece in cut if piece.document.key != cut[at].document.key]
    answerable = at % FIFTH != FIFTH - 1
    shown = generator.sample(others, min(len(others), NOTES - answerable))
    if answerable:
        shown.append(cut[at])
        generator.shuffle(shown)
    notes = [
        Cited(
            number=n,
            title=piece.document.title,
            written=piece.document.written,
            source="",
            key="",
            url="",
            text=piece.text,
        )
        for n, piece in enumerate(shown, start=1)
    ]
    told = persona.system("", notes=notes).text
    if not answerable:
        reply = generator.choice(refusals)
        key = id_of("unanswerable", question.id)
        return Row(
            id=key, kind="unanswerable", asked=question.asked, answer=reply, system=told, dropped=question.dropped
        )
    number = shown.index(cut[at]) + 1
    first = [cut[at].text[start:end] for start, end in sentences(cut[at].text)][:3]
    return Row(
        id=id_of("notes", question.id),
        kind="notes",
        asked=question.asked,
        answer=f"{' '.join(first)} [{number}]",
        system=told,
        key=question.key,
        dropped=question.dropped,
    )


def answer_of(bot: Bot, prompt: str, seed: int, stop: Stop = never, length: int = 160) -> str:
    """What the model says by itself, as its makers left it."""
    if bot.adapted:
        bot.set_strength(0.0)
    how = Sampling(temperature=0.7, length=length, seed=seed)
    reply = drain(bot.answer([Turn("user", prompt)], how, stop))[1]
    if bot.adapted:
        bot.set_strength(1.0)
    return reply.text.strip()


def first_line(said: str) -> str:
    """A question as it is asked: one line, without quotation marks and labels around it."""
    line = next((line.strip() for line in said.splitlines() if line.strip()), "")
    line = re.sub(r"^(?:question|q|user)\s*:\s*", "", line, flags=re.IGNORECASE).strip("\"'“”* ")
    return line[:ASKED].strip()


def shares_words(question: str, text: str) -> bool:
    runs = [tuple(part.split()) for part in (question.lower(), text.lower())]
    asked, said = ({run[n : n + SAME] for n in range(len(run) - SAME + 1)} for run in runs)
    return bool(asked & said)


def _keep(project: Project, made: dict[str, Row], new: Sequence[Row]) -> Iterator[Row]:
    """Rows that are not there yet, on the disk before they are told."""
    for row in new:
        if row.id not in made:
            rows.save(project, row)
            made[row.id] = row
            yield row


def _cut(document: Document) -> Iterator[Piece]:
    """Pieces of the writer's own words only."""
    for start, end in windows(document.text, LONGEST):
        quoted = any(a < end and b > start for a, b in document.quotes)
        text = document.text[start:end].strip()
        if len(text) >= SHORTEST and not quoted:
            yield Piece(document, text)
