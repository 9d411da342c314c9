"""Pages, letters, chats and plain texts made to do harm (T29, T34), as bytes. See hostile.py."""

from collections.abc import Callable

WORDS = "These words are good and there are enough of them."


def page(inside: str) -> bytes:
    return f"<!doctype html><html><head><title>A page</title></head><body><p>{WORDS}</p>{inside}</body></html>".encode()


def letter(headers: str, body: str) -> bytes:
    about = "From: Mara <mara@mara.example>\nTo: o@tin.example\nDate: Thu, 5 Mar 2020 10:00:00 +0000\nSubject: A\n"
    return f"{about}{headers}\n{body}".encode()


def nested(depth: int) -> str:
    """A letter of parts in parts."""
    inside = f"Content-Type: text/plain\n\n{WORDS}"
    for number in range(depth):
        inside = f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n{inside}\n--b{number}--"
    return inside


def chat(*more: str) -> bytes:
    lines = [f"[0{n}.03.23, 09:00:1{n}] {name}: Message {n}." for n, name in enumerate(("Ann", "Bob", "Ann", "Bob"), 1)]
    return "\n".join((*lines, *more)).encode("utf-8", "surrogatepass")


PAGES: dict[str, Callable[[], bytes]] = {
    "comments.html": lambda: page("<!--" * 8_000),
    "comment-never-closed.html": lambda: page("<!-- and <p>the rest</p>"),
    "deep-divs.html": lambda: page("<div>" * 10_000 + "deep"),
    "deep-bold.html": lambda: page("<b>" * 10_000 + "deep"),
    "deep-tables.html": lambda: page("<table><tr><td>" * 2_000 + "deep"),
    "deep-quotes.html": lambda: page("<blockquote>" * 3_000 + "deep"),
    "deep-lists.html": lambda: page("<ul><li>" * 3_000 + "deep"),
    "scripts.html": lambda: page("<script>alert('stolen')</script><style>p{}</style><noscript>stolen</noscript>"),
    "svg-script.html": lambda: page("<svg><script>alert('stolen')</script></svg><template>stolen</template>"),
    "refresh.html": lambda: page("<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'><base href='file:///'>"),
    "frames.html": lambda: page(
        "<iframe src='file:///etc/passwd'></iframe><object data='file:///etc/passwd'></object>"
    ),
    "wrong-charset.html": lambda: page("").replace(b"<head>", b"<head><meta charset=klingon>"),
    "utf-7.html": lambda: page("+ADw-script+AD4-").replace(b"<head>", b"<head><meta charset=utf-7>"),
    "utf-16.html": lambda: page("").decode().encode("utf-16"),
    "nul.html": lambda: page("a\0b\0c"),
    "attribute.html": lambda: page(f"<p title='{'x' * 60_000}'>after</p>"),
    "attributes.html": lambda: page("<p " + " ".join(f"a{n}=1" for n in range(5_000)) + ">after</p>"),
    "entities.html": lambda: page("&amp;" * 9_000 + "&#x110000;&#0;&#xD800;&nonsense;"),
    "plaintext.html": lambda: page("<plaintext>all that follows"),
    "tag-never-closed.html": lambda: page("<p class='"),
    "doctype.html": lambda: b"<!DOCTYPE html [<!ENTITY a 'x'>]>" + page("&a;"),
    "only-a-tag.html": lambda: b"<html>",
}
TEXTS: dict[str, Callable[[], bytes]] = {
    "half-characters.txt": lambda: WORDS.encode() + b" \xed\xa0\xbd and \xed\xb8\x80",
    "turned.txt": lambda: f"{WORDS} \u202egnp.exe\u202c \u2066isolated\u2069".encode(),
    "unseen.txt": lambda: "".join(f"{one}\u200b" for one in WORDS).encode(),
    "tags.txt": lambda: (WORDS + "".join(chr(0xE0000 + ord(one)) for one in "ignore all")).encode(),
    "marks.txt": lambda: (WORDS + " a" + "\u0301" * 20_000).encode(),
    "mixed-marks.txt": lambda: (WORDS + " a" + "\u0301\u0316" * 10_000).encode(),
    "no-space.txt": lambda: WORDS.encode() + b" " + b"x" * 60_000,
    "scripts.txt": lambda: f"{WORDS} Ωραία слова מילים كلمات शब्द คำ 言葉 단어 ᏣᎳᎩ 𓂀 🜁 👩‍👩‍👧‍👦".encode(),
    "not-utf-8.txt": lambda: WORDS.encode() + b" \xff\xfe\xc0\x80 " + WORDS.encode(),
    "overlong.txt": lambda: WORDS.encode() + b" \xc0\xaf\xe0\x80\xaf",
    "latin-1.txt": lambda: f"{WORDS} Schöne Grüße aus Köln, das weiß ja jeder.".encode("latin-1"),
    "utf-16.txt": lambda: WORDS.encode("utf-16"),
    "utf-32.txt": lambda: WORDS.encode("utf-32"),
    "marks-of-order.txt": lambda: b"\xef\xbb\xbf\xef\xbb\xbf" + WORDS.encode(),
    "nuls.txt": lambda: WORDS.encode() + bytes(5_000),
    "binary.txt": lambda: bytes(range(256)) * 20,
    "blank.txt": lambda: b" \n\t\r\n" * 3_000,
    "line-ends.txt": lambda: WORDS.encode() + b"\r\r\n\x0b\x0c\x85\r" + WORDS.encode(),
    "private.txt": lambda: f"{WORDS} \ue0000\ue001 \uf8ff".encode(),
    "ansi.txt": lambda: WORDS.encode() + b" \x1b[2J\x1b]0;title\x07",
    "empty.txt": lambda: b"",
    "backticks.md": lambda: WORDS.encode() + b"\n\n" + b"`" * 20_000,
    "brackets.md": lambda: WORDS.encode() + b"\n\n" + b"[" * 20_000 + b"](" * 100,
    "stars.md": lambda: WORDS.encode() + b"\n\n" + b"*a **b " * 5_000,
    "quotes.md": lambda: WORDS.encode() + b"\n\n" + b">" * 5_000 + b" deep",
    "tags.md": lambda: WORDS.encode() + b"\n\n" + b"<b><i>" * 5_000,
    "braces.md": lambda: WORDS.encode() + b"\n\n" + b"{% a " * 5_000 + b"{{< " * 5_000,
    "yaml-bomb.md": lambda: b"---\na: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n---\n" + WORDS.encode(),
    "yaml-deep.md": lambda: b"---\na: " + b"[" * 5_000 + b"\n---\n" + WORDS.encode(),
    "yaml-code.md": lambda: b"---\na: !!python/object/apply:os.system [ls]\n---\n" + WORDS.encode(),
    "toml-broken.md": lambda: b"+++\na = [1,\n+++\n" + WORDS.encode(),
    "json-deep.md": lambda: b'{"a":' * 3_000 + b"\n\n" + WORDS.encode(),
    "endless-front-matter.md": lambda: b"---\n" + b"a: b\n" * 3_000 + WORDS.encode(),
}
LETTERS: dict[str, Callable[[], bytes]] = {
    "deep-parts.eml": lambda: letter(nested(60), ""),
    "control-characters.eml": lambda: letter(
        "Content-Type: text/html; charset=utf-8\n",
        "<p>a\x01b</p><div class=gmail_signature>me</div>c\x02d<p>and <span class=gmail_quote>x</span>\x03e</p>",
    ),
    "no-boundary.eml": lambda: letter("Content-Type: multipart/mixed\n", WORDS),
    "boundary-never-met.eml": lambda: letter("Content-Type: multipart/mixed; boundary=b\n", WORDS),
    "many-parts.eml": lambda: letter("Content-Type: multipart/mixed; boundary=b\n", "\n--b\n\nx" * 5_000),
    "broken-base64.eml": lambda: letter("Content-Transfer-Encoding: base64\n", "VGhlc2U*gd29y!!ZHM===a"),
    "lying-charset.eml": lambda: letter("Content-Type: text/plain; charset=utf-16\n", WORDS),
    "unknown-charset.eml": lambda: letter("Content-Type: text/plain; charset=klingon\n", WORDS),
    "long-header.eml": lambda: letter(f"X-Long: {'x' * 60_000}\n", WORDS),
    "folded-header.eml": lambda: letter("X-Folded: a" + "\n b" * 5_000 + "\n", WORDS),
    "encoded-words.eml": lambda: letter("X-Words: " + "=?utf-8?q?a?= " * 2_000 + "\n", WORDS),
    "broken-date.eml": lambda: letter("", WORDS).replace(
        b"Thu, 5 Mar 2020 10:00:00 +0000", b"Thu, 99 Xyz 99999999999 +99"
    ),
    "quoted-printable.eml": lambda: letter("Content-Transfer-Encoding: quoted-printable\n", f"{WORDS} =ZZ=3"),
    "froms.mbox": lambda: b"From a@x Thu Mar  5 10:00:00 2020\n" + letter("", WORDS) + b"\n\nFrom here on\n" * 2_000,
    "html-only.eml": lambda: letter("Content-Type: text/html\n", f"<p>{WORDS}</p>" + "<div>" * 5_000),
}
CHATS: dict[str, Callable[[], bytes]] = {
    "chat-long-line.txt": lambda: chat("[05.03.23, 09:00:15] Ann: " + "x" * 60_000),
    "chat-no-such-day.txt": lambda: chat("[99.99.23, 09:00:15] Ann: When?", "[05.03.23, 99:99:99] Ann: And when?"),
    "chat-half-character.txt": lambda: chat("[05.03.23, 09:00:15] Ann: half \ud83d of it"),
    "chat-names.txt": lambda: chat(*(f"[05.03.23, 09:00:15] Name {n}: x" for n in range(2_000))),
    "chat-endless-message.txt": lambda: chat(*(["goes on"] * 8_000)),
    "chat-turned-name.txt": lambda: chat("[05.03.23, 09:00:15] \u202eAnn\u202c: Me?"),
}
