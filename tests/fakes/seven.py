"""The same seven posts of one writer, as blogs and feeds show them: for tests of what happens on the way to them.

Every way of reading shows them newest first, the seventh at the top, in pages of three.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from importers.live.tumblr import TOGETHER as TUMBLR
from importers.live.wordpress_rest import FIELDS
from importers.web import GONE
from tests.fakes.site import Answer, Reply

ALL: Final = (7, 6, 5, 4, 3, 2, 1)
PAGES: Final = ((7, 6, 5), (4, 3, 2), (1,))
HOME: Final = "https://mara.example"
NAME: Final = "Mara"
Pages: TypeAlias = Callable[[int, Sequence[int], bool], Mapping[str, Answer]]
Asking: TypeAlias = Literal["a list", "one by one", "at once"]


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way of reading, and the web in which it finds the posts.

    `pages` makes the page of a number that shows some posts, and whether there are more. Trouble begins at the address
    `breaks`, when the posts `before` were read. `asking`: whether posts come in a list, are each asked for, or lie in
    one answer.
    """

    typed: str
    source: str = "blog"
    pages: Pages
    asking: Asking
    breaks: str
    before: tuple[int, ...]
    around: Mapping[str, Answer] = field(default_factory=dict)
    end: Reply = field(default_factory=lambda: Reply(b"nothing here", 404))  # how the page behind the last looks
    no_pages: str = ""  # why there is no page behind the last
    told: tuple[str, ...] = ()  # what is said before anything else, whatever then comes

    def web(self, *, more: bool = False) -> dict[str, Answer]:
        """The whole of it; with `more` the last page says that there is one behind it."""
        answers = dict(self.around)
        for number, posts in enumerate(PAGES, start=1):
            answers |= self.pages(number, posts, more or number < len(PAGES))
        return answers if self.no_pages else {**answers, self.behind(): self.end}

    def behind(self) -> str:
        """The address of the first page behind the last."""
        known = self.pages(len(PAGES) + 1, (), False)
        return next(iter(known))


def words(number: int) -> str:
    """What the post of a number says."""
    return " ".join(f"Grüße {n} aus dem {number}. Brief, „so war es“ dort." for n in range(12))


def day(number: int) -> str:
    return f"2024-{number % 12 + 1:02}-0{number % 9 + 1}T08:00:00Z"


def after(number: int) -> int:
    """How many posts stand before the page of a number."""
    return 3 * (number - 1) if number <= len(PAGES) else len(ALL) + number - len(PAGES) - 1


def page(body: str, head: str = "") -> str:
    return f"<html><head><title>Briefe</title>{head}</head><body><nav>Menu</nav>{body}</body></html>"


def post(number: int) -> str:
    article = f"<article><h1>Brief {number}</h1><time datetime='{day(number)}'></time><p>{words(number)}</p></article>"
    return page(article, f"<meta name='author' content='{NAME}'>")


def of_json(found: object, status: int = 200, **headers: str) -> Reply:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(json.dumps(found, ensure_ascii=False).encode(), status, {"Content-Type": "application/json", **said})


def posts_at(root: str, numbers: Sequence[int]) -> dict[str, Answer]:
    """A page of its own for each post."""
    return {f"{root}/post-{number}/": post(number) for number in numbers}


# ---- feeds


def rss(numbers: Sequence[int], more: str = "", head: str = "", item: Callable[[int], str] = lambda _: "") -> str:
    link = f"<atom:link rel='next' href='{more}'/>" if more else ""
    items = "".join(
        f"<item><title>Brief {n}</title><guid isPermaLink='false'>brief-{n}</guid><link>{HOME}/post-{n}/</link>"
        f"<dc:creator>{NAME}</dc:creator>{item(n)}"
        f"<content:encoded><![CDATA[<p>{words(n)}</p>]]></content:encoded></item>"
        for n in numbers
    )
    names = (
        "xmlns:atom='http://www.w3.org/2005/Atom' xmlns:dc='http://purl.org/dc/elements/1.1/' "
        "xmlns:content='http://purl.org/rss/1.0/modules/content/' "
        "xmlns:podcast='https://podcastindex.org/namespace/1.0'"
    )
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0' {names}><channel><title>Briefe</title>{head}{link}"
        f"{items}</channel></rss>"
    )


def atom(numbers: Sequence[int], more: str = "") -> str:
    link = f"<link rel='next' href='{more.replace('&', '&amp;')}'/>" if more else ""
    entries = "".join(
        f"<entry><id>tag:mara.example:{n}</id><title>Brief {n}</title>"
        f"<link rel='alternate' href='{HOME}/post-{n}/'/><published>{day(n)}</published>"
        f"<author><name>{NAME}</name></author><content type='html'>&lt;p&gt;{words(n)}&lt;/p&gt;</content></entry>"
        for n in numbers
    )
    head = "<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'>"
    return f"{head}<title>B</title>{link}{entries}</feed>"


