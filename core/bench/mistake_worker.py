"""What it costs to refuse a folder: `python -m core.bench.mistake_worker FOLDER`, one JSON object.

Seconds are counted once everything is imported, megabytes are by how much this process grows at its peak; what the one
takes in which a tokenizer is tried, is not among them.
"""

import json
import sys
import time
from pathlib import Path

from core import weights
from core.bench.worker import now, peak
from core.errors import Trouble
from core.tokenizers import pretrained


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0])
    before, started, said = now(), time.monotonic(), ""
    try:
        source = weights.look(folder)
        pretrained.read(folder / weights.TOKENIZER, weights.end(source), source.shape.vocab)
        weights.load(source)
    except Trouble as error:
        said = str(error)
    seconds = time.monotonic() - started
    told = {"said": said, "seconds": seconds, "megabytes": max(0, peak() - before) / 1e6}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
