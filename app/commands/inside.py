"""mynah inside: what can be said in a terminal of what `Look inside` shows."""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from math import exp
from typing import Any, Final, get_args

from app.commands.chat import choose_run
from app.commands.options import Subparsers, add_project, command, whole
from app.terminal import Terminal, follow, in_words
from app.words import inside as words
from app.words import inside_here as here
from app.work.inside import a_line, look
from core.events import Note, Progress
from core.inside.reports import (
    VIEWS,
    Asked,
    Attention,
    Counter,
    Cut,
    Layers,
    Learning,
    Neighbours,
    Next,
    Pairs,
    Report,
    Side,
    Step,
    Surprise,
)

SHOWN: Final = 12  # rows of anything
WHOLE: Final = 4_096  # numbers of an array that JSON gets; of a larger one it gets the shape


def add(subparsers: Subparsers) -> None:
    parser = command(subparsers, "inside", run, "Look inside a trained model: how it reads, thinks and learned.")
    add_project(parser)
    parser.add_argument("view", choices=VIEWS, metavar="VIEW", help="one of: " + ", ".join(VIEWS))
    parser.add_argument("--text", metavar="TEXT", help="what it looks at (a line of your own writing)")
    parser.add_argument("--word", default="", help="the word to split, to count after, or to find neighbours of")
    parser.add_argument("--other", default="", metavar="WORD", help="a second word, to blend with the first")
    parser.add_argument("--step", type=whole, help="of a saved checkpoint (the best)")
    parser.add_argument(
        "--side", choices=get_args(Side), default="merged", help="of a model with adapters (%(default)s)"
    )
    parser.add_argument("--lines", action="store_true", help="writing: look through your own lines too")
    parser.add_argument("--run", dest="name", metavar="NAME", help="which run (the one that speaks); see: mynah runs")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    chosen = choose_run(args.project, args.name)

    def listen(event: object) -> None:
        match event:
            case Progress():
                terminal.progress(in_words(event))
            case Note():
                terminal.say(event.text)
                terminal.fact(event)

    text = follow(a_line(chosen, 1), listen) if args.text is None else args.text
    asked = Asked(
        run=chosen,
        view=args.view,
        text=text,
        step=args.step,
        side=args.side,
        word=args.word,
        other=args.other,
        lines=args.lines,
    )
    report = follow(look(asked), listen)
    about = words.VIEWS[asked.view]
    terminal.say(f"{about.name}, seen at {report.of}. {about.story} {about.why}")
    if report.tokens:
        terminal.say(here.SIGNS)
    terminal.say("")
    for line in SAID[type(report)](report):
        terminal.say(line)
    terminal.say(f"\n{here.in_your_bot(report)}".rstrip("\n"))
    terminal.say(f"What it does not say: {about.limit}")
    said = here.here(report)
    terminal.record(kind=type(report).__name__, text=text, in_your_bot=said, **plain_fields(report))
    return 0


def plain_fields(report: object) -> dict[str, Any]:
    return {field.name: plain(getattr(report, field.name)) for field in fields(report)}  # type: ignore[arg-type]  # a report


def plain(value: Any) -> Any:
    """As JSON has it: dataclasses as objects, small arrays as lists, large ones as their shape."""
    if hasattr(value, "dtype"):  # an array or a number of numpy's, which is not loaded for the sake of asking
        small = value.size <= WHOLE
        return plain(value.tolist()) if small else {"shape": list(value.shape), "dtype": str(value.dtype)}
    if isinstance(value, float) and value != value:
        return None  # JSON has no "not a number"
    if is_dataclass(value) and not isinstance(value, type):
        return plain_fields(value)
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    return value


def cut(report: Cut) -> Iterator[str]:
    yield "Your bot: " + "|".join(token.text for token in report.tokens[1:])
    yield "GPT-2:    " + "|".join(report.gpt2)
    yield words.cut_facts(len(report.tokens) - 1, len(report.gpt2), report.n_bytes)
    yield from ("  " + "|".join(stage) for stage in report.stages)
    yield from (f"  lesson {m.number + 1}: {m.left} + {m.right}  {m.count:,} times" for m in report.learned[:SHOWN])


