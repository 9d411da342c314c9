"""Curves for TensorBoard, for those who have it installed; off unless asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.errors import Unsupported
from core.journal import Evaluated, Stepped


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