def json_feed(numbers: Sequence[int], more: str) -> Reply:
    items = [{"id": f"brief-{n}", "content_html": f"<p>{words(n)}</p>", "title": f"Brief {n}"} for n in numbers]
    found = {"version": "https://jsonfeed.org/version/1.1", "authors": [{"name": NAME}], "items": items}
    return of_json({**found, "next_url": more} if more else found)


def feed_way(render: Callable[[Sequence[int], str], Answer], first: str) -> Way:
    def at(number: int) -> str:
        return first if number == 1 else f"{first}?page={number}"

    def pages(number: int, numbers: Sequence[int], more: bool) -> Mapping[str, Answer]:
        return {at(number): render(numbers, at(number + 1) if more else "")}

    return Way(typed=first, source="feed", pages=pages, asking="a list", breaks=at(2), before=(7, 6, 5))


# ---- blogs


def wordpress() -> Way:
    api = f"{HOME}/wp-json"

    def pages(number: int, numbers: Sequence[int], more: bool) -> Mapping[str, Answer]:
        found = [
            {
                "id": n, "link": f"{HOME}/post-{n}/", "date_gmt": day(n)[:-1], "author": 3,
                "title": {"rendered": f"Brief {n}"}, "content": {"rendered": f"<p>{words(n)}</p>"},
            }
            for n in numbers
        ]  # fmt: skip
        return {asked(number): of_json(found, X_WP_Total="7")}

    def asked(number: int) -> str:
        return f"{api}/wp/v2/posts?per_page=100&page={number}&_fields={FIELDS.replace(',', '%2C')}"

    return Way(
        typed=HOME,
        pages=pages,
        asking="a list",
        breaks=asked(2),
        before=(7, 6, 5),
        around={
            f"{HOME}/": page("Hallo", f"<link rel='https://api.w.org/' href='{api}/'>"),
            f"{api}/wp/v2/users?per_page=100&page=1&_fields=id%2Cname": of_json([{"id": 3, "name": NAME}]),
        },
        end=of_json({"code": "rest_post_invalid_page_number"}, 400),
    )


def substack(root: str = "https://mara.substack.com") -> Way:
    """At an address of its own its first page loads what all of Substack's load."""

    def pages(number: int, numbers: Sequence[int], more: bool) -> Mapping[str, Answer]:
        listed = [
            {
                "id": n, "slug": f"post-{n}", "title": f"Brief {n}", "audience": "everyone", "post_date": day(n),
                "publishedBylines": [{"name": NAME}], "canonical_url": f"{root}/p/post-{n}",
            }
            for n in numbers
        ]  # fmt: skip
        bodies = {
            f"{root}/api/v1/posts/post-{n}": of_json({"id": n, "body_html": f"<p>{words(n)}</p>"}) for n in numbers
        }
        return {f"{root}/api/v1/archive?sort=new&offset={after(number)}&limit=12": of_json(listed), **bodies}

    return Way(
        typed=root,
        source="substack",
        pages=pages,
        asking="one by one",
        breaks=f"{root}/api/v1/posts/post-5",
        before=(7, 6),
        around={f"{root}/": page("Hallo", "<script src='https://substackcdn.com/bundle/main.js'></script>")},
        end=of_json([]),
    )


def blogger() -> Way:
    first = f"{HOME}/feeds/posts/default?max-results=150"

    def at(number: int) -> str:
        return first if number == 1 else f"{HOME}/feeds/posts/default?start-index={number}&max-results=150"

    def pages(number: int, numbers: Sequence[int], more: bool) -> Mapping[str, Answer]:
        return {at(number): atom(numbers, at(number + 1) if more else "")}

    around = {f"{HOME}/": page("Hallo", "<meta name='generator' content='blogger'>")}
    return Way(typed=HOME, pages=pages, asking="a list", breaks=at(2), before=(7, 6, 5), around=around)


def tumblr() -> Way:
    root = "https://mara.tumblr.com"

    def listed(numbers: Sequence[int]) -> str:
        posts = [
            {"id": str(n), "type": "regular", "regular-body": f"<p>{words(n)}</p>", "unix-timestamp": 1_700_000_000 + n}
            for n in numbers
        ]
        return f"var tumblr_api_read = {json.dumps({'tumblelog': {'name': NAME}, 'posts-total': 7, 'posts': posts})};"

    def at(number: int) -> str:
        return f"{root}/api/read/json?num={TUMBLR}&start={after(number)}"

    def pages(number: int, numbers: Sequence[int], more: bool) -> Mapping[str, Answer]:
        return {at(number): listed(numbers)}

    return Way(
        typed=root, pages=pages, asking="a list", breaks=at(2), before=(7, 6, 5),
        around={f"{root}/": page("Hallo")}, end=Reply(listed(()).encode()),
    )  # fmt: skip


