"""Threads that do one token together: they wait for each other, and between two tokens for the next. Knows no token.

Work is dealt out in parts, to whoever comes for the next one: cores are not equally fast, and other programs need them.
A thread that sleeps takes longer to wake than a token takes to be computed, so it looks, again and again, whether there
is more to do, and ends when nothing came for two milliseconds or so. Everything goes through two flags:
a number a team has of how often all have met, and one a thread has of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from core.native.code import ADDRESS, INT, LONG, VOID, Code, Value, longs
from core.native.plan import LINE
from core.native.processor import YIELD, Processor

AWAY, HERE, ASKED = range(3)  # what a thread's own flag says

PARTS: Final = 4  # of a piece of work for each thread
PATIENCE: Final = 2_000_000  # ticks of the processor's clock until another thread of the computer is let go on
STAY: Final = 8_000_000  # ticks for which a thread waits for the next token


def write_meet(module: Any, name: str, processor: Processor) -> Any:
    """(working memory, threads): go on when all threads have come here. Then nothing is dealt out of the next work."""
    code = Code(module, name, [ADDRESS, LONG], processor.lanes)
    memory, threads = code.arguments
    often = code.at(memory, LINE)
    before = _flag(code, often)
    arrived = code.build.add(code.build.atomic_rmw("add", memory, INT(1), "acq_rel"), INT(1))
    with code.where(code.build.icmp_signed("==", arrived, code.build.trunc(threads, INT))):
        code.build.atomic_rmw("xchg", memory, INT(0), "monotonic")
        code.build.atomic_rmw("xchg", code.at(memory, 2 * LINE), LONG(0), "monotonic")
        code.build.atomic_rmw("add", often, INT(1), "release")
    start = _clock(code)
    with code.as_long_as(lambda: code.build.icmp_signed("==", _flag(code, often), before)):
        _pause(code)
        with code.where(_since(code, start, PATIENCE)):
            code.call(YIELD, INT, ())
    return code.end()


@contextmanager
def dealt_out(code: Code, memory: Value, count: int, threads: Value) -> Iterator[tuple[Value, Value]]:
    """First, and behind the last, of each part of `count` things that falls to this thread. Once between meetings."""
    size = code.build.udiv(longs(count), code.times(threads, PARTS))
    size = code.build.add(size, longs(1))

    def taken() -> Value:
        return code.build.atomic_rmw("add", code.at(memory, 2 * LINE), size, "acq_rel")

    first = code.cell(taken())
    with code.as_long_as(lambda: code.build.icmp_signed("<", first.now, longs(count))):
        end = code.build.add(first.now, size)
        yield first.now, code.build.select(code.build.icmp_signed("<", end, longs(count)), end, longs(count))
        first.set(taken())


def write_ask(module: Any, name: str, processor: Processor) -> Any:
    """(a thread's flag, where to say what it was): from now on it is asked."""
    code = Code(module, name, [ADDRESS, ADDRESS], processor.lanes)
    flag, answer = code.arguments
    code.store(code.build.atomic_rmw("xchg", flag, INT(ASKED), "acq_rel"), answer)
    return code.end()


def write_stay(module: Any, name: str, processor: Processor, work: Any) -> Any:
    """(working memory, thread, threads, the thread's flag): do the work that is there, and again when asked."""
    code = Code(module, name, [ADDRESS, LONG, LONG, ADDRESS], processor.lanes)
    *given, flag = code.arguments
    is_on = code.cell(INT(1))
    with code.as_long_as(lambda: code.build.icmp_signed("!=", is_on.now, INT(0))):
        code.build.atomic_rmw("xchg", flag, INT(HERE), "acq_rel")  # before the work: while that lasts nobody asks
        code.build.call(work, given)
        start = _clock(code)
        with code.as_long_as(lambda: _waits(code, flag, start)):
            _pause(code)
        with code.where(code.build.icmp_signed("!=", _flag(code, flag), INT(ASKED))):
            before = code.build.atomic_rmw("xchg", flag, INT(AWAY), "acq_rel")
            is_on.set(code.build.zext(code.build.icmp_signed("==", before, INT(ASKED)), INT))
    return code.end()


def _waits(code: Code, flag: Value, start: Value) -> Value:
    is_asked = code.build.icmp_signed("==", _flag(code, flag), INT(ASKED))
    return code.build.not_(code.build.or_(is_asked, _since(code, start, STAY)))


def _flag(code: Code, place: Value) -> Value:
    return code.build.load_atomic(place, "acquire", 4, typ=INT)


def _pause(code: Code) -> None:
    code.call("llvm.x86.sse2.pause", VOID, ())


def _clock(code: Code) -> Value:
    return code.call("llvm.readcyclecounter", LONG, ())


def _since(code: Code, start: Value, ticks: int) -> Value:
    return code.build.icmp_signed(">", code.build.sub(_clock(code), start), longs(ticks))
