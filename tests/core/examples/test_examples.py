"""Examples teach the person's own words and where a turn ends, and nothing of a held-out talk is among them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.curate.clean import clean
from core.documents import Document, Turn
from core.errors import Unsupported
from core.events import drain, never
from core.examples.balance import balanced, limit
from core.examples.build import as_section, of_view, write
from core.examples.example import Example
from core.examples.make import GO_ON, WINDOW, examples
from core.examples.tokens import check_learnt, learnt_share, plain
from core.examples.windows import windows
from core.leaks import leaked
from core.replies import Turn as Said
from core.selection import Selection
from core.shards import Shard
from tests.fakes.byte_tokenizer import ByteTokenizer

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)
MESSAGE = Document(
    source="whatsapp", key="1", text="Tomorrow at ten, by the kiln.", author="Mara", kind="message", written=NOON,
    thread="Oskar", visibility="private", context=(Turn("Oskar", "When shall we meet?"),),
)  # fmt: skip
ESSAY = Document(
    source="files", key="e", text="The kiln was cold. We lit it again. " + "It took all of the night. " * 20
)


def test_a_reply_answers_what_was_said_and_only_the_reply_is_learnt() -> None:
    (one,) = examples([MESSAGE])
    assert (one.kind, one.turns, one.answer) == ("dialogue", (Said("user", "When shall we meet?"),), MESSAGE.text)
    tokens = plain(one, ByteTokenizer())
    learnt = bytes(id_ for id_, own in zip(tokens.ids, tokens.learnt, strict=True) if own and id_ < 256)
    assert learnt.decode() == MESSAGE.text
    assert tokens.ids[-1] == ByteTokenizer().end
    assert tokens.learnt[-1]


def test_what_is_quoted_in_an_answer_is_not_learnt() -> None:
    quoting = replace(MESSAGE, text="> old words\nNo.", quotes=((0, 12),))
    (one,) = examples([quoting])
    assert one.parts() == [("> old words\n", False), ("No.", True)]


def test_messages_sent_in_one_go_are_one_answer() -> None:
    more = replace(MESSAGE, key="2", text="Bring gloves.", context=(), written=NOON + timedelta(seconds=70))
    late = replace(MESSAGE, key="3", text="Hello?", context=(), written=NOON + timedelta(minutes=9))
    found = list(examples([MESSAGE, more, late], "text"))
    assert [one.answer for one in found] == ["Tomorrow at ten, by the kiln.\nBring gloves.", "Hello?"]


def test_turns_take_turns_and_several_people_have_their_names() -> None:
    said = (
        Turn("Mara", "first", "me"),
        Turn("A", "one"),
        Turn("B", "two"),
        Turn("Mara", "well", "me"),
        Turn("A", "so?"),
    )
    (one,) = examples([replace(MESSAGE, context=said)])
    assert one.turns == (Said("user", "A: one\nB: two"), Said("assistant", "well"), Said("user", "A: so?"))


def test_a_document_is_gone_on_in_and_cut_where_sentences_end() -> None:
    found = list(examples([replace(ESSAY, text=ESSAY.text * 10)]))
    assert len(found) > 1
    assert {one.kind for one in found} == {"continuation"}
    assert found[0].turns[0].text == GO_ON + "The kiln was cold. We lit it again."
    assert all(one.answer.rstrip().endswith(".") and len(one.answer) <= WINDOW for one in found)
    assert [one.ends for one in found] == [False] * (len(found) - 1) + [True]


@pytest.mark.parametrize("text", ["", " \n ", "x" * 10_000, "No end here " * 900, "短い。" * 3000, "a\u0301" * 5000])
def test_windows_hold_all_of_a_text_and_none_is_too_long(text: str) -> None:
    spans = list(windows(text, 500))
    assert "".join(text[start:end] for start, end in spans).strip() == text.strip()
    assert all(0 < end - start <= 500 for start, end in spans)


def talk(person: str, count: int, answer: str = "A long enough answer.") -> list[Example]:
    asked = (Said("user", "Well?"),)
    return [
        Example(
            kind="dialogue",
            turns=asked,
            answer=answer,
            person=person,
            key=f"{person}{n}",
            written=NOON + n * timedelta(days=1),
        )
        for n in range(count)
    ]


def test_one_contact_is_a_quarter_at_most_and_the_newest_of_it_stay() -> None:
    many = talk("Oskar", 900) + talk("Ida", 30) + talk("Jo", 30) + talk("Bo", 30) + talk("Ole", 30)
    kept = balanced(many)
    mine = [one for one in kept if one.person == "Oskar"]
    assert 0.2 < len(mine) / len(kept) <= 0.25
    assert [one.key for one in mine] == [f"Oskar{n}" for n in range(900 - len(mine), 900)]
    assert limit([50]) == 50
    assert limit([50, 10]) == 10
    assert limit([]) == 0


def test_replies_of_one_word_are_thinned() -> None:
    kept = balanced(
        [*talk("A", 97), *talk("B", 97), *talk("C", 97), *talk("D", 97), *talk("E", 97), *talk("", 300, "ok")]
    )
    short = [one for one in kept if one.answer == "ok"]
    assert 0 < len(short) / len(kept) <= 0.03


def test_nothing_held_out_is_in_training_and_a_thread_is_on_one_side(tmp_path: Path) -> None:
    documents = [
        replace(MESSAGE, key=f"{n:04}", thread=f"t{n // 7}", written=NOON + timedelta(hours=n),
                text=f"Answer {n} of many, and the number {n * 7919} tells it apart from every other one.",
                context=(Turn(f"Person {n % 9}", f"What is number {n}?"),))
        for n in range(700)
    ]  # fmt: skip
    refrain = " And as my grandmother used to say, the kiln knows best what the potter forgot."
    documents = [replace(one, text=one.text + refrain) if n % 5 == 0 else one for n, one in enumerate(documents)]
    _, view = drain(clean([(n, one, False) for n, one in enumerate(documents)], Selection(rules_off=("alike",)), never))
    assert view is not None
    sides = of_view(view)
    assert min(len(sides.train), len(sides.held_out), len(sides.test)) >= 20
    threads = [{one.thread for one in side} for side in (sides.train, sides.held_out, sides.test)]
    assert not threads[0] & threads[1]
    assert not threads[0] & threads[2]
    assert not threads[1] & threads[2]
    away = [as_section(one) for one in (*sides.held_out, *sides.test)]
    assert not any(leaked(away, [as_section(one) for one in sides.train]))
    assert max(one.written or NOON for one in sides.train) < min(one.written or NOON for one in sides.test)
    _, manifest = drain(
        write(sides, ByteTokenizer(), tmp_path / "tokens", never, lambda one: plain(one, ByteTokenizer()))
    )
    assert manifest is not None
    assert Shard.open(tmp_path / "tokens", "test", ByteTokenizer()).n_targets > 0


def test_training_on_next_to_nothing_is_refused_with_the_reason() -> None:
    (one,) = examples([replace(MESSAGE, text="Yes.", context=(Turn("Oskar", "Well, " * 300),))])
    share = learnt_share([plain(one, ByteTokenizer())])
    assert share < 0.01
    with pytest.raises(Unsupported, match=r"Only 0\.3 % of what would be read are your own words"):
        check_learnt(share)
    check_learnt(0.05)
