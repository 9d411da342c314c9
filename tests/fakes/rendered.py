"""A blog as its readers see it, rendered from a folder of Markdown: menus, footers, comments, a feed and a sitemap."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import yaml
from markdown_it import MarkdownIt

from tests.fakes.site import Answer, Reply

HOST = "https://raph.example"
AROUND = (  # what is on every page and is nobody's writing
    "Home", "Archive", "Projects and talks", "Subscribe to the newsletter of this site",
    "Built with a static generator",
    "All rights reserved by the owner of this site", "Share this post with your friends and followers",
    "Thanks for reading! If you liked this post, tell a friend about it.", "You may also like these posts",
)  # fmt: skip
COMMENT = "Oskar wrote on a Tuesday: I disagree with nearly all of this, and so does my brother in law."
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | Raph</title>
<meta name="author" content="Raph Levien">{head}
<link rel="alternate" type="application/atom+xml" href="/feed.xml"></head><body>
<header class="site-header"><a href="/">Raph</a>
<nav class="site-nav"><a href="/">Home</a><a href="/archive/">Archive</a>
<a href="/about.html">About</a><a href="/talks.html">Projects and talks</a></nav></header>
<div class="layout"><div class="page-content">{body}</div>
<div class="sidebar widget-area"><h3>Recent</h3><ul><li><a href="/about.html">About me</a></li></ul>
<p>Subscribe to the newsletter of this site</p></div></div>
<footer class="site-footer"><p>All rights reserved by the owner of this site</p>
<p>Built with a static generator</p></footer>
</body></html>"""
POST = """<div class="post"><h1 class="post-title">{title}</h1>
<p class="meta"><time datetime="{date}">{day}</time></p>
<div class="post-content">{text}
<p>Thanks for reading! If you liked this post, tell a friend about it.</p></div>
<div class="share-buttons"><span>Share this post with your friends and followers</span></div>
<div class="related"><h3>You may also like these posts</h3><ul><li><a href="{other}">Another one</a></li></ul></div>
<section class="comments" id="comments"><h2>1 comment</h2><div class="comment"><p>{comment}</p></div></section></div>"""


@dataclass(frozen=True)
class Post:
    title: str
    date: datetime
    url: str
    html: str


def posts(folder: Path) -> list[Post]:
    """The posts of a Jekyll folder, newest first."""
    render = MarkdownIt("commonmark", {"html": True}).enable("table").render
    found = []
    for path in sorted(folder.glob("*.md"), reverse=True):
        _, header, body = path.read_text("utf-8").split("---\n", 2)
        said = yaml.safe_load(header)
        day = datetime.fromisoformat(path.name[:10]).replace(hour=12, tzinfo=UTC)
        slug = path.stem[11:]
        html = render(re.sub(r"\{%.*?%\}|\{:.*?\}", "", body))
        found.append(Post(str(said["title"]), day, f"{HOST}/{day:%Y/%m/%d}/{slug}.html", html))
    return found


def page(title: str, body: str, head: str = "") -> Reply:
    return Reply(PAGE.format(title=escape(title), body=body, head=head).encode(), headers={"ETag": '"1"'})


def of_post(one: Post, other: Post) -> Reply:
    day = f"{one.date:%d %B %Y}"
    text = POST.format(
        title=escape(one.title), date=one.date.isoformat(), day=day, text=one.html, other=other.url, comment=COMMENT
    )
    return page(one.title, text, '<meta property="og:type" content="article">')


def feed(shown: list[Post]) -> Reply:
    entries = "".join(
        f"<entry><title>{escape(one.title)}</title><id>{one.url}</id><link href='{one.url}'/>"
        f"<published>{one.date.isoformat()}</published><author><name>Raph Levien</name></author>"
        f"<content type='html'>{escape(one.html)}</content></entry>"
        for one in shown
    )
    body = f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>Raph</title>{entries}</feed>"
    return Reply(body.encode(), headers={"Content-Type": "application/atom+xml"})


def site(folder: Path, *, count: int = 100, with_feed: int = 10, with_map: bool = True) -> dict[str, Answer]:
    """The whole site by address: every post, the pages around, a feed of the newest, and a sitemap."""
    known = posts(folder)[:count]
    links = "".join(f"<li><a href='{one.url}'>{escape(one.title)}</a></li>" for one in known)
    web: dict[str, Answer] = {
        f"{HOST}/": page("Raph", f"<h1>Posts</h1><ul>{links[: links.find('</li>') * 5]}</ul>"),
        f"{HOST}/archive/": page("Archive", f"<h1>Archive</h1><ul>{links}</ul>"),
        f"{HOST}/about.html": page("About", "<article><h1>About</h1><p>I write about text.</p></article>"),
        f"{HOST}/talks.html": page("Talks", f"<h1>Talks</h1><p>{'I gave a talk somewhere. ' * 20}</p>"),
    }
    for number, one in enumerate(known):
        web[one.url] = of_post(one, known[number - 1])
    if with_feed:
        web[f"{HOST}/feed.xml"] = feed(known[:with_feed])
    if with_map:
        listed = [*(one.url for one in known), f"{HOST}/about.html", f"{HOST}/tag/gpu/", f"{HOST}/talks.html"]
        body = "".join(f"<url><loc>{address}</loc><lastmod>2024-02-01</lastmod></url>" for address in listed)
        namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
        web[f"{HOST}/sitemap.xml"] = f"<?xml version='1.0'?><urlset xmlns='{namespace}'>{body}</urlset>"
    return web
