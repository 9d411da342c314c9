"""Writes what car.py reads: repositories of records, for tests; and what no honest service would write."""

import hashlib
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

from importers.dag_cbor import Link, Value

DID = "did:plc:maraexamplemaraexample22"


def encode(value: Value) -> bytes:
    match value:
        case None | False | True:
            return bytes([{None: 0xF6, False: 0xF4, True: 0xF5}[value]])
        case int():
            return head(0, value) if value >= 0 else head(1, -1 - value)
        case float():
            return b"\xfb" + struct.pack(">d", value)
        case str():
            return head(3, len(value.encode())) + value.encode()
        case bytes():
            return head(2, len(value)) + value
        case Link():
            return b"\xd8\x2a" + encode(b"\0" + value.name)
        case list():
            return head(4, len(value)) + b"".join(encode(one) for one in value)
        case dict():
            return head(5, len(value)) + b"".join(encode(name) + encode(one) for name, one in value.items())
    raise TypeError(value)


def head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    size = next(size for size in range(4) if number < 1 << (8 << size))
    return bytes([kind << 5 | 24 + size]) + number.to_bytes(1 << size, "big")


def varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def named(content: bytes) -> bytes:
    return b"\x01\x71\x12\x20" + hashlib.sha256(content).digest()


def block(content: bytes, name: bytes = b"") -> bytes:
    whole = (name or named(content)) + content
    return varint(len(whole)) + whole


def header(root: bytes = b"") -> bytes:
    content = encode({"roots": [Link(root or named(b""))], "version": 1})
    return varint(len(content)) + content


def commit() -> bytes:
    return encode({"did": DID, "rev": "3kz", "sig": bytes(64), "data": Link(named(b"")), "prev": None, "version": 3})


def node(contents: Mapping[str, bytes]) -> bytes:
    """A node of the tree that gives each of `contents` its key."""
    entries: list[Value] = []
    before = b""
    for key, content in sorted(contents.items()):
        shared = next((n for n, (a, b) in enumerate(zip(before, key.encode(), strict=False)) if a != b), len(before))
        before = key.encode()
        entries.append({"p": shared, "k": before[shared:], "v": Link(named(content)), "t": None})
    return encode({"l": None, "e": entries})


def repository(records: Mapping[str, Value], more: Sequence[bytes] = ()) -> bytes:
    """A whole file with `records` by their keys, then `more` blocks as they are."""
    contents = {key: encode(record) for key, record in records.items()}
    parts = (commit(), node(contents), *contents.values())
    return header(named(parts[0])) + b"".join(block(part) for part in parts) + b"".join(more)


def write(path: Path, records: Mapping[str, Value], more: Sequence[bytes] = ()) -> Path:
    path.write_bytes(repository(records, more))
    return path
