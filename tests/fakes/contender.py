"""A contender for the bench: `python -m tests.fakes.contender KIND`, which is well, fails at once, or in its second
turn. Its speed is always 10 things in each of 1, 2 and 6 seconds."""

import json
import sys


def main(kind: str) -> None:
    _tell({"error": "no such library"} if kind == "unable" else {"ready": 1})
    for turn, _ in enumerate(sys.stdin):
        if kind == "dies" and turn == 1:
            return
        _tell({"n": 10, "times": [1.0, 6.0, 2.0], "cpu": 3.0, "foreign": 0.5, "rss": 50.0 - turn})


def _tell(fields: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
