"""The sentences of `Look inside`: what each view shows, why it matters, and where it misleads. Knows no widget."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app import words as common
from app.words import counted, number
from core.inside.reports import Head, Milestone, Moved, Part, Phase, Token, View
from core.journal import Evaluated

TITLE: Final = "Look inside"
LEAD: Final = "See how your own model reads, thinks and learns: your text, your model, at every step it was saved."
TEXT: Final = "The text it looks at"
TEXT_HINT: Final = "Write a sentence of your own"
MINE: Final = "A line of mine"
MINE_WHY: Final = "Take a line out of the writing it was trained on"
REPLY: Final = "Last reply"
REPLY_WHY: Final = "Take what the bot last wrote in the chat"
CHECKPOINT: Final = "As it was at"
CHECKPOINT_WHY: Final = "Which saved state of the model is looked at"
BEST: Final = "its best"
SIDE: Final = "Which side of the model"
SIDES: Final = ("With your writing", "The base alone", "The difference")
WHICH_VIEW: Final = "What to look at"
DEPTH: Final = "How deep"
DEPTHS: Final = ("Why it matters", "Numbers", "Tensors")
SAVE: Final = "Save picture…"
NOT_SAVED: Final = "The picture could not be saved there. Choose another folder."
SAVE_WHY: Final = "Save what you see here as a picture"
SHOW_WORDS: Final = "With readable words"
SHOW_WORDS_WHY: Final = "A picture hides your words unless you tick this"
COPY_ARRAY: Final = "Copy as .npy"
COPY_ARRAY_WHY: Final = "Copy the chosen array as a NumPy file, ready to paste into a folder or a notebook"
COPIED: Final = common.COPIED
TOUR: Final = "Take the tour · 10 minutes"
NO_BOT: Final = "There is nothing to look into yet"
NO_BOT_WHY: Final = (
    "As soon as a training has begun, you can watch your bot from the inside, while it learns. "
    "With the sample that comes with Mynah it takes a minute to begin."
)
USE_SAMPLE: Final = common.TRY_SAMPLE
GO_TRAIN: Final = common.GO_TRAIN
LOOKING: Final = "Looking …"
WAITING: Final = "Waiting for the training to come to the end of a step …"
STOP: Final = common.STOP
CUT: Final = "Only the beginning is shown: a longer text would not fit."
NAME: Final = "What"
VALUE: Final = "Value"
HOOK: Final = "Where in the model"
SHAPE: Final = "Shape"
AXES: Final = "What the numbers count"
FACTS: Final = "The numbers behind the picture"
ARRAYS: Final = "The arrays behind the picture"


@dataclass(frozen=True, slots=True)
class About:
    """A view in words: its name, what is seen, why it matters for one's bot, and where it misleads."""

    name: str
    story: str
    why: str
    limit: str


