"""Products of a row with a matrix of integers, as machine code. Knows no layer and no thread.

A row becomes bytes in groups of 32 numbers, each with a scale of its own; bytes of the matrix are multiplied by them
four at a time, and added up in 32 bits. Of the matrix as many outputs as a vector has lanes lie together (a tile): each
lane adds up one output, so nothing is added across lanes, and any share of the tiles gives the same numbers.

What lies in memory (see core/models/tiles.py, which lays it there):
a row of I inputs in bytes, then two floats a group: its scale, and its sum times that;
8 bits: for each tile, for each group, for each four of its inputs, for each lane, those four; beside that a float an
output, its scale;
4 bits: for each tile, for each group, for each four of its first half, for each lane, those four, and above them in
the same bytes those of the second half; then, beside that, for each group a scale a lane and a zero a lane in bf16.
"""

from typing import Any, Final

from llvmlite import ir

from core.native.code import ADDRESS, BYTE, FLOAT, INT, LONG, SHORT, Code, Value, divisor, longs
from core.native.plan import GROUP, tile_bytes
from core.native.processor import Processor

HALF: Final = GROUP // 2
MIDDLE: Final = 8  # what stands for nought in 4 bits
AT_ONCE: Final = 4  # sums that do not wait for each other


def write_quantise(module: Any, name: str, inputs: int, processor: Processor) -> Any:
    """(row of floats, where its bytes go)."""
    code = Code(module, name, [ADDRESS, ADDRESS], processor.lanes)
    row, target = code.arguments
    parts, kind = GROUP // code.lanes, code.vector(FLOAT)
    with code.loop(0, inputs // GROUP) as group:
        place = code.times(group, 4 * GROUP)
        numbers = [code.load(kind, row, code.build.add(place, longs(4 * code.lanes * part))) for part in range(parts)]
        most = code.unary("fabs", numbers[0])
        for number in numbers[1:]:
            most = code.largest(most, code.unary("fabs", number))
        scale = code.build.fdiv(code.largest(code.highest(most), FLOAT(1e-30)), FLOAT(127.0))
        over = code.spread(code.build.fdiv(FLOAT(1.0), scale))
        total = code.filled(0, of=INT)
        for part, number in enumerate(numbers):
            whole = code.build.fptosi(code.unary("roundeven", code.build.fmul(number, over)), code.vector(INT))
            total = code.build.add(total, whole)
            bytes_ = code.build.trunc(whole, code.vector(BYTE))
            code.store(bytes_, target, code.build.add(code.times(group, GROUP), longs(code.lanes * part)))
        own = code.build.add(code.times(group, 8), longs(inputs))
        code.store(scale, target, own)
        code.store(
            code.build.fmul(scale, code.build.sitofp(code.sum(total), FLOAT)), target, code.build.add(own, longs(4))
        )
    return code.end()


def write_product(module: Any, name: str, bits: int, inputs: int, processor: Processor) -> Any:
    """(bytes of the row, matrix, scales, bias, where the outputs go, first tile, behind the last)."""
    code = Code(module, name, [ADDRESS] * 5 + [LONG] * 2, processor.lanes)
    row, matrix, scales, bias, target, first, last = code.arguments
    groups = inputs // GROUP
    with code.loop(first, last) as tile:
        place = code.times(tile, 4 * code.lanes)
        own = code.at(matrix, code.times(tile, tile_bytes(bits, inputs, code.lanes)))
        if bits == 8:
            sum_ = _eight(code, processor, row, own, groups)
            sum_ = code.fused(sum_, code.load(sum_.type, scales, place), code.load(sum_.type, bias, place))
        else:
            beside = code.at(scales, code.times(tile, groups * 4 * code.lanes))
            sum_ = code.build.fadd(
                _four(code, processor, row, own, beside, groups), code.load(code.vector(FLOAT), bias, place)
            )
        code.store(sum_, target, place)
    return code.end()


def _eight(code: Code, processor: Processor, row: Value, matrix: Value, groups: int) -> Value:
    """What the lanes of a tile add up to, before their scales."""
    sum_ = code.cell(code.filled(0.0))
    with code.loop(0, groups) as group:
        numbers = code.at(row, code.times(group, GROUP))
        weights = code.at(matrix, code.times(group, GROUP * code.lanes))
        dots = [code.filled(0, of=INT), code.filled(0, of=INT)]
        for four in range(GROUP // 4):
            taken = code.load(code.vector(BYTE, 4 * code.lanes), weights, 4 * code.lanes * four)
            dots[four % 2] = processor.eight(code, dots[four % 2], taken, _four_bytes(code, numbers, 4 * four))
        scale, scaled_sum = _of_group(code, row, group, groups)
        dot = code.build.sitofp(code.build.add(*dots), code.vector(FLOAT))
        added = sum_.now
        if processor.offset:  # each byte of the matrix is that much too large
            added = code.fused(code.filled(-processor.offset), scaled_sum, added)
        sum_.set(code.fused(dot, scale, added))
    return sum_.now


def _four(code: Code, processor: Processor, row: Value, matrix: Value, beside: Value, groups: int) -> Value:
    sum_, small = code.cell(code.filled(0.0)), code.filled(15, 4 * code.lanes, BYTE)
    with code.loop(0, groups) as group:
        numbers = code.at(row, code.times(group, GROUP))
        weights = code.at(matrix, code.times(group, HALF * code.lanes))
        dots = [code.filled(0, of=INT), code.filled(0, of=INT)]
        for four in range(HALF // 4):
            taken = code.load(code.vector(BYTE, 4 * code.lanes), weights, 4 * code.lanes * four)
            upper = code.build.lshr(code.build.bitcast(taken, code.vector(INT)), code.filled(4, of=INT))
            for half, quarters in enumerate((taken, code.build.bitcast(upper, taken.type))):
                given = _four_bytes(code, numbers, HALF * half + 4 * four)
                dots[half] = processor.four(code, dots[half], code.build.and_(quarters, small), given)
        scale, scaled_sum = _of_group(code, row, group, groups)
        dot = code.build.sitofp(code.build.add(*dots), code.vector(FLOAT))
        place = code.times(group, 4 * code.lanes)
        step = _from_bf16(code, beside, place)
        zero = _from_bf16(code, beside, code.build.add(place, longs(2 * code.lanes)))
        zero = code.fused(code.filled(-MIDDLE), step, zero)
        sum_.set(code.fused(code.build.fmul(step, dot), scale, code.fused(zero, scaled_sum, sum_.now)))
    return sum_.now


def _four_bytes(code: Code, numbers: Value, place: int) -> Value:
    """Four neighbours of the row, for each lane."""
    return code.build.bitcast(code.spread(code.load(INT, numbers, place)), code.vector(BYTE, 4 * code.lanes))


def _of_group(code: Code, row: Value, group: Value, groups: int) -> tuple[Value, Value]:
    """The scale of a group of the row, and its sum times that, for each lane."""
    own = code.at(row, code.build.add(code.times(group, 8), longs(groups * GROUP)))
    return code.spread(code.load(FLOAT, own)), code.spread(code.load(FLOAT, own, 4))


def _from_bf16(code: Code, address: Value, place: Value) -> Value:
    """A vector of numbers in bf16, which are the upper halves of floats."""
    wide = code.build.zext(code.load(code.vector(SHORT), address, place), code.vector(INT))
    return code.build.bitcast(code.build.shl(wide, code.filled(16, of=INT)), code.vector(FLOAT))


def write_small(module: Any, name: str, inputs: int, processor: Processor) -> Any:
    """(row of floats, matrix in bf16 in tiles, where the outputs go, first tile, behind the last, whether they are
    added to what stands there)."""
    code = Code(module, name, [ADDRESS] * 3 + [LONG] * 2 + [ir.IntType(1)], processor.lanes)
    row, matrix, target, first, last, is_added = code.arguments
    together = divisor(inputs, AT_ONCE)
    with code.loop(first, last) as tile:
        place = code.times(tile, 4 * code.lanes)
        own = code.at(matrix, code.times(tile, 2 * code.lanes * inputs))
        before = code.load(code.vector(FLOAT), target, place)
        sums = [code.cell(code.build.select(is_added, before, code.filled(0.0)))]
        sums += [code.cell(code.filled(0.0)) for _ in range(together - 1)]
        with code.loop(0, inputs, together) as index:
            for which, sum_ in enumerate(sums):
                one = code.build.add(index, longs(which))
                weights = _from_bf16(code, own, code.times(one, 2 * code.lanes))
                sum_.set(code.fused(code.spread(code.load(FLOAT, row, code.times(one, 4))), weights, sum_.now))
        while len(sums) > 1:
            sums[0].set(code.build.fadd(sums[0].now, sums.pop().now))
        code.store(sums[0].now, target, place)
    return code.end()
