"""The report tells how a training went, on one page that asks for nothing."""

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest

from core import wishes
from core.atomic import write_file
from core.journal import Evaluated, Fact, Finished, Happened, Journal, Resumed, Sampled, Stepped
from core.judge import gate
from core.meters import BASE, FILE, PROMPTED, Baseline, Meters
from core.paths import Project
from core.report.advice import advice
from core.report.page import page
from core.report.plot import draw, ticks
from core.report.story import LOOKS, MOST_POINTS, Point, tell
from core.runs import Run
from core.wishes import Night
from tests.fakes.planted import plant_run

EVIL = '<script>alert("x")</script> & <img src=x>'


def looks(*bits: float, learnt: float = 0.1) -> list[Fact]:
    return [Evaluated(100 * n, value - learnt, value, True, 10.0 * n) for n, value in enumerate(bits, start=1)]


def night(finished: bool = True) -> list[Fact]:
    facts: list[Fact] = [Happened(0, "began", "Began with a plan for 7 hours.", 1_764_000_000.0)]
    facts += [Stepped(step, 6 - step / 300, 1e-3, 1000.0, step / 10) for step in range(1, 901)]
    facts += looks(2.9, 2.6, 2.4, 2.3, 2.25, 2.21, 2.2, 2.22, 2.24)
    for n in range(1, 10):
        facts.append(Sampled(100 * n, "The", f" bird says {n}. {EVIL}"))
    facts.append(Happened(900, "waits", "Waited for 340 MB of room on the disk.", 1_764_003_600.0))
    if finished:
        facts.append(Finished(900, 2.2, 90.0, "hash"))
    return facts


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return plant_run(Project(tmp_path / "me"), night())


