"""One token's way through the blocks of a decoder, as machine code for several threads. Knows no torch.

Every thread holds the whole stream of the token and norms it for itself, as that is little; products, heads and
attention are shared out, and after each the threads wait for each other. So whoever computes a number, it is the same.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from llvmlite import ir

from core.native import parts
from core.native.code import ADDRESS, FLOAT, INT, LONG, Code, Value, longs
from core.native.plan import SLOTS, Plan, Room
from core.native.processor import Processor
from core.native.products import write_product, write_quantise, write_small
from core.native.team import dealt_out, write_ask, write_meet, write_stay

BLOCKS, LAST_PRODUCT = range(2)  # what is to be done


def write(plan: Plan, last_bits: int, processor: Processor) -> Any:
    """A module with `work`, that a thread is to call, and `stay` and `ask` (core/native/team.py) for the others.

    What is to be done stands in the working memory: `BLOCKS` and the addresses of table, stream and cache, then layers,
    tokens used and places of the cache; or `LAST_PRODUCT` and the addresses of row, matrix, scales, bias and outputs.
    """
    module = ir.Module()
    kinds = _write_blocks(module, plan, processor), _write_last_product(module, plan, last_bits, processor)
    work = _write_work(module, kinds, Room(plan).job, processor)
    write_stay(module, "stay", processor, work)
    write_ask(module, "ask", processor)
    return module


def _write_work(module: Any, kinds: tuple[Any, ...], job: int, processor: Processor) -> Any:
    """(working memory, thread, threads)."""
    code = Code(module, "work", [ADDRESS, LONG, LONG], processor.lanes)
    memory, thread, threads = code.arguments
    asked = code.load(LONG, memory, job)
    for kind, function in enumerate(kinds):
        with code.where(code.build.icmp_signed("==", asked, longs(kind))):
            told = function.ftype.args[1:-2]
            values = [code.load(type_, memory, job + 8 * (1 + place)) for place, type_ in enumerate(told)]
            code.build.call(function, [memory, *values, thread, threads])
    return code.end()


def _write_blocks(module: Any, plan: Plan, processor: Processor) -> Any:
    """(working memory, table, stream in and out, cache, layers, tokens used, places of the cache, thread, threads)."""
    code = Code(module, "blocks", [ADDRESS] * 4 + [LONG] * 5, processor.lanes)
    memory, table, stream, cache, layers, used, length, thread, threads = code.arguments
    block = _Block(code, plan, processor, _Call(memory, used, length, thread, threads))
    width = plan.shape.width
    code.change(width, block.stream, lambda place, kind: code.load(kind, stream, place))
    with code.loop(0, layers) as layer:
        both = code.build.mul(layer, code.times(length, 8 * plan.shape.kv_heads * plan.shape.head_width))
        block.write(code.at(table, code.times(layer, 8 * len(SLOTS))), code.at(cache, both))
    with code.where(code.build.icmp_signed("==", thread, longs(0))):
        code.change(width, stream, lambda place, kind: code.load(kind, block.stream, place))
    block.meet()
    return code.end()


def _write_last_product(module: Any, plan: Plan, bits: int, processor: Processor) -> Any:
    """(working memory, row, matrix, scales, bias, where the outputs go, thread, threads)."""
    code = Code(module, "last_product", [ADDRESS] * 6 + [LONG] * 2, processor.lanes)
    memory, row, matrix, scales, bias, target, thread, threads = code.arguments
    once, room, inputs = _Once(module, processor), Room(plan), plan.shape.width
    bytes_ = code.at(memory, code.build.add(code.times(thread, room.own), longs(room.shared + room.row)))
    code.build.call(once("quantise", write_quantise, inputs), [row, bytes_])
    product = once("product", write_product, bits, inputs)
    with dealt_out(code, memory, -(-plan.shape.vocab // processor.lanes), threads) as part:
        code.build.call(product, [bytes_, matrix, scales, bias, target, *part])
    code.build.call(once("meet", write_meet), [memory, threads])
    return code.end()


class _Once:
    """Functions of a module, each written when it is first asked for."""

    def __init__(self, module: Any, processor: Processor) -> None:
        self._module, self._processor = module, processor

    def __call__(self, name: str, write: Callable[..., Any], *how: int) -> Any:
        own = "_".join([name, *map(str, how)])
        return self._module.globals.get(own) or write(self._module, own, *how, self._processor)


def _share(code: Code, count: int, thread: Value, threads: Value) -> tuple[Value, Value]:
    """First of a thread's share of `count` things, and behind its last."""
    first, last = (code.times(each, count) for each in (thread, code.build.add(thread, longs(1))))
    return code.build.sdiv(first, threads), code.build.sdiv(last, threads)


@dataclass(frozen=True, slots=True)
class _Call:
    """What a call of the code says of this token and this thread. `length`: places of the cache."""

    memory: Value
    used: Value
    length: Value
    thread: Value
    threads: Value


