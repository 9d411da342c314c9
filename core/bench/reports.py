"""What is asked of a bench, and what it reports, as data. Knows no torch."""

import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How to measure. `beside` is a script that runs peers in the same way, `python` what runs it."""

    rounds: int = 3
    seconds: float = 6.0  # of each turn
    beside: Path | None = None
    python: str = sys.executable
    task: str = "char"  # that is trained
    shape: str = "gpt2"  # of the model that replies
    megabytes: float = 10.0  # of text that is cut into pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How fast this machine multiplies matrices, or reads memory: billions of operations or bytes a second."""

    contender: str
    unit: str
    median: float
    lowest: float
    highest: float
    turns: int
    other_load: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A contender's training. `share` is of what the bench names; the first row is `lead` times as fast as this one.

    `other_load` is how many cores other programs used; `per_cpu_second` is tokens in a second of this contender's own;
    the peak is of its whole process, libraries and all.
    """

    contender: str
    tokens_per_second: float
    lowest: float
    highest: float
    gflops: float
    share: float
    lead: float
    turns: int
    other_load: float
    per_cpu_second: float
    peak_megabytes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRow:
    """A contender's replies: tokens written a second, tokens of a prompt read a second, and after how many milliseconds
    a reply began (0: it does not tell); the rest as in `Row`."""

    contender: str
    tokens_per_second: float
    lowest: float
    highest: float
    prompt_tokens_per_second: float
    first_ms: float
    lead: float
    turns: int
    other_load: float
    per_cpu_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CutRow:
    """A contender's tokenizer: how fast it learns pieces of words, or cuts text into them; the rest as in `Row`."""

    contender: str
    part: str
    megabytes_per_second: float
    lowest: float
    highest: float
    lead: float
    turns: int
    other_load: float
    per_cpu_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSpeed:
    """One kind of export. Reading is without the corpus; an import reads in one process and writes in another.

    Megabytes a second of processor time, of an import that of the busier process, tell more than those of a clock where
    other programs run. The peak is of both processes together.
    """

    source: str
    megabytes: int
    documents: int
    read_mb_per_second: float
    import_mb_per_second: float
    read_mb_per_cpu_second: float
    import_mb_per_cpu_second: float
    peak_megabytes: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    """What so many deaths did. All figures after `runs` must be 0 for a saver that is worth the name."""

    saver: str
    fault: str
    trials: int = 0  # deaths, or operations that failed
    lives: int = 0  # processes begun
    runs: int = 0  # trainings brought to their end
    unreadable: int = 0  # states in which no checkpoint could be read
    from_zero: int = 0  # states in which all that was saved was gone
    other_weights: int = 0  # runs that ended with other weights than the undisturbed one
    unfinished: int = 0  # runs that could not be brought to an end

    @property
    def faults(self) -> int:
        """Everything that was lost."""
        return self.unreadable + self.from_zero + self.other_weights + self.unfinished


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRow:
    """A training that was stopped and, another time, killed so often. The last two count runs, and must be 0."""

    training: str
    stops: int
    kills: int
    other_losses: int
    other_weights: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryRow:
    """The peak of a training: what was predicted from its shapes, and by how much a process really grew."""

    training: str
    predicted_megabytes: float
    measured_megabytes: float
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptRow:
    """After so many seconds of training the best bits per byte of unseen text: of a base that is adapted, and of a
    model from nothing."""

    seconds: float
    adapted: float
    from_nothing: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeRow:
    """One thing wrong with the folder of a model: what was said, how long that took, and how much memory."""

    mistake: str
    seconds: float
    megabytes: float
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuzzed:
    """One kind of export, harmed and read so many times."""

    source: str
    trials: int
    broke: int
    slowest_ms: int
    peak_megabytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodRow:
    """Tokens of training a second beside a quiet server and a flooded one, and what the flood costs.

    `dearer_percent` is how much more processor time the training takes for a token; `server_percent` and
    `stranger_percent` are the processor time of the server and of who floods, of all cores: no busy machine blurs them.
    """

    quiet: float
    flooded: float
    slower_percent: float
    dearer_percent: float
    server_percent: float
    stranger_percent: float
