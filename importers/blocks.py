"""Blocks of lines as Markdown writes them, for readers of other markup. Knows no markup but Markdown's."""

from typing import Final

OTHER_NAMES: Final = ("", ".txt", ".text")  # endings of files that may be in any markup


def tight(lines: list[str]) -> list[str]:
    return "\n".join(lines).strip("\n").split("\n")


def fenced(lines: list[str], language: str = "") -> list[str]:
    """A block of code, in a fence that nothing in it can close."""
    fence = "````" if any(line.lstrip().startswith("```") for line in lines) else "```"
    return ["", f"{fence}{language if language.isalnum() else ''}", *without_margin(lines), fence, ""]


def without_margin(lines: list[str]) -> list[str]:
    """Lines without the spaces that all of them begin with."""
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return [line[margin:] for line in lines]


def quoted(lines: list[str]) -> list[str]:
    return ["", *(f"> {line}".rstrip() for line in tight(lines)), ""]
