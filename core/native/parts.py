"""What a block does beside its products, as machine code in the middle of a function. Knows no thread and no matrix."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from core.native.code import FLOAT, Code, Value, divisor, longs
from core.shape import Activation

Made: TypeAlias = Callable[[Value, Any], Value]  # a vector of a type, made for a place in bytes

LOWEST: Final = -1e30  # a score that nobody looks at
GELU: Final = 0.7978845608028654  # the square root of 2 / pi
GELU_CUBE: Final = 0.044715


def sum_of(code: Code, count: int, made: Made) -> Value:
    """What `count` numbers add up to."""
    lanes = divisor(count, code.lanes)
    sum_ = code.cell(code.filled(0.0, lanes))
    with code.each(count) as (place, kind):
        sum_.set(code.build.fadd(sum_.now, made(place, kind)))
    return code.sum(sum_.now)


def over_root_mean_square(code: Code, row: Value, count: int, eps: float) -> Value:
    """One over the root of the mean square of a row."""

    def square(place: Value, kind: Any) -> Value:
        x = code.load(kind, row, place)
        return code.build.fmul(x, x)

    return _over_root(code, sum_of(code, count, square), count, eps)


@dataclass(frozen=True, slots=True)
class Norm:
    """The norm of a row of `count` numbers: where its weights stand, and its bias if it has one."""

    weight: Value
    bias: Value | None
    count: int
    eps: float


def write_rms_norm(code: Code, row: Value, target: Value, norm: Norm) -> None:
    scale = over_root_mean_square(code, row, norm.count, norm.eps)

    def normed(place: Value, kind: Any) -> Value:
        x = code.build.fmul(code.load(kind, row, place), code.spread(scale, kind.count))
        return code.build.fmul(x, code.load(kind, norm.weight, place))

    code.change(norm.count, target, normed)


def write_layer_norm(code: Code, row: Value, target: Value, norm: Norm) -> None:
    total = sum_of(code, norm.count, lambda place, kind: code.load(kind, row, place))
    mean = code.build.fdiv(total, FLOAT(norm.count))

    def centred(place: Value, kind: Any) -> Value:
        return code.build.fsub(code.load(kind, row, place), code.spread(mean, kind.count))

    def square(place: Value, kind: Any) -> Value:
        x = centred(place, kind)
        return code.build.fmul(x, x)

    scale = _over_root(code, sum_of(code, norm.count, square), norm.count, norm.eps)

    def normed(place: Value, kind: Any) -> Value:
        x = code.build.fmul(centred(place, kind), code.spread(scale, kind.count))
        added = code.filled(0.0, kind.count) if norm.bias is None else code.load(kind, norm.bias, place)
        return code.fused(x, code.load(kind, norm.weight, place), added)

    code.change(norm.count, target, normed)


def _over_root(code: Code, squares: Value, count: int, eps: float) -> Value:
    mean = code.build.fadd(code.build.fdiv(squares, FLOAT(count)), FLOAT(eps))
    return code.build.fdiv(FLOAT(1.0), code.unary("sqrt", mean))


def activated(code: Code, kind: Activation, x: Value) -> Value:
    """The bent `x`; GELU by its tanh, which is a logistic curve of twice the argument."""
    if kind == "relu2":
        positive = code.largest(x, code.filled(0.0, x.type.count))
        return code.build.fmul(positive, positive)
    if kind == "silu":
        return code.build.fmul(x, _logistic(code, x))
    square = code.fused(code.build.fmul(x, x), code.filled(GELU_CUBE, x.type.count), code.filled(1.0, x.type.count))
    inside = code.build.fmul(code.build.fmul(x, square), code.filled(2 * GELU, x.type.count))
    return code.build.fmul(x, _logistic(code, inside))


def _logistic(code: Code, x: Value) -> Value:
    ones = code.filled(1.0, x.type.count)
    return code.build.fdiv(ones, code.build.fadd(ones, code.exp(code.build.fneg(x))))


@dataclass(frozen=True, slots=True)
class Turn:
    """How a head turns with its position: `half` pairs of numbers, by the angles of a row of two tables."""

    half: int
    cos: Value
    sin: Value


def write_turned(code: Code, made: Made, target: Value, width: int, turn: Turn | None) -> None:
    """A head of `width` numbers at `target`: its two halves turned, what lies behind them as it was made."""
    if turn is None:
        code.change(width, target, made)
        return
    half = 4 * turn.half
    with code.each(turn.half) as (place, kind):
        left, right = made(place, kind), made(code.build.add(place, longs(half)), kind)
        cos, sin = code.load(kind, turn.cos, place), code.load(kind, turn.sin, place)
        code.store(_difference(code, left, cos, right, sin), target, place)
        code.store(code.fused(right, cos, code.build.fmul(left, sin)), target, code.build.add(place, longs(half)))
    if width > 2 * turn.half:
        behind = longs(2 * half)
        code.change(
            width - 2 * turn.half,
            code.at(target, behind),
            lambda place, kind: made(code.build.add(place, behind), kind),
        )


def _difference(code: Code, left: Value, cos: Value, right: Value, sin: Value) -> Value:
    return code.fused(left, cos, code.build.fneg(code.build.fmul(right, sin)))


@dataclass(frozen=True, slots=True)
class Past:
    """`count` tokens that a head looks at, whose keys and values, of `width` numbers, lie one behind the other."""

    keys: Value
    values: Value
    count: Value
    width: int


def write_attention(code: Code, query: Value, past: Past, scores: Value, target: Value, scale: float) -> None:
    """What a query sees of the past. `scores`: room for a number a token, and a vector more."""
    keys, values, count, width = past.keys, past.values, past.count, past.width
    lanes = divisor(width, code.lanes)
    kind, parts = code.vector(FLOAT, lanes), range(width // lanes)
    asked = [code.build.fmul(code.load(kind, query, 4 * lanes * part), code.filled(scale, lanes)) for part in parts]
    highest = code.cell(FLOAT(LOWEST))
    with code.loop(0, count) as index:
        key, sum_ = code.at(keys, code.times(index, 4 * width)), code.filled(0.0, lanes)
        for part in parts:
            sum_ = code.fused(asked[part], code.load(kind, key, 4 * lanes * part), sum_)
        score = code.sum(sum_)
        highest.set(code.largest(highest.now, score))
        code.store(score, scores, code.times(index, 4))
    total = _shares(code, scores, count, highest.now)
    seen = [code.cell(code.filled(0.0, lanes)) for _ in parts]
    with code.loop(0, count) as index:
        value = code.at(values, code.times(index, 4 * width))
        share = code.spread(code.load(FLOAT, scores, code.times(index, 4)), lanes)
        for part in parts:
            seen[part].set(code.fused(share, code.load(kind, value, 4 * lanes * part), seen[part].now))
    over = code.spread(code.build.fdiv(FLOAT(1.0), total), lanes)
    for part in parts:
        code.store(code.build.fmul(seen[part].now, over), target, 4 * lanes * part)


def _shares(code: Code, scores: Value, count: Value, highest: Value) -> Value:
    """Scores become e to what they are below the highest; returns what these add up to."""
    code.store(code.filled(LOWEST), scores, code.times(count, 4))  # the rest of the last vector is looked at, too
    sum_, top = code.cell(code.filled(0.0)), code.spread(highest)
    with code.loop(0, count, code.lanes) as index:
        place = code.times(index, 4)
        share = code.exp(code.build.fsub(code.load(code.vector(FLOAT), scores, place), top))
        code.store(share, scores, place)
        sum_.set(code.build.fadd(sum_.now, share))
    return code.sum(sum_.now)
