"""mynah sources: every kind of source is listed with the way to it."""

import json

import pytest

from app.command import main
from importers import EXPORTS
from importers.live import LIVE

GUIDES = [one.guide for one in reversed(LIVE)] + [one.guide for one in EXPORTS]


def test_every_kind_is_listed_with_three_steps(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sources"]) == 0
    said = capsys.readouterr().out
    for guide in GUIDES:
        steps = "".join(f"  {number}. {step}\n" for number, step in enumerate(guide.steps, start=1))
        assert f"\n{guide.source}  {guide.title}\n{steps}" in said


def test_a_program_reads_one_object_a_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sources", "--json"]) == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["kind"], one["source"], len(one["steps"])) for one in listed] == [
        ("Guide", guide.source, 3) for guide in GUIDES
    ]
