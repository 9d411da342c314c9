"""What can go wrong that the user can mend. Knows no window and no log.

Three kinds of failure exist in this house: `Skipped` (one item was unreadable: data, see documents.py),
`Trouble` (the user can act: this file), and bugs (everything else, never caught to be hidden).
"""


class Trouble(Exception):
    """Something the user can mend: `what` happened, and how to `fix` it, each a plain sentence.

    Neither sentence may hold the user's own text, nor a path outside the folder the user named.
    """

    def __init__(self, what: str, *, fix: str) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.what} {self.fix}"


class DiskTrouble(Trouble):
    """The disk is full, read-only, gone, or holds a damaged file."""


class DiskFull(DiskTrouble):
    """There is no room left: work that can wait goes on by itself when there is."""


class MemoryTrouble(Trouble):
    """Not enough memory, even for the smallest setting."""


class NetworkTrouble(Trouble):
    """A connection that failed or was refused."""


class WrongFile(Trouble):
    """A file or folder that is not what it was taken for."""


class Unsupported(Trouble):
    """A wish that this machine or this version cannot grant."""


class Busy(Trouble):
    """Something else holds what is needed."""
