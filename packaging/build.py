#!/usr/bin/env python3
"""Builds what a person double-clicks: a private Python, Qt, engine and app in one folder, and set-ups around it.

    python packaging/build.py linux [--python PREFIX] [--torch-index URL | --apart] [--out FOLDER] [--only deb|run|tree]
    python packaging/build.py windows --python PREFIX [--lists FOLDER] [--out FOLDER]

PREFIX is a Python that works wherever it is moved, such as one of python-build-standalone; for Linux, without it, the
one that runs this. --apart leaves PyTorch out: the app gets the one that suits the card, by lists that lie in --lists,
or are made over the network. macOS: see packaging/README.md. Standard library only.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import build_windows
import engine_lists
from bootstrap import QT_LIBRARIES, ROOT, TORCH, clean_environment, say
from build_windows import requirements, version

HERE = Path(__file__).resolve().parent
NAME = "mynah"
PREFIX = "opt/mynah"  # of the .deb
PYTHON_LIBRARIES = re.compile(r"lib(ssl|crypto|ffi|sqlite3|bz2|lzma|readline|tinfo|uuid|expat)\b")
LEFT_OUT = ("test", "tests", "idlelib", "tkinter", "turtledemo", "lib2to3", "ensurepip", "__pycache__")
ICONS = (16, 32, 48, 64, 128, 256, 512)
COMMON = "libc6, libstdc++6, zlib1g, ca-certificates"


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("system", choices=["linux", "windows"])
    parser.add_argument("--python", type=Path, default=Path(sys.base_prefix))
    parser.add_argument("--torch-index", default="")
    parser.add_argument("--apart", action="store_true")
    parser.add_argument("--lists", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--only", choices=["deb", "run", "tree"])
    args = parser.parse_args(words)
    args.out.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    if args.system == "windows":
        say(str(build_windows.windows(args.out, args.python, args.lists)))
        return 0
    tree = args.out / "tree"
    make_tree(tree, args.python, args.torch_index, apart=args.apart)
    if args.apart:
        put_engine_aside(tree / "engine", args.lists)
    made = [
        build(tree, args.out) for name, build in (("deb", deb), ("run", self_extracting)) if args.only in (None, name)
    ]
    for path in made:
        say(f"{path}  {path.stat().st_size / 1e6:.0f} MB")
    say(f"{time.monotonic() - started:.0f} s")
    return 0


# ---- the folder that is installed


def make_tree(tree: Path, prefix: Path, torch_index: str, *, apart: bool = False) -> None:
    """Python with everything in it, a starter, and what the desktop wants to know."""
    shutil.rmtree(tree, ignore_errors=True)
    python = tree / "python"
    copy_python(prefix, python)
    executable = python / "bin" / "python3"
    run = [str(executable), "-I", "-m", "pip", "install", "--no-warn-script-location", "--no-compile", "--quiet"]
    if not apart:
        say("Putting the engine in")
        do([*run, TORCH, *(["--index-url", torch_index] if torch_index else [])])
    say("Putting the app in")
    do([*run, *requirements()])
    do([*run, "--no-deps", str(ROOT)])
    do([str(executable), "-I", "-m", "pip", "uninstall", "--yes", "--quiet", "pip", "setuptools"])
    slim(python)
    bundle_libraries(python)
    (tree / "bin").mkdir()
    starter = tree / "bin" / NAME
    starter.write_text(STARTER, "utf-8")
    starter.chmod(0o755)
    draw_icons(tree / "share" / "icons", executable)
    shutil.copy(ROOT / "LICENSE", tree / "LICENSE")
    shutil.copytree(ROOT / "resources" / "licences", tree / "licences")


def put_engine_aside(folder: Path, lists: Path | None) -> None:
    """uv, and the lists of what each engine is made of."""
    folder.mkdir()
    found = shutil.which("uv")
    if found is None:
        sys.exit("uv is needed for the build: pip install uv")
    shutil.copy2(found, folder / "uv")
    if lists is None:
        engine_lists.main([str(folder), "--system", "linux"])
    else:
        for path in lists.glob("engine-*.json"):
            shutil.copy(path, folder)


STARTER = """#!/bin/sh
# Starts Mynah with its own Python, whatever the caller's environment says about others.
here="$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)"
unset PYTHONHOME PYTHONPATH PYTHONSTARTUP
LD_LIBRARY_PATH="$here/python/lib:$here/python/lib/system${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export LD_LIBRARY_PATH
exec "$here/python/bin/python3" -I -m app "$@"
"""


def copy_python(prefix: Path, target: Path) -> None:
    """The interpreter and its library, without what others installed into it and without tests."""
    names = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    (target / "bin").mkdir(parents=True)
    shutil.copy2((prefix / "bin" / names).resolve(), target / "bin" / names)
    (target / "bin" / "python3").symlink_to(names)

    def unwanted(folder: str, names: list[str]) -> list[str]:
        skip = LEFT_OUT if Path(folder).name != "site-packages" else ("__pycache__",)
        return [name for name in names if name in skip and name != "ensurepip"]

    shutil.copytree(prefix / "lib" / names, target / "lib" / names, symlinks=True, ignore=unwanted)
    for library in (prefix / "lib").glob("libpython*.so*"):
        shutil.copy2(library, target / "lib" / library.name, follow_symlinks=False)
    site = target / "lib" / names / "site-packages"
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir()
    do([str(target / "bin" / "python3"), "-I", "-m", "ensurepip"])


def slim(python: Path) -> None:
    """Without headers, tests and what only builds other programs."""
    site = next((python / "lib").glob("python3*/site-packages"))
    for pattern in (
        "torch/include",
        "torch/test",
        "torch/share",
        "*/tests",
        "*/test",
        "torch/bin/proto*",
        "torch/**/*.a",
    ):
        for path in site.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    for name in ("ensurepip", "test"):
        shutil.rmtree(site.parent / name, ignore_errors=True)
    for path in python.rglob("__pycache__"):
        shutil.rmtree(path, ignore_errors=True)


def bundle_libraries(python: Path) -> None:
    """The system's libraries that Python's own modules link to: another computer may have other versions."""
    target = python / "lib" / "system"
    modules = list((python / "lib").glob("python3*/lib-dynload/*.so"))
    listed = subprocess.run(["ldd", *map(str, modules)], capture_output=True, text=True, check=False).stdout
    for found in sorted(set(re.findall(r"=> (/\S+)", listed))):
        if PYTHON_LIBRARIES.match(Path(found).name):
            target.mkdir(exist_ok=True)
            shutil.copy2(Path(found).resolve(), target / Path(found).name)


def draw_icons(folder: Path, python: Path) -> None:
    """The mark as PNG in the sizes that desktops ask for; Qt draws it."""
    folder.mkdir(parents=True)
    code = (
        "import sys; from PySide6.QtSvg import QSvgRenderer\n"
        "from PySide6.QtGui import QGuiApplication, QImage, QPainter\n"
        "app = QGuiApplication([]); mark = QSvgRenderer(sys.argv[1])\n"
        "for side in map(int, sys.argv[3:]):\n"
        "    image = QImage(side, side, QImage.Format.Format_ARGB32); image.fill(0)\n"
        "    painter = QPainter(image); mark.render(painter); painter.end(); image.save(f'{sys.argv[2]}/{side}.png')\n"
    )
    mark = ROOT / "resources" / "icons" / "mark.svg"
    environment = {**clean_environment(), "QT_QPA_PLATFORM": "offscreen"}
    do([str(python), "-I", "-c", code, str(mark), str(folder), *map(str, ICONS)], environment)


# ---- set-ups


def deb(tree: Path, out: Path) -> Path:
    """A package for Debian and Ubuntu; hard links keep the tree from being copied."""
    root = out / "deb"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(tree, root / PREFIX, symlinks=True, copy_function=os.link)
    for name, where in (
        ("mynah.desktop", "usr/share/applications"),
        ("mynah.xml", "usr/share/mime/packages"),
        ("app.mynah.Mynah.metainfo.xml", "usr/share/metainfo"),
    ):
        (root / where).mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "linux" / name, root / where / name)
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin" / NAME).symlink_to(f"/{PREFIX}/bin/{NAME}")
    for side in ICONS:
        place = root / f"usr/share/icons/hicolor/{side}x{side}/apps"
        place.mkdir(parents=True)
        shutil.copy(tree / "share" / "icons" / f"{side}.png", place / f"{NAME}.png")
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file() and not path.is_symlink()) // 1024
    control = CONTROL.format(
        version=version(), size=size, needs=", ".join([COMMON, *sorted(set(QT_LIBRARIES.values()))])
    )
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN" / "control").write_text(control, "utf-8")
    path = out / f"{NAME}_{version()}_amd64.deb"
    do(["dpkg-deb", "--root-owner-group", "-Zzstd", "-z9", "--build", str(root), str(path)])
    shutil.rmtree(root)
    return path


CONTROL = """Package: mynah
Version: {version}
Architecture: amd64
Maintainer: The Mynah developers <mynah@example.org>
Installed-Size: {size}
Depends: {needs}
Recommends: fonts-noto-core
Section: misc
Priority: optional
Description: trains a language model on what you have written, and lets you talk to it
 Everything happens on your own computer: nothing that you wrote leaves it.
 What you import and train is kept in your home folder and stays there when
 this package is removed.
"""


def self_extracting(tree: Path, out: Path) -> Path:
    """One file for every other Linux: no rights of an administrator are needed."""
    stage = out / "run"
    shutil.rmtree(stage, ignore_errors=True)
    shutil.copytree(tree, stage / "app", symlinks=True, copy_function=os.link)
    for name in ("install.sh", "mynah.desktop", "mynah.xml"):
        shutil.copy(HERE / "linux" / name, stage / name)
    (stage / "install.sh").chmod(0o755)
    path = out / f"{NAME}-{version()}-linux-x86_64.run"
    do(["makeself", "--gzip", "--complevel", "6", "--nox11", str(stage), str(path), "Mynah", "./install.sh"])
    shutil.rmtree(stage)
    return path


def do(command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environment or clean_environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command[:6])} failed:\n{(done.stdout + done.stderr)[-2000:]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
