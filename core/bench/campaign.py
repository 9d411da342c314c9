"""The whole crash campaign: our saver first, then the naive one for as long as it takes to find it out."""

from typing import Final

from core.bench.crash import FAULTS, every_operation, random_kills
from core.bench.reports import Crash
from core.events import Stop, Work

CONTROL: Final = 10  # a tenth of the trials is enough to find out a bad saver


def run(trials: int, stride: int, seed: int, stop: Stop) -> Work[list[Crash]]:
    """So many random kills, then every `stride`-th file operation failing in each of four ways."""
    reports: list[Crash] = []
    for naive in (False, True):
        wanted = trials if not naive else max(1, trials // CONTROL)
        reports.append((yield from random_kills(wanted, seed, naive=naive, stop=stop)))
        for fault in FAULTS:
            step = stride if not naive else 3 * stride
            reports.append((yield from every_operation(fault, naive=naive, stride=step, stop=stop)))
    return reports
