"""JSON, tables, XML, CBOR and documents made to do harm (T28, T30 to T32), as bytes. See hostile.py."""
# ruff: noqa: E501 - a line is a file, whole

import json
import zipfile
from collections.abc import Callable
from functools import partial

from importers.dag_cbor import Value
from tests.fakes import car
from tests.importers.hostile_archives import zipped

DEEP = "[" * 20_000
CHAT = '{"messages":[{"sender_name":"A","timestamp_ms":1500000000000,"content":"The first."},%s'
TWEETS = 'window.YTD.tweets.part0 = [{"tweet":{"id_str":"1","full_text":"The first."}},%s'
WHOLE = json.dumps(
    {
        "messages": [
            {"sender_name": "A", "timestamp_ms": 1_500_000_000_000 + n, "content": f"Number {n}."} for n in range(9)
        ]
    }
)


def messages(more: str) -> bytes:
    return (CHAT % more).encode("utf-8", "surrogatepass")


def cut_at(share: int) -> bytes:
    """The first so many per cent of a whole file."""
    return WHOLE.encode()[: len(WHOLE) * share // 100]


def tweets(more: str) -> bytes:
    return (TWEETS % more).encode("utf-8", "surrogatepass")


JSON: dict[str, Callable[[], bytes]] = {
    "deep.json": lambda: messages(DEEP),
    "deep-objects.json": lambda: messages('{"a":' * 20_000),
    "number.json": lambda: messages('{"timestamp_ms":' + "9" * 50_000 + "}]}"),
    "digits.json": lambda: messages('{"timestamp_ms":0.' + "9" * 50_000 + "}]}"),
    "exponent.json": lambda: messages('{"sender_name":"A","content":"x","timestamp_ms":1e999}]}'),
    "nan.json": lambda: messages('{"sender_name":"A","content":"x","timestamp_ms":NaN}]}'),
    "infinity.json": lambda: messages('{"sender_name":"A","content":"x","timestamp_ms":-Infinity}]}'),
    "far-future.json": lambda: messages('{"sender_name":"A","content":"x","timestamp_ms":9999999999999999}]}'),
    "before-time.json": lambda: messages('{"sender_name":"A","content":"x","timestamp_ms":-99999999999999}]}'),
    "twice.json": lambda: messages('{"sender_name":"A","content":"x","content":"y","timestamp_ms":1500000000001}]}'),
    "half-characters.json": lambda: messages('{"sender_name":"A","content":"\\ud83d","timestamp_ms":1500000000001}]}'),
    "wrong-kinds.json": lambda: messages('7,null,[],"x",{"sender_name":[],"content":{},"timestamp_ms":"x"},{}]}'),
    "comma.json": lambda: messages('{"sender_name":"A","content":"x","timestamp_ms":1500000000001},]}'),
    "apostrophes.json": lambda: messages("{'sender_name':'A'}]}"),
    "comments.json": lambda: messages('/* what */ {"sender_name":"A"}]}'),
    "controls.json": lambda: messages('{"sender_name":"A","content":"a\tb\nc","timestamp_ms":1500000000001}]}'),
    "nul.json": lambda: messages('{"sender_name":"A","content":"a\0b","timestamp_ms":1500000000001}]}'),
    "order-mark.json": lambda: b"\xef\xbb\xbf" + WHOLE.encode(),
    "utf-16.json": lambda: WHOLE.encode("utf-16"),
    "not-utf-8.json": lambda: WHOLE.encode().replace(b"Number 4", b"Number \xff\xfe4"),
    "two.json": lambda: WHOLE.encode() * 2,
    "word.json": lambda: b'"just a word"',
    "none.json": lambda: b"null",
    "nothing.json": lambda: b"",
    "open.json": lambda: b"[{",
    "string-never-closed.json": lambda: messages('{"sender_name":"' + "x" * 40_000),
    "escapes.json": lambda: messages('{"sender_name":"A","content":"\\q\\u12","timestamp_ms":1500000000001}]}'),
    "keys.json": lambda: ("{" + ",".join(f'"{n}":{n}' for n in range(5_000)) + "}").encode(),
    "lines.jsonl": lambda: b'{"text":"Good words are here","author":"A"}\n{"text":\n{"text":"More good words here","author":"A"}\n' * 3,
    "deep.js": lambda: tweets(DEEP),
    "wrong-kinds.js": lambda: tweets('{"tweet":7},{"tweet":{"id_str":{},"full_text":[],"entities":7,"created_at":7}}]'),
    "no-list.js": lambda: b"window.YTD.tweets.part0 = 7",
    "no-end.js": lambda: b"window.YTD.tweets.part0 = ",
    "code.js": lambda: tweets('(function(){while(true){}})()]'),
    "conversation-circle.json": lambda: json.dumps(
        [{"title": "T", "current_node": "a", "mapping": {"a": {"parent": "b", "children": ["b"], "message": None},
                                                         "b": {"parent": "a", "children": ["a"], "message": None}}}]
    ).encode(),
    "conversation-nowhere.json": lambda: b'[{"title":"T","current_node":"z","mapping":{"a":{"message":7,"parent":[]}}}]',
    **{f"cut-at-{share}.json": partial(cut_at, share) for share in range(5, 100, 10)},
}  # fmt: skip
HEADER = "text,author,date\n"
ROWS = "".join(f"Here are some words of number {n},A,2020-01-0{n}\n" for n in range(1, 8))
TABLES: dict[str, Callable[[], bytes]] = {
    "mark-never-closed.csv": lambda: f'{HEADER}{ROWS}"Never closed and more,A,2020-01-08\n{ROWS}'.encode(),
    "mark-in-the-first-row.csv": lambda: f'{HEADER}"Never closed and more,A,2020-01-08\n{ROWS}'.encode(),
    "nul.csv": lambda: f"{HEADER}Words with\0 a zero inside,A,2020-01-01\n{ROWS}".encode(),
    "long-field.csv": lambda: f"{HEADER}{'words ' * 10_000},A,2020-01-01\n{ROWS}".encode(),
    "many-columns.csv": lambda: (",".join(f"c{n}" for n in range(5_000)) + "\n" + "x," * 5_000 + "\n").encode(),
    "mixed-encodings.csv": lambda: (
        HEADER.encode() + "Grüße an alle hier,A,2020-01-01\n".encode("latin-1") + ROWS.encode()
    ),
    "no-header.csv": lambda: ROWS.encode(),
    "only-header.csv": lambda: HEADER.encode(),
    "same-header.csv": lambda: f"text,text,text\n{ROWS}".encode(),
    "nothing.csv": lambda: b"",
    "order-mark.csv": lambda: b"\xef\xbb\xbf" + f"{HEADER}{ROWS}".encode(),
    "utf-16.csv": lambda: f"{HEADER}{ROWS}".encode("utf-16"),
    "returns.csv": lambda: f"{HEADER}{ROWS}".replace("\n", "\r").encode(),
    "marks-inside.csv": lambda: f'{HEADER}He said "no" and "yes" to me,A,2020-01-01\n{ROWS}'.encode(),
    "short-rows.csv": lambda: f"{HEADER}Just some words alone\n\n,,\n{ROWS}".encode(),
    "long-rows.csv": lambda: f"{HEADER}Some words and then more,A,2020-01-01,x,y,z\n{ROWS}".encode(),
    "formula.csv": lambda: f"{HEADER}=cmd|' /C calc'!A0 is a formula,A,2020-01-01\n{ROWS}".encode(),
    "semicolons.csv": lambda: f"{HEADER}{ROWS}".replace(",", ";").encode(),
    "tabs.tsv": lambda: f"{HEADER}{ROWS}".replace(",", "\t").encode(),
    "binary.csv": lambda: bytes(range(256)) * 10,
    "odd-dates.csv": lambda: f"{HEADER}Some words are standing here,A,99999999999999999999\n{ROWS}".encode(),
    "paths.csv": lambda: (
        b"post_id,post_date,is_published,type,audience,title\n../../../etc/passwd,2020-01-01,true,x,y,z\n"
    ),
}
ITEM = "<item><title>Good</title><guid>%s</guid><content:encoded><![CDATA[<p>Good words.</p>]]></content:encoded><wp:post_type>post</wp:post_type><wp:status>publish</wp:status><dc:creator>mara</dc:creator></item>"
SPACES = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"'


def wxr(more: str, before: str = "", after: str = "</channel></rss>") -> bytes:
    author = "<wp:author><wp:author_login>mara</wp:author_login></wp:author>"
    return f"<?xml version='1.0'?>{before}<rss {SPACES}><channel>{author}{ITEM % 1}{more}{after}".encode()


LAUGHS = "<!DOCTYPE rss [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(97 + n + 1)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
) + "]>"  # fmt: skip
XML: dict[str, Callable[[], bytes]] = {
    "laughs.xml": lambda: wxr("<item><title>&j;</title></item>", LAUGHS),
    "quadratic.xml": lambda: wxr("<item><title>" + "&a;" * 5_000 + "</title></item>", f"<!DOCTYPE rss [<!ENTITY a '{'ha' * 5_000}'>]>"),
    "outside-file.xml": lambda: wxr("<item><title>&x;</title></item>", "<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"),
    "outside-address.xml": lambda: wxr("<item><title>&x;</title></item>", "<!DOCTYPE rss [<!ENTITY x SYSTEM 'http://127.0.0.1:9/'>]>"),
    "outside-grammar.xml": lambda: wxr("", "<!DOCTYPE rss SYSTEM 'http://127.0.0.1:9/x.dtd'>"),
    "parameter-entity.xml": lambda: wxr("", "<!DOCTYPE rss [<!ENTITY % x SYSTEM 'file:///etc/passwd'>%x;]>"),
    "include.xml": lambda: wxr("<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/>"),
    "utf-16.xml": lambda: wxr("").decode().encode("utf-16"),
    "utf-7.xml": lambda: wxr("").replace(b"'1.0'", b"'1.0' encoding='utf-7'"),
    "lying.xml": lambda: wxr("").replace(b"'1.0'", b"'1.0' encoding='utf-16'"),
    "cut.xml": lambda: wxr(ITEM % 2)[:-200],
    "controls.xml": lambda: wxr("<item><title>a\x01\x02\x1fb</title></item>" + ITEM % 2),
    "deep.xml": lambda: wxr("<a>" * 10_000),
    "attributes.xml": lambda: wxr("<a " + " ".join(f"a{n}='1'" for n in range(3_000)) + "/>" + ITEM % 2),
    "no-such-space.xml": lambda: wxr("<no:such>x</no:such>" + ITEM % 2),
    "cdata-never-closed.xml": lambda: wxr("<item><title><![CDATA[ and so on"),
    "no-characters.xml": lambda: wxr("<item><title>&#0;&#xD800;&#x110000;&nbsp;</title></item>" + ITEM % 2),
    "wrong-order.xml": lambda: wxr("<item><b><i>x</b></i></item>" + ITEM % 2),
    "two-roots.xml": lambda: wxr("") + wxr(""),
    "no-item-end.xml": lambda: wxr("<item><title>open", after=""),
    "pairs.sms.xml": lambda: b"<?xml version='1.0'?><smses count='1'><sms address='1' date='1500000000000' type='2' body='&#55357;&#56836; and &#55357;' /></smses>",
    "page-in-post.xml": lambda: wxr("<item><content:encoded><![CDATA[" + "<!--" * 8_000 + "]]></content:encoded></item>" + ITEM % 2),
}  # fmt: skip
POST: Value = {"$type": "app.bsky.feed.post", "text": "Good words.", "createdAt": "2024-01-01T10:00:00.000Z"}
KEY = "app.bsky.feed.post/3kaaaaaaaaa2a"


