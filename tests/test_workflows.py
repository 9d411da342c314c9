"""What only a Windows or a Mac can do is kept ready: workflows that parse and name commands and files that exist."""

import plistlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from app import command

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def commands(path: Path) -> list[str]:
    """Every shell line of a workflow."""
    told = yaml.safe_load(path.read_text("utf-8"))
    steps = [step for job in told["jobs"].values() for step in job["steps"]]
    return [line.strip() for step in steps for line in str(step.get("run", "")).splitlines() if line.strip()]


def test_there_is_one_for_each_system_that_is_not_here() -> None:
    assert [path.stem for path in WORKFLOWS] == ["macos", "windows"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_what_it_calls_exists(path: Path) -> None:
    lines = commands(path)
    scripts = [found for line in lines for found in re.findall(r"packaging/[\w./]+\.(?:py|sh)", line)]
    assert scripts != []
    assert [script for script in scripts if not (ROOT / script).is_file()] == []
    asked = [found.split() for line in lines for found in re.findall(r"(?:-m app|MacOS/mynah) ([a-z -]+)", line)]
    assert len(asked) >= 3
    for words in asked:
        command.parser().parse_args(words)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_the_doctor_is_asked_once_the_engine_is_there(path: Path) -> None:
    """Before, it finds that PyTorch is missing, and ends with 1."""
    lines = commands(path)
    (got,) = (n for n, line in enumerate(lines) if line.endswith("engine --get"))
    (asked,) = (n for n, line in enumerate(lines) if line.endswith(" doctor"))
    assert asked > got


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
def test_the_macs_script_is_a_script() -> None:
    macos = ROOT / "packaging" / "macos"
    assert subprocess.run(["sh", "-n", macos / "build.sh"], check=False).returncode == 0
    info = plistlib.loads((macos / "Info.plist").read_bytes())
    assert info["CFBundleExecutable"] == "mynah"
    assert plistlib.loads((macos / "entitlements.plist").read_bytes())
