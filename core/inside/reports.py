"""What is asked about the inside of a model and what comes back, as data. No torch: window and command line use it.

Every report carries the arrays it was drawn from, with the name of the hook point and the meaning of each axis.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

from core.journal import Fact
from core.runs import Run

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

View: TypeAlias = Literal[
    "tokens", "pairs", "neighbours", "attention", "layers", "sampling", "learning", "writing", "counter", "step"
]
Side: TypeAlias = Literal["merged", "base", "difference"]  # of a model with adapters; others have one side only
Floats: TypeAlias = "NDArray[np.float32]"

VIEWS: Final[tuple[View, ...]] = get_args(View)
MOST: Final = 256  # tokens of a text that are looked at: a picture of more cannot be read
LONGEST: Final = 2_048  # tokens where only their surprise is shown
FREQUENT: Final = 24  # tokens in the table of pairs
COLUMNS: Final = 12  # of the layers: as many as fit beside each other with a readable word in each


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One look inside. `step` is that of a saved checkpoint; None is the best one."""

    run: Run
    view: View
    text: str = ""
    step: int | None = None
    side: Side = "merged"
    word: str = ""  # to split, to find neighbours of, to count what follows it; empty: the last of the text
    other: str = ""  # a second word, to blend with
    position: int = -1  # of the token on which the layers are centred
    ids: tuple[int, ...] = ()  # a branch of the sampling tree: instead of a text
    lines: bool = False  # look through the writer's own lines, which takes seconds
    sinks: bool = True  # whether the first column of attention is shown


@dataclass(frozen=True, slots=True)
class Token:
    """An id and how it is shown."""

    id: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Array:
    """Numbers as they lie in the model: the name of the hook point, and what each axis counts."""

    hook: str
    axes: str
    values: "NDArray[Any]"

    @property
    def shape(self) -> str:
        return " × ".join(f"{size:,}" for size in self.values.shape) or "1"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Report:
    """What every report has. `of` names the checkpoint, in words."""

    of: str
    tokens: tuple[Token, ...] = ()
    is_cut: bool = False  # whether the text went on
    arrays: tuple[Array, ...] = ()


@dataclass(frozen=True, slots=True)
class Merge:
    """One lesson of the tokenizer. `count`: how often the pair stood there when it was learned; lines of one's own."""

    number: int
    left: str
    right: str
    count: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cut(Report):
    """A text in tokens, a word put together piece by piece, and how that was learned."""

    spelling: Literal["characters", "bpe", "pretrained"]
    vocab: int
    n_bytes: int
    gpt2: tuple[str, ...]
    word: str
    stages: tuple[tuple[str, ...], ...]  # the pieces of the word after 0, 1, 2 ... merges
    numbers: tuple[int, ...]  # which merge made each stage but the first
    learned: tuple[Merge, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the ruler of losses, in bits per byte."""

    name: str
    bits: float


@dataclass(frozen=True, slots=True)
class Follower:
    token: Token
    count: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs(Report):
    """What follows what in the training text, and what counting alone can do."""

    given: Token
    seen: int  # how often the given token occurs
    followers: tuple[Follower, ...]
    model_says: tuple[Follower, ...]  # of the same token, as the model would go on; count is 0
    frequent: tuple[Token, ...]
    counts: "NDArray[np.int64]"  # frequent × frequent
    by_counting: str
    by_model: str
    ruler: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Near:
    token: Token
    similarity: float
    x: float  # where it lies on a map of the neighbourhood, -1 to 1
    y: float


@dataclass(frozen=True, slots=True)
class Earlier:
    step: int
    near: tuple[Token, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Neighbours(Report):
    """Tokens whose rows in the embedding point the same way."""

    centre: tuple[Token, ...]  # one, or two that were blended
    near: tuple[Near, ...]
    earlier: tuple[Earlier, ...]
    has_positions: bool


@dataclass(frozen=True, slots=True)
class Head:
    """What one head mostly does, and how strongly, from 0 to 1."""

    layer: int
    head: int
    kind: Literal["previous", "first", "copying", "itself", "broad", "mixed"]
    strength: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attention(Report):
    patterns: "NDArray[np.float16]"  # layers × heads × tokens × tokens: a row looks at its columns
    small: "NDArray[np.uint8]"  # with and without the first column × layers × heads × dots × dots
    heads: tuple[Head, ...]
    groups: int  # heads that share their keys and values


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layers(Report):
    """The logit lens: what the model would say if it stopped there. Rows from the embedding to the last layer."""

    rows: tuple[str, ...]
    columns: tuple[int, ...]  # positions in `tokens`
    top: tuple[tuple[Token, ...], ...]  # rows × columns
    chance: Floats  # rows × columns: of that top token
    rank: "NDArray[np.int64]"  # rows × columns: of the token that the last row says; 0 is first
    position: int  # the column in focus, as a position
    leaders: tuple[Token, ...]  # every token that was ever on top there
    leads: Floats  # rows × leaders: their chances


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Next(Report):
    """What may come next. `texts` are all tokens of the vocabulary as they are shown."""

    ids: tuple[int, ...]
    logits: Floats
    texts: tuple[str, ...]
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A fixed sentence at one milestone: nats for each token but the first."""

    tokens: tuple[Token, ...]
    nats: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Milestone:
    step: int
    induction: float  # how much easier a repeated random text gets the second time, in nats a token
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the training with a name of its own."""

    kind: Literal["guessing", "frequent", "pairs", "context", "copying", "by heart"]
    first: int  # step
    last: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Learning(Report):
    facts: tuple[Fact, ...]
    steps: int
    bits_per_nat: float
    ruler: tuple[Mark, ...]
    milestones: tuple[Milestone, ...]
    phases: tuple[Phase, ...]
    jump: int | None  # the step at which copying clicked


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the writer. `repeated`: how many of its tokens in a row the model would say by itself."""

    text: str
    bits_per_byte: float
    repeated: int = 0
    length: int = 0  # in tokens


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surprise(Report):
    """How much each token surprised the model. The first is given, and has no surprise (nan)."""

    nats: Floats
    rank: "NDArray[np.int64]"
    expected: tuple[Token, ...]
    expected_chance: Floats
    bits_per_byte: float
    is_difference: bool  # then `nats` is base minus merged: what your writing made easier
    most_you: tuple[Line, ...] = ()
    repeats: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A box of the counter. `moved`: how many of its parameters training changes."""

    name: str
    kind: Literal["embedding", "positions", "attention", "feed-forward", "norm", "output", "adapter"]
    layer: int  # -1 outside the layers
    parameters: int
    moved: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counter(Report):
    parts: tuple[Part, ...]
    parameters: int
    n_bytes: int
    context: int
    forward_flops: float  # for one token, the average over the context
    last_flops: float  # for the last token of a full context
    training_flops: float  # for one token
    cache_bytes: int  # keys and values of one token, in fp32
    tokens_seen: int
    total_flops: float


@dataclass(frozen=True, slots=True)
class Moved:
    """One weight before and after one update."""

    name: str
    before: float
    gradient: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step(Report):
    """One step of training on one sentence, beside the checkpoint: forward, loss; then also backward and update."""

    loss_before: float
    learning_rate: float
    hardest: int  # the position whose next token surprised it most
    chance_before: float
    loss_after: float | None = None  # as long as only the forward pass is done
    chance_after: float | None = None
    gradients: tuple[tuple[str, float], ...] = ()  # norms, part by part
    weights: tuple[Moved, ...] = ()