def repository(*more: bytes) -> bytes:
    return car.repository({KEY: POST}, more)


CBOR: dict[str, Callable[[], bytes]] = {
    "deep.car": lambda: repository(car.block(b"\x81" * 50_000)),
    "deep-maps.car": lambda: repository(car.block(b"\xa1\x61a" * 10_000)),
    "long-list.car": lambda: repository(car.block(b"\x9b" + b"\xff" * 8)),
    "long-text.car": lambda: repository(car.block(b"\x7b" + b"\xff" * 8 + b"x")),
    "long-block.car": lambda: repository() + car.varint(1 << 40) + b"x",
    "endless-number.car": lambda: repository() + b"\xff" * 50,
    "wrong-name.car": lambda: repository(car.block(car.encode(POST), b"\x01\x71\x12\x20" + bytes(32))),
    "strange-name.car": lambda: repository(car.block(car.encode(POST), b"\x01\x55\x99\x20" + bytes(32))),
    "no-name.car": lambda: repository(car.varint(3) + b"abc"),
    "cut.car": lambda: repository()[:-30],
    "cut-header.car": lambda: repository()[:30],
    "not-utf-8.car": lambda: repository(car.block(b"\xa1\x64text\x62\xff\xfe")),
    "nan.car": lambda: repository(car.block(b"\xa1\x61a\xfb\x7f\xf8" + bytes(6))),
    "tags.car": lambda: repository(car.block(b"\xc1" * 5_000 + b"\x00")),
    "same-keys.car": lambda: repository(car.block(b"\xa2\x64text\x61a\x64text\x61b")),
    "endless.car": lambda: repository(car.block(b"\x9f\x01\x02")),
    "empty-blocks.car": lambda: repository() + bytes(5_000),
}
SHEET = "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body>%s</w:body></w:document>"


