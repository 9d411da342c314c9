"""Large made-up exports, of any size, with the shapes of real ones: X, WhatsApp, mail, ChatGPT, WordPress.

The same size gives the same bytes. Knows no importer.
"""

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

WORDS: Final = """
the of and to a in that it is was for on with as I he be at by had not but from his they or which an
you one have this her all were when there what their been more if will would who out so up said
about into them can only other new some could time these two may then do first any my now such like
our over man me even most made after also did many before must through years where much your way
well down should because each just those people how too little good very make world still own see
men work long get here between both life being under never day same another know year while last
might us great old off come since against go came right used take three hinge kettle cupboard linen
patience thread needle weather soup garden Tuesday café wobble naïve
"""
START: Final = datetime(2015, 1, 1, 8, tzinfo=UTC)
SENTENCES: Final = 4_000


class Chance:
    """Sentences, numbers and moments, the same in every run."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        self._words = WORDS.split()
        self._sentences = [self._sentence() for _ in range(SENTENCES)]
        self.now = START

    def _sentence(self) -> str:
        words = self.random.choices(self._words, k=self.random.randint(4, 22))
        return f"{' '.join(words).capitalize()}{self.random.choice('....?!')}"

    def text(self, most: int = 3) -> str:
        return " ".join(self.random.choices(self._sentences, k=self.random.randint(1, most)))

    def later(self, minutes: int = 240) -> datetime:
        self.now += timedelta(seconds=self.random.randint(5, minutes * 60))
        return self.now


def x(folder: Path, size: int) -> None:
    (folder / "data").mkdir(parents=True)
    account = [{"account": {"accountId": "77", "username": "mara_e", "accountDisplayName": "Mara"}}]
    (folder / "data" / "account.js").write_text(f"window.YTD.account.part0 = {json.dumps(account)}", "utf-8")
    chance = Chance("x")
    tweets = (tweet(chance, number) for number in range(1 << 60))
    write(folder / "data" / "tweets.js", "window.YTD.tweets.part0 = [\n", tweets, ",\n", "\n]\n", size)


def tweet(chance: Chance, number: int) -> str:
    text = chance.text(2)[:260]
    is_reply = number % 3 == 0
    return json.dumps(
        {
            "tweet": {
                "edit_info": {"initial": {"editTweetIds": [str(number)], "editableUntil": "2024-11-09T13:14:18.000Z",
                                          "editsRemaining": "5", "isEditEligible": True}},
                "retweeted": False, "source": '<a href="https://mobile.example">Example</a>',
                "entities": {"hashtags": [], "symbols": [], "urls": [], "user_mentions": (
                    [{"name": "Oskar", "screen_name": "oskar", "indices": ["0", "6"], "id_str": "88", "id": "88"}]
                    if is_reply else [])},
                "display_text_range": ["0", str(len(text))], "favorite_count": "3", "id_str": str(number + 10**15),
                "truncated": False, "retweet_count": "0", "id": str(number + 10**15),
                "created_at": f"{chance.later():%a %b %d %H:%M:%S +0000 %Y}", "favorited": False,
                "full_text": f"@oskar {text}" if is_reply else text, "lang": "en",
                **({"in_reply_to_status_id_str": "5", "in_reply_to_user_id_str": "88",
                    "in_reply_to_screen_name": "oskar"} if is_reply else {}),
            }
        },
        ensure_ascii=False, indent=1,
    )  # fmt: skip


def whatsapp(folder: Path, size: int) -> None:
    chance = Chance("whatsapp")
    names = ("Mara", "Oskar", "Ann")

    def lines() -> Iterator[str]:
        while True:
            name = chance.random.choice(names)
            more = f"\n{chance.text(1)}" if chance.random.random() < 0.1 else ""
            yield f"[{chance.later(20):%d.%m.%y, %H:%M:%S}] {name}: {chance.text(2)}{more}"

    write(folder / "_chat.txt", "", lines(), "\n", "\n", size)


def mail(folder: Path, size: int) -> None:
    chance = Chance("mail")

    def letters() -> Iterator[str]:
        for number in range(1 << 60):
            yield letter(chance, number)

    write(folder / "All mail.mbox", "", letters(), "\n\n", "\n", size)


def letter(chance: Chance, number: int) -> str:
    mine = number % 2 == 1
    sender, receiver = ("Mara <mara@mara.example>", "Oskar <oskar@tin.example>")[:: 1 if mine else -1]
    when = f"{chance.later():%a, %d %b %Y %H:%M:%S +0000}"
    body = "\n\n".join(chance.text(4) for _ in range(chance.random.randint(1, 8)))
    answer = f"In-Reply-To: <{number - 1}@example>\nReferences: <{number - 1}@example>\n" if mine else ""
    quoted = "\n".join(f"> {line}" for line in chance.text(4).split(". "))
    text = f"{body}\n\nOn {when}, Oskar <oskar@tin.example> wrote:\n{quoted}\n" if mine else body
    head = (
        f"From {number}@xxx {chance.now:%a %b %d %H:%M:%S} +0000 {chance.now:%Y}\nX-GM-THRID: {number // 2}\n"
        f"X-Gmail-Labels: {'Sent' if mine else 'Inbox'},Opened\nMIME-Version: 1.0\nMessage-ID: <{number}@example>\n"
        f"Date: {when}\nSubject: Re: {chance.text(1)[:40]}\nFrom: {sender}\nTo: {receiver}\n"
        f"Delivered-To: mara@mara.example\n{answer}"
    )
    if number % 4 != 2:
        return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}"
    page = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
    return (
        f'{head}Content-Type: multipart/alternative; boundary="b{number}"\n\n--b{number}\n'
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n--b{number}\nContent-Type: text/html; charset=utf-8\n\n"
        f"<html><body>{page}</body></html>\n--b{number}--\n"
    )


def chatgpt(folder: Path, size: int) -> None:
    chance = Chance("chatgpt")
    conversations = (conversation(chance, number) for number in range(1 << 60))
    write(folder / "conversations.json", "[", conversations, ", ", "]", size)


def conversation(chance: Chance, number: int) -> str:
    mapping: dict[str, object] = {}
    before: str | None = None
    for turn in range(chance.random.randint(2, 12)):
        key = f"{number}-{turn}"
        mine = turn % 2 == 0
        mapping[key] = {
            "id": key,
            "message": {
                "id": key, "author": {"role": "user" if mine else "assistant", "name": None, "metadata": {}},
                "create_time": chance.later(5).timestamp(), "update_time": None,
                "content": {"content_type": "text", "parts": [chance.text(3 if mine else 30)]},
                "status": "finished_successfully", "end_turn": True, "weight": 1.0, "metadata": {"model_slug": "m"},
                "recipient": "all", "channel": None,
            },
            "parent": before, "children": [f"{number}-{turn + 1}"],
        }  # fmt: skip
        before = key
    return json.dumps(
        {"title": chance.text(1)[:40], "create_time": chance.now.timestamp(), "mapping": mapping,
         "current_node": before, "conversation_id": str(number)}
    )  # fmt: skip


def wordpress(folder: Path, size: int) -> None:
    chance = Chance("wordpress")
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Mara mends</title><link>https://mara.example</link>'
        "<wp:wxr_version>1.2</wp:wxr_version><wp:author><wp:author_id>1</wp:author_id>"
        "<wp:author_login>mara</wp:author_login><wp:author_email>mara@mara.example</wp:author_email>"
        "<wp:author_display_name>Mara</wp:author_display_name></wp:author>\n"
    )
    posts = (post(chance, number) for number in range(1, 1 << 60))
    write(folder / "mara.wordpress.xml", head, posts, "\n", "</channel></rss>\n", size)


def post(chance: Chance, number: int) -> str:
    paragraphs = (f"<p>{chance.text(6)} <em>{chance.text(1)}</em></p>" for _ in range(chance.random.randint(3, 16)))
    when = f"{chance.later(4_000):%Y-%m-%d %H:%M:%S}"
    comments = "".join(
        f"<wp:comment><wp:comment_id>{number}{n}</wp:comment_id><wp:comment_author>Oskar</wp:comment_author>"
        f"<wp:comment_date_gmt>{when}</wp:comment_date_gmt><wp:comment_content><![CDATA[{chance.text(3)}]]>"
        "</wp:comment_content><wp:comment_approved>1</wp:comment_approved><wp:comment_type>comment</wp:comment_type>"
        "<wp:comment_parent>0</wp:comment_parent><wp:comment_user_id>0</wp:comment_user_id></wp:comment>"
        for n in range(number % 3)
    )
    return (
        f"<item><title>{chance.text(1)[:50]}</title><link>https://mara.example/{number}</link>"
        f"<dc:creator><![CDATA[mara]]></dc:creator><guid isPermaLink='false'>https://mara.example/?p={number}</guid>"
        f"<content:encoded><![CDATA[<!-- wp:paragraph -->{''.join(paragraphs)}<blockquote>{chance.text(2)}"
        f"</blockquote>]]></content:encoded><wp:post_id>{number}</wp:post_id><wp:post_date_gmt>{when}"
        "</wp:post_date_gmt><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>"
        f"<category domain='category' nicename='a'><![CDATA[A]]></category>{comments}</item>"
    )


def write(path: Path, before: str, parts: Iterator[str], between: str, after: str, size: int) -> None:
    """Parts until the file is about `size` bytes long."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        written = file.write(before)
        for number, part in enumerate(parts):
            written += file.write((between if number else "") + part)
            if written >= size:
                break
        file.write(after)


MAKERS: Final[dict[str, Callable[[Path, int], None]]] = {
    "x": x, "whatsapp": whatsapp, "mail": mail, "chatgpt": chatgpt, "wordpress": wordpress,
}  # fmt: skip
ME: Final = {"whatsapp": ("Mara",), "mail": ("mara@mara.example",)}
