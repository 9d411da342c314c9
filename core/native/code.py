"""Machine code written number by number: a thin hand on LLVM's builder. Knows no model.

`Code` writes one function. A `Cell` is a variable of it, which the compiler keeps in a register. Vectors are of the
processor's own length, or of the largest part of it that divides what is counted, so no loop needs a rest.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from llvmlite import ir

Value: TypeAlias = Any  # llvmlite has no types of its own: a number, a vector or an address in the making

BYTE: Final = ir.IntType(8)
SHORT: Final = ir.IntType(16)
INT: Final = ir.IntType(32)
LONG: Final = ir.IntType(64)
FLOAT: Final = ir.FloatType()
ADDRESS: Final = ir.PointerType()
VOID: Final = ir.VoidType()

LOG2_E: Final = 1.4426950408889634
# e^x = 2^n * 2^f with f in [-0.5, 0.5]; the Taylor series of 2^f to the sixth power is right to 1.2e-7.
POWERS_OF_LN_2: Final = (
    0.6931471805599453,
    0.2402265069591007,
    0.0555041086648216,
    0.0096181291076285,
    0.0013333558146428,
    0.0001540353039338,
)


def longs(number: int) -> Value:
    """A constant of 64 bits."""
    return LONG(number)


@dataclass(frozen=True, slots=True)
class Cell:
    """A variable: read and set wherever its function is."""

    code: "Code"
    place: Value
    type: Any

    @property
    def now(self) -> Value:
        return self.code.build.load(self.place, typ=self.type)

    def set(self, value: Value) -> None:
        self.code.build.store(value, self.place)


class Code:
    """One function of a module, written from its first instruction to its last."""

    def __init__(self, module: Any, name: str, arguments: Sequence[Any], lanes: int) -> None:
        """`lanes`: how many numbers of 32 bits a vector of this processor holds."""
        self.module, self.lanes = module, lanes
        self.function = ir.Function(module, ir.FunctionType(VOID, list(arguments)), name)
        self._first = ir.IRBuilder(
            self.function.append_basic_block()
        )  # variables are made here, whatever loop uses them
        self.build = ir.IRBuilder(self.function.append_basic_block())

    @property
    def arguments(self) -> tuple[Value, ...]:
        return tuple(self.function.args)

    def end(self) -> Any:
        """Close the function, and return it."""
        self.build.ret_void()
        self._first.branch(self.function.blocks[1])
        return self.function

    # Numbers and vectors.

    def vector(self, of: Any, lanes: int | None = None) -> Any:
        return ir.VectorType(of, lanes or self.lanes)

    def filled(self, number: float, lanes: int | None = None, of: Any = FLOAT) -> Value:
        """A constant vector of equal numbers."""
        kind = self.vector(of, lanes)
        return ir.Constant(kind, [number] * kind.count)

    def spread(self, value: Value, lanes: int | None = None) -> Value:
        """A vector whose every lane is `value`."""
        kind = self.vector(value.type, lanes)
        nothing = ir.Constant(kind, ir.Undefined)
        one = self.build.insert_element(nothing, value, INT(0))
        return self.build.shuffle_vector(one, nothing, ir.Constant(ir.VectorType(INT, kind.count), [0] * kind.count))

    def call(self, name: str, result: Any, values: Sequence[Value], **how: Any) -> Value:
        """An operation of LLVM's own."""
        known = self.module.globals.get(name)
        asked = known or ir.Function(self.module, ir.FunctionType(result, [value.type for value in values]), name)
        return self.build.call(asked, values, **how)

    def fused(self, one: Value, other: Value, added: Value) -> Value:
        """one * other + added, rounded once."""
        return self.call(f"llvm.fma.{_suffix(one.type)}", one.type, (one, other, added))

    def unary(self, name: str, x: Value) -> Value:
        """`sqrt`, `fabs`, `roundeven` and the like of a number or vector."""
        return self.call(f"llvm.{name}.{_suffix(x.type)}", x.type, (x,))

    def largest(self, one: Value, other: Value) -> Value:
        return self.call(f"llvm.maxnum.{_suffix(one.type)}", one.type, (one, other))

    def sum(self, x: Value) -> Value:
        """All lanes together, in an order of pairs."""
        if isinstance(x.type.element, ir.IntType):
            return self.call(f"llvm.vector.reduce.add.{_suffix(x.type)}", x.type.element, (x,))
        name = f"llvm.vector.reduce.fadd.{_suffix(x.type)}"
        return self.call(name, FLOAT, (FLOAT(0.0), x), fastmath=("reassoc",))

    def highest(self, x: Value) -> Value:
        """The largest lane."""
        return self.call(f"llvm.vector.reduce.fmax.{_suffix(x.type)}", FLOAT, (x,))

    def exp(self, x: Value) -> Value:
        """e^x of a vector, right to about 2e-7 of itself; below e^-87 a number near nothing."""
        lanes = x.type.count
        x = self.largest(x, self.filled(-87.0, lanes))
        power = self.build.fmul(
            self.call(f"llvm.minnum.{_suffix(x.type)}", x.type, (x, self.filled(88.0, lanes))),
            self.filled(LOG2_E, lanes),
        )
        whole = self.unary("roundeven", power)
        part = self.build.fsub(power, whole)
        sum_ = self.filled(POWERS_OF_LN_2[-1], lanes)
        for factor in (*POWERS_OF_LN_2[-2::-1], 1.0):
            sum_ = self.fused(sum_, part, self.filled(factor, lanes))
        exponent = self.build.add(self.build.fptosi(whole, self.vector(INT, lanes)), self.filled(127, lanes, INT))
        scale = self.build.bitcast(self.build.shl(exponent, self.filled(23, lanes, INT)), x.type)
        return self.build.fmul(sum_, scale)

    # Memory.

    def at(self, address: Value, bytes_: Value | int) -> Value:
        offset = longs(bytes_) if isinstance(bytes_, int) else bytes_
        return self.build.gep(address, [offset], source_etype=BYTE)

    def load(self, kind: Any, address: Value, bytes_: Value | int = 0) -> Value:
        return self.build.load(self.at(address, bytes_), typ=kind, align=1)

    def store(self, value: Value, address: Value, bytes_: Value | int = 0) -> None:
        self.build.store(value, self.at(address, bytes_), align=1)

    def times(self, index: Value, size: int) -> Value:
        return self.build.mul(index, longs(size))

    # Ways through.

    def cell(self, value: Value) -> Cell:
        cell = Cell(self, self._first.alloca(value.type), value.type)
        cell.set(value)
        return cell

    @contextmanager
    def loop(self, start: Value | int, stop: Value | int, step: int = 1) -> Iterator[Value]:
        """Counts from `start` to below `stop`."""
        start, stop = (longs(each) if isinstance(each, int) else each for each in (start, stop))
        index = self.cell(start)
        head, body, after = (self.function.append_basic_block() for _ in range(3))
        self.build.branch(head)
        self.build.position_at_end(head)
        self.build.cbranch(self.build.icmp_signed("<", index.now, stop), body, after)
        self.build.position_at_end(body)
        yield index.now
        index.set(self.build.add(index.now, longs(step)))
        self.build.branch(head)
        self.build.position_at_end(after)

    @contextmanager
    def where(self, condition: Value) -> Iterator[None]:
        """What follows happens only if the condition holds."""
        body, after = (self.function.append_basic_block() for _ in range(2))
        self.build.cbranch(condition, body, after)
        self.build.position_at_end(body)
        yield
        self.build.branch(after)
        self.build.position_at_end(after)

    @contextmanager
    def as_long_as(self, holds: Callable[[], Value]) -> Iterator[None]:
        """Again and again, as long as the condition holds."""
        head, body, after = (self.function.append_basic_block() for _ in range(3))
        self.build.branch(head)
        self.build.position_at_end(head)
        self.build.cbranch(holds(), body, after)
        self.build.position_at_end(body)
        yield
        self.build.branch(head)
        self.build.position_at_end(after)

    @contextmanager
    def each(self, count: int) -> Iterator[tuple[Value, Any]]:
        """All of `count` floats: the place in bytes of each vector of them, and its type."""
        lanes = divisor(count, self.lanes)
        with self.loop(0, count // lanes) as index:
            yield self.times(index, 4 * lanes), self.vector(FLOAT, lanes)

    def change(self, count: int, target: Value, made: Callable[[Value, Any], Value]) -> None:
        """Fill `count` floats at `target` with what is `made` at each place."""
        with self.each(count) as (place, kind):
            self.store(made(place, kind), target, place)


def divisor(count: int, lanes: int) -> int:
    """The largest power of two up to `lanes` that divides `count`."""
    return min(lanes, count & -count)


def _suffix(kind: Any) -> str:
    """What LLVM adds to the names of operations on a type."""
    if isinstance(kind, ir.VectorType):
        return f"v{kind.count}{_suffix(kind.element)}"
    return "f32" if isinstance(kind, ir.FloatType) else f"i{kind.width}"
