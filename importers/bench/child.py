"""One import in a process of its own: `python -m importers.bench.child [--read] PATH ME...`; --read stores nothing.

An import reads in another process, as it does for a user. Says as one JSON object how many documents came, how long it
took, the processor time of the busier process, and the most memory that both had together.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from core.documents import Document
from core.events import never
from core.paths import Project
from core.sources import Choice
from importers import apart
from importers.base import Step
from importers.pull import events, import_path

STATUS: Final = Path("/proc/self/status")  # getrusage counts what the parent had before this program was loaded

if sys.platform == "win32":
    import psutil

    def peak() -> int:
        """The most memory that this process had at once, in bytes."""
        return int(psutil.Process().memory_info().peak_wset)

    def of_children() -> tuple[float, int]:
        """The processor time and the peak of the processes that this one began and that are over: not told here."""
        return 0.0, 0
else:
    import resource

    def peak() -> int:
        """The most memory that this process had at once, in bytes."""
        if STATUS.exists():
            return next(int(line.split()[1]) * 1024 for line in STATUS.open() if line.startswith("VmHWM"))
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def of_children() -> tuple[float, int]:
        """The processor time, and the most memory in bytes, of the processes that this one began and that are over."""
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main(path: Path, me: tuple[str, ...], *, store: bool) -> None:
    choice, documents = Choice(me=me, private=True), 0
    with tempfile.TemporaryDirectory(dir=path.parent) as home:
        started, busy = time.perf_counter(), time.process_time()
        happening = (
            import_path(path, Project(Path(home)), never, choice, apart.events)
            if store
            else events(path, choice, never)
        )
        for event in happening:
            documents += isinstance(event, Document) or (len(event.items) if isinstance(event, Step) else 0)
        seconds, cpu = time.perf_counter() - started, time.process_time() - busy
    reading, reader = of_children()
    told = {"documents": documents, "seconds": seconds, "cpu": max(cpu, reading), "peak": peak() + reader}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--read"]
    main(Path(words[0]), tuple(words[1:]), store="--read" not in sys.argv)
