"""A stranger's tokenizer, tried where it can do no harm: in a process of its own, ended when it takes too long.

The library gives up on a pattern that backtracks for ever by a panic, which no `except Exception` catches, and on a
file it cannot read by an exception without a name. Here both are an exit code of `python -m core.tokenizers.trial`.
"""

import subprocess
import sys
from typing import Final

import tokenizers

SECONDS: Final = 30.0  # Gemma's 33 MB take two; a pattern that backtracks is given up after a fifth of one
RUN: Final = 40  # of one character, behind which nothing matches: enough for any pattern that grows exponentially
ENDS: Final = ("", "!", "x", "\n", "\0")


def passes(file: bytes) -> bool:
    """Whether the library can read this tokenizer.json and encode texts that are made to be hard."""
    try:
        child = [sys.executable, "-m", "core.tokenizers.trial"]
        done = subprocess.run(child, input=file, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def hard_texts() -> list[str]:
    """Runs of every ASCII character, since a pattern may be after any of them, and of some others."""
    characters = [*map(chr, range(9, 127)), "é", "世", "\u2581", "\u0301"]
    runs = [character * RUN for character in characters] + ["ab" * RUN, "a " * RUN, "a1" * RUN, " \n" * RUN, "Aa" * RUN]
    return [run + end for run in runs for end in ENDS]


def main() -> None:
    tokenizer = tokenizers.Tokenizer.from_str(sys.stdin.buffer.read().decode("utf-8"))
    for text in hard_texts():
        tokenizer.encode(text)


if __name__ == "__main__":
    main()
