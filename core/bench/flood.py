"""What a flood of strangers at the local API costs a training: 500 silent connections and a body of a gigabyte.

The same steps are made in turn with the server quiet and flooded from a process of its own; a busy machine disturbs
both alike, so the ratio of the medians is what counts. Knows no bot: nobody with the token asks anything.
"""

import multiprocessing
import os
import socket
import statistics
import time
from collections.abc import Sequence
from typing import Final

import psutil
import torch

from core.asking import Answer, Ask
from core.bench.reports import FloodRow
from core.bench.task import training
from core.device import best_device
from core.events import Progress, Stop, Work
from core.models.decoder import Decoder
from core.serve.running import Server
from core.train.stepper import Stepper

CONNECTIONS: Final = 500
BODY: Final = 1 << 30  # bytes
PIECE: Final = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
BATCH: Final = 2


class Nobody:
    """There is nothing behind the server: whoever is let in hears an error."""

    def models(self) -> Sequence[str]:
        return []

    def work(self, model: str, ask: Ask, stop: Stop) -> Work[Answer]:
        raise KeyError(model)


def flood(port: int) -> None:
    """Connect, begin requests and never end them, and pour a gigabyte in, again and again, until this process ends."""
    head = f"POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    while True:
        held: list[socket.socket] = []
        try:
            for n in range(CONNECTIONS):
                held.append(socket.create_connection(("127.0.0.1", port), timeout=5))
                if n % 2:
                    held[-1].sendall(head.encode())
            held[0].sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
            for _ in range(BODY // len(PIECE)):
                held[0].sendall(PIECE)
        except OSError:
            pass  # hung up on, as it should be
        time.sleep(1)
        for connection in held:
            connection.close()


def measure(rounds: int, seconds: float, stop: Stop) -> Work[list[FloodRow]]:
    """Tokens a second, quiet and flooded, medians of so many turns each. Empty when stopped."""
    server = Server(Nobody(), "-" * 43, 0)
    port = int(server.start().address.rpartition(":")[2])
    recipe = training("fp32")
    model = Decoder(recipe.shape)
    model.initialise(1)
    ids_BT = torch.randint(recipe.shape.vocab, (BATCH, 257))
    speeds: dict[str, list[float]] = {"quiet": [], "flooded": []}
    spent: list[float] = []
    try:
        with Stepper(model, recipe, best_device()) as stepper:
            stepper.step(ids_BT[:, :-1], ids_BT[:, 1:], number=0, learning_rate=1e-3)
            for turn in range(2 * rounds):
                if stop():
                    return []
                name = "flooded" if turn % 2 else "quiet"
                before, begun = _processor_seconds(server), time.monotonic()
                speeds[name].append(_turn(stepper, ids_BT, seconds, port if name == "flooded" else 0))
                if name == "flooded":
                    spent.append((_processor_seconds(server) - before) / (time.monotonic() - begun))
                yield Progress(turn + 1, 2 * rounds, "Training beside a flood")
    finally:
        server.stop()
    quiet, flooded = (statistics.median(speeds[name]) for name in ("quiet", "flooded"))
    share = 100 * statistics.median(spent) / (os.cpu_count() or 1)
    return [FloodRow(quiet=quiet, flooded=flooded, slower_percent=100 * (1 - flooded / quiet), server_percent=share)]


def _processor_seconds(server: Server) -> float:
    """What the thread of the server has taken so far."""
    threads = {each.id: each.user_time + each.system_time for each in psutil.Process().threads()}
    return threads[server.thread_id]


def _turn(stepper: Stepper, ids_BT: torch.Tensor, seconds: float, port: int) -> float:
    """Tokens a second, beside a flood where there is a port for it."""
    other = multiprocessing.get_context("spawn").Process(target=flood, args=(port,), daemon=True)
    if port:
        other.start()
        time.sleep(2)  # until it pours
    try:
        begun, steps = time.monotonic(), 0
        while time.monotonic() - begun < seconds:
            stepper.step(ids_BT[:, :-1], ids_BT[:, 1:], number=steps, learning_rate=1e-3)
            steps += 1
        return steps * BATCH * 256 / (time.monotonic() - begun)
    finally:
        if port:
            other.terminate()
            other.join()
