"""What docs/json.md says of lines for programs is what the commands print: every kind, every field, no other."""

import json
import re
from pathlib import Path
from typing import Final

import pytest

from app.command import main

DOCS: Final = Path(__file__).resolve().parents[3] / "docs" / "json.md"
ROW: Final = re.compile(r"^\| `(\w+)` \| ((?:`\w+` ?)+)\|", re.M)
TABLE: Final = "who;said;when\n" + "".join(
    f"{('Mara', 'Oskar')[n % 2]};These are the words of row {n}, and more;2021-02-0{n}\n" for n in range(1, 8)
)


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A folder of a text, of what is none, and of a film; and a table beside it."""
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "a.md").write_text("# A\n\nWords of mine.\n", "utf-8")
    (tmp_path / "posts" / "b.txt").write_bytes(bytes(range(256)))
    (tmp_path / "posts" / "c.mp4").write_bytes(bytes(50))
    (tmp_path / "table.csv").write_text(TABLE, "utf-8")
    return tmp_path


def documented() -> dict[str, set[str]]:
    return {kind: set(re.findall(r"\w+", fields)) for kind, fields in ROW.findall(DOCS.read_text("utf-8"))}


def test_every_line_is_documented(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    posts, table = str(given / "posts"), str(given / "table.csv")
    for said in (
        ["import", posts, "--look"], ["import", table, "--look"], ["import", posts],
        ["import", table, "--me", "Mara"], ["import", "--undo"], ["sources"],
    ):  # fmt: skip
        assert main([*said, "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    printed: dict[str, set[str]] = {}
    for line in lines:
        fields = set(line) - {"kind"}
        assert printed.setdefault(line["kind"], fields) == fields
    assert printed == documented()
    found = next(line for line in lines if line["kind"] == "Found" and line["source"] == "table")
    assert (found["taken"]["text"], found["columns"], len(found["rows"])) == ("said", ["who", "said", "when"], 4)
    assert found["rows"][0] == {
        "text": "These are the words of row 1, and more", "author": "Oskar", "date": "2021-02-01T00:00:00+00:00",
    }  # fmt: skip


def test_what_goes_wrong_is_a_line_too(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(given / "nowhere"), "--json"]) == 1
    assert set(json.loads(capsys.readouterr().out)) == {"error", "fix"}
