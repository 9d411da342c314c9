"""Examples as tokens: ids, and which of them are learnt. Knows no corpus and no model.

Learnt are the person's own words and the token that ends their turn; everything else is context. Parts of one owner are
encoded by themselves, so that no token is half quoted and half own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.errors import Unsupported
from core.examples.example import Example
from core.generate.templates import Template, Turn, ids
from core.tokenizers.base import Tokenizer
from core.tokenizers.pretrained import PretrainedTokenizer

LEAST_LEARNT: Final = 0.05  # of all tokens; below, an hour of training teaches three minutes' worth


@dataclass(frozen=True, slots=True)
class Tokens:
    """An example as a model sees it: `learnt[n]` says whether the id at `n` is a target."""

    ids: list[int]
    learnt: list[bool]


def in_template(example: Example, tokenizer: PretrainedTokenizer, template: Template, system: str = "") -> Tokens:
    """The example in the chat format of a pretrained model, after a system prompt where there is one."""
    made = Tokens([], [])
    turns = [Turn("system", system), *example.turns] if system else example.turns
    extend(made, ids(template.render(turns), tokenizer), learnt=False)
    for text, own in example.parts():
        extend(made, tokenizer.encode(text), learnt=own)
    if example.ends:
        end = tokenizer.control(template.end) if template.end else tokenizer.end
        extend(made, [tokenizer.end if end is None else end], learnt=True)
    return made


def plain(example: Example, tokenizer: Tokenizer) -> Tokens:
    """The example as text, for a model that starts from nothing: each turn on lines of its own, the answer, the end."""
    made = Tokens([], [])
    extend(made, tokenizer.encode("".join(f"{turn.text}\n\n" for turn in example.turns)), learnt=False)
    for text, own in example.parts():
        extend(made, tokenizer.encode(text), learnt=own)
    if example.ends:
        extend(made, [tokenizer.end], learnt=True)
    return made


def extend(tokens: Tokens, more: list[int], *, learnt: bool) -> None:
    tokens.ids.extend(more)
    tokens.learnt.extend([learnt] * len(more))


def learnt_share(examples: Iterable[Tokens]) -> float:
    """Which share of all tokens is learnt; 0 where there are none."""
    learnt = total = 0
    for tokens in examples:
        learnt += sum(tokens.learnt)
        total += len(tokens.ids)
    return learnt / max(1, total)


def check_learnt(share: float) -> None:
    """Raise Unsupported, with the reason, where too little would be learnt."""
    if share < LEAST_LEARNT:
        raise Unsupported(
            f"Only {100 * share:.1f} % of what would be read are your own words: the rest is what others said.",
            fix="Add more of your own writing, or look in the library at what was left out and why.",
        )