class _Block:
    """Writes a block's parts one after the other."""

    def __init__(self, code: Code, plan: Plan, processor: Processor, call: _Call) -> None:
        self._code, self._plan, self._shape, self._call = code, plan, plan.shape, call
        self._once = _Once(code.module, processor)
        self._head_bytes = code.times(call.length, 4 * plan.shape.head_width)  # of the keys of a head, or its values
        memory = call.memory
        room = Room(plan)
        own = code.at(memory, code.build.add(code.times(call.thread, room.own), longs(room.shared)))
        self._heads, self._turned, self._seen = (
            code.at(memory, place) for place in (room.heads, room.turned, room.seen)
        )
        self._added, self._wide, self._gate = (code.at(memory, place) for place in (room.added, room.wide, room.gate))
        self.stream, self._normed, self._row = (code.at(own, place) for place in (room.stream, room.normed, room.row))
        self._scores = code.at(own, room.scores)
        self._reads = {name: code.at(own, place) for name, place in room.reads.items()}

    def write(self, told: Value, cache: Value) -> None:
        """`told`: the layer's row of the table; `cache`: its keys, then its values."""
        self._told = told
        self._linear("query_key_value", self._norm("attention_norm"), self._heads)
        self.meet()
        self._turn(cache)
        self.meet()
        self._attend(cache)
        self.meet()
        self._linear("output", self._seen, self._added)
        self.meet()
        self._add("attention_post_norm")
        self._feed_forward(self._norm("feed_forward_norm"))
        self.meet()
        self._linear("down", self._wide, self._added)
        self.meet()
        self._add("feed_forward_post_norm")

    def meet(self) -> None:
        self._code.build.call(self._once("meet", write_meet), [self._call.memory, self._call.threads])

    def _dealt_out(self, count: int) -> AbstractContextManager[tuple[Value, Value]]:
        return dealt_out(self._code, self._call.memory, count, self._call.threads)

    def _slot(self, name: str, kind: Any = ADDRESS) -> Value:
        return self._code.load(kind, self._told, 8 * SLOTS.index(name))

    def _norm(self, name: str) -> Value:
        """Where the stream stands as a part of the block reads it."""
        if self._shape.norm_position == "post":
            return self.stream
        self._write_norm(name, self.stream)
        return self._normed

    def _write_norm(self, name: str, row: Value) -> None:
        code, shape = self._code, self._shape
        bias = self._slot(f"{name}.bias") if shape.norm == "layer" and shape.bias else None
        norm = parts.Norm(self._slot(f"{name}.weight"), bias, shape.width, shape.norm_eps)
        write = parts.write_rms_norm if shape.norm == "rms" else parts.write_layer_norm
        write(code, row, self._normed, norm)

    def _add(self, name: str) -> None:
        """What a part of the block made is added to the stream."""
        code, added = self._code, self._added
        if self._shape.norm_position != "pre":
            self._write_norm(name, added)
            added = self._normed

        def summed(place: Value, kind: Any) -> Value:
            scale = code.filled(self._shape.residual_scale, kind.count)
            return code.fused(code.load(kind, added, place), scale, code.load(kind, self.stream, place))

        code.change(self._shape.width, self.stream, summed)

    def _linear(self, name: str, row: Value, target: Value) -> None:
        """This thread's parts of a product, and of what its adapters add."""
        self._read_row(row, name)
        with self._dealt_out(self._plan.outputs(name) // self._code.lanes) as part:
            self._product(name, target, part)

    def _feed_forward(self, row: Value) -> None:
        code, shape, kind = self._code, self._shape, self._code.vector(FLOAT)
        self._read_row(row, "up", *(("gate",) if shape.gated else ()))
        with self._dealt_out(shape.inner // code.lanes) as part:
            self._product("up", self._wide, part)
            if shape.gated:
                self._product("gate", self._gate, part)
            with code.loop(*part) as tile:
                place = code.times(tile, 4 * code.lanes)
                x = code.load(kind, self._wide, place)
                bent = parts.activated(code, shape.activation, code.load(kind, self._gate, place) if shape.gated else x)
                code.store(code.build.fmul(bent, x) if shape.gated else bent, self._wide, place)

    def _read_row(self, row: Value, *names: str) -> None:
        """What each thread does for itself before linear layers that read the same row: it becomes bytes, and their
        adapters read it."""
        code, inputs = self._code, self._plan.inputs(names[0])
        code.build.call(self._once("quantise", write_quantise, inputs), [row, self._row])
        for name in (name for name in names if name in self._plan.ranks):
            ranks, strength = self._plan.ranks[name], code.load(FLOAT, self._slot(f"{name}.factor"))
            target, tiles = self._reads[name], [longs(0), longs(ranks.all // code.lanes)]
            read = self._once("small", write_small, inputs)
            code.build.call(read, [row, self._slot(f"{name}.reads"), target, *tiles, ir.IntType(1)(0)])

            def heard(place: Value, kind: Any, target: Value = target, strength: Value = strength) -> Value:
                return code.build.fmul(code.load(kind, target, place), code.spread(strength, kind.count))

            code.change(ranks.all, target, heard)

    def _product(self, name: str, target: Value, part: tuple[Value, Value]) -> None:
        """Some tiles of a product, and of what its adapters write there."""
        code, plan = self._code, self._plan
        product = self._once("product", write_product, plan.bits[name], plan.inputs(name))
        matrix = [self._slot(f"{name}.{which}") for which in ("matrix", "scales", "bias")]
        code.build.call(product, [self._row, *matrix, target, *part])
        if name not in plan.ranks:
            return
        rank, pairs, writes = plan.ranks[name].one, self._slot(f"{name}.pairs"), self._slot(f"{name}.writes")
        write = self._once("small", write_small, rank)
        with code.loop(*part) as tile:
            pair = code.build.sext(code.load(INT, pairs, code.times(tile, 4)), LONG)
            own, after = code.at(self._reads[name], code.times(pair, 4 * rank)), code.build.add(tile, longs(1))
            code.build.call(write, [own, writes, target, tile, after, ir.IntType(1)(1)])

    def _turn(self, cache: Value) -> None:
        """Queries turn; keys do, and go into the cache with their values."""
        code, shape = self._code, self._shape
        size = 4 * shape.head_width
        place, values = code.times(self._call.used, size), code.times(self._head_bytes, shape.kv_heads)
        keys = code.at(self._heads, shape.heads * size)
        with self._each_head("query_norm", self._heads, shape.heads) as (head, made):
            parts.write_turned(
                code, made, code.at(self._turned, code.times(head, size)), shape.head_width, self._angle()
            )
        with self._each_head("key_norm", keys, shape.kv_heads) as (head, made):
            target = code.at(cache, code.build.add(code.build.mul(head, self._head_bytes), place))
            parts.write_turned(code, made, target, shape.head_width, self._angle())
            value = code.at(keys, code.times(code.build.add(head, longs(shape.kv_heads)), size))
            code.change(shape.head_width, code.at(target, values), lambda at, kind: code.load(kind, value, at))

    @contextmanager
    def _each_head(self, norm: str, rows: Value, count: int) -> Iterator[tuple[Value, parts.Made]]:
        """This thread's share of `count` heads, and what the numbers of each are, normed where the shape norms them."""
        code, shape, width = self._code, self._shape, self._shape.head_width
        scale = None
        if shape.qk_norm_flat:
            scale = parts.over_root_mean_square(code, rows, count * width, shape.norm_eps)
        first, last = _share(code, count, self._call.thread, self._call.threads)
        with code.loop(first, last) as head:
            place = code.times(head, 4 * width)
            row, weight = code.at(rows, place), self._slot(f"{norm}.weight")
            if scale is not None:
                weight = code.at(weight, place)
            own = scale
            if shape.qk_norm and own is None:
                own = parts.over_root_mean_square(code, row, width, shape.norm_eps)

            def made(at: Value, kind: Any) -> Value:
                x = code.load(kind, row, at)
                if own is None:
                    return x
                return code.build.fmul(code.build.fmul(x, code.spread(own, kind.count)), code.load(kind, weight, at))

            yield head, made

    def _angle(self) -> parts.Turn | None:
        if self._shape.position != "rope":
            return None
        half = self._shape.turned // 2
        place = self._code.times(self._call.used, 4 * half)
        return parts.Turn(half, *(self._code.at(self._slot(name), place) for name in ("cos", "sin")))

    def _attend(self, cache: Value) -> None:
        code, shape = self._code, self._shape
        size = 4 * shape.head_width
        end, window = code.build.add(self._call.used, longs(1)), self._slot("window", LONG)
        beyond = code.build.sub(end, window)
        slides = code.build.and_(
            code.build.icmp_signed(">", window, longs(0)), code.build.icmp_signed(">", beyond, longs(0))
        )
        begin = code.build.select(slides, beyond, longs(0))
        with self._dealt_out(shape.heads) as part, code.loop(*part) as head:
            own = code.build.sdiv(head, longs(shape.heads // shape.kv_heads))
            place = code.build.add(code.build.mul(own, self._head_bytes), code.times(begin, size))
            keys, place = code.at(cache, place), code.times(head, size)
            values = code.at(keys, code.times(self._head_bytes, shape.kv_heads))
            query, target = code.at(self._turned, place), code.at(self._seen, place)
            scale = shape.attention_scale or shape.head_width**-0.5
            past = parts.Past(keys, values, code.build.sub(end, begin), shape.head_width)
            parts.write_attention(code, query, past, self._scores, target, scale)
