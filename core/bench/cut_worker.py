"""Our own tokenizer, in the protocol of turns.py: `python -m core.bench.cut_worker learn|cut MEGABYTES`."""

import sys
from collections.abc import Callable
from importlib.resources import as_file
from pathlib import Path
from typing import Final

import resources
from core.bench.worker import answer
from core.tokenizers.bpe import BpeTokenizer

VOCAB: Final = 8192


def main(arguments: list[str]) -> int:
    part, megabytes = arguments
    amount, call = prepared(part, float(megabytes))
    answer(sys.stdin, sys.stdout, amount, call, seconds=1e-9)  # one call a turn
    return 0


def prepared(part: str, megabytes: float) -> tuple[float, Callable[[], object]]:
    """How many megabytes one call goes through, and the call: "learn", or "cut" with pieces that are learnt already."""
    texts = sample(megabytes)
    amount = sum(len(text.encode()) for text in texts) / 1e6
    if part == "learn":
        return amount, lambda: BpeTokenizer.train(texts, VOCAB)
    tokenizer = BpeTokenizer.train(sample(1), VOCAB)

    def cut() -> None:
        for text in texts:
            tokenizer.encode(text)

    return amount, cut


def sample(megabytes: float) -> list[str]:
    """The bundled essays, as often as needed; each time round with another word in front, as no text is quite the
    same twice."""
    with as_file(resources.sample_corpus()) as folder:
        essays = [path.read_text("utf-8") for path in sorted(Path(folder).rglob("*.md"))]
    texts, size = list[str](), 0.0
    while size < megabytes * 1e6:
        text = f"{len(texts)} {essays[len(texts) % len(essays)]}"
        texts.append(text)
        size += len(text)
    return texts


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