VIEWS: Final[Mapping[View, About]] = {
    "tokens": About(
        "Tokens",
        "Before it reads anything, your text is cut into pieces, its tokens. Nobody wrote a list of them: the pieces "
        "that stood side by side most often in your writing were glued together, again and again. Below you can play "
        "that for one word.",
        "Your bot can only say these pieces. Words you use a lot are one piece to it, rare ones are spelt out.",
        "A cut is not a meaning: pieces follow frequency, and often cross the borders of syllables.",
    ),
    "pairs": About(
        "Pairs",
        "The simplest language model only counts: which piece stood after which. Here are the counts of your own "
        "writing, a text written from nothing but them, and the same beginning written by your bot.",
        "What your bot does better than this table is what it has learnt beyond counting.",
        "Both texts are one throw of the dice. The ruler, measured on text it never saw, is the fair comparison.",
    ),
    "neighbours": About(
        "Neighbours",
        "Each piece is a list of numbers to the model. Pieces that it uses in the same way point in the same "
        "direction: here are the nearest ones, with those in the middle of two words if you give it two.",
        "Names, places and habits of yours that sit close together are what your bot takes for the same kind of thing.",
        "In a small model spelling and frequency come first. A flat map cannot show them all: trust the numbers.",
    ),
    "attention": About(
        "Attention",
        "To guess the next piece, each piece looks back at those before it. Each small square is one head, a way of "
        "looking back that the model found by itself. Choose one to see which piece looks where.",
        "Heads that copy what followed last time are how a bot keeps to a topic and a name.",
        "It shows where information may flow, not why it said something. Another text may show another habit.",
    ),
    "layers": About(
        "Layers",
        "The model thinks in layers. Each row asks it to answer early: after it looked back in that layer, and then "
        "after it thought that over. Watch the guess settle from bottom to top. The stronger the colour, the nearer "
        "the final answer is to being its first choice.",
        "A guess that settles late took work. One that is there at once is a habit of yours it knows by heart.",
        "Early rows are a rough reading: those layers do not speak in final words yet.",
    ),
    "sampling": About(
        "Sampling",
        "Your bot never chooses a word: it gives every piece a chance, and dice are thrown. The sliders bend the "
        "chances before the throw. Choose a piece to go on from there, and any other to branch.",
        "Here you see what temperature and the limits do to your own bot, and which setting suits it.",
        "Chances say what is usual in your writing, not what is true.",
    ),
    "learning": About(
        "Watch it learn",
        "From noise to your voice. Move the slider through the training: the curve is how surprised it was by text of "
        "yours it had never seen, below is what it wrote at that moment from the same beginnings.",
        "You see when it found words, when grammar, when it began to copy, and whether a longer training would help.",
        "One sample is one throw of the dice. The curve and the five fixed sentences are the steadier witnesses.",
    ),
    "writing": About(
        "Your writing",
        "Any text through the eyes of your bot: the stronger a piece is coloured, the more it was surprised. Calm "
        "passages are how you usually write; glowing ones are where you said something it did not see coming.",
        "Find the lines that are most like you, and those that it would repeat word for word.",
        "Surprise is no judgement. Names and numbers always glow, and so does a good idea.",
    ),
    "counter": About(
        "Counter",
        "Everything the model is, to scale: each box is as large as the numbers in it. Training moves every one of "
        "them a little at each step; writing a word multiplies by each of them once.",
        "It tells you why a larger bot is slower, and how little yours is beside the famous ones.",
        "Size is not skill: a small model on much of your own writing beats a larger one on little.",
    ),
    "step": About(
        "One step",
        "Training is one small thing, over and over: it reads, it is told what really came next, it finds out which "
        "numbers were to blame, and it moves each a little. Here is one such step, on a copy that is thrown away.",
        "All your bot knows came to it this way. Nobody wrote a rule.",
        "A real step learns from thousands of pieces at once, and remembers the last steps too.",
    ),
}


def piece(token: Token) -> str:
    return f"“{token.text}”"


def pieces(count: int) -> str:
    return counted(count, "piece", "pieces")


def at_step(step: int) -> str:
    return f"step {number(step)}"


def percent(share: float) -> str:
    """As many digits as say something."""
    if share <= 0:
        return "0\u00a0%"
    if share < 0.001:
        return "under 0.1\u00a0%"
    return f"{share:.0%}".replace("%", "\u00a0%") if share >= 0.1 else f"{100 * share:.1f}\u00a0%"


KINDS: Final = {
    "previous": ("one back", "looks at the piece just before"),
    "first": ("parking", "parks its weight on the first piece"),
    "copying": ("copying", "finds where the same piece stood before, and looks at what came next"),
    "itself": ("itself", "looks at its own piece"),
    "broad": ("evenly", "looks at everything about alike"),
    "mixed": ("mixed", "does several things"),
}


def head(which: Head) -> str:
    """What a head does, in one line."""
    return f"Layer {which.layer + 1}, head {which.head + 1}: {KINDS[which.kind][1]} ({percent(which.strength)})"


PHASES: Final = {
    "guessing": "guessing",
    "frequent": "which pieces are frequent",
    "pairs": "which piece follows which",
    "context": "looking further back",
    "copying": "copying from before",
    "by heart": "learning by heart",
}


SHORT_PHASES: Final = {
    "guessing": "guessing",
    "frequent": "frequencies",
    "pairs": "pairs",
    "context": "looking back",
    "copying": "copying",
    "by heart": "by heart",
}


def phase(which: Phase) -> str:
    return PHASES[which.kind]


