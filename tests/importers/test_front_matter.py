"""Headers of posts: three forms, broken ones, and the body that is never lost."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from importers.front_matter import Post, shallow_yaml, split


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ('---\ntitle: "A: b"\ndate: 2021-9-1\n---\nBody', {"title": "A: b", "date": "2021-9-1"}),
        ("---\r\ntitle: x\r\n---\r\nBody".replace("\r\n", "\n"), {"title": "x"}),
        ("---\nTitle: Yes\ndraft: no\n...\nBody", {"title": "Yes", "draft": "no"}),
        ("---\n---\nBody", {}),
        ("---\ntags: [a, b]\nauthor:\n  name: Ada\n---\nBody", {"tags": "a, b", "author": "Ada"}),
        ("---\nauthors:\n- name: Ada\n- name: Bob\n---\nBody", {"authors": "Ada, Bob"}),
        ("---\nobject: !ruby/object:Foo\n  a: b\ntitle: x\n---\nBody", {"object": "", "title": "x"}),
        (
            '+++\ntitle = "x"\ndate = 2018-03-22\ndraft = true\n[a]\nb = 1\n+++\nBody',
            {"title": "x", "date": "2018-03-22", "draft": "true", "a": ""},
        ),
        ('{\n"title": "x", "weight": 3\n}\n\nBody', {"title": "x", "weight": "3"}),
    ],
)
def test_a_header_becomes_text_and_leaves_the_body(text: str, fields: dict[str, str]) -> None:
    assert split(text) == Post("Body", fields)


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("---\ntags: [@x\ntitle: Saved\n---\n", {"tags": "[@x", "title": "Saved"}),
        ("---\ntitle: a: b: c\n---\n", {"title": "a: b: c"}),
        ("---\ntitle: 'half\ndate: 2020-01-01\n---\n", {"title": "half", "date": "2020-01-01"}),
        ('+++\ntitle = "half\ndate = 2020-13-01\n+++\n', {"title": "half", "date": "2020-13-01"}),
        ("---\ntitle: deep\nx: " + "[" * 10_000 + "\n---\n", {"title": "deep", "x": "[" * 10_000}),
        ("---\ntitle: deep\n" + "- " * 30_000 + "\n---\n", {"title": "deep"}),
    ],
    ids=["bracket", "colons", "quote", "toml", "flow", "block"],
)
def test_a_broken_header_is_read_by_its_lines(header: str, fields: dict[str, str]) -> None:
    assert split(header + "Body") == Post("Body", fields)


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nTwo rulers with prose.\n\n---\n\nMore.",
        "---\nno end",
        "Just words",
        "{not json}",
        "{" * 10_000,
        '{"a": ' * 10_000,
        "[1, 2]",
        "---\ntitle: x\n" + "y: z\n" * 20_000 + "---\n",
        "",
    ],
    ids=["rulers", "no-end", "words", "braces", "deep-braces", "deep-json", "list", "endless", "nothing"],
)
def test_what_is_no_header_stays_in_the_body(text: str) -> None:
    assert split(text) == Post(text)


def test_a_header_too_deep_for_the_parser_is_never_given_to_it() -> None:
    """libyaml's tree is built by recursion in C: 30,000 levels end the whole program, not just the import."""
    with pytest.raises(yaml.YAMLError):
        shallow_yaml("- " * 50)


def test_a_header_that_refers_to_itself_is_read() -> None:
    assert split("---\na: &x [*x, b]\ntitle: y\n---\nBody").first("title") == "y"


@pytest.mark.parametrize(("word", "said"), [("true", True), ("Yes", True), ("false", False), ("", None), ("x", None)])
def test_yes_and_no_are_read_as_people_write_them(word: str, said: bool | None) -> None:
    assert Post("", {"draft": word}).says("draft") is said


@given(st.text(alphabet="-+{}[]:=\"'#&*!|>\n\t abé\u2028\ud800"), st.sampled_from(["---\n", "+++\n", "{", ""]))
def test_nothing_raises_and_the_body_is_the_end_of_the_text(text: str, start: str) -> None:
    post = split(start + text)
    assert (start + text).endswith(post.body)
    assert all("\n" not in value for value in post.fields.values())


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"])))
def test_the_body_after_a_good_header_is_kept_to_the_letter(body: str) -> None:
    assert split("---\ntitle: x\n---\n" + body).body == body
