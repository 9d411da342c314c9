"""A message to the address that the user named, when a training has ended. Knows no window and no training."""

from typing import Final

import httpx2

from core.errors import NetworkTrouble

PATIENCE: Final = 15.0  # seconds for whoever is told


def message(url: str, title: str, text: str) -> tuple[dict[str, str], dict[str, str] | str]:
    """Headers and body: ntfy takes plain text with a title, most others JSON with one of three names."""
    if "ntfy" in httpx2.URL(url).host:
        return {"Title": title.encode("ascii", "replace").decode("ascii")}, text
    return {}, {"title": title, "text": f"{title}: {text}", "content": f"{title}: {text}"}


def tell(url: str, title: str, text: str) -> None:
    """Send a message to the address the user named: ntfy, Slack, Discord or their own. It holds nothing they wrote.

    Raises NetworkTrouble, which costs nothing: the training is saved by then.
    """
    headers, body = message(url, title, text)
    try:
        if isinstance(body, str):
            answer = httpx2.post(url, content=body.encode("utf-8"), headers=headers, timeout=PATIENCE)
        else:
            answer = httpx2.post(url, json=body, headers=headers, timeout=PATIENCE)
        answer.raise_for_status()
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise NetworkTrouble(
            "The message that training has ended could not be sent.",
            fix="Check the address. The training itself is done and saved.",
        ) from error