class Tags(HTMLParser):
    """What a browser would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.addresses: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href")]


def test_the_story_has_the_best_moment_the_night_and_the_looks(run: Run) -> None:
    story = tell(run)
    assert story.best == Point(700, 70.0, 2.2)
    assert (story.steps, story.planned, story.is_finished) == (900, 1000, True)
    assert story.passes == pytest.approx(900 * 256 / 1000)
    assert [sentence for _, sentence in story.night] == [
        "Began with a plan for 7 hours.",
        "Waited for 340 MB of room on the disk.",
    ]
    assert [look.step for look in story.looks] == [100, 300, 400, 600, 700, 900]
    assert len(story.every_look) == 9
    assert len(story.looks) == LOOKS
    assert story.looks[0].bits == 2.9
    assert len(story.each) <= MOST_POINTS
    assert story.health.kind == "finished"


def test_how_much_of_the_night_was_used(run: Run) -> None:
    wishes.write(run.wish_file, Night(seconds=100.0))
    used = tell(run).used
    assert used.startswith("It trained for 2 minutes of the 2 minutes it was given: 90% was used.")
    assert used.endswith(" For 58 minutes it was not training: stopped, or waiting.")
    wishes.write(run.wish_file, Night(seconds=88.0))
    assert tell(run).used.startswith("It trained for 2 minutes, all of the time it was given.")
    wishes.write(run.wish_file, Night(seconds=60.0))
    assert tell(run).used.startswith("It trained for 2 minutes, longer than the 60 seconds it was given.")


def test_the_page_stands_alone_and_runs_nothing(run: Run) -> None:
    run.rename(EVIL)
    html = page(tell(run))
    tags = Tags()
    tags.feed(html)
    assert {"script", "img", "link", "iframe"}.isdisjoint(tags.found)
    assert tags.addresses == []
    assert set(re.findall(r"url\([^)]*\)", html)) == {"url(#frame)"}
    assert "&lt;script&gt;" in html
    assert html.count("<section>") == 5
    assert "best: 2.200 at step 700" in html


def test_what_was_measured_stands_beside_what_the_bot_came_from(run: Run) -> None:
    sounds = gate.style(35, [Baseline(name=BASE, value=0), Baseline(name=PROMPTED, value=12)])
    bits = gate.language(1.8, [Baseline(name="xz", value=2.5)], surely_fewer=None)
    write_file(run.root / FILE, Meters(run=run.name, meters=(sounds, bits)).to_json().encode())
    html = page(tell(run))
    assert '<td class="number">35 ✗</td><td class="number">0</td><td class="number">12</td>' in html
    assert "Should be at least 40." in html
    assert '<td class="number">1.80 bits</td><td class="number">–</td><td class="number">–</td>' in html
    assert "xz: 2.50 bits" in html
    assert html.count("<section>") == 6


def test_the_curve_is_a_drawing_in_its_frame() -> None:
    points = [Point(step, step, 8 / step) for step in range(1, 50)]
    drawing = ET.fromstring(draw(points, points[::5], points[::5], points[-4]))
    places = re.findall(r"([\d.]+),([\d.-]+)", " ".join(line.get("points", "") for line in drawing.iter("polyline")))
    assert len(places) == 49 + 10 + 10
    assert all(56 <= float(x) <= 864 for x, _ in places)
    assert len(list(drawing.iter("circle"))) == 1


def test_a_run_without_a_single_look_has_a_report_too(tmp_path: Path) -> None:
    story = tell(plant_run(Project(tmp_path / "me"), [Stepped(1, 5.0, 1e-3, 10.0, 1.0)]))
    assert story.best is None
    assert story.advice == ("Let it train a little longer: there is not enough to judge it by yet.",)
    assert "<svg" in page(story)


@pytest.mark.parametrize(("low", "high", "first", "count"), [(0, 1000, 0, 6), (2.1, 2.9, 2.2, 4), (0, 1, 0, 6)])
def test_ticks_are_round(low: float, high: float, first: float, count: int) -> None:
    assert (ticks(low, high)[0], len(ticks(low, high))) == (first, count)


def test_the_advice_names_what_the_curve_shows() -> None:
    done = Finished(900, 2.0, 1.0, "")
    by_heart = advice([*looks(2.9, 2.2, 2.3, 2.4, 2.5), done], passes=20, planned=500)
    assert by_heart[0].startswith("Its best moment was step 200 of 500")
    far = advice([*looks(2.9, 2.5, 2.4, learnt=0.5), done], passes=20, planned=300)
    assert far[0].startswith("It knows the text it learnt from 0.50 bits per byte better")
    steep = advice([*looks(2.9, 2.5, 2.3), done], passes=5, planned=300)
    assert steep[0].startswith("It was still getting better at the last look")
    short = advice(looks(2.9, 2.5, 2.3), passes=0.5, planned=600)
    assert short[0] == "It stopped at 50% of its way: continue it, the last part is where it settles."
    assert any(sentence.startswith("It has not read all of your writing yet") for sentence in short)


def test_candidates_of_one_night_are_compared_with_each_other_only(tmp_path: Path) -> None:
    project = Project(tmp_path / "me")
    first = plant_run(project, looks(2.9, 2.5))
    for name, ladder, bits in (("2", "night", 2.3), ("3", "night", 2.1), ("4", "", 1.5)):
        place = project.runs / name
        first.root.rename(place)
        first = plant_run(project, looks(2.9, 2.5))
        other = Run(place)
        other.journal_file.unlink()
        wishes.write(other.wish_file, Night(ladder=ladder, candidate=f"candidate {name}"))
        from_scratch = plant_journal(other, looks(2.9, bits))
        assert from_scratch == 2
    told = tell(Run(project.runs / "2")).candidates
    assert [(c.what, c.bits, c.is_this, c.is_best) for c in told] == [
        ("candidate 3", 2.1, False, True),
        ("candidate 2", 2.3, True, False),
    ]
    assert len(tell(first).candidates) == 4
    Run(project.runs / "3").rename(EVIL)
    tags = Tags()
    tags.feed(page(tell(Run(project.runs / "2"))))
    assert {"script", "img"}.isdisjoint(tags.found)


def plant_journal(run: Run, facts: list[Fact]) -> int:
    log = Journal(run.journal_file)
    for fact in facts:
        log.write(fact)
    log.close()
    return len(facts)


def test_resumes_of_runs_without_a_log_are_told(tmp_path: Path) -> None:
    story = tell(plant_run(Project(tmp_path / "me"), [Stepped(1, 5.0, 1e-3, 10.0, 1.0), Resumed(1)]))
    assert story.night == ((None, "Went on from step 1."),)
