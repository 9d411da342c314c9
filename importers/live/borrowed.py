"""Programs of others that fetch by themselves, made to fetch through ours: youtube-transcript-api and yt-dlp.

Without this each would open connections of its own: unasked, unchecked and as fast as it can.
"""

import io
from collections.abc import Mapping
from typing import Any, Final

import requests
from requests.adapters import BaseAdapter
from yt_dlp import YoutubeDL
from yt_dlp.networking import Request, Response
from yt_dlp.networking.exceptions import HTTPError
from yt_dlp.utils import DownloadError

from importers.fetch import Fetcher
from importers.page import Page, Unreached
from importers.records import Record, records

MOST: Final = 10_000  # films of one channel: three a day for ten years
MISREAD: Final = (ValueError, SyntaxError, LookupError, TypeError, AttributeError)  # of an answer in a new form


class Through(BaseAdapter):
    """A door for `requests` that leads to our fetcher."""

    def __init__(self, fetcher: Fetcher) -> None:
        super().__init__()
        self._fetcher = fetcher

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """Raises Unreached where nobody answers, Parked and Stopped."""
        answer = requests.Response()
        answer.request, answer.url, answer.status_code = request, request.url or "", 200
        try:
            page = self._fetcher.now(answer.url, body=bytes_of(request.body), headers=said(request.headers))
        except Unreached as error:
            if not error.status:
                raise
            answer.status_code, page = error.status, Page(answer.url, b"")
        answer.headers.update(page.headers)
        answer.encoding = "utf-8"
        answer.raw = io.BytesIO(page.body)
        return answer

    def close(self) -> None:
        pass


def session(fetcher: Fetcher) -> requests.Session:
    """A session of `requests` that has no other way out."""
    made = requests.Session()
    made.trust_env = False
    made.mount("https://", Through(fetcher))
    made.mount("http://", Through(fetcher))
    return made


def bytes_of(body: object) -> bytes | None:
    return body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else None


def said(headers: Mapping[str, Any]) -> dict[str, str]:
    """The headers that say something of the question; who asks and in which packing is said by our fetcher."""
    kept = ("accept-language", "content-type", "cookie", "x-youtube-client-name", "x-youtube-client-version", "origin")
    return {name: str(value) for name, value in headers.items() if name.lower() in kept}


class Listing(YoutubeDL):  # type: ignore[misc]  # yt-dlp has no types
    """yt-dlp, only to list what is in a channel or a playlist."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        super().__init__(
            {
                "extract_flat": "in_playlist",
                "playlistend": MOST,
                "skip_download": True,
                "quiet": True,
                "no_warnings": True,
                "cachedir": False,
                "noprogress": True,
                "logger": Silence(),
                "extractor_retries": 0,
            }
        )

    def urlopen(self, req: Request | str) -> Response:
        """Raises yt-dlp's own errors, Unreached where nobody answers, Parked and Stopped."""
        request = req if isinstance(req, Request) else Request(req)
        try:
            page = self._fetcher.now(request.url, body=bytes_of(request.data), headers=said(request.headers))
        except Unreached as error:
            if not error.status:
                raise
            raise HTTPError(Response(io.BytesIO(b""), request.url, {}, error.status)) from error
        return Response(io.BytesIO(page.body), page.url, dict(page.headers), 200)

    def entries(self, address: str) -> tuple[str, list[Record]]:
        """The name of a channel or a playlist, and what is in it. Raises Unreached, Parked and Stopped."""
        try:
            found = self.extract_info(address, download=False, process=True)
        except (DownloadError, *MISREAD) as error:
            raise Unreached("YouTube does not show what is at this address.", status=404) from error
        found = found if isinstance(found, dict) else {}
        name = str(found.get("channel") or found.get("uploader") or "")
        return name, records(found, "entries") or ([found] if found.get("id") else [])


class Silence:
    """Where yt-dlp's words go."""

    def debug(self, message: str) -> None:
        pass

    info = warning = error = debug
