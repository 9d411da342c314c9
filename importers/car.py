"""CAR, an archive of content-addressed blocks: the blocks of a file, one after the other. Knows no kind of record.

A block is believed after its hash was computed again. One that is wrong costs itself; a length that is wrong costs
what comes after it, because nobody knows where the next block begins.
"""

import hashlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from importers import dag_cbor
from importers.dag_cbor import Broken, Value

LARGEST: Final = 1 << 22  # bytes of a block; services refuse more than half of that
NAMED_BY: Final = b"\x01\x71\x12\x20"  # version 1, DAG-CBOR, SHA-256 of 32 bytes
NAME: Final = len(NAMED_BY) + 32


def is_car(head: bytes) -> bool:
    """Whether a file begins with a header that holds roots and a version."""
    return b"eroots" in head[:64] and b"gversion" in head[:192]


def blocks(stream: BinaryIO) -> Iterator[tuple[bytes, Value | Broken]]:
    """The name and the value of each block, or what is wrong with it. Raises Broken where the rest is out of reach."""
    header(stream)
    while (length := varint(stream)) is not None:
        data = exactly(stream, length)
        name, content = data[:NAME], data[NAME:]
        try:
            yield name, value(name, content)
        except Broken as broken:
            yield name, broken


def header(stream: BinaryIO) -> None:
    length = varint(stream)
    found = dag_cbor.decode(exactly(stream, length or 0))
    if not isinstance(found, dict) or found.get("version") != 1:
        raise Broken("a header of another version")


def value(name: bytes, content: bytes) -> Value:
    if name != NAMED_BY + hashlib.sha256(content).digest():
        raise Broken("a name that is not the hash of what it names")
    return dag_cbor.decode(content)


def exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length) if length <= LARGEST else b""
    if len(data) < length:
        raise Broken("longer than it is")
    return data


def varint(stream: BinaryIO) -> int | None:
    """A number in groups of seven bits, the lowest first; None at the end of the file."""
    number = 0
    for shift in range(0, 35, 7):
        byte = stream.read(1)
        if not byte and shift == 0:
            return None
        if not byte:
            break
        number |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return number
    raise Broken("a length without an end")
