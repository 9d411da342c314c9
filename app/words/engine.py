"""Sentences about the engine. Know no widget."""

from typing import Final

from app import words as common
from app.words.models import size
from core.engine.ready import Ready, Standing

MISSING: Final = "One thing is still missing: the engine"
WHY: Final = (
    "Mynah trains and talks with PyTorch. The one that suits this computer is fetched once; after that everything "
    "works without the internet. Until then you can gather your writing."
)
LOOKING: Final = "Looking which one suits this computer…"
GET: Final = "Get the engine"
KIT: Final = "I have it on a stick"
KIT_WHY: Final = "Choose the folder mynah-engine that somebody made for you: then nothing is fetched"
STOP: Final = common.STOP
ABOUT: Final = "How far the engine is"
STOPPED: Final = "Stopped. What has arrived is kept; press the button to go on."
REPAIR: Final = "Repair the engine"
REPAIR_WHY: Final = "Puts PyTorch together anew; nothing that you wrote or trained is touched"
REPAIRED: Final = "The engine is whole again. Close Mynah and open it once, so that it is used."


def what_comes(standing: Standing) -> str:
    """What pressing the button does."""
    if not standing.can_install:
        return "There is no engine for this computer in this set-up. The Doctor says what can be done."
    if not standing.missing:
        return f"The one for {standing.title} is here already; nothing has to be fetched."
    return f"The one for {standing.title}: {size(standing.missing)} to fetch."


def ready(engine: Ready) -> str:
    where = {"cuda": "your graphics card", "mps": "the Mac's own graphics"}.get(engine.device, "the processor")
    return f"The engine is ready: PyTorch {engine.torch} on {where}. From now on nothing needs the internet."
