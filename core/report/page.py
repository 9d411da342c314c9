"""The report as one HTML file that needs nothing beside it: no script, no font, no picture from elsewhere.

Everything that people or models wrote is escaped; the page may be opened years later, and on another computer.
"""

import re
from datetime import UTC, datetime
from html import escape
from typing import Final

from core.meters import BASE, PROMPTED, Meter, Meters, in_words
from core.report.plot import draw
from core.report.story import Candidate, Look, Story, spoken

STYLE: Final = """
:root { color-scheme: light dark; --ground: #f7f5f1; --card: #fff; --line: #e4dfd6; --text: #1f1c18; --quiet: #655f55;
  --accent: #b87400; --train: #7b8794; --tint: #fcf0d8; }
@media (prefers-color-scheme: dark) { :root { --ground: #171614; --card: #211f1c; --line: #37332e; --text: #f0ede7;
  --quiet: #aaa399; --accent: #f2b541; --train: #8fa1b3; --tint: #3a301c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text);
  font: 16px/1.5 Inter, system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 960px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 30px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 0 0 12px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 24px; margin: 16px 0; }
.lead { color: var(--quiet); margin: 0 0 20px; } .quiet { color: var(--quiet); } .small { font-size: 14px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 16px; }
.figures b { display: block; font-size: 24px; } .figures span { color: var(--quiet); font-size: 14px; }
.health { background: var(--tint); border-radius: 12px; padding: 12px 16px; margin: 20px 0 0; }
svg { width: 100%; min-width: 34rem; height: auto; display: block; }
.best-text { paint-order: stroke; stroke: var(--card); stroke-width: 5px; }
polyline { fill: none; stroke-linejoin: round; }
.each { stroke: var(--train); stroke-width: 1; opacity: .45; } .learnt { stroke: var(--train); stroke-width: 2; }
.unseen { stroke: var(--accent); stroke-width: 3; } circle.learnt, circle.unseen { fill: currentColor; stroke: none; }
.best { fill: var(--accent); stroke: var(--card); stroke-width: 2; } .best-text { fill: var(--text); font-size: 14px; }
.grid { stroke: var(--line); } .tick { fill: var(--quiet); font-size: 13px; }
.key { display: flex; flex-wrap: wrap; gap: 20px; color: var(--quiet); font-size: 14px; margin: 12px 0 0; }
.key i { display: inline-block; width: 24px; height: 0; border-top: 3px solid; margin-right: 8px;
  vertical-align: middle; }
table { width: 100%; border-collapse: collapse; } td, th { text-align: left; padding: 8px 12px 8px 0;
  border-bottom: 1px solid var(--line); vertical-align: top; } th { color: var(--quiet); font-size: 14px; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr.this td { background: var(--tint); } .scroll { overflow-x: auto; }
.look { border-top: 1px solid var(--line); padding-top: 12px; margin-top: 12px; }
.look:first-of-type { border: 0; margin: 0; padding: 0; }
.look p { white-space: pre-wrap; margin: 6px 0; overflow-wrap: anywhere; } .look p b { font-weight: 600; }
ol, ul { margin: 0; padding-left: 22px; } li { margin: 6px 0; } time { color: var(--quiet); margin-right: 8px; }
"""


