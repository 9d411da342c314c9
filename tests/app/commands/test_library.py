"""`mynah library` does in the terminal what the Library page does, and answers programs in JSON."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from msgspec import structs

from app.command import main
from core import learnt
from core.corpus import Corpus
from core.curate.of_project import view as clean_view
from core.database import UPGRADE, backups
from core.documents import Document, Turn
from core.events import drain, never
from core.paths import Project, home
from core.runs import Run
from tests.fakes.small_run import small_run

POST = Document(
    source="blog", key="a", title="The kiln", text="The kiln was cold by morning, and nobody had slept at all."
)


@pytest.fixture
def project(own_home: Path) -> Project:
    project = home().project()
    with Corpus(project.corpus) as corpus, corpus.batch():
        corpus.add(POST)
        corpus.add(structs.replace(POST, key="b", source="medium", title="Again"))
        corpus.add(
            structs.replace(POST, key="c", title="Write", text="Write to mara@example.org about the boat, or do not.")
        )
        asked = (Turn("Oskar", "Is the boat there?"),)
        corpus.add(
            structs.replace(
                POST, source="whatsapp", key="d", title="", text="Yes, Oskar.", kind="message", context=asked
            )
        )
    return project


def said(capsys: pytest.CaptureFixture[str], *args: str) -> list[dict[str, object]]:
    assert main(["library", "--json", *args]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def of_kind(records: list[dict[str, object]], kind: str) -> list[dict[str, object]]:
    return [record for record in records if record["kind"] == kind]


def test_the_list_follows_its_filters(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert of_kind(said(capsys), "Totals")[0]["documents"] == 4
    found = said(capsys, "--source", "blog", "--search", "boat")
    assert [row["title"] for row in of_kind(found, "Listed")] == ["Write"]
    assert of_kind(found, "Totals") == [{"kind": "Totals", "documents": 1, "words": 9, "tokens": 13, "out": 0}]


def test_a_document_is_shown_before_and_after_with_the_reason(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    found = said(capsys, "--show", "3")
    (change,) = of_kind(found, "Change")
    assert (change["rule"], change["before"], change["after"]) == ("e-mail", "mara@example.org", "[e-mail]")
    (document,) = of_kind(found, "Document")
    assert document["before"] == "Write to mara@example.org about the boat, or do not."
    assert document["after"] == "Write to [e-mail] about the boat, or do not."


def test_a_rule_can_be_switched_off_and_on(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "--off", "e-mail")
    assert of_kind(said(capsys, "--show", "3"), "Change") == []
    said(capsys, "--on", "e-mail")
    assert len(of_kind(said(capsys, "--show", "3"), "Change")) == 1


def test_a_repeat_keeps_the_own_blog_and_can_be_taken_back(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    (cluster,) = of_kind(said(capsys, "--repeats"), "Cluster")
    assert (cluster["kept"], cluster["repeats"]) == (1, [[2, 1.0]])
    assert of_kind(said(capsys, "--show", "2"), "Document")[0]["left_out"] == "same"
    said(capsys, "--keep", "2")
    assert of_kind(said(capsys, "--show", "2"), "Document")[0]["left_out"] == ""


def test_what_is_left_out_by_hand_is_said_and_comes_back(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert of_kind(said(capsys, "--exclude", "1", "3"), "Totals")[0]["out"] == 2
    assert of_kind(said(capsys, "--show", "1"), "Document")[0]["left_out"] == "by hand"
    assert of_kind(said(capsys, "--include", "1"), "Totals")[0]["out"] == 1


def test_names_get_another_name_and_hidden_things_are_listed(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    found = of_kind(said(capsys, "--hidden"), "Hidden")
    assert [(row["rule"], row["before"]) for row in found] == [("e-mail", "mara@example.org"), ("names", "Oskar")]


def test_that_nothing_had_to_be_hidden_is_said(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["library", "--off", "e-mail", "names"]) == 0
    capsys.readouterr()
    assert main(["library", "--hidden"]) == 0
    assert "No private detail was found" in capsys.readouterr().out


def test_numbers_come_with_an_honest_verdict(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = of_kind(said(capsys, "--numbers"), "Learnt")
    assert found["rules"] == {"e-mail": 1, "names": 1, "same": 1}
    assert "too little to learn from" in str(found["verdict"])


def test_a_source_that_is_forgotten_is_gone(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (gone,) = of_kind(said(capsys, "--forget", "whatsapp"), "Forgotten")
    assert (gone["documents"], gone["runs"]) == (1, [])
    files = [file for file in project.root.rglob("*") if file.is_file()]
    assert [file.name for file in files if b"Oskar" in file.read_bytes()] == []
    assert of_kind(said(capsys), "Totals")[0]["documents"] == 3


def test_forgetting_what_is_not_there_costs_no_backup(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    with Corpus(project.corpus) as corpus:
        corpus.keep_backup()
        corpus.keep_backup()
    kept = backups(project.corpus)
    project.web.write_bytes(b"answers")
    (gone,) = of_kind(said(capsys, "--forget", "wattsapp"), "Forgotten")
    assert gone["documents"] == 0
    assert backups(project.corpus) == kept
    assert len(kept) == 2
    assert project.web.exists()


def test_forgetting_a_live_source_forgets_what_its_site_answered(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.web.write_bytes(b"answers")
    said(capsys, "--forget", "blog")
    assert not project.web.exists()


def test_a_backup_that_still_holds_a_source_is_forgotten_with_it(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with Corpus(project.corpus) as corpus:
        corpus.keep_backup()
        corpus.forget("whatsapp")
        clean = corpus.keep_backup()
    assert len(backups(project.corpus)) == 2
    said(capsys, "--forget", "whatsapp")
    assert backups(project.corpus) == [clean]


def test_a_damaged_corpus_is_shown_from_its_backup_and_restored_when_asked(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with Corpus(project.corpus) as corpus:
        corpus.keep_backup()
    with project.corpus.open("r+b") as file:
        file.write(b"\xa5" * 4096)
    found = said(capsys)
    assert len(of_kind(found, "Damaged")) == 1
    assert of_kind(found, "Totals")[0]["documents"] == 4
    assert len(of_kind(said(capsys, "--restore"), "Restored")) == 1
    assert of_kind(said(capsys), "Damaged") == []


@pytest.mark.parametrize("asked", [["--rules"], ["--show", "2"], ["--numbers"], ["--examples", "1"], []])
def test_damage_deep_in_the_corpus_shows_the_backup_too_and_nothing_is_written(
    project: Project, capsys: pytest.CaptureFixture[str], asked: list[str]
) -> None:
    whole = said(capsys, *asked)
    with Corpus(project.corpus) as corpus:
        corpus.keep_backup()
        corpus.database.execute("UPDATE documents SET text = CAST(x'ff' || text AS TEXT)")
    before = project.corpus.read_bytes()
    first, *rest = said(capsys, *asked)
    assert first["kind"] == "Damaged"
    assert rest == whole
    assert project.corpus.read_bytes() == before
    assert len(of_kind(said(capsys, "--restore"), "Restored")) == 1
    assert said(capsys, *asked) == whole


@pytest.mark.parametrize(
    "args",
    [
        ["--off", "nonsense"],
        ["--weight", "blog=x"],
        ["--weight", "blog=99"],
        ["--weight", "nowhere=2"],
        ["--weight", "blog"],
        ["--alike", "3"],
        ["--show", "99"],
        ["--exclude", "99"],
        ["--include", "1", "99"],
        ["--keep", "99"],
    ],
)
def test_what_cannot_be_chosen_is_said_in_words(
    project: Project, capsys: pytest.CaptureFixture[str], args: list[str]
) -> None:
    assert main(["library", "--json", *args]) == 1
    assert "fix" in json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("day", ["yesterday", "2020-13-01", "31.05.2020"])
def test_a_day_that_is_none_is_not_kept_as_a_choice(
    project: Project, capsys: pytest.CaptureFixture[str], day: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["library", "--first", day])
    assert "a day such as 2020-05-31" in capsys.readouterr().err
    assert main(["library", "--first", "2020-05-31"]) == main(["library", "--first", ""]) == 0


def test_a_list_that_is_cut_says_so_and_an_empty_one_too(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["library", "--limit", "1"]) == 0
    assert "The first 1 are shown; --limit 4 shows all." in capsys.readouterr().out
    assert main(["library", "--search", "zeppelin"]) == 0
    assert capsys.readouterr().out == "No document is like that.\n"


def test_what_has_no_title_is_listed_by_its_first_words(project: Project) -> None:
    with Corpus(project.corpus) as corpus:
        assert [one.title for one in corpus.headings()] == ["The kiln", "Again", "Write", "Yes, Oskar."]


def test_without_any_writing_it_says_how_to_bring_some(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["library"]) == 1
    assert "mynah import" in capsys.readouterr().err


def test_a_changed_choice_says_which_runs_learnt_from_something_else(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with Corpus(project.corpus) as corpus:
        view = drain(clean_view(corpus, never))[1]
    assert view is not None
    runs = [small_run(Run(project.runs / name)) for name in ("as it is", "of another rule", "of nobody knows what")]
    learnt.write(runs[0], learnt.numbers(view))
    learnt.write(runs[1], replace(learnt.numbers(view), fingerprint="other"))
    (told,) = of_kind(said(capsys, "--weight", "blog=1", "--off", "e-mail"), "Affected")
    assert told["runs"] == ["as it is", "of another rule", "of nobody knows what"]
    (told,) = of_kind(said(capsys, "--on", "e-mail"), "Affected")
    assert told["runs"] == ["of another rule", "of nobody knows what"]
    (told,) = of_kind(said(capsys, "--exclude", "1"), "Affected")
    assert told["runs"] == ["as it is", "of another rule", "of nobody knows what"]
    assert of_kind(said(capsys, "--search", "boat"), "Affected") == []


def test_an_example_is_shown_piece_by_piece(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (sight,) = of_kind(said(capsys, "--examples", "1"), "Sight")
    assert (sight["example_kind"], sight["source"]) == ("dialogue", "whatsapp")
    pieces: Any = sight["pieces"]
    assert "".join(piece["text"] for piece in pieces if piece["learnt"] and not piece["special"]) == "Yes, Nico."
    assert sum(piece["learnt"] for piece in pieces) == sight["learnt"]
    assert {piece["learnt"] for piece in pieces} == {True, False}


def test_kinds_and_lengths_can_be_chosen(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    def learnt_from() -> int:
        return sum(
            source["documents"] for source in cast(Any, of_kind(said(capsys, "--numbers"), "Learnt")[0]["sources"])
        )

    assert learnt_from() == 3
    said(capsys, "--without-kinds", "message")
    assert learnt_from() == 2
    said(capsys, "--without-kinds", "--fewest-words", "10")
    assert learnt_from() == 1
    said(capsys, "--fewest-words", "0")
    assert learnt_from() == 3


def test_for_sharing_everything_is_hidden_again(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "--off", "e-mail", "code")
    said(capsys, "--to-share")
    off = [row["rule"] for row in of_kind(said(capsys, "--rules"), "RuleCount") if not row["is_on"]]
    assert off == ["code"]


def test_a_library_of_an_older_mynah_is_brought_up_to_date_with_a_word_about_it(
    own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = home().project()
    project.root.mkdir(parents=True)
    shutil.copy(Path(__file__).resolve().parents[2] / "old_files" / "corpus-2" / "corpus.sqlite", project.corpus)
    told = [capsys.readouterr().out for _ in range(2) if main(["library"]) == 0]
    assert [UPGRADE in words for words in told] == [True, False]
