"""What of a reply stands in the writing: found, and found anew when the writing has changed."""

from app.work.talk import Shading
from core.corpus import Corpus
from core.documents import Document, Turn
from core.events import drain, never
from core.paths import Home

MINE = "The kettle hums under the moss and sings again when the cold wind drifts over the hill."
LATER = "Nobody had told us that the ferry would leave at noon, so we slept on the pier that night."


def test_copied_passages_are_found_and_the_index_follows_the_writing(home: Home) -> None:
    project = home.project()
    shading = Shading()
    assert drain(shading(project, MINE)(never))[1] == ()  # nothing was brought in yet
    told = (Turn("Ann", LATER),)
    with Corpus(project.corpus) as corpus:
        corpus.add(Document(source="s", key="a", title="Kettles", text=f"Well. {MINE} So it goes."))
        corpus.add(Document(source="s", key="b", text="I see, and what did you do then?", context=told))
    reply = f"As I said: {MINE}"
    ((start, end, key, heading),) = drain(shading(project, reply)(never))[1]
    assert (reply[start:end].strip(), key, heading) == (MINE, "a", "Kettles")
    assert drain(shading(project, LATER)(never))[1] == ()  # what others said is not the writer's
    with Corpus(project.corpus) as corpus:
        corpus.add(Document(source="s", key="c", text=LATER))
    assert [key for _, _, key, _ in drain(shading(project, LATER)(never))[1]] == ["c"]
