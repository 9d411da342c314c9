"""What the plan on the Train page says. Knows no widget."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from app import words as common
from app.words import duration
from core.forecast import Option, Outlook

PLAN: Final = "The plan"
LEAD: Final = (
    "Mynah measures this computer for a moment and says what a training would take and give, before it begins."
)
SHOW: Final = "Show the plan"
MEASURING: Final = "Measuring how fast this computer is …"
STOP: Final = common.STOP
SIZE: Final = "How large"
SIZES: Final = (("quick", "Quick"), ("balanced", "Balanced"), ("best", "Best"))
DONE: Final = "Done by"
TAKES: Final = "Takes"
MEMORY: Final = "Memory"
DISK: Final = "Disk"
ELECTRICITY: Final = "Electricity"
DETAILS: Final = "Details"
HIDE: Final = "Hide details"
AS_PLANNED: Final = "as planned"
MODEL: Final = "Model"
METHOD: Final = "What learns"
METHODS: Final = (("All of it", "full"), ("Additions (LoRA)", "lora"), ("Additions, 4 bits (QLoRA)", "qlora"))
RANK: Final = "Rank of the additions"
PASSES: Final = "Times through your writing, at most"
LOOK: Final = "Steps between two looks"
SAVE: Final = "Steps between two saves"
LENGTH: Final = "Tokens it sees at once"
BATCH: Final = "Tokens in a step"
RATE: Final = "Learning rate"
DROPOUT: Final = "Dropout"
ASKING: Final = "Time to ask what your posts answer"
ASKINGS: Final = (("none", 0.0), ("5 %", 0.05), ("10 %", 0.1), ("25 %", 0.25), ("50 %", 0.5))
WHYS: Final = {
    MODEL: "A larger one can learn more, and takes longer for each step.",
    METHOD: "Additions leave the base as it is: less memory, and it forgets less.",
    RANK: "How much the additions can hold. More learns finer, and by heart sooner.",
    PASSES: "Reading again helps about four times; then it begins to learn by heart.",
    LOOK: "At a look it is measured on text it never saw, and now and then writes a sample.",
    SAVE: "If the power fails, it goes on from the last save.",
    LENGTH: "How far back it can look. Longer costs memory and time.",
    BATCH: "More make each step surer, and leave time for fewer of them.",
    RATE: "How far each number moves in a step. Too far and it stumbles, too little and it learns slowly.",
    DROPOUT: "This share of its thoughts is switched off at random, so that it does not learn by heart.",
    ASKING: "From questions and answers it learns to answer, from texts alone only to go on.",
}
LENGTHS: Final = (128, 256, 512, 1_024, 2_048)
BATCHES: Final = (2_048, 4_096, 8_192, 16_384)
RATES: Final = (2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3)
RANKS: Final = (8, 16, 32, 64)
PASSES_OFFERED: Final = (1, 2, 3, 5, 10, 20, 40, 80)
STEPS: Final = (10, 25, 50, 100, 250, 500, 1_000)
DROPOUTS: Final = (0.0, 0.05, 0.1, 0.2)
NOT_HERE: Final = (
    "This model is not on this computer yet. Get it on the Models page; until then one from nothing is trained."
)


def counted(values: Sequence[int]) -> list[tuple[str, object]]:
    """Numbers to choose from."""
    return [(f"{each:,}", each) for each in values]


def size(layers: int, width: int) -> str:
    return f"From nothing, {layers} layers of {width}"


def base(option: Option) -> str:
    """A base model to choose, by its name."""
    return option.title.partition(" with ")[0]


def gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def done_at(option: Option, now: datetime) -> str:
    return f"{now + timedelta(seconds=option.seconds):%H:%M}"


def takes(option: Option) -> str:
    return duration(option.seconds)


def electricity(option: Option) -> str:
    return f"{option.kwh:.2f} kWh"


def numbers(option: Option) -> str:
    """The recipe, for those who want it."""
    rank = f" Rank of the additions: {option.rank}." if option.rank else ""
    return (
        f"{capital(option.title)}, {option.millions:,.1f} million weights. {option.steps:,} steps"
        f" of {option.batch} × {option.length} tokens, {option.passes:.1f} times through your writing, learning rate"
        f" {option.learning_rate:g}, dropout {option.dropout:g}.{rank} A look every {option.look_every:,} steps, a"
        f" save every {option.save_every:,}."
    )


def capital(title: str) -> str:
    """As a sentence begins."""
    return title[:1].upper() + title[1:]


def others(found: Outlook) -> str:
    """What else there would be, and why not, a line each."""
    can = [f"{capital(each.title)}: {duration(each.seconds)}" for each in found.others if not each.why_not]
    cannot = [f"{capital(each.title)}: {each.why_not}" for each in found.others if each.why_not]
    return "\n".join([*can, *cannot])
