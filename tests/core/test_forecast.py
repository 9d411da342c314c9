"""The outlook is right in its reasons, and docs/plans.md says what it says."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from msgspec import structs

from core.catalogue import CATALOGUE
from core.documents import Document
from core.errors import DiskTrouble, Unsupported
from core.forecast import Choice, Fit, Option, Outlook, Size, Writing, fit, look, size_of, writing_in
from core.machine import Battery, Machine
from core.plan import ASKING_SHARE, TooSmall, Wish, most_passes

PLANS: Final = Path(__file__).resolve().parent.parent.parent / "docs" / "plans.md"
GB: Final = 10**9

MACHINES: Final = {
    "This CPU": Machine(
        cores=2,
        free_disk=80 * GB,
        precision="bf16",
        flops_per_second=107.6e9,
        name="2 cores of an AMD EPYC, measured while others used it too",
        memory=24 * GB,
    ),
    "A card with 12 GB": Machine(
        cores=8,
        free_disk=300 * GB,
        device="cuda",
        precision="bf16",
        flops_per_second=17.7e12,
        name="RTX 4070 Super at a quarter of its peak, assumed",
        memory=32 * GB,
        device_memory=12 * GB,
    ),
    "A Mac with 8 GB": Machine(
        cores=8,
        free_disk=100 * GB,
        device="mps",
        flops_per_second=0.45e12,
        name="M1, assumed",
        memory=8 * GB,
    ),
}
CORPORA: Final = {  # tokens, and the share of talks
    20_000: 0.0,
    100_000: 0.0,
    300_000: 0.4,
    699_000: 0.0,
    1_500_000: 0.3,
    5_000_000: 0.6,
}
NIGHT: Final = 8 * 3600.0
BEGINS, ENDS = "<!-- plans -->\n", "<!-- end -->\n"


def writing(tokens: int, dialogue: float = 0.0) -> Writing:
    return Writing(characters=round(tokens * 4.2), dialogue=dialogue)


def table() -> str:
    """What docs/plans.md says between its marks."""
    lines: list[str] = []
    for name, machine in MACHINES.items():
        lines += [f"### {name} ({machine.name})", "", HEAD, RULE]
        for tokens, dialogue in CORPORA.items():
            for size in ("balanced", "best"):
                lines.append(row(tokens, dialogue, size_of(size), machine))
        lines.append("")
    return "\n".join(lines)


HEAD: Final = "| Tokens | Talks | Size | Takes | Passes | Time | Memory | Disk | kWh | Expect |"
RULE: Final = "|---|---|---|---|---|---|---|---|---|---|"


def row(tokens: int, dialogue: float, size: Size, machine: Machine) -> str:
    chosen = look(writing(tokens, dialogue), machine, size, NIGHT, ()).chosen
    hours, minutes = divmod(round(chosen.seconds / 60), 60)
    return (
        f"| {tokens:,} | {dialogue:.0%} | {size} | {chosen.title}, {chosen.millions:,.0f} M | {chosen.passes:.1f}"
        f" | {hours} h {minutes:02} | {chosen.memory / GB:.1f} GB | {chosen.disk / GB:.1f} GB | {chosen.kwh:.2f}"
        f" | {chosen.expect} |"
    )


def test_the_page_of_plans_says_what_is_planned() -> None:
    page = PLANS.read_text("utf-8")
    assert page.split(BEGINS)[1].split(ENDS)[0] == table()


def outlook(tokens: int, machine: str, size: Size = "balanced", shelf: tuple[str, ...] = ()) -> Outlook:
    return look(writing(tokens), MACHINES[machine], size, NIGHT, shelf)


def option(found: Outlook, base: str) -> Option:
    return next(each for each in (found.chosen, *found.others) if each.base == base)


def test_the_story_behind_this_app_gets_its_answer() -> None:
    found = outlook(699_000, "A card with 12 GB")
    assert found.chosen.title == "Qwen3 1.7B with LoRA"
    assert found.words == (
        "You have about 699,000 tokens of your own writing, none of it in talks. "
        "A token is a piece of a word; each model cuts in its own way, so other counts differ a little.",
        "For answers: Qwen3 1.7B with LoRA, read about 3.0 times. It will answer in your voice and keep to the"
        " question; of facts believe only those with a source.",
        "It is the largest that this computer can train well in this time, and has to be downloaded first: 3.4 GB.",
        "Before it learns it asks itself what your posts answer, so that it learns to answer: about 48 minutes.",
        "A small model from nothing would go on in your manner, and not answer.",
    )
    assert not option(found, "gpt2").answers
    assert option(found, "gpt2").expect == "It will go on in your style, and will not answer questions."


def test_time_to_ask_is_a_part_of_the_whole_and_only_of_models_that_answer() -> None:
    found, none = (
        look(writing(100_000), MACHINES["A card with 12 GB"], "balanced", NIGHT, (), Choice(wish=Wish(asking=share)))
        for share in (None, 0.0)
    )
    assert (option(found, "gpt2").asking, option(found, "gpt2").seconds) == (0, option(none, "gpt2").seconds)
    assert 0 < found.chosen.asking < NIGHT * ASKING_SHARE, "few posts are asked about sooner"
    assert none.chosen.asking == 0
    assert not any("asks itself" in sentence for sentence in none.words)
    again = option(none, found.chosen.base).seconds
    assert again + found.chosen.asking < found.chosen.seconds < 2 * again + found.chosen.asking, (
        "answers are learnt too"
    )
    assert found.chosen.seconds <= NIGHT * 1.02


@pytest.mark.parametrize("machine", MACHINES)
def test_what_the_models_page_says_of_a_model_is_what_a_plan_says_of_it(machine: str) -> None:
    found = outlook(2_000_000, machine, "best")
    for each in (found.chosen, *found.others):
        if each.base:
            (model,) = (model for model in CATALOGUE if model.id == each.base)
            is_refused = each.why_not == "it does not fit into the memory of this computer for training"
            assert (fit(model, MACHINES[machine]) in ("talks", "too large")) == is_refused, each.base


@pytest.mark.parametrize(
    ("machine", "id_", "fits"),
    [
        ("A card with 12 GB", "qwen3-1.7b", "trains"),
        ("A card with 12 GB", "qwen3-8b", "trains in 4 bits"),
        ("A Mac with 8 GB", "qwen3-0.6b", "trains"),
        ("A Mac with 8 GB", "qwen3-1.7b", "talks"),
        ("A Mac with 8 GB", "qwen3-4b-instruct-2507", "too large"),
        ("This CPU", "qwen3-8b", "too large"),
    ],
)
def test_what_fits_where(machine: str, id_: str, fits: Fit) -> None:
    (model,) = (model for model in CATALOGUE if model.id == id_)
    assert fit(model, MACHINES[machine]) == fits


def test_best_takes_the_largest_that_memory_and_night_allow() -> None:
    found = outlook(699_000, "A card with 12 GB", "best")
    assert (found.chosen.base, found.chosen.method) == ("qwen3-8b", "qlora")
    assert found.chosen.memory < 12 * GB * 0.875
    assert found.chosen.seconds < NIGHT


def test_what_is_here_comes_before_what_has_to_be_fetched() -> None:
    assert (
        outlook(699_000, "A card with 12 GB", shelf=("smollm2-360m-instruct",)).chosen.base == "smollm2-360m-instruct"
    )


def test_too_little_writing_teaches_a_talker_nothing() -> None:
    found = outlook(20_000, "A card with 12 GB", "best")
    assert found.chosen.base == ""
    assert option(found, "qwen3-1.7b").why_not.startswith("there is too little writing")


def test_each_reason_against_a_model_is_named() -> None:
    mac = outlook(5_000_000, "A Mac with 8 GB")
    assert "memory" in option(mac, "qwen3-8b").why_not
    assert "time" in option(mac, "qwen3-0.6b").why_not
    tight = replace(MACHINES["A card with 12 GB"], free_disk=1 * GB)
    assert "disk" in option(look(writing(699_000), tight, "best", NIGHT, ()), "qwen3-8b").why_not


def test_twice_the_time_reads_twice_as_much() -> None:
    short = look(writing(5_000_000), MACHINES["This CPU"], "quick", 3600, ()).chosen
    long = look(writing(5_000_000), MACHINES["This CPU"], "quick", 7200, ()).chosen
    assert short.base == long.base == ""
    assert long.passes * long.millions > 1.8 * short.passes * short.millions


def test_what_may_go_wrong_is_said_before() -> None:
    machine = replace(MACHINES["This CPU"], battery=Battery(40, False), memory=GB)
    said = look(writing(699_000), machine, "quick", NIGHT, ()).warnings
    assert said[0] == "The battery is at 40 %: plug the computer in before you begin."
    assert said[1].startswith("It will be tight in memory")


def test_a_full_disk_and_a_tiny_corpus_are_told_before() -> None:
    with pytest.raises(DiskTrouble):
        look(writing(699_000), replace(MACHINES["This CPU"], free_disk=10**6), "quick", NIGHT, ())
    with pytest.raises(TooSmall):
        look(writing(1_000), MACHINES["This CPU"], "quick", NIGHT, ())


def test_what_was_changed_by_hand_is_kept() -> None:
    found = look(writing(699_000), MACHINES["This CPU"], "quick", NIGHT, (), Choice(wish=Wish(tier=0)))
    assert found.recipe is not None
    assert (found.recipe.shape.layers, found.recipe.shape.width) == (4, 128)


def test_only_the_writers_own_words_count() -> None:
    mine = Document(source="s", key="1", text="a" * 100)
    other = Document(source="s", key="2", text="b" * 50, role="other")
    written = [mine, other, structs.replace(mine, key="3", parent="x")]
    assert writing_in(written) == Writing(characters=200, dialogue=0.5)


@pytest.mark.parametrize(("method", "tokens", "passes"), [("scratch", 1e6, 40), ("lora", 1e5, 5), ("qlora", 3e6, 2)])
def test_how_often_is_read(method: str, tokens: float, passes: int) -> None:
    assert most_passes(method, tokens) == passes  # type: ignore[arg-type]  # one of them


def test_sizes_have_three_names() -> None:
    with pytest.raises(Unsupported, match="no size called"):
        size_of("huge")