# Tokens
THE_CUT: Final = "Your text, as your bot reads it"
GPT2_CUT: Final = "The same text, as GPT-2 reads it"
PLAY: Final = "How one word is put together"
WORD: Final = "Word"
WORD_HINT: Final = "A word to put together"
MERGE_STEP: Final = "Merges made so far"
LESSONS: Final = "How it learnt to spell: the first lessons, from your own writing"
NO_LESSONS: Final = {
    "characters": "This model reads letter by letter, so there is nothing to glue together.",
    "pretrained": "This model learnt to spell from other people's writing, before it met yours.",
    "bpe": "Reading your writing again …",
}


def cut_facts(own: int, gpt2: int, n_bytes: int) -> str:
    if not own or not gpt2:
        return "An empty text has no pieces."
    return (
        f"{pieces(own)} for your bot, {pieces(gpt2)} for GPT-2: "
        f"{n_bytes / own:.1f} against {n_bytes / gpt2:.1f} bytes a piece."
    )


def played(done: int, total: int, rank: int | None) -> str:
    if rank is None:
        return f"No merge yet: single letters. {counted(total, 'merge', 'merges')} to come." if total else "One piece."
    return f"Merge {done} of {total}: it was lesson {number(rank + 1)} of its spelling."


# Pairs
GIVEN: Final = "After this piece"
FOLLOWS: Final = "What followed in your writing"
MODEL_SAYS: Final = "What your bot expects"
TABLE: Final = "Your most frequent pieces: row, then column"
RULER: Final = "Surprise at text it never saw, in bits per byte: shorter is better"
BY_COUNTING: Final = "Written by counting alone"
BY_MODEL: Final = "Written by your bot"


def seen(token: Token, times: int) -> str:
    return f"{piece(token)} stands {counted(times, 'time', 'times')} in the writing it learns from."


def share(part: float, times: int) -> str:
    """How often something followed; of what was counted also the count."""
    return f"{number(times)} · {percent(part)}" if times else percent(part)


NEVER: Final = "never"
OFTEN: Final = "often"

# Neighbours
FIND: Final = "Neighbours of"
FIND_HINT: Final = "A word"
BLEND: Final = "blended with"
BLEND_HINT: Final = "a second word, or nothing"
NEAREST: Final = "The nearest, and how near"
MAP: Final = "The nearer the middle, the more alike; those side by side are alike among themselves"
EARLIER: Final = "Its neighbours at earlier steps"
NO_EARLIER: Final = "Earlier steps are remembered for the 300 most frequent pieces, in runs trained from now on."
ROTARY: Final = "This model keeps no table of positions: it turns its numbers with the place instead."

# Attention
HEADS: Final = "All heads, a row for each layer"
ONE_HEAD: Final = "One head: each row looks at the columns"
NOWHERE: Final = "looks away"
HARD: Final = "looks hard"
SINKS: Final = "Show the parking place"


def looks(reader: Token, seen: Token, share: float) -> str:
    return f"{piece(reader)} looks at {piece(seen)}: {percent(share)}"


# Layers
LENS: Final = "What it would say if it stopped there: layers from bottom to top"
FAR: Final = "far from the answer"
NEAR: Final = "settled"
LEADERS: Final = "Every piece that was on top at some layer, and its chance there"
ROW_PARTS: Final = {"embedding": "start", "attention": "look", "thinking": "think"}


def row_name(row: str) -> str:
    layer, _, part = row.partition(" ")
    return ROW_PARTS["embedding"] if not part else f"{layer} {ROW_PARTS[part]}"


def guess(row: str, after: Token, top: Token, chance: float, rank: int) -> str:
    place = "the final answer is first here" if not rank else f"the final answer is number {number(rank + 1)} here"
    return f"{row_name(row)}, after {piece(after)}: {piece(top)} ({percent(chance)}); {place}"


# Sampling
NOW: Final = "What may come next"
TEMPERATURE: Final = common.TEMPERATURE
TOP_K: Final = common.TOP_K
TOP_P: Final = common.TOP_P
MIN_P: Final = common.MIN_P
REPETITION: Final = "Repetition"
THROW: Final = "Throw 1,000 times"
THROWN: Final = "Thrown 1,000 times: the numbers are counts"
GO_ON: Final = "Let it choose"
BACK: Final = "One piece back"
TREE: Final = "Your branches"
OUTLINE: Final = "Outline: what the model says. Filled: what the dice are thrown for. Grey: removed."


