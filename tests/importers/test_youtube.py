"""What is said in films. The real yt-dlp and youtube-transcript-api ask a server that speaks as YouTube does."""

from pathlib import Path

import pytest

from core.documents import Skipped
from core.events import Note
from importers.live.youtube import IN_A_DAY, YouTube
from tests.fakes.site import FakeClock, Site, connection, serving
from tests.fakes.youtube import SITE, Tube
from tests.importers.live import imported

CHANNEL = f"{SITE}/@mara"


def names(count: int) -> list[str]:
    return [f"film{number:07d}" for number in range(count)]


def films_asked(site: Site) -> list[str]:
    return [url for url in site.urls if "/watch" in url]


def test_a_channel_is_read_film_by_film(tmp_path: Path) -> None:
    tube, clock = Tube(names(5), asr={"film0000001"}, gone={"film0000003"}), FakeClock()
    with serving(tube.site()) as site:
        events, report, documents = imported(CHANNEL, tmp_path, connection(site, clock))
    assert [(one.key, one.text, one.flags, one.title) for one in documents] == [
        (id, f"hello from {id}", ("asr",) if id == "film0000001" else (), f"Film {id}")
        for id in names(5)
        if id != "film0000003"
    ]
    assert [one.reason for one in events if isinstance(one, Skipped)] == [
        "This video is not there any more, or it is private."
    ]
    assert (report.added, report.skipped) == (4, 1)
    assert {one.author for one in documents} == {"Mara mends"}
    assert clock.passed > 5 * 8  # at least eight seconds a film


def test_who_is_taken_for_a_robot_stops_and_goes_on_the_next_day(tmp_path: Path) -> None:
    tube = Tube(names(6), blocked=3)
    with serving(tube.site()) as site:
        events, report, _ = imported(CHANNEL, tmp_path, connection(site))
        assert (report.added, report.stopped) == (3, True)
        assert any(isinstance(one, Note) and "Continue tomorrow" in one.text for one in events)
        asked = len(films_asked(site))
        tube.blocked = None
        _, report, documents = imported(CHANNEL, tmp_path, connection(site))
        assert (report.added, report.already, report.stopped) == (3, 3, False)
        assert [one.key for one in documents] == names(6)[3:]
        assert len(films_asked(site)) == asked + 2  # the page of the fourth was kept, its player was not


def test_no_more_films_are_asked_for_in_a_day_than_is_decent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert IN_A_DAY == 80
    monkeypatch.setattr("importers.live.youtube.IN_A_DAY", 4)
    with serving(Tube(names(6)).site()) as site:
        reports = [imported(CHANNEL, tmp_path, connection(site))[1] for _ in range(2)]
    assert [(one.added, one.already, one.stopped) for one in reports] == [(4, 0, True), (2, 4, False)]


def test_a_channel_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with serving({f"{SITE}/": "nothing"}) as site, pytest.raises(Exception, match="no videos"):
        imported(CHANNEL, tmp_path, connection(site))


@pytest.mark.parametrize(
    ("address", "is_films"),
    [
        ("https://www.youtube.com/@mara", True),
        ("https://m.youtube.com/channel/UCabc/videos", True),
        ("https://www.youtube.com/playlist?list=PL123", True),
        ("https://youtu.be/GJLlxj_dtq8?si=x https://www.youtube.com/watch?v=GJLlxj_dtq8", True),
        ("youtube:mara", True),
        ("@mara", True),
        ("@mara.bsky.social", False),
        ("https://www.youtube.com/", False),
        ("https://example.org/watch?v=GJLlxj_dtq8", False),
    ],
)
def test_films_are_known_by_their_address(address: str, is_films: bool) -> None:
    assert YouTube().can_read(address) == is_films
