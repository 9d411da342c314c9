"""Static embeddings: a hand-made model finds by meaning, is fused with words, and a damaged one is refused."""

import json
from pathlib import Path

import numpy as np
import pytest

from core import retrieval
from core.corpus import Corpus
from core.documents import Document
from core.embeddings import Embeddings, Near, near_of, words_of
from core.errors import WrongFile
from core.retrieval import fused
from core.search import Passage

# Three directions: boats, food, and what both share.
VECTORS = {"ferry": (1, 0, 0), "boat": (0.9, 0.1, 0), "bread": (0, 1, 0), "loa": (0, 0.9, 0), "##f": (0, 1, 0.1),
           "the": (0, 0, 0.1), "we": (0, 0, 0.1), "took": (0.1, 0, 0.1), "ate": (0, 0.3, 0)}  # fmt: skip


def model(folder: Path, **changed: object) -> Path:
    """A folder as model2vec writes it."""
    folder.mkdir(exist_ok=True)
    table = np.array(list(VECTORS.values()), dtype="<f4")
    entry = {"dtype": "F32", "shape": list(table.shape), "data_offsets": [0, table.nbytes], **changed}
    header = json.dumps({"embeddings": entry}).encode()
    (folder / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + table.tobytes())
    vocab = {piece: n for n, piece in enumerate(VECTORS)}
    (folder / "tokenizer.json").write_text(json.dumps({"model": {"type": "WordPiece", "vocab": vocab}}), "utf-8")
    return folder


def corpus(path: Path) -> Corpus:
    made = Corpus(path)
    with made.batch():
        made.add(Document(source="s", key="sea", title="Out", text="We took the ferry."))
        made.add(Document(source="s", key="food", title="In", text="We ate the bread."))
    return made


def test_a_text_is_the_mean_of_its_pieces(tmp_path: Path) -> None:
    opened = Embeddings.open(model(tmp_path / "m"))
    loaf, ferry, nothing = opened.of(["Loaf!", "FÉRRY", "zebra"])
    expected = np.array([0, 1.9, 0.1]) / np.linalg.norm([0, 1.9, 0.1])
    assert loaf == pytest.approx(expected, abs=1e-6)
    assert ferry == pytest.approx([1, 0, 0])
    assert nothing == pytest.approx([0, 0, 0])
    assert words_of("Über-Boot") == ["uber", "-", "boot"]


def test_what_is_said_in_other_words_is_found_only_with_embeddings(tmp_path: Path) -> None:
    near = Near(Embeddings.open(model(tmp_path / "m")))
    with corpus(tmp_path / "corpus.sqlite") as made:
        assert retrieval.find(made, "boat?").is_unknown
        found = retrieval.find(made, "boat?", near=near)
        assert found.notes[0].key == "sea"
        assert retrieval.find(made, "zebra?", near=near).is_unknown
        hidden = retrieval.find(made, "boat?", near=near, without=[("s", "sea")])
        assert "sea" not in [note.key for note in hidden.notes]
        made.add(Document(source="s", key="new", title="Again", text="The boat."))
        assert retrieval.find(made, "boat?", near=near).notes[0].key == "new"  # the corpus has changed


def test_fusion_puts_first_what_both_rankings_like() -> None:
    def passage(number: int) -> Passage:
        return Passage(document=number, source="", key="", title="", url="", written=None, kind="", text="", score=0)

    one, two, three = (passage(n) for n in range(3))
    assert [each.document for each in fused([one, two], [three, two])] == [1, 0, 2]


@pytest.mark.parametrize(
    "changed",
    [{"shape": [99, 3]}, {"data_offsets": [0, 1 << 40]}, {"data_offsets": [-8, 100]}, {"dtype": "I64"}, {"shape": [1]}],
)
def test_a_damaged_model_is_refused(tmp_path: Path, changed: dict[str, object]) -> None:
    model(tmp_path / "embeddings", **changed)
    with pytest.raises(WrongFile, match="cannot be read"):
        near_of(tmp_path)


def test_without_a_model_nothing_changes(tmp_path: Path) -> None:
    assert near_of(tmp_path) is None
    (model(tmp_path / "embeddings") / "model.safetensors").write_bytes(b"junk")
    with pytest.raises(WrongFile):
        near_of(tmp_path)
