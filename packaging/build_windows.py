"""The set-up for Windows, built on any system: a Windows Python, the app with Qt, uv, lists of engines.

PyTorch is not inside: the app gets the one that suits the card (see core/engine). Standard library only.
"""

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import engine_lists
from bootstrap import ROOT, clean_environment, say

HERE = Path(__file__).resolve().parent
PYTHON = "3.11"
ICON = (16, 32, 48, 256)  # pixels of the pictures in mynah.ico
ICO_HEADER, ICO_ENTRY = 6, 16  # bytes


def windows(out: Path, python: Path, lists: Path | None) -> Path:
    """The whole of it. `python` is a Windows Python that works wherever it is moved; `lists` holds ready-made lists of
    engines, without which they are made, over the network."""
    if not (python / "pythonw.exe").is_file():
        sys.exit(f"{python} holds no Windows Python: unpack one of python-build-standalone and name it with --python.")
    tree = out / "tree-windows"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(python, tree / "python")
    say("Putting the app in")
    site = tree / "python" / "Lib" / "site-packages"
    shutil.rmtree(site, ignore_errors=True)
    pip("install", *for_windows(), "--target", str(site), *requirements())
    pip("install", "--no-deps", "--target", str(site), str(ROOT))
    say("Putting uv and the lists of engines in")
    put_uv(tree / "engine", out)
    if lists is None:
        engine_lists.main([str(tree / "engine"), "--system", "windows"])
    else:
        for path in lists.glob("engine-*.json"):
            shutil.copy(path, tree / "engine")
    shutil.copy(ROOT / "LICENSE", tree / "LICENSE")
    shutil.copytree(ROOT / "resources" / "licences", tree / "licences")
    (tree / "mynah.ico").write_bytes(icon([(side, picture(side, out)) for side in ICON]))
    return set_up(tree, out, version())


def for_windows() -> tuple[str, ...]:
    return ("--only-binary=:all:", "--platform", "win_amd64", "--python-version", PYTHON, "--upgrade")


def requirements() -> list[str]:
    """What the app needs, all but torch."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        listed: list[str] = tomllib.load(file)["project"]["dependencies"]
    return [line for line in listed if not line.startswith("torch")]


def version() -> str:
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: str = tomllib.load(file)["project"]["version"]
    return found


def put_uv(folder: Path, out: Path) -> None:
    """uv.exe, taken out of its wheel."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(out / "uv", ignore_errors=True)
    pip("download", "--no-deps", *for_windows()[:-1], "--dest", str(out / "uv"), "uv")
    (wheel,) = (out / "uv").glob("uv-*.whl")
    with zipfile.ZipFile(wheel) as file:
        (name,) = (name for name in file.namelist() if name.endswith("/scripts/uv.exe"))
        (folder / "uv.exe").write_bytes(file.read(name))


def picture(side: int, out: Path) -> bytes:
    """The mark as PNG, drawn by the Qt of whoever builds."""
    path = out / f"mark-{side}.png"
    code = (
        "import sys; from PySide6.QtSvg import QSvgRenderer\n"
        "from PySide6.QtGui import QGuiApplication, QImage, QPainter\n"
        "app = QGuiApplication([]); image = QImage(int(sys.argv[2]), int(sys.argv[2]), QImage.Format.Format_ARGB32)\n"
        "image.fill(0); painter = QPainter(image); QSvgRenderer(sys.argv[1]).render(painter); painter.end()\n"
        "image.save(sys.argv[3])\n"
    )
    mark = ROOT / "resources" / "icons" / "mark.svg"
    environment = {**clean_environment(), "QT_QPA_PLATFORM": "offscreen"}
    do([sys.executable, "-c", code, str(mark), str(side), str(path)], environment)
    data = path.read_bytes()
    path.unlink()
    return data


def icon(pictures: list[tuple[int, bytes]]) -> bytes:
    """A Windows icon of pictures that stay PNG: a header, an entry for each, then the pictures."""
    at = ICO_HEADER + ICO_ENTRY * len(pictures)
    entries, bodies = b"", b""
    for side, data in pictures:
        edge = (side % 256).to_bytes()  # 0 means 256
        numbers = ((1, 2), (32, 2), (len(data), 4), (at + len(bodies), 4))  # planes, bits of a pixel, size, place
        entries += edge + edge + bytes(2) + b"".join(value.to_bytes(width, "little") for value, width in numbers)
        bodies += data
    return bytes(2) + (1).to_bytes(2, "little") + len(pictures).to_bytes(2, "little") + entries + bodies


def set_up(tree: Path, out: Path, version: str) -> Path:
    """The .exe around `tree`."""
    path = out / f"Mynah-{version}-windows.exe"
    target = "x86-unicode" if os.name == "nt" else "amd64-unicode"  # NSIS for Windows has no other, Wine runs no other
    defined = [f"-DTREE={tree}", f"-DVERSION={version}", f"-DOUT={path}", f"-DTARGET={target}"]
    do(["makensis", "-V2", "-INPUTCHARSET", "UTF8", *defined, str(HERE / "windows" / "setup.nsi")])
    return path


def pip(*words: str) -> None:
    do([sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words])


def do(command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environment or clean_environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command[:4])} failed:\n{(done.stdout + done.stderr)[-2000:]}")