def paged_feed() -> Way:
    """WordPress whose interface is shut: its feed goes on behind `paged`."""
    first = f"{HOME}/feed/"

    def at(number: int) -> str:
        return first if number == 1 else f"{first}?paged={number}"

    def pages(number: int, numbers: Sequence[int], more: bool) -> Mapping[str, Answer]:
        return {at(number): rss(numbers, head="<generator>https://wordpress.org/?v=6</generator>")}

    around = {f"{HOME}/": page("Hallo", f"<link rel='alternate' type='application/rss+xml' href='{first}'>")}
    return Way(typed=HOME, pages=pages, asking="a list", breaks=at(2), before=(7, 6, 5), around=around)


def maps(root: str, number: int, numbers: Sequence[int], more: bool) -> Mapping[str, Answer]:
    """A map of the posts, which names the next one where there are more."""
    listed = "".join(f"<url><loc>{root}/post-{n}/</loc><lastmod>{day(n)[:10]}</lastmod></url>" for n in numbers)
    further = f"<sitemap><loc>{root}/sitemap-posts-{number + 1}.xml</loc></sitemap>" if more else ""
    name = f"{root}/sitemap-posts-{number}.xml" if number > 1 else f"{root}/sitemap.xml"
    return {name: f"<?xml version='1.0'?><sitemapindex>{listed}{further}</sitemapindex>", **posts_at(root, numbers)}


def ghost() -> Way:
    """Its feed has the newest only, its maps have all."""
    head = (
        f"<meta name='generator' content='Ghost 5'><link rel='alternate' type='application/rss+xml' href='{HOME}/rss/'>"
    )
    return Way(
        typed=HOME,
        pages=lambda number, numbers, more: maps(HOME, number, numbers, more),
        asking="one by one",
        breaks=f"{HOME}/post-5/",
        before=(7, 6),
        around={f"{HOME}/": page("Hallo", head), f"{HOME}/rss/": rss((7,))},
    )


def sitemap() -> Way:
    return Way(
        typed=HOME,
        pages=lambda number, numbers, more: maps(HOME, number, numbers, more),
        asking="one by one",
        breaks=f"{HOME}/post-5/",
        before=(7, 6),
        around={f"{HOME}/": page("Hallo"), f"{HOME}/robots.txt": f"Sitemap: {HOME}/sitemap.xml"},
    )


def on_foot() -> Way:
    """Nothing but pages that lead to each other."""

    def at(number: int) -> str:
        return f"{HOME}/" if number == 1 else f"{HOME}/page/{number}/"

    def pages(number: int, numbers: Sequence[int], more: bool) -> Mapping[str, Answer]:
        links = "".join(f"<a href='/post-{n}/'>Brief {n}</a>" for n in numbers)
        older = f"<a rel='next' href='{at(number + 1)}'>Older</a>" if more else ""
        return {at(number): page(links + older), **posts_at(HOME, numbers)}

    return Way(typed=HOME, pages=pages, asking="one by one", breaks=f"{HOME}/post-5/", before=(7, 6))


def wayback(typed: str = "wayback:old.example", told: str = "") -> Way:
    """The copies of a site; with its own address typed, because nobody answers there any more."""
    old, kept = "http://old.example", "https://web.archive.org"
    rows = [["timestamp", "original"], *([f"2010010203040{n}", f"{old}/post-{n}/"] for n in ALL)]
    listed = (
        f"{kept}/cdx/search/cdx?output=json&filter=mimetype:text/html&filter=statuscode:200&collapse=urlkey"
        "&fl=timestamp,original&url=old.example%2F%2A"
    )

    def pages(number: int, numbers: Sequence[int], more: bool) -> Mapping[str, Answer]:
        return {f"{kept}/web/2010010203040{n}id_/{old}/post-{n}/": post(n) for n in numbers}

    return Way(
        typed=typed, source="wayback", pages=pages, asking="one by one", told=(told,) if told else (),
        breaks=f"{kept}/web/20100102030405id_/{old}/post-5/", before=(7, 6),
        around={listed: of_json(rows)}, no_pages="the archive lists all copies in one answer",
    )  # fmt: skip


BLOGS: Final[dict[str, Way]] = {
    "blog: WordPress": wordpress(),
    "blog: Substack": substack(),
    "blog: Substack at home": substack(HOME),
    "blog: Blogger": blogger(),
    "blog: Ghost": ghost(),
    "blog: Tumblr": tumblr(),
    "blog: paged feed": paged_feed(),
    "blog: sitemap": sitemap(),
    "blog: on foot": on_foot(),
    "blog: Wayback": wayback(),
    "blog: Wayback, unasked": wayback("https://old.example/", GONE.format("https://old.example/")),
    "feed: RSS": feed_way(rss, f"{HOME}/rss.xml"),
    "feed: Atom": feed_way(atom, f"{HOME}/atom.xml"),
    "feed: JSON Feed": feed_way(json_feed, f"{HOME}/feed.json"),
}
