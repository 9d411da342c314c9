"""The control of the crash bench: a saver as many programs have it, which writes over what is there.

It loses checkpoints; the bench has to notice, or it proves nothing.
"""

import shutil
from collections.abc import Mapping
from dataclasses import asdict

from torch import Tensor

from core import checkpoints
from core.checkpoints import Standing
from core.runs import Run


def naive_save(run: Run, standing: Standing, tensors: Mapping[str, Tensor]) -> None:
    """Remove the old one, then write the new one into its place: a crash in between leaves neither."""
    for old in run.checkpoints.glob("step-*"):
        shutil.rmtree(old)
    target = checkpoints.folder(run, standing.step)
    target.mkdir(parents=True)
    files = {}
    for name, prefix in checkpoints.PREFIXES.items():
        with (target / name).open("wb"):
            files[name] = checkpoints.write_tensors(target / name, checkpoints.with_prefix(tensors, prefix))
    manifest = {"version": 1, "made_for": checkpoints.made_for(run), **asdict(standing), "files": files}
    with (target / checkpoints.MANIFEST).open("wb") as file:
        file.write(checkpoints.sealed(manifest))
