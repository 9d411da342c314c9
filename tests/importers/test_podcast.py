"""Transcripts of podcasts in the forms that hosts write them."""

from pathlib import Path

import pytest

from importers.live.podcast import read
from importers.page import Page


@pytest.mark.parametrize(
    ("name", "first", "speakers"),
    [
        ("example.srt", ("Travis", "When you first get started in podcasting"), {"Travis", "Sarah", "Gilon"}),
        ("example.html", ("Travis", "When you first get started in podcasting"), {"Travis", "Sarah", "Gilon"}),
        ("example.json", ("Darth Vader", "I am your father."), {"Darth Vader", "Luke"}),
        ("example.vtt", ("Sarah", "In today's episode"), {"Sarah", "Gillian"}),
    ],
)
def test_a_transcript_says_who_speaks(name: str, first: tuple[str, str], speakers: set[str], shared_data: Path) -> None:
    body = (shared_data / "samples" / "podcast" / name).read_bytes()
    said = read(Page("https://pod.example/", body), f"text/{name[-4:].strip('.')}")
    assert said[0][0] == first[0]
    assert said[0][1].startswith(first[1])
    assert {who for who, _ in said} == speakers


@pytest.mark.parametrize("words", ["", "{", '{"segments": 3}', "<p>", "WEBVTT\n\n00:00.000 --> 00:01.000\n"])
def test_a_broken_transcript_is_none(words: str) -> None:
    assert read(Page("https://pod.example/", words.encode()), "") == []


def test_lines_without_names_are_one_speaker() -> None:
    assert read(Page("https://pod.example/", b"One line.\n\nAnother."), "text/plain") == [("", "One line. Another.")]
