"""`python -m tests`: every gate, cheapest first; all run, and one that is red makes the whole red.

Words after it go to pytest, for example `python -m tests tests/core -k journal`. pytest comes last, so that its own
closing line closes the output.
"""

import subprocess
import sys
import sysconfig
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ("app", "core", "importers", "resources", "tests", "packaging")

# The program, not `python -m importlinter.cli`: that one ends with 0 whatever it finds.
LINT_IMPORTS = str(Path(sysconfig.get_path("scripts")) / "lint-imports")

GATES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("format", (sys.executable, "-m", "ruff", "format", "--check", ".")),
    ("lint", (sys.executable, "-m", "ruff", "check", ".")),
    ("walls", (LINT_IMPORTS, "--no-logo")),
    ("types", (sys.executable, "-m", "mypy", *CODE)),
)


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def passes(name: str, command: tuple[str, ...]) -> bool:
    """Run one gate; what it says is shown only when it is red."""
    started = time.monotonic()
    gate = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    say(f"{name:<8}{'ok' if gate.returncode == 0 else 'RED':<5}{time.monotonic() - started:6.1f} s")
    if gate.returncode != 0:
        say(gate.stdout + gate.stderr)
    return gate.returncode == 0


def main(words: list[str]) -> int:
    red = [name for name, command in GATES if not passes(name, command)]
    say("tests")
    code = subprocess.run((sys.executable, "-m", "pytest", *words), cwd=ROOT, check=False).returncode
    if red:
        say(f"Red: {', '.join(red)} (see above){', and tests' if code else ''}.")
    return code or bool(red)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
