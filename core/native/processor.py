"""What this processor can do, and machine code for it: LLVM makes it while the program runs, in a tenth of a second.

Three ways in which processors of PCs multiply bytes: by one instruction (VNNI) on vectors of 512 or 256 bits, or by two
(AVX2) on 256. Nobody else, and no other kind of processor, is served here: for them torch's kernels answer.
"""

import ctypes
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import llvmlite.binding as llvm
from llvmlite import ir

from core.native.code import SHORT, Code, Value

SWITCH: Final = "MYNAH_MACHINE_CODE"  # "0": a way out for whom it harms
YIELD: Final = "let_others_go_on"


@dataclass(frozen=True, slots=True)
class Processor:
    """`lanes`: numbers of 32 bits in a vector. `offset`: what is added to each byte of a matrix, as one of two factors
    must not be below nought."""

    lanes: int
    has_vnni: bool
    features: str

    @property
    def offset(self) -> int:
        return 128 if self.has_vnni else 0

    def eight(self, code: Code, sum_: Value, weights: Value, numbers: Value) -> Value:
        """`sum_` and, in each lane, four products of bytes: of weights with the offset, and of signed numbers."""
        if self.has_vnni:
            return self._by_vnni(code, sum_, weights, numbers)
        positive = code.call(f"llvm.abs.v{4 * self.lanes}i8", numbers.type, (numbers, ir.IntType(1)(0)))
        signed = code.call("llvm.x86.avx2.psign.b", weights.type, (weights, numbers))
        return self._by_avx2(code, sum_, positive, signed)

    def four(self, code: Code, sum_: Value, weights: Value, numbers: Value) -> Value:
        """The same of weights between 0 and 15."""
        way = self._by_vnni if self.has_vnni else self._by_avx2
        return way(code, sum_, weights, numbers)

    def _by_vnni(self, code: Code, sum_: Value, positive: Value, signed: Value) -> Value:
        return code.call(f"llvm.x86.avx512.vpdpbusd.{32 * self.lanes}", sum_.type, (sum_, positive, signed))

    def _by_avx2(self, code: Code, sum_: Value, positive: Value, signed: Value) -> Value:
        """Pairs of products fit 16 bits: 2 x 127 x 127 is less than 32,768."""
        pairs = code.call("llvm.x86.avx2.pmadd.ub.sw", code.vector(SHORT, 2 * self.lanes), (positive, signed))
        ones = code.filled(1, 2 * self.lanes, SHORT)
        return code.build.add(sum_, code.call("llvm.x86.avx2.pmadd.wd", sum_.type, (pairs, ones)))


BASE: Final = "x86-64-v3"  # the processor that LLVM is told of: AVX2, FMA and what came with them
VNNI_512: Final = Processor(16, True, "+avx512f,+avx512bw,+avx512dq,+avx512vl,+avx512vnni")
VNNI_256: Final = Processor(8, True, "+avxvnni")
AVX2: Final = Processor(8, False, "")


def this_processor() -> Processor | None:
    """The one at hand, if machine code for it can be written here, and nobody asked that it is not."""
    if platform.machine().lower() not in ("x86_64", "amd64") or os.environ.get(SWITCH) == "0":
        return None
    return of_features(dict(llvm.get_host_cpu_features()))


def of_features(has: Mapping[str, bool]) -> Processor | None:
    """The best way that a processor with these features knows."""
    if not (has.get("avx2") and has.get("fma")):
        return None
    if all(has.get(name) for name in VNNI_512.features.replace("+", "").split(",")):
        return VNNI_512
    return VNNI_256 if has.get("avxvnni") else AVX2


class Compiled:
    """A module as machine code, for as long as this object lives."""

    def __init__(self, module: Any, processor: Processor) -> None:
        """Raises RuntimeError where LLVM cannot."""
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        llvm.add_symbol(YIELD, _yield_address())
        target = llvm.Target.from_default_triple()
        machine = target.create_target_machine(cpu=BASE, features=processor.features, opt=3)
        parsed = llvm.parse_assembly(str(module))
        parsed.verify()
        tuned = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=3))
        tuned.getModulePassManager().run(parsed, tuned)
        self._engine = llvm.create_mcjit_compiler(parsed, machine)
        self._engine.finalize_object()

    def function(self, name: str, kinds: str) -> Any:
        """To be called from Python, which other threads may use meanwhile. `kinds`: a letter an argument, p for an
        address, n for a whole number."""
        types = [ctypes.c_void_p if kind == "p" else ctypes.c_int64 for kind in kinds]
        return ctypes.CFUNCTYPE(None, *types)(self._engine.get_function_address(name))


def _yield_address() -> int:
    """What lets another thread of this computer go on."""
    own = ctypes.CDLL("kernel32").SwitchToThread if os.name == "nt" else ctypes.CDLL(None).sched_yield
    return ctypes.cast(own, ctypes.c_void_p).value or 0
