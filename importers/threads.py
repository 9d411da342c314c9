"""Which message another one answers, where a program knows only the thread. Knows no program."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Threads:
    """The latest message of everybody in each thread."""

    _latest: dict[str, dict[str, str]] = field(default_factory=dict)  # thread: author: key, the latest last

    def answered(self, thread: str, author: str, key: str) -> str:
        """The key of the latest message in the thread by somebody else; empty when this opens it."""
        latest = self._latest.setdefault(thread, {})
        others = [latest[one] for one in latest if one != author]
        latest.pop(author, None)
        latest[author] = key
        return others[-1] if others else ""
