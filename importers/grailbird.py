"""X as its archives were before 2018: a file of posts for each month, and a table of all of them.

Gives out the records that the archives of today would hold. Knows nothing of threads, edits and talks.
"""

import re
from collections.abc import Iterator
from typing import Final

from importers.export import Files
from importers.records import Record, Row, json_object, json_records, rows

MONTH: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*Grailbird\.data\.tweets_\w+\s*=")
ACCOUNT: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*var\s+user_details\s*=")
TABLE: Final = (b"tweet_id", b"retweeted_status_id", b"expanded_urls")
LINK: Final = re.compile(r"https?://t\.co/\w+")


def is_known(head: bytes) -> bool:
    return is_table(head) or MONTH.match(head) is not None or ACCOUNT.match(head) is not None


def is_table(head: bytes) -> bool:
    header = head.partition(b"\n")[0]
    return all(column in header for column in TABLE)


def account(files: Files) -> Record:
    """Whose archive it is, with `id`, `screen_name` and `full_name`; empty when it does not say."""
    found = (json_object(files, name, after=b"=") for name in files.names if ACCOUNT.match(files.head(name)))
    return next(found, {})


def tweets(files: Files) -> Iterator[tuple[str, Record]]:
    """Every post of the user's with its member; those of the months first, which tell more than the table."""
    for name in files.names:
        for record in json_records(files, name, after=b"=") if MONTH.match(files.head(name)) else ():
            if "retweeted_status" not in record:
                yield name, record
    for name in files.names:
        for row in rows(files, name) if is_table(files.head(name)) else ():
            if not row["retweeted_status_id"]:
                yield name, of_row(row)


def of_row(row: Row) -> Record:
    whole = row["expanded_urls"].split(",") if row["expanded_urls"] else []
    links = zip(LINK.findall(row["text"]), whole, strict=False)
    return {
        "id_str": row["tweet_id"],
        "text": row["text"],
        "created_at": row["timestamp"],
        "in_reply_to_status_id_str": row["in_reply_to_status_id"],
        "in_reply_to_user_id_str": row["in_reply_to_user_id"],
        "entities": {"urls": [{"url": short, "expanded_url": long} for short, long in links]},
    }