def pairs(report: Pairs) -> Iterator[str]:
    yield words.seen(report.given, report.seen)
    yield from (f"  {each.token.text:16} {each.count:>8,}" for each in report.followers)
    yield from (f"{mark.name:16} {mark.bits:.3f} bits per byte" for mark in report.ruler)
    yield f"{words.BY_COUNTING}: {report.given.text}{report.by_counting}"
    yield f"{words.BY_MODEL}: {report.given.text}{report.by_model}"


def neighbours(report: Neighbours) -> Iterator[str]:
    yield "Nearest to " + " + ".join(token.text for token in report.centre)
    yield from (f"  {each.token.text:16} {each.similarity:.3f}" for each in report.near)
    yield from (f"  step {each.step:,}: " + " ".join(t.text for t in each.near) for each in report.earlier)


def attention(report: Attention) -> Iterator[str]:
    yield from (f"  {words.head(head)}" for head in report.heads)


def layers(report: Layers) -> Iterator[str]:
    columns = report.columns[-8:]
    first = len(report.columns) - len(columns)
    yield " " * 12 + "".join(f"{report.tokens[at].text[:11]:12}" for at in columns)
    for row in range(len(report.rows) - 1, -1, -1):
        yield f"{words.row_name(report.rows[row]):12}" + "".join(f"{t.text[:11]:12}" for t in report.top[row][first:])


def sampling(report: Next) -> Iterator[str]:
    logits = report.logits.tolist()
    most = max(logits)
    total = sum(exp(each - most) for each in logits)
    for id_ in sorted(range(len(logits)), key=lambda id_: -logits[id_])[:SHOWN]:
        yield f"  {report.texts[id_]:16} {words.percent(exp(logits[id_] - most) / total)}"


def learning(report: Learning) -> Iterator[str]:
    yield from (f"{mark.name:16} {mark.bits:.3f} bits per byte" for mark in report.ruler)
    yield from (f"steps {each.first:,} to {each.last:,}: {words.phase(each)}" for each in report.phases)
    yield words.jumped(report.jump)


def surprise(report: Surprise) -> Iterator[str]:
    rows = zip(report.tokens, report.nats, report.rank, report.expected, report.expected_chance, strict=True)
    for token, nats, rank, expected, chance in list(rows)[1:]:
        yield f"  {words.surprised(token, float(nats), int(rank), expected, float(chance))}"
    yield words.overall(report.bits_per_byte)
    for heading, lines in ((words.MOST_YOU, report.most_you), (words.REPEATS, report.repeats)):
        if lines:
            yield heading
            yield from (f"  {words.line(each.text, each.bits_per_byte, each.repeated)}" for each in lines)


def counter(report: Counter) -> Iterator[str]:
    yield f"{report.parameters:,} parameters, {report.n_bytes:,} bytes"
    yield from (f"  {part.name:24} {part.parameters:>14,}" for part in report.parts)
    yield f"{report.training_flops:,.0f} operations to learn from a piece, {report.total_flops:.3g} so far"


def step(report: Step) -> Iterator[str]:
    after = report.loss_before if report.loss_after is None else report.loss_after
    yield f"Loss {report.loss_before:.4f} before one step, {after:.4f} after it"
    yield from (f"  {name:12} pulled with {pull:.4f}" for name, pull in report.gradients)
    yield from (f"  {words.moved(each, report.learning_rate)}" for each in report.weights)


SAID: Final[dict[type[Report], Callable[[Any], Iterator[str]]]] = {
    Cut: cut,
    Pairs: pairs,
    Neighbours: neighbours,
    Attention: attention,
    Layers: layers,
    Next: sampling,
    Learning: learning,
    Surprise: surprise,
    Counter: counter,
    Step: step,
}
