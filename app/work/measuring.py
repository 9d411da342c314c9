"""The door to what `mynah bench` measures of replies and tokenizers; see app/work/__init__.py."""

from app.work import Task
from core.bench.reports import CutRow, FloodRow, MemoryRow, MistakeRow, ReplyRow, Setup
from core.events import Stop, Work
from core.preload import loading_torch


def decode(setup: Setup) -> Task[list[ReplyRow]]:
    """Measure our replies, and others beside them."""

    def make(stop: Stop) -> Work[list[ReplyRow]]:
        from core.bench import replies

        return replies.decode(setup, stop)

    return make


def tokenize(setup: Setup) -> Task[list[CutRow]]:
    """Measure our tokenizer, and others beside it."""

    def make(stop: Stop) -> Work[list[CutRow]]:
        from core.bench import cutting

        return cutting.tokenize(setup, stop)

    return make


def memory(setup: Setup) -> Task[list[MemoryRow]]:
    """Measure what trainings take in memory, beside what was predicted."""

    def make(stop: Stop) -> Work[list[MemoryRow]]:
        from core.bench import memory

        return memory.memory(setup, stop)

    return make


def mistakes() -> Task[list[MistakeRow]]:
    """Measure what it costs to refuse models with one thing wrong each."""

    def make(stop: Stop) -> Work[list[MistakeRow]]:
        from core.bench import mistakes

        return mistakes.mistakes(stop)

    return make


def flood(rounds: int, seconds: float) -> Task[list[FloodRow]]:
    """Measure what a flood of strangers at the local API costs a training."""

    def make(stop: Stop) -> Work[list[FloodRow]]:
        with loading_torch():
            from core.bench import flood as floods

        return floods.measure(rounds, seconds, stop)

    return make
