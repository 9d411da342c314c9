"""The recipe: everything a run needs to be repeated bit for bit. Knows no torch and no clock."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, Self, TypeAlias

from core.shape import Shape

TokenizerKind: TypeAlias = Literal["characters", "bpe", "pretrained"]
Precision: TypeAlias = Literal["fp32", "bf16", "fp16"]
Optimizer: TypeAlias = Literal["adamw", "adamw8", "muon"]
Packing: TypeAlias = Literal["stream", "documents"]
Products: TypeAlias = Literal["usual", "onednn"]
Method: TypeAlias = Literal["scratch", "full", "lora", "qlora"]

VERSION: Final = 4  # 3 knew one library of products; 2 neither fp16 nor eight-bit moments, and no documents apart
OLDEST: Final = 1  # it knew neither bases nor ways to train one: what it does not say has the default of today
ADAPTED: Final = ("lora", "qlora")  # the methods in which a model's own weights stay as they are


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The pretrained model that a run starts from. Only the hash decides whether a folder holds it."""

    name: str  # of its folder, for people
    folder: str  # where it lay when the run was made
    sha256: str  # of its weights: core/weights.py


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What is trained, on how much, how fast. The reasons for the defaults are in docs/decisions.md.

    The learning rate rises over `warmup_steps`, stays, and falls in a straight line to zero over the last
    `decay_share` of the steps (warm-up, stable, decay).
    """

    shape: Shape
    tokenizer: TokenizerKind
    steps: int
    length: int  # tokens in one sequence
    batch: int  # sequences in one step
    learning_rate: float = 1e-3
    warmup_steps: int = 100
    decay_share: float = 0.35
    weight_decay: float = 1.0  # small corpora overfit at 0.1 (Kim 2509.14786)
    beta1: float = 0.9
    beta2: float = 0.99
    clip: float = 1.0
    dropout: float = 0.1
    precision: Precision = "fp32"
    evaluate_every: int = 100  # steps
    save_every: int = 100  # steps
    seed: int = 1337
    method: Method = "scratch"  # or all weights of a base, or adapters on one that stays (LoRA, 2106.09685)
    base: Base | None = None
    checkpointing: bool = False  # whether each block is computed again for its gradients: slower, in less memory
    at_once: int = 0  # sequences that are computed together; 0 is what suits the device
    rank: int = 32  # of adapters
    alpha: float = 32.0  # what adapters add is scaled by alpha / rank
    optimizer: Optimizer = "adamw"  # or with eight-bit moments; or Muon for the matrices inside the blocks beside it
    packing: Packing = "stream"  # windows over the ends of documents; or whole ones, none of which sees another
    table_rate: float = 0.15  # with Muon, the share of the learning rate for what AdamW moves: 0.003 beside 0.02
    products: Products = "usual"  # the library that multiplies fp32 on a processor: core/train/products.py

    def __post_init__(self) -> None:
        for name in ("steps", "length", "batch", "evaluate_every", "save_every", "rank"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if not 0 <= self.dropout < 1 or not 0 <= self.decay_share <= 1:
            raise ValueError("dropout must be in [0, 1) and decay_share in [0, 1]")
        if self.optimizer == "muon" and self.method != "scratch":  # what AdamW trained goes on with AdamW (2605.10468)
            raise ValueError("Muon is for models from nothing")
        if self.length > self.shape.context:
            raise ValueError(f"sequences of {self.length} do not fit a context of {self.shape.context}")

    @property
    def tokens_per_step(self) -> int:
        return self.batch * self.length

    @property
    def adapts(self) -> bool:
        """Whether only adapters learn."""
        return self.method in ADAPTED

    @property
    def learning_parameters(self) -> int:
        """How many weights learn, except norms and biases: all, or those of the adapters."""
        return self.shape.adapter_parameters(self.rank) if self.adapts else self.shape.parameters

    def to_json(self) -> str:
        return json.dumps({"version": VERSION, **asdict(self)}, indent=2)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The recipe that `to_json` wrote, now or in an older version; else ValueError, KeyError or TypeError."""
        fields: dict[str, Any] = json.loads(text)
        if fields.pop("version") not in range(OLDEST, VERSION + 1):
            raise ValueError("a recipe of another version")
        base = fields.get("base")
        made = {"shape": Shape.from_json(fields["shape"]), "base": Base(**base) if base else None}
        return cls(**{**fields, **made})
