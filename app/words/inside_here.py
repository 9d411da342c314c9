"""`Look inside`, for the model on show: what to try in each view, and what its picture says about this very bot.

Worked out from the report that the picture is drawn from, so that nothing is told of a model which is not so in it.
Knows no widget and no model.
"""

from collections.abc import Mapping
from functools import singledispatch
from math import exp
from typing import Final

from app.words import counted, number
from app.words.inside import percent, piece, pieces, row_name
from core.inside.reports import (
    Attention,
    Counter,
    Cut,
    Layers,
    Learning,
    Neighbours,
    Next,
    Pairs,
    Report,
    Step,
    Surprise,
    View,
)
from core.journal import Evaluated

IN_YOUR_BOT: Final = "In your bot: "
SIGNS: Final = "In the pieces · is a space, ↵ a new line and ▸ the beginning of a text."
MUCH: Final = 1.1  # times, from which on one figure is told as larger than another
NEARLY: Final = 0.03  # bits per byte that are no difference worth telling
FAR: Final = 0.3  # alike, below which nothing is really near

TRY: Final[Mapping[View, str]] = {
    "tokens": "Try it: write your own name above and see how many pieces you are. Point at a piece to read about it.",
    "pairs": "Try it: give it a word you often begin with. Point at a bar to read what it says.",
    "neighbours": "Try it: give it a name, a place or a word of your trade. Point at one to read how near it is.",
    "attention": "Try it: choose another small square, then go through the large one with mouse or arrow keys.",
    "layers": "Try it: choose a piece of the text, or point at a square to read what it would have said there.",
    "sampling": "Try it: pull the temperature to both ends, then choose a piece and write a sentence together.",
    "learning": "Try it: pull the slider to the left and read what it wrote before it had learnt anything.",
    "writing": "Try it: paste a text of yours, then one of somebody else. Point at a piece to read what it expected.",
    "counter": "Try it: point at a box to read how many of its numbers are in there.",
    "step": "Try it: write a sentence that your bot cannot know, and see which piece surprises it most.",
}


@singledispatch
def here(report: Report) -> str:
    """What the picture of this report says about this bot; empty where it says nothing yet."""
    return ""


def in_your_bot(report: Report) -> str:
    said = here(report)
    return f"{IN_YOUR_BOT}{said}" if said else ""


@here.register
def _(report: Cut) -> str:
    own = max(len(report.tokens) - 1, 1)
    known = f"it knows {number(report.vocab)} pieces, GPT-2 knows 50,257."
    if report.spelling == "characters":
        return f"it reads letter by letter and knows {number(report.vocab)} of them; GPT-2 knows 50,257 pieces."
    return f"{known} A piece of this text holds {report.n_bytes / own:.1f} letters on average."


@here.register
def _(report: Pairs) -> str:
    bits = {mark.name: mark.bits for mark in report.ruler}
    if "your bot" not in bits or "pairs" not in bits:
        return "it was not measured yet; the ruler shows it as soon as it is."
    bot, counting = bits["your bot"], bits["pairs"]
    if bot < counting - NEARLY:
        gained = f"{1 - bot / counting:.0%}".replace("%", "\u00a0%")
        return f"it is surprised {gained} less than counting is. That much it learnt beyond which piece follows which."
    if bot > counting + NEARLY:
        return "counting still does better. It has not read enough yet: train it longer and look again."
    return "it does about as well as counting does. Train it longer: what it learns from here on no table can hold."


@here.register
def _(report: Neighbours) -> str:
    if not report.near:
        return "this piece has no neighbours."
    best = report.near[0]
    if best.similarity < FAR:
        return f"nothing is really near {piece(report.centre[0])}: it is rare, or the training was short."
    return f"{piece(report.centre[0])} is used most like {piece(best.token)}."


def first_of(word: str, report: Neighbours) -> str:
    """That only the beginning of a word is looked at, where it is no piece of its own."""
    shown = report.centre[0].text.replace("·", "")
    if not word or shown.strip() == word.strip():
        return ""
    return f"“{word}” is more than one piece to your bot: these are the neighbours of its beginning, “{shown}”."


@here.register
def _(report: Attention) -> str:
    kinds = [head.kind for head in report.heads]
    clear = [kind for kind in ("previous", "copying", "first", "itself") if kind in kinds]
    said = ", ".join(f"{number(kinds.count(kind))} {KINDS_OF_MANY[kind][kinds.count(kind) > 1]}" for kind in clear)
    copies = "" if "copying" in kinds else " None copies yet from earlier in a text: small bots take long for that."
    first = f"of its {counted(len(kinds), 'head', 'heads')} {said}." if said else FORMLESS
    parked = " Parking is for when a head has nothing to look for." if "first" in kinds else ""
    return f"{first}{parked}{copies}"