def does(dial: str, hint: str) -> str:
    """What the slider does that was moved last."""
    return f"{dial}: {hint}"


def left(count: int, mass: float) -> str:
    held = percent(mass)
    return f"{pieces(count)} left. At this temperature, before the limits, that held {held} of the chances."


def chance(token: str, before: float, after: float, rank: int) -> str:
    said = f"“{token}”, number {number(rank)}: {percent(before)} for the model"
    return f"{said}, {percent(after)} for the dice" if after else f"{said}, removed by the limits"


# Learning
CURVE: Final = "How surprised it was by text it had never seen"
MOMENT: Final = "Moment of the training"


def wrote(step: int, sampled: int | None) -> str:
    """It is not let write at each look: then the last time before is shown."""
    if sampled is None:
        return "It was not let write in this training."
    return "What it wrote at that moment" if sampled == step else f"What it wrote last before, at {at_step(sampled)}"


SENTENCES: Final = "Five sentences it never learns from"
NO_SENTENCES: Final = "This training began before Mynah kept such moments. The next one will have them."
JUMP: Final = "copying clicked"


def jumped(step: int | None) -> str:
    return (
        f"Copying clicked at step {number(step)}: from here on, what it has read once in a text helps it later on."
        if step is not None
        else "It has not learnt to copy from earlier in a text yet. Small models take long for that, some for ever."
    )


# Writing
SURPRISE: Final = "Your text through its eyes"
CALM: Final = "expected"
SURPRISING: Final = "surprising"
EASIER: Final = "made easier"
HARDER: Final = "made harder"
DIFFERENCE: Final = "Amber: your writing made this easier. Blue: it made this harder."
FIND_LINES: Final = "Look through my lines"
FIND_LINES_WHY: Final = "Reads lines of your writing to find those that are most like you; takes some seconds"
MOST_YOU: Final = "Most like you: lines it never saw, and saw coming"
REPEATS: Final = "It would repeat these word for word"
NO_REPEATS: Final = "None of the lines that were looked through would be repeated for long. Good."


def surprised(token: Token, nats: float, rank: int, expected: Token, share: float) -> str:
    return (
        f"{piece(token)}: {nats / 0.6931:.1f} bits of surprise, its guess number {number(rank + 1)}. "
        f"It expected {piece(expected)} ({percent(share)})."
    )


def changed(token: Token, nats: float) -> str:
    way = "easier" if nats >= 0 else "harder"
    return f"{piece(token)}: your writing made it {abs(nats) / 0.6931:.1f} bits {way}"


def nats(value: float, rank: int) -> str:
    return f"{value:.3f} nats, rank {rank + 1:,}"


def looked(look: Evaluated) -> str:
    return f"{look.bits_per_byte:.3f} unseen, {look.train_bits_per_byte:.3f} learnt"


def copied(milestone: Milestone) -> str:
    return f"{milestone.induction:.3f} nats easier the second time"


def moved(weight: Moved, rate: float) -> str:
    return f"{weight.before:.6f} − {rate:g} × sign({weight.gradient:.6f}) = {weight.after:.6f}"


def overall(bits: float) -> str:
    return (
        f"{bits:.2f} bits per byte for this text. Lower is less surprising; blind guessing, letter by letter, takes 8."
    )


def line(text: str, bits: float, repeated: int) -> str:
    again = f" {repeated} pieces in a row, by itself." if repeated else ""
    return f"{bits:.2f} bits per byte.{again} {text}"


# Counter
PARTS: Final = {
    "embedding": "the pieces as numbers (embedding)",
    "positions": "the places as numbers (positions)",
    "attention": "looks back (attention)",
    "feed-forward": "thinks it over (feed-forward)",
    "norm": "keeps numbers in range (norm)",
    "output": "numbers as pieces again (output)",
    "adapter": "what was added for you (adapters)",
}


def part(which: Part) -> str:
    """A box, by what it does and by its name in books."""
    does = PARTS[which.kind]
    return f"Layer {which.layer + 1} {does}" if which.layer >= 0 else f"{does[:1].upper()}{does[1:]}"


BOXES: Final = "To scale: the model from bottom to top"
GROWTH: Final = "What it costs"
BESIDE: Final = "Beside others"
GPT2: Final = "GPT-2 small"
