"""Bluesky from a server that does not hand out whole repositories: post by post, the same documents."""

import json
from pathlib import Path

from tests.fakes.site import Answer, Reply, connection, of_folder, serving
from tests.importers.live import imported
from tests.importers.test_live_fixtures import FIXTURES

DID = "did:plc:maraexamplemaraexample22"
LIST = f"https://pds.mara.example/xrpc/com.atproto.repo.listRecords?repo={DID.replace(':', '%3A')}"
ASKED = f"{LIST}&collection=app.bsky.feed.post&limit=100"


def test_posts_that_come_one_by_one_are_the_same_documents(tmp_path: Path, shared_data: Path) -> None:
    web = of_folder(FIXTURES / "bluesky" / "given")
    with serving(web) as site:
        _, _, whole = imported("@mara.example", tmp_path / "whole", connection(site))
    feed = [
        json.loads((shared_data / "synthetic" / "bluesky" / f"getAuthorFeed_page{n}.json").read_text("utf-8"))["feed"]
        for n in (1, 2)
    ]
    own = [[one["post"] for one in part if DID in one["post"]["uri"]] for part in feed]
    pages = [[{"uri": one["uri"], "value": one["record"]} for one in part] for part in own]
    shut: dict[str, Answer] = {address: Reply(b"", 404) for address in web if "getRepo" in address}
    listed = {
        ASKED: json.dumps({"records": pages[0], "cursor": "more"}),
        f"{ASKED}&cursor=more": json.dumps({"records": pages[1]}),
    }
    with serving({**web, **shut, **listed}) as site:
        _, _, parts = imported("@mara.example", tmp_path / "parts", connection(site))
    assert [(one.key, one.text, one.context) for one in parts] == [(one.key, one.text, one.context) for one in whole]
