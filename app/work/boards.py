"""Curves for TensorBoard and W&B, for those who have them installed; off unless asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.errors import Unsupported
from core.journal import Evaluated, Finished, Stepped


def board(folder: Path) -> Callable[[object], None]:
    """A listener that writes facts where TensorBoard looks for them. Raises Unsupported where it is not installed."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise Unsupported(
            "TensorBoard is not installed.", fix="Install it with: pip install tensorboard. Or leave --tensorboard out."
        ) from error
    writer: Any = SummaryWriter(str(folder))
    return listener(writer)


def diary(folder: Path) -> Callable[[object], None]:
    """The same for W&B, offline: files in a folder, which nothing sends anywhere. Raises Unsupported where it is not
    installed."""
    try:
        import wandb
    except ImportError as error:
        raise Unsupported(
            "W&B is not installed.", fix="Install it with: pip install wandb. Or leave --wandb out."
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    run = wandb.init(project="mynah", dir=str(folder), mode="offline")
    return entries(run)


def entries(run: Any) -> Callable[[object], None]:
    """Passes facts on to a run of W&B's kind."""

    def tell(event: object) -> None:
        match event:
            case Stepped():
                run.log({"loss": event.loss, "learning rate": event.learning_rate}, step=event.step)
            case Evaluated():
                unseen, learnt = event.bits_per_byte, event.train_bits_per_byte
                run.log({"bits per byte/unseen text": unseen, "bits per byte/training text": learnt}, step=event.step)
            case Finished():
                run.finish()

    return tell


def listener(writer: Any) -> Callable[[object], None]:
    """Passes facts on to a writer of TensorBoard's kind."""

    def tell(event: object) -> None:
        match event:
            case Stepped():
                writer.add_scalar("loss", event.loss, event.step)
                writer.add_scalar("learning rate", event.learning_rate, event.step)
            case Evaluated():
                writer.add_scalar("bits per byte/unseen text", event.bits_per_byte, event.step)
                writer.add_scalar("bits per byte/training text", event.train_bits_per_byte, event.step)
                writer.flush()

    return tell