KINDS_OF_MANY: Final[Mapping[str, tuple[str, str]]] = {
    "previous": ("looks at the piece just before", "look at the piece just before"),
    "copying": ("copies what followed last time", "copy what followed last time"),
    "first": ("parks on the first piece", "park on the first piece"),
    "itself": ("looks at its own piece", "look at their own piece"),
}
FORMLESS: Final = "no head has a clear habit yet: each does several things at once, or looks at everything alike."


@here.register
def _(report: Layers) -> str:
    """From which row on the final answer is first, and stays so: of the guesses on show, half are settled there."""
    settled = sorted(settles(report.rank[:, column].tolist()) for column in range(len(report.columns)))
    if not settled:
        return ""
    last = len(report.rows) - 1
    half, late = settled[(len(settled) - 1) // 2], sum(1 for row in settled if row == last)
    rest = (
        f"; {counted(late, 'guess changes', 'guesses change')} in the very last row" if 0 < late < len(settled) else ""
    )
    return f"half of these guesses stand from the row “{row_name(report.rows[half])}” on{rest}."


def settles(ranks: list[int]) -> int:
    """The first row from which on the rank is 0 up to the last row."""
    row = len(ranks) - 1
    while row > 0 and ranks[row - 1] == 0:
        row -= 1
    return row


@here.register
def _(report: Next) -> str:
    logits = [float(each) for each in report.logits.tolist()]
    most = max(logits)
    weights = [exp(each - most) for each in logits]
    total = sum(weights)
    top = sorted(weights, reverse=True)
    covering, held = 0, 0.0
    while held < 0.9 * total and covering < len(top):
        held += top[covering]
        covering += 1
    return f"{pieces(covering)} of {number(len(top))} hold 90\u00a0% of the chances here, before any slider."


@here.register
def _(report: Learning) -> str:
    looks = [fact for fact in report.facts if isinstance(fact, Evaluated)]
    if len(looks) < 2:
        return ""
    best, last = min(looks, key=lambda look: look.bits_per_byte), looks[-1]
    gap = best.bits_per_byte - best.train_bits_per_byte
    if last.bits_per_byte > best.bits_per_byte + NEARLY:
        return (
            f"the best moment was step {number(best.step)}. After that it learnt your text by heart and did worse on "
            "new text; that best moment is the one you talk to."
        )
    if looks[-2].bits_per_byte - last.bits_per_byte > NEARLY:
        return "it was still getting better at the last look: a longer training would help."
    more = "more of your writing would help more than more time." if gap > NEARLY * 5 else "it has settled."
    return f"the curve is flat at its end: {more}"


@here.register
def _(report: Surprise) -> str:
    if report.is_difference or len(report.tokens) < 2:
        return ""
    guessed = int((report.rank[1:] == 0).sum())
    return f"it would have said {number(guessed)} of {pieces(len(report.tokens) - 1)} itself."


@here.register
def _(report: Counter) -> str:
    total = max(report.parameters, 1)

    def held(*kinds: str) -> str:
        return percent(sum(part.parameters for part in report.parts if part.kind in kinds) / total)

    read = f" It has read {pieces(report.tokens_seen)} so far." if report.tokens_seen else ""
    return (
        f"{held('embedding', 'output', 'positions')} of its numbers stand for the pieces themselves, "
        f"{held('attention')} look back, {held('feed-forward')} think it over.{read}"
    )


@here.register
def _(report: Step) -> str:
    if report.loss_after is None:
        return ""
    before, after = exp(report.loss_before), exp(report.loss_after)
    if before > after * MUCH:
        return (
            f"one step made it {before / after:,.1f} times less unsure of this text. A single step learns one text too "
            "well; training takes small ones on many texts, so that what stays is what they share."
        )
    return "this text was no surprise to it: there was little to learn."


def odds(chance: float) -> str:
    """One in so many, where a percentage would be all noughts."""
    return percent(chance) if chance >= 0.01 else f"one chance in {number(rounded(1 / max(chance, 1e-12)))}"


def rounded(value: float) -> int:
    """To two digits that count."""
    digits = max(len(str(int(value))) - 2, 0)
    return int(round(value, -digits))


def likelier(before: float, after: float) -> str:
    """How many times likelier something has become; empty where it has not."""
    times = after / max(before, 1e-12)
    return f"{times:,.0f} times likelier" if times >= 2 else f"{times:.1f} times likelier" if times > MUCH else ""
