"""The blind quiz "which one is you?": two replies to one prompt, the writer's and the bot's, in a random order.

It is played in the window, or sent to a friend as one HTML file that needs no connection and loads nothing. Knows no
model and no window.
"""

import base64
import html
import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.meters import Pair

ROUNDS: Final = 15
Z: Final = 1.96  # 95 %


@dataclass(frozen=True, slots=True)
class Round:
    """A prompt and two replies; `mine` says which is the writer's, 0 or 1."""

    prompt: str
    replies: tuple[str, str]
    mine: int


def rounds(pairs: Sequence[Pair], seed: int, count: int = ROUNDS) -> list[Round]:
    """So many rounds, the writer's reply as often first as second by chance alone."""
    generator = random.Random(seed)
    chosen = generator.sample(list(pairs), min(count, len(pairs)))
    made: list[Round] = []
    for pair in chosen:
        mine = generator.randrange(2)
        made.append(Round(pair.prompt, (pair.mine, pair.bot) if mine == 0 else (pair.bot, pair.mine), mine))
    return made


@dataclass(frozen=True, slots=True)
class Result:
    """How many were found out, and the range of chances that fits that in 95 of 100 cases (Wilson)."""

    right: int
    asked: int
    low: float
    high: float

    @property
    def cannot_tell(self) -> bool:
        """Whether guessing would do as well."""
        return self.low <= 0.5 <= self.high


def result(right: int, asked: int) -> Result:
    if not 0 <= right <= asked or asked < 1:
        raise ValueError(f"{right} of {asked} cannot be right")
    p, n = right / asked, asked
    middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    return Result(right, asked, max(0.0, middle - half), min(1.0, middle + half))


def as_page(played: Sequence[Round], writer: str) -> str:
    """One HTML file with the whole quiz. The answers are in it, packed so that nobody reads them by accident."""
    data = [{"p": each.prompt, "r": each.replies, "m": each.mine} for each in played]
    packed = base64.b64encode(json.dumps(data).encode("utf-8")).decode("ascii")
    return PAGE.replace("__WRITER__", html.escape(writer)).replace("__DATA__", packed)


PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Which one is __WRITER__?</title>
<style>
:root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } .prompt { opacity: .75; white-space: pre-wrap; overflow-wrap: anywhere }
button { display: block; width: 100%; margin: .8rem 0; padding: 1rem; text-align: left; font: inherit; cursor: pointer;
  border: 1px solid #8888; border-radius: .6rem; background: none; color: inherit; white-space: pre-wrap;
  overflow-wrap: anywhere }
button:hover, button:focus { border-color: #47c; outline: 2px solid #47c }
</style></head><body>
<h1>Which one is __WRITER__?</h1>
<p id="lead">One of two answers was written by __WRITER__, the other by a small model
trained on __WRITER__'s writing.</p>
<main id="main" aria-live="polite"></main>
<script>
const bytes = Uint8Array.from(atob("__DATA__"), c => c.charCodeAt(0));
const rounds = JSON.parse(new TextDecoder().decode(bytes));
let at = 0, right = 0;
const main = document.getElementById("main");
function put(tag, words, kind) {
  const made = document.createElement(tag);
  made.textContent = words;
  if (kind) made.className = kind;
  main.append(made);
  return made;
}
function show() {
  main.replaceChildren();
  if (at === rounds.length) {
    put("p", "You found " + right + " of " + rounds.length + ". Guessing finds about half.");
    put("button", "Play again").onclick = () => { at = right = 0; show(); };
    return;
  }
  put("p", (at + 1) + " of " + rounds.length);
  put("p", rounds[at].p, "prompt");
  rounds[at].r.forEach((words, n) => put("button", words).onclick = () => {
    right += n === rounds[at].m;
    at += 1;
    show();
  });
  main.querySelector("button").focus();
}
show();
</script></body></html>
"""
