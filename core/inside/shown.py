"""How the bytes of a token are shown to a person: spaces and line ends can be seen. Knows no tokenizer."""

from typing import Final

SPACE: Final = "·"
SIGNS: Final = {"\n": "↵", "\t": "⇥", "\r": "⏎", " ": SPACE, "\u00a0": SPACE}


def shown(data: bytes) -> str:
    """Text with visible spaces; bytes that are no whole character as their numbers."""
    if not data:
        return "∅"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "‹" + " ".join(f"{byte:02x}" for byte in data) + "›"
    return "".join(SIGNS.get(each, each if each.isprintable() else f"‹{ord(each):x}›") for each in text)
