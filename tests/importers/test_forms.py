"""Old, rare and renamed forms of exports, compared in full; `choice.json` says who is the user."""

import json
from pathlib import Path

import pytest

from core.sources import Choice
from tests.importers.fixture import imported

FORMS = Path(__file__).resolve().parent.parent / "fixtures" / "forms"


@pytest.mark.parametrize("form", sorted(path.name for path in FORMS.iterdir()))
def test_a_form_of_an_export_gives_exactly_what_is_expected(form: str, tmp_path: Path) -> None:
    wish = FORMS / form / "choice.json"
    me = tuple(json.loads(wish.read_text("utf-8"))["me"]) if wish.exists() else ()
    found = imported(FORMS / form / "given", tmp_path, Choice(me=me, private=True))
    assert json.loads(json.dumps(found)) == json.loads((FORMS / form / "expected.json").read_text("utf-8"))
