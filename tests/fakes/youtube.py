"""YouTube as far as Mynah asks it: pages of a channel in the new and the old form, players, captions."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fakes.site import Answer, Asked, Reply

SITE = "https://www.youtube.com"
CONTEXT = {"client": {"clientName": "WEB", "clientVersion": "2.20260101.00.00", "visitorData": "x"}}


@dataclass
class Tube:
    """A channel of some films. From the film number `blocked` on, it wants to know whether we are a robot.

    `further` makes the films of one more page, and another one after it, for ever.
    """

    films: list[str]
    asr: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    blocked: int | None = None
    players: int = 0
    said: dict[str, str] = field(default_factory=dict)  # in each film, where it is not a greeting
    further: Callable[[int], list[str]] | None = None
    browsed: int = 0

    def site(self) -> dict[str, Answer]:
        half = len(self.films) // 2
        first, rest = self.films[:half], self.films[half:]
        web: dict[str, Answer] = {
            f"{SITE}/@mara/videos": channel([*map(new_form, first), go_on("more")]),
            f"{SITE}/youtubei/v1/browse?prettyPrint=false": lambda asked: self.browse(asked, rest),
            f"{SITE}/youtubei/v1/player?key=x": self.player,
        }
        for id in self.films:
            head = f"<title>Film {id} - YouTube</title>"
            web[f"{SITE}/watch?v={id}"] = (
                f'{head}<script>{{"INNERTUBE_API_KEY": "x"}} {{"publishDate":"2024-03-01"}}</script>'
            )
            said = self.said.get(id, f"hello from {id}")
            web[f"{SITE}/api/timedtext?v={id}&lang=en"] = (
                f'<?xml version="1.0" encoding="utf-8" ?><transcript><text start="0" dur="1">{said}</text>'
                '<text start="1" dur="1">[Music]</text></transcript>'
            )
        return web

    def browse(self, asked: Asked, rest: list[str]) -> Reply:
        assert json.loads(asked.body)["continuation"].startswith("more")
        self.browsed += 1
        further = self.further(self.browsed) if self.further else []
        shown = list(map(old_form, [*(rest if self.browsed == 1 or not self.further else []), *further]))
        more = [] if self.further is None else [go_on(f"more {self.browsed}")]
        items = {"appendContinuationItemsAction": {"continuationItems": [*shown, *more]}}
        return Reply(json.dumps({"onResponseReceivedActions": [items]}).encode())

    def player(self, asked: Asked) -> Reply:
        id = json.loads(asked.body)["videoId"]
        self.players += 1
        if self.blocked is not None and self.players > self.blocked:
            return answer({"status": "LOGIN_REQUIRED", "reason": "Sign in to confirm you’re not a bot"})
        if id in self.gone:
            return answer({"status": "ERROR", "reason": "This video is unavailable"})
        kind = {"kind": "asr"} if id in self.asr else {}
        track = {"baseUrl": f"{SITE}/api/timedtext?v={id}&lang=en", "languageCode": "en", **kind}
        track["name"] = {"runs": [{"text": "English"}]}  # type: ignore[assignment]  # JSON
        captions = {"playerCaptionsTracklistRenderer": {"captionTracks": [track]}}
        return answer({"status": "OK"}, captions=captions)


def answer(status: dict[str, str], **more: object) -> Reply:
    return Reply(
        json.dumps({"playabilityStatus": status, **more}).encode(), headers={"Content-Type": "application/json"}
    )


def channel(items: list[dict[str, object]]) -> Reply:
    grid = {"richGridRenderer": {"contents": items}}
    tab = {"tabRenderer": {"title": "Videos", "selected": True, "content": grid, "endpoint": {}}}
    data = {
        "contents": {"twoColumnBrowseResultsRenderer": {"tabs": [tab]}},
        "metadata": {"channelMetadataRenderer": {"title": "Mara mends", "externalId": "UC" + "a" * 22}},
    }
    config = {"INNERTUBE_CONTEXT": CONTEXT, "INNERTUBE_API_KEY": "x", "VISITOR_DATA": "x"}
    page = f"<script>ytcfg.set({json.dumps(config)});</script><script>var ytInitialData = {json.dumps(data)};</script>"
    return Reply(page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def new_form(id: str) -> dict[str, object]:
    title = {"lockupMetadataViewModel": {"title": {"content": f"Film {id}"}}}
    lockup = {"contentId": id, "contentType": "LOCKUP_CONTENT_TYPE_VIDEO", "metadata": title}
    return {"richItemRenderer": {"content": {"lockupViewModel": lockup}}}


def old_form(id: str) -> dict[str, object]:
    video = {"videoId": id, "title": {"runs": [{"text": f"Film {id}"}]}}
    return {"richItemRenderer": {"content": {"videoRenderer": video}}}


def go_on(token: str) -> dict[str, object]:
    command = {"continuationCommand": {"token": token, "request": "CONTINUATION_REQUEST_TYPE_BROWSE"}}
    return {"continuationItemRenderer": {"trigger": "x", "continuationEndpoint": command}}
