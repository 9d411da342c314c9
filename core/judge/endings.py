"""Whether the answers of a bot come to an end by themselves: asked what people would ask it, with room for an answer as
long as it learnt to give. Judges nothing.

Replies that are compared with the writer's own are cut at a hundred tokens and a half-finished text is no question, so
neither says whether a bot knows when it is done.
"""

from dataclasses import replace
from textwrap import shorten
from typing import Final

from core.asking import Ask
from core.bot import Bot
from core.events import Progress, Stop, Work
from core.judge.speaking import OPENING, Base, Writing, drawn, questions, speak
from core.meters import BASE, PROMPTED
from core.replies import Turn

ASKED: Final = 10
ENOUGH: Final = 512  # tokens: posts are asked about in pieces of 400 at most
BY_ITSELF: Final = "the bot"


def endings(bot: Bot, base: Base | None, writing: Writing, stop: Stop) -> Work[dict[str, list[bool]] | None]:
    """Whether each answer ended, of the bot and of what it came from. None when stopped."""
    asks = about(writing)
    found: dict[str, list[bool]] = {}
    for n, ask in enumerate(asks):
        how = replace(drawn(n), length=ENOUGH)
        found.setdefault(BY_ITSELF, []).append(speak(bot, ask, how, stop).ended)
        if base is not None:
            plain = base.do(lambda it: speak(it, ask, how, stop, is_told=False))  # noqa: B023
            told = base.do(lambda it: speak(it, ask, how, stop))  # noqa: B023
            found.setdefault(BASE, []).append(plain.ended)
            found.setdefault(PROMPTED, []).append(told.ended)
        if stop():
            return None
        yield Progress(n + 1, len(asks), "Hearing whether it comes to an end")
    return found


def about(writing: Writing) -> list[Ask]:
    """What the writer was asked, and where that is little, what her unseen posts are about."""
    asks = [ask for ask, _ in questions(writing, ASKED)]
    posts = [document for document in writing.unseen if not document.context]
    told = [f"What do you think about “{document.title or begun(document.text)}”?" for document in posts]
    return [*asks, *(Ask(turns=(Turn("user", each),), notes=False) for each in told)][:ASKED]


def begun(text: str) -> str:
    """The first words of a post without a title."""
    return shorten(text, width=OPENING, placeholder=" …")
