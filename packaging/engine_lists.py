#!/usr/bin/env python3
"""Lists of what the engine is made of, for set-ups that come without PyTorch: see core/engine.

    python packaging/engine_lists.py FOLDER --system linux|windows|macos [--build cu130 ...]

pip is asked what it would install, and each server for the size of each file; nothing is installed. Needs the network,
so it runs where set-ups are built. Standard library only.
"""

import argparse
import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from bootstrap import PYTORCH_INDEX, TORCH, clean_environment, say

PLATFORMS = {"linux": "manylinux_2_28_x86_64", "windows": "win_amd64", "macos": "macosx_14_0_arm64"}
BUILDS = {"linux": ("cpu", "cu126", "cu130"), "windows": ("cpu", "cu126", "cu130"), "macos": ("cpu",)}
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--system", choices=PLATFORMS, required=True)
    parser.add_argument("--build", action="append", default=[])
    parser.add_argument("--index", default=PYTORCH_INDEX, help="where a folder for each build is")
    args = parser.parse_args(words)
    for build in args.build or BUILDS[args.system]:
        write(args.folder, args.system, build, args.index)
    return 0


def write(folder: Path, system: str, build: str, index: str) -> Path:
    """The list of one build. macOS takes it from the ordinary index, which has the right one."""
    shelf = ["--index-url", index + build] if system != "macos" else []
    path = folder / f"engine-{build}.json"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(listed(asked(PLATFORMS[system], shelf), build, size_of), indent=1), "utf-8")
    say(str(path))
    return path


def asked(platform: str, shelf: list[str]) -> dict[str, Any]:
    """pip's own report on what it would install there."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--ignore-installed", "--report", "-"]
    command += ["--only-binary=:all:", "--platform", platform, "--python-version", PYTHON, "--target", "nowhere"]
    done = subprocess.run(
        [*command, *shelf, TORCH], env=clean_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"pip does not find {TORCH} for {platform}:\n{done.stderr[-2000:]}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def listed(report: dict[str, Any], build: str, size_of: Callable[[str], int]) -> dict[str, Any]:
    """The list that core/engine reads."""
    wheels, torch = [], ""
    for each in report["install"]:
        url = each["download_info"]["url"]
        wheels.append(
            {
                "name": unquote(urlsplit(url).path.rpartition("/")[2]),
                "size": size_of(url),
                "sha256": each["download_info"]["archive_info"]["hashes"]["sha256"],
                "url": url,
            }
        )
        if each["metadata"]["name"] == "torch":
            torch = each["metadata"]["version"]
    return {"version": 1, "build": build, "torch": torch, "wheels": wheels}


def size_of(url: str) -> int:
    with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=30) as answer:
        return int(answer.headers["Content-Length"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
