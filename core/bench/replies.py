"""Who competes in `mynah bench decode`: replies of one token after the other, and the reading of a prompt."""

import sys
from collections.abc import Mapping
from typing import Final

from core.bench.reports import ReplyRow, Setup
from core.bench.rows import as_they_come, ours_first
from core.bench.turns import Contender, Speed, take_turns
from core.events import Stop, Work

# "chat" is a bot as it answers people, "metered" the same reply with notes, sources, copied spans and the voice meter;
# "anew", "later" and "ahead" are turns after 800 tokens, of which nothing, the turns before, or these and the last
# reply were read (core/bench/talking.py).
TURNS: Final = ("anew", "later", "ahead")
OURS: Final = ("int8", "chat", "metered", *TURNS, "int4", "bf16", "fp32")
PEERS: Final = ("hf/dynamic-bf16", "hf/dynamic-f32", "llama.cpp/q8_0", "llama.cpp/q4_k_m", "llama.cpp/bf16")
NEW: Final = 48  # tokens of a reply, after a prompt of 64
LARGE: Final = "qwen"  # so large that with turns of a talk the waiting processes would fill 24 GB


def decode(setup: Setup, stop: Stop) -> Work[list[ReplyRow]]:
    """Our replies beside the peers', batch 1, greedy, the likeliest token each time."""
    ours = [
        Contender(
            name=f"ours/{kind}",
            command=(sys.executable, "-m", "core.bench.reply_worker", kind, setup.shape, str(NEW), str(setup.seconds)),
        )
        for kind in OURS
        if kind not in TURNS or setup.shape != LARGE
    ]
    speeds = yield from take_turns(ours + _peers(setup), setup.rounds, stop)
    return rows(speeds)


def _peers(setup: Setup) -> list[Contender]:
    if setup.beside is None:
        return []
    options = ("--shape", setup.shape, "--new", str(NEW), "--secs", str(setup.seconds))
    return [
        Contender(
            name=name,
            command=(setup.python, str(setup.beside.absolute()), "--worker", name, *options),
            environment=as_they_come(),
        )
        for name in PEERS
    ]


def rows(speeds: Mapping[str, Speed]) -> list[ReplyRow]:
    """A row for each speed; `lead` is how many times as fast the first is."""
    first = ours_first(speeds)
    return [
        ReplyRow(
            contender=name,
            tokens_per_second=speed.median,
            lowest=speed.lowest,
            highest=speed.highest,
            prompt_tokens_per_second=speed.prompt or 0.0,
            first_ms=1000 * (speed.first or 0.0),
            lead=first / speed.median,
            turns=speed.turns,
            other_load=speed.other_load,
            per_cpu_second=speed.per_cpu_second,
        )
        for name, speed in speeds.items()
    ]
