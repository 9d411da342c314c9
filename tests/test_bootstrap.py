"""The thinking of packaging/bootstrap.py: hardware in, a build of PyTorch out; logs in, plain words out."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap
from bootstrap import Card, Torch

PROGRAM = Path(bootstrap.__file__)


@pytest.mark.parametrize(
    ("system", "machine", "cards", "build"),
    [
        ("Linux", "x86_64", [], bootstrap.CPU),
        ("Windows", "AMD64", [], bootstrap.CPU),
        ("Darwin", "arm64", [], bootstrap.APPLE),
        ("Linux", "x86_64", [Card((9, 0), 580)], bootstrap.CUDA_13),  # H100, H200
        ("Linux", "x86_64", [Card((12, 0), 590)], bootstrap.CUDA_13),  # RTX 50
        ("Windows", "AMD64", [Card((8, 9), 581)], bootstrap.CUDA_13_WINDOWS),  # RTX 40
        ("Linux", "x86_64", [Card((8, 6), 535)], bootstrap.CUDA_12),  # RTX 30, older driver
        ("Linux", "x86_64", [Card((6, 1), 590)], bootstrap.CUDA_12),  # GTX 10, for which CUDA 13 has no kernels
        ("Windows", "AMD64", [Card((6, 1), 528)], bootstrap.OLD_DRIVER),
        ("Linux", "x86_64", [Card((12, 0), 570)], bootstrap.OLD_DRIVER),  # RTX 50, for which CUDA 12.6 has none
        ("Linux", "x86_64", [Card((3, 5), 470)], bootstrap.CPU),  # nothing newer would help
        ("Linux", "x86_64", [Card((6, 1), 580), Card((8, 9), 580)], bootstrap.CUDA_13),  # the best card counts
    ],
)
def test_the_build_is_one_that_the_hardware_can_run(system: str, machine: str, cards: list[Card], build: Torch) -> None:
    assert bootstrap.choose(system, machine, cards) == build


def test_a_mac_with_an_intel_processor_is_told_so() -> None:
    with pytest.raises(bootstrap.SetupFailed, match="Intel"):
        bootstrap.choose("Darwin", "x86_64", [])


def test_cards_are_read_from_nvidia_smi() -> None:
    assert bootstrap.read_cards("8.9, 580.65.06\n6.1, 580.65.06\n") == [Card((8, 9), 580), Card((6, 1), 580)]


@pytest.mark.parametrize(
    "answer", ["", "No devices were found\n", 'Field "compute_cap" is not a valid field to query.\n', "[N/A], 470.1\n"]
)
def test_an_answer_of_nvidia_smi_without_cards_is_no_card(answer: str) -> None:
    assert bootstrap.read_cards(answer) == []


@pytest.mark.parametrize(("needs", "answer"), [(["filelock", "nvidia-cudnn-cu13==9"], True), (["sympy>=1.13"], False)])
def test_a_build_that_brings_cuda_is_known_from_what_it_needs(needs: list[str], answer: bool) -> None:
    report = {"install": [{"metadata": {"name": "torch", "requires_dist": needs}}]}
    assert bootstrap.brings_cuda(json.dumps(report)) is answer


def test_libraries_that_the_linker_does_not_list_are_missing() -> None:
    listed = [f"\t{library} (libc6,x86-64) => /lib/{library}" for library in bootstrap.QT_LIBRARIES]
    cursor = next(n for n, line in enumerate(listed) if "xcb-cursor" in line)
    assert bootstrap.missing_libraries("\n".join(listed)) == []
    assert bootstrap.missing_libraries("\n".join(listed[:cursor] + listed[cursor + 1 :])) == ["libxcb-cursor0"]


def test_an_environment_serves_while_machine_and_project_are_the_same() -> None:
    record = json.dumps({"machine": "m", "project": "p", "dev": False})
    assert bootstrap.is_ready(record, "m", "p", dev=False)
    assert not bootstrap.is_ready(record, "m", "p", dev=True)
    assert not bootstrap.is_ready(record, "other", "p", dev=False)
    assert not bootstrap.is_ready(record, "m", "other", dev=False)


@pytest.mark.parametrize("record", ["", "{", "[]", '{"machine": "m"}'])
def test_an_interrupted_setup_never_looks_ready(record: str) -> None:
    assert not bootstrap.is_ready(record, "m", "p", dev=False)


def test_an_environment_with_the_test_tools_also_runs_the_app() -> None:
    record = json.dumps({"machine": "m", "project": "p", "dev": True})
    assert bootstrap.is_ready(record, "m", "p", dev=False)


def test_another_torch_or_another_place_asks_for_a_new_environment(tmp_path: Path) -> None:
    marks = {
        bootstrap.machine_mark(torch, root)
        for torch in (bootstrap.CPU, bootstrap.CUDA_13)
        for root in (tmp_path, tmp_path / "moved")
    }
    assert len(marks) == 4


def test_a_card_that_falls_silent_does_not_cost_its_environment(tmp_path: Path) -> None:
    def record(torch: Torch) -> str:
        return json.dumps({"machine": bootstrap.machine_mark(torch, tmp_path)})

    cards = [Card((8, 9), 580)]
    assert bootstrap.settled(bootstrap.CPU, [], record(bootstrap.CUDA_12), tmp_path) == bootstrap.CUDA_12
    assert bootstrap.settled(bootstrap.CPU, [], record(bootstrap.CPU), tmp_path) == bootstrap.CPU
    assert bootstrap.settled(bootstrap.CPU, [], "", tmp_path) == bootstrap.CPU
    assert bootstrap.settled(bootstrap.CUDA_13, cards, record(bootstrap.CUDA_12), tmp_path) == bootstrap.CUDA_13


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("Retrying (Retry(total=4)) after connection broken by 'NewConnectionError(...)'", "cannot be reached"),
        ("error: incomplete-download", "broke off"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "broke off"),  # pip 23 says it so
        ("PermissionError: [Errno 13] Permission denied: '.venv/lib'", "may not be written"),
        ("ERROR: No matching distribution found for torch==2.13.0", "does not exist for this Python"),
        ("Segmentation fault", "read the log"),
    ],
)
def test_a_failure_is_told_in_plain_words_with_a_way_on(log: str, words: str) -> None:
    told = bootstrap.explain(log)
    assert words in told
    assert "the same command again" in told
    assert "Error" not in told


def test_nothing_of_the_callers_leads_pip_past_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_USER"):
        monkeypatch.setenv(name, "elsewhere")
    kept = bootstrap.clean_environment()
    assert kept["PIP_USER"] == "0"
    assert not {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET"} & set(kept)


def test_a_python_too_old_can_still_read_what_it_is_told() -> None:
    source = PROGRAM.read_text("utf-8")
    ast.parse(source, feature_version=(3, 7))
    told = source.index("Mynah needs Python 3.11")
    assert not re.search(r"^(class|def|@)", source[:told], re.MULTILINE)


def test_the_exit_code_is_that_of_the_command() -> None:
    assert bootstrap.hand_over([sys.executable, "-c", "raise SystemExit(7)"]) == 7


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
def test_a_command_ended_by_a_signal_is_told_as_a_shell_would() -> None:
    assert bootstrap.hand_over([sys.executable, "-c", "import os; os.kill(os.getpid(), 15)"]) == 143


@pytest.mark.parametrize(("words", "code"), [(["--help"], 0), ([], 2), (["dmeo"], 2)])
def test_an_unknown_wish_is_answered_with_the_ones_there_are(words: list[str], code: int) -> None:
    answer = subprocess.run([sys.executable, PROGRAM, *words], capture_output=True, text=True, check=False)
    assert answer.returncode == code
    assert [wish for wish in ("demo", "test", "setup", "run") if f"bootstrap.py {wish}" not in answer.stdout] == []
