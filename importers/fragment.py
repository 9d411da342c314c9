"""A piece of HTML, as services keep the words of a post, as Markdown. Knows no service."""

from importers.web_page import in_markdown, parsed


def from_html(html: str) -> str:
    """The words of a fragment. A link that shows its address, often cut short, gives the whole of it."""
    tree = parsed(html) if html.strip() else None
    if tree is None:
        return ""
    for link in tree.iter("a"):
        shown = "".join(str(part) for part in link.itertext())
        if shown.startswith(("http://", "https://")) and link.get("href"):
            for child in list(link):
                link.remove(child)
            link.text = link.get("href")
    return in_markdown(tree, set())