def page(story: Story) -> str:
    """The whole file."""
    title = escape(story.title)
    body = "\n".join(
        [
            f"<h1>{title}</h1>",
            f'<p class="lead">{escape(story.model)}.</p>',
            section("How it went", figures(story)),
            section("How it learnt", curve(story)),
            section("What it is worth", worth(story.meters)) if story.meters else "",
            section("What it wrote", samples(story)) if story.looks else "",
            section("Compared with others", table(story.candidates)) if len(story.candidates) > 1 else "",
            section("What happened", happened(story)),
            section("What to try next", listed(story.advice)),
            '<p class="quiet small">Written by Mynah, on this computer. This page holds text in your style, and maybe'
            " whole sentences of yours: give it only to people who may read them.</p>",
        ]
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def section(heading: str, inside: str) -> str:
    return f"<section>\n<h2>{heading}</h2>\n{inside}\n</section>"


def figures(story: Story) -> str:
    best = "–" if story.best is None else f"{story.best.bits:.3f}"
    cells = (
        ("Best bits per byte", best),
        ("Steps", f"{story.steps:,}" + ("" if story.is_finished else f" of {story.planned:,}")),
        ("Trained for", spoken(story.seconds)),
        ("Read your writing", f"{story.passes:.1f} times"),
    )
    boxes = "".join(f"<div><b>{escape(value)}</b><span>{name}</span></div>" for name, value in cells)
    return (
        f'<div class="figures">{boxes}</div>\n<p class="health">{escape(story.health.sentence)}</p>\n'
        f'<p class="small quiet">{escape(story.used)} Bits per byte say how much text it has never seen surprises it: '
        "lower is better; the first point of the curve is what it could before.</p>"
    )


def curve(story: Story) -> str:
    key = (
        ("accent", "text it has never seen"),
        ("train", "text it learns from"),
    )
    legend = "".join(f'<span><i style="border-color: var(--{colour})"></i>{name}</span>' for colour, name in key)
    drawn = draw(story.each, story.learnt, story.unseen, story.best)
    return f'<div class="scroll">{drawn}</div>\n<div class="key">{legend}</div>'


def samples(story: Story) -> str:
    return "\n".join(look(each) for each in story.looks)


def look(each: Look) -> str:
    bits = "" if each.bits is None else f" · {each.bits:.3f} bits per byte"
    texts = "\n".join(f"<p><b>{escape(prompt)}</b>{escape(without_gaps(text))}</p>" for prompt, text in each.texts)
    return f'<div class="look"><div class="small quiet">Step {each.step:,}{bits}</div>\n{texts}</div>'


def without_gaps(text: str) -> str:
    """No blank lines: an early model writes little else."""
    return re.sub(r"\n\s*\n", "\n", text).rstrip()


def table(candidates: tuple[Candidate, ...]) -> str:
    rows = "\n".join(row(candidate) for candidate in candidates)
    return (
        '<div class="scroll"><table><tr><th>Which</th><th>What it is</th><th class="number">Bits per byte</th>'
        f'<th class="number">Time</th></tr>\n{rows}</table></div>'
    )


def row(candidate: Candidate) -> str:
    kind = ' class="this"' if candidate.is_this else ""
    best = " · the best" if candidate.is_best else ""
    return (
        f"<tr{kind}><td>{escape(candidate.name)}{best}</td><td>{escape(candidate.what)}</td>"
        f'<td class="number">{candidate.bits:.3f}</td><td class="number">{spoken(candidate.seconds)}</td></tr>'
    )


def worth(meters: Meters) -> str:
    """Every meter beside what the bot came from: the base model, and the same told who the writer is."""
    heads = "".join(
        f'<th class="number">{name}</th>' for name in ("This bot", BASE.capitalize(), PROMPTED.capitalize())
    )
    rows = "\n".join(measured(meter) for meter in meters.meters)
    return f'<div class="scroll"><table><tr><th>Meter</th>{heads}</tr>\n{rows}</table></div>'


def measured(meter: Meter) -> str:
    """One meter: a tick or what it should be, its meaning, and whatever else stands beside it."""
    mark = {True: " ✓", False: " ✗", None: ""}[meter.passed]
    others = {base.name: in_words(base.value, meter.unit) for base in meter.baselines}
    beside = "".join(f'<td class="number">{escape(others.pop(name, "–"))}</td>' for name in (BASE, PROMPTED))
    more = "".join(f"<br>{escape(name)}: {value}" for name, value in others.items())
    rule = f"<br>Should be {escape(meter.rule)}. {escape(meter.knob)}" if meter.passed is False else ""
    return (
        f'<tr><td>{escape(meter.title)}<div class="quiet small">{escape(meter.meaning)}{rule}{more}</div></td>'
        f'<td class="number">{in_words(meter.value, meter.unit)}{mark}</td>{beside}</tr>'
    )


def happened(story: Story) -> str:
    if not story.night:
        return '<p class="quiet">Nothing but training.</p>'
    return "<ol>" + "".join(f"<li>{clock(at)}{escape(text)}</li>" for at, text in story.night) + "</ol>"


def clock(at: float | None) -> str:
    """The hour by the clock on the wall of this computer."""
    if at is None:
        return ""
    when = datetime.fromtimestamp(at, tz=UTC).astimezone()
    return f'<time datetime="{when.isoformat(timespec="seconds")}">{when:%d %b %H:%M}</time>'


def listed(sentences: tuple[str, ...]) -> str:
    return "<ul>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences) + "</ul>"
