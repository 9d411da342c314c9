"""One bot in one form: written whole, read back, asked the same five prompts."""

import tempfile
from pathlib import Path
from typing import Final, assert_never

from core import bundle, sealed
from core.atomic import disk_errors, write_file
from core.events import Progress, Stop, Work
from core.export import folder, llama_file, ollama, replay, subject
from core.export.llama_file import Precision
from core.export.subject import Subject
from core.runs import Run
from core.taken import Compared, Exported, Form

MODEL: Final = "model.gguf"


def export(run: Run, form: Form, target: Path, stop: Stop, *, persona: str = "") -> Work[Exported | None]:
    """Write the bot of `run` at `target`, which must not exist. None, and nothing there, when stopped."""
    yield Progress(0, 0, "Waking the bot")
    bot = subject.of_run(run)
    match form:
        case "folder":
            folder.save(bot, target)
            return (yield from proven(bot, form, target, replay.from_folder(bot, target), stop))
        case "adapter":
            folder.save_adapter(bot, target)
            return (yield from proven(bot, form, target, replay.from_adapter(bot, target), stop))
        case "gguf-f16":
            return (yield from gguf(bot, form, target, "f16", stop))
        case "gguf-q8_0":
            return (yield from gguf(bot, form, target, "q8_0", stop))
        case "gguf-q4_0":
            return (yield from gguf(bot, form, target, "q4_0", stop))
        case "ollama":
            return (yield from for_ollama(bot, target, stop, persona or run.persona))
        case "mynah":
            raise ValueError("core/bundle writes .mynah files, which `bundled` asks")
        case _:
            assert_never(form)


def gguf(bot: Subject, form: Form, target: Path, precision: Precision, stop: Stop) -> Work[Exported | None]:
    if not (yield from llama_file.save(bot, target, precision, stop)):
        return None
    return (yield from proven(bot, form, target, replay.from_gguf(bot, target), stop))


def for_ollama(bot: Subject, target: Path, stop: Stop, persona: str) -> Work[Exported | None]:
    """A folder with a GGUF file and the Modelfile beside it."""
    folder.refuse_existing(target)
    llama_file.fitting(bot)
    with disk_errors("exporting the model"):
        target.mkdir(parents=True)
        write_file(target / "Modelfile", ollama.modelfile(bot, MODEL, persona).encode("utf-8"))
    done = yield from gguf(bot, "ollama", target / MODEL, "q8_0", stop)
    if done is None:
        with disk_errors("exporting the model"):
            (target / "Modelfile").unlink()
            target.rmdir()
        return None
    return Exported(form="ollama", path=str(target), bytes=size(target), answers=done.answers)


def bundled(run: Run, target: Path, stop: Stop) -> Work[Exported]:
    """What a .mynah file holds, taken apart and checked byte for byte, is asked what its run is asked."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / "bot"
        bot = subject.of_run(run)
        if (yield from sealed.unpack(target, bundle.KIND, place, stop, only=bundle.RUN)) is None:
            return Exported(form="mynah", path=str(target), bytes=size(target), answers=())
        arrived = subject.of_run(Run(place / bundle.RUN))
        return (yield from proven(bot, "mynah", target, arrived, stop))


def proven(bot: Subject, form: Form, target: Path, after: Subject, stop: Stop) -> Work[Exported]:
    """Put the five prompts to both."""
    replayed = yield from replay.compare(bot, after, stop)
    answers = tuple(Compared(prompt=each.prompt, before=each.before, after=each.after) for each in replayed.answers)
    return Exported(form=form, path=str(target), bytes=size(target), answers=answers)


def size(place: Path) -> int:
    """Bytes of a file, or of all in a folder."""
    if place.is_file():
        return place.stat().st_size
    return sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
