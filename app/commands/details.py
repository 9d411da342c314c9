"""Every value of a plan that can be set by hand, for `mynah plan` and `mynah train`. No command of its own."""

import argparse
from dataclasses import replace

from app.commands.options import count, number, positive
from app.sitting import DETAILS
from core.plan import TIERS, Wish


def add_details(parser: argparse.ArgumentParser) -> None:
    """An option for each of DETAILS; what is not said stays as planned."""
    group = parser.add_argument_group("details, otherwise as planned")
    sizes = f"size of a model from nothing, 1 to {len(TIERS)}"
    group.add_argument("--tier", type=tier, metavar="N", help=sizes)
    group.add_argument("--length", type=count, metavar="N", help="tokens it sees at once")
    group.add_argument("--tokens-per-step", type=count, metavar="N", help="tokens in a step")
    group.add_argument("--learning-rate", type=positive, metavar="R", help="the highest learning rate")
    group.add_argument("--dropout", type=share, metavar="S", help="share of numbers left out while it learns, 0 to 0.9")
    group.add_argument("--passes", type=positive, metavar="N", help="times that your writing is read, at most")
    group.add_argument("--rank", type=count, metavar="N", help="rank of the additions to a base model (LoRA)")
    group.add_argument("--look-every", type=count, metavar="N", help="steps between two looks at unseen text")
    group.add_argument(
        "--asking",
        type=share,
        metavar="S",
        help="share of the time in which a base that talks asks what your posts answer, 0 to 0.9",
    )
    group.add_argument("--save-every", type=count, metavar="N", help="steps between two saves")


def tier(word: str) -> int:
    """A size, which people count from 1."""
    chosen = count(word)
    if chosen > len(TIERS):
        raise argparse.ArgumentTypeError(f"there are {len(TIERS)} sizes")
    return chosen - 1


def share(word: str) -> float:
    value = number(word)
    if not 0 <= value <= 0.9:
        raise argparse.ArgumentTypeError("it has to be from 0 to 0.9")
    return value


def with_details(args: argparse.Namespace, wish: Wish) -> Wish:
    """The wish with the values that were set by hand."""
    return replace(wish, **{name: getattr(args, name) for name in DETAILS})