def word(inside: str) -> bytes:
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": SHEET % inside}, zipfile.ZIP_DEFLATED)


DOCUMENTS: dict[str, Callable[[], bytes]] = {
    "cut.pdf": lambda: b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog",
    "circle.pdf": lambda: b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    "nothing.pdf": lambda: b"%PDF-",
    "deep.docx": lambda: word("<w:p>" * 5_000),
    "laughs.docx": lambda: zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": LAUGHS + "<a>&j;</a>"}),
    "bomb.docx": lambda: word("<w:p><w:r><w:t>" + "0" * 20_000_000 + "</w:t></w:r></w:p>"),
    "empty.docx": lambda: zipped({"[Content_Types].xml": "<Types/>"}),
    "no-spine.epub": lambda: zipped({"mimetype": "application/epub+zip"}),
    "outside.epub": lambda: zipped({"mimetype": "application/epub+zip", "META-INF/container.xml": "<container><rootfiles><rootfile full-path='../../etc/passwd'/></rootfiles></container>"}),
    "empty.odt": lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.text"}),
    "deep.rtf": lambda: b"{\\rtf1 " + b"{" * 20_000 + b"x",
    "binary.rtf": lambda: b"{\\rtf1 \\bin999999999 x" + bytes(range(256)),
    "numbers.rtf": lambda: b"{\\rtf1 \\u99999999 \\'zz \\fs" + b"9" * 5_000 + b" Good words.}",
    "header-only.db": lambda: b"SQLite format 3\0" + bytes(84),
    "garbage.db": lambda: b"SQLite format 3\0" + bytes(range(256)) * 20,
}  # fmt: skip
